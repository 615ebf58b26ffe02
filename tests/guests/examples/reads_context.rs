//! Describes the context of its request as JSON: pattern, params, request id and client address.

use routelet::route::context;
use routelet_guests::{IncomingRequest, ResponseOutparam, tell};
use serde_json::json;

routelet_guests::native!(
    "package guest:native; world route {
    import routelet:route/context@0.2.0;
    export routelet:route/get@0.2.0;
}"
);

struct Handler;

impl exports::routelet::route::get::Guest for Handler {
    fn handle(_request: IncomingRequest, out: ResponseOutparam) {
        let params: Vec<_> = context::params().iter().map(|param| json!([param.name, param.values])).collect();
        tell(
            out,
            &json!({
                "pattern": context::pattern(),
                "params": params,
                "request_id": context::request_id(),
                "client_address": context::client_address(),
            }),
        );
    }
}

export!(Handler);
