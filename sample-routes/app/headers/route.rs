//! `GET /headers`: reads request headers, the user agent among them.

use routelet_sdk::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
struct Seen<'r> {
    user_agent: &'r str,
    accept_language: &'r str,
    from_curl: bool,
}

#[get]
async fn headers(headers: HeaderMap) -> Response {
    let user_agent = text(&headers, "user-agent");
    Json(Seen {
        user_agent,
        accept_language: text(&headers, "accept-language"),
        from_curl: user_agent.starts_with("curl/"),
    })
    .into_response()
}

/// A header's value, empty if it is absent or no text.
fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
