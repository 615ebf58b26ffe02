//! Lets requests with a token through to the handler it is composed with, and answers the others itself.

use routelet_guests::{IncomingRequest, ResponseOutparam, answer};

routelet_guests::native!(
    "package guest:guard; world guard {
    import wasi:http/incoming-handler@0.2.10;
    export wasi:http/incoming-handler@0.2.10;
}"
);

struct Handler;

impl exports::wasi::http::incoming_handler::Guest for Handler {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let given = request.headers().get("authorization");
        if given == [b"Bearer open"] {
            wasi::http::incoming_handler::handle(request, out);
        } else {
            answer(out, 401, &[("www-authenticate", "Bearer")], "who are you?\n");
        }
    }
}

export!(Handler);
