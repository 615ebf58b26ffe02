//! `GET /protected`: 401 without the right token, and the header that says which kind is wanted.

use routelet_sdk::prelude::*;
use subtle::ConstantTimeEq;

#[get]
async fn protected(headers: HeaderMap) -> Response {
    let expected = std::env::var("API_TOKEN").unwrap_or_default();
    match bearer(&headers) {
        Some(token) if is_same(token, &expected) => "welcome".into_response(),
        _ => unauthorized(),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("authorization")?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

/// Takes as long for a nearly right token as for a wrong one. An empty token is never right.
fn is_same(given: &str, expected: &str) -> bool {
    !expected.is_empty() && bool::from(given.as_bytes().ct_eq(expected.as_bytes()))
}

// RFC 9110, section 15.5.2: a 401 must carry a challenge.
fn unauthorized() -> Response {
    let challenge = [("www-authenticate", r#"Bearer realm="sample-routes""#)];
    (StatusCode::UNAUTHORIZED, challenge, "a token is needed").into_response()
}
