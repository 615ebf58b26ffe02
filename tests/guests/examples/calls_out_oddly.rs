//! Spells a request as the query says (`scheme`, `authority`, `path`, `method`, timeouts of `ms` milliseconds), and says
//! which part was refused or what came of it. `pad` bytes are appended to the path.

use routelet_guests::{
    Call, Fields, IncomingRequest, OutgoingRequest, Scheme, handles, number, query, tell,
    wasip2::http::types::{Method, RequestOptions},
};
use serde_json::json;

handles!(|request, out| {
    let told = match spelled(&request) {
        Err(part) => json!({ "refused": part }),
        Ok(spelled) => match Call::of(spelled, options(&request)).and_then(|call| call.answer()) {
            Ok((status, _)) => json!({ "status": status }),
            Err(error) => json!({ "error": error }),
        },
    };
    tell(out, &told);
});

fn spelled(request: &IncomingRequest) -> Result<OutgoingRequest, &'static str> {
    let outgoing = OutgoingRequest::new(Fields::new());
    let part = |name: &str| query(request, name);
    let scheme = part("scheme").map_or(Scheme::Http, Scheme::Other);
    outgoing.set_scheme(Some(&scheme)).map_err(|()| "scheme")?;
    outgoing.set_authority(part("authority").as_deref()).map_err(|()| "authority")?;
    let pad = "p".repeat(number(request, "pad", 0) as usize);
    let path = part("path").map(|path| path + &pad);
    outgoing.set_path_with_query(path.as_deref()).map_err(|()| "path")?;
    if let Some(method) = part("method") {
        outgoing.set_method(&Method::Other(method)).map_err(|()| "method")?;
    }
    Ok(outgoing)
}

fn options(request: &IncomingRequest) -> Option<RequestOptions> {
    let nanoseconds = number(request, "ns", u64::MAX);
    let options = RequestOptions::new();
    query(request, "ns")?;
    let set = options.set_connect_timeout(Some(nanoseconds)).is_ok()
        && options.set_first_byte_timeout(Some(nanoseconds)).is_ok()
        && options.set_between_bytes_timeout(Some(nanoseconds)).is_ok();
    assert!(set, "the host refuses the timeouts");
    Some(options)
}
