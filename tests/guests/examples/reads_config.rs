//! Describes what it finds in `wasi:config/store` as JSON.

use routelet_guests::{IncomingRequest, ResponseOutparam, tell};
use serde_json::json;
use wasi::config::store;

routelet_guests::native!(
    "package guest:native; world route {
    import wasi:config/store@0.2.0-rc.1;
    export routelet:route/get@0.2.0;
}"
);

struct Handler;

impl exports::routelet::route::get::Guest for Handler {
    fn handle(_request: IncomingRequest, out: ResponseOutparam) {
        let all: serde_json::Map<_, _> = store::get_all()
            .expect("the host keeps them in memory")
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect();
        let absent = store::get("NO_SUCH_KEY").expect("the host keeps them in memory");
        tell(out, &json!({ "all": all, "absent": absent }));
    }
}

export!(Handler);
