//! `GET /protected`: 401 without the right token, and the header that says which kind is wanted.

use routelet_sdk::http::header::WWW_AUTHENTICATE;
use routelet_sdk::prelude::*;
use subtle::ConstantTimeEq;

// A handler that asks for `Authorized` cannot run without it: the check is not something to remember.
#[get]
async fn protected(_: Authorized) -> &'static str {
    "welcome"
}

/// Proof that the request carried the token.
struct Authorized;

impl FromRequestParts for Authorized {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts) -> Result<Self, Problem> {
        let expected = std::env::var("API_TOKEN")?;
        match bearer(parts.headers()) {
            Some(token) if is_same(token, &expected) => Ok(Self),
            _ => Err(unauthorized()),
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Takes as long for a nearly right token as for a wrong one. An empty token is never right.
fn is_same(given: &str, expected: &str) -> bool {
    !expected.is_empty() && bool::from(given.as_bytes().ct_eq(expected.as_bytes()))
}

// RFC 9110, section 15.5.2: a 401 must carry a challenge.
fn unauthorized() -> Problem {
    let challenge = HeaderValue::from_static(r#"Bearer realm="sample-routes""#);
    Problem::new(StatusCode::UNAUTHORIZED).header(WWW_AUTHENTICATE, challenge)
}
