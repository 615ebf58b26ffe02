//! Describes the request it got as JSON: method, target, scheme, authority and every header.

use routelet_guests::{handles, tell, wasip2::http::types::Method};
use serde_json::json;

handles!(|request, out| {
    let headers = request.headers().entries();
    let headers: Vec<_> = headers.iter().map(|(name, value)| json!([name, String::from_utf8_lossy(value)])).collect();
    let scheme = request.scheme().map(|scheme| format!("{scheme:?}"));
    tell(
        out,
        &json!({
            "method": named(&request.method()),
            "target": request.path_with_query(),
            "scheme": scheme,
            "authority": request.authority(),
            "headers": headers,
        }),
    );
});

fn named(method: &Method) -> String {
    match method {
        Method::Other(token) => token.clone(),
        known => format!("{known:?}").trim_start_matches("Method::").to_uppercase(),
    }
}
