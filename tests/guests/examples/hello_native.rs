//! Says hello, exported as the native interfaces of GET and POST.

use routelet_guests::{IncomingRequest, ResponseOutparam, say};

routelet_guests::native!(
    "package guest:native; world route {
    export routelet:route/get@0.2.0;
    export routelet:route/post@0.2.0;
}"
);

struct Handler;

impl exports::routelet::route::get::Guest for Handler {
    fn handle(_request: IncomingRequest, out: ResponseOutparam) {
        say(out, "hello from get\n");
    }
}

impl exports::routelet::route::post::Guest for Handler {
    fn handle(_request: IncomingRequest, out: ResponseOutparam) {
        say(out, "hello from post\n");
    }
}

export!(Handler);
