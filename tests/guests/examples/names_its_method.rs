//! Answers all seven methods natively, each with the name of the export that ran and the method it saw.

use routelet_guests::{IncomingRequest, ResponseOutparam, answer};

routelet_guests::native!(
    "package guest:native; world route {
    export routelet:route/delete@0.2.0;
    export routelet:route/get@0.2.0;
    export routelet:route/head@0.2.0;
    export routelet:route/options@0.2.0;
    export routelet:route/patch@0.2.0;
    export routelet:route/post@0.2.0;
    export routelet:route/put@0.2.0;
}"
);

struct Handler;

macro_rules! named {
    ($($method:ident)*) => {$(
        impl exports::routelet::route::$method::Guest for Handler {
            fn handle(request: IncomingRequest, out: ResponseOutparam) {
                let seen = format!("{:?}", request.method());
                answer(out, 200, &[("x-export", stringify!($method)), ("x-seen", &seen)], stringify!($method));
            }
        }
    )*};
}

named! { delete get head options patch post put }

export!(Handler);
