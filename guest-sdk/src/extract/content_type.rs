//! What content type a body declares. Reads no body.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use crate::problem::Problem;

/// The media type of the body in lower case, without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next().unwrap_or_default();
    Some(essence.trim().to_ascii_lowercase())
}

/// 415, saying what to send. RFC 9110, section 15.5.16, wants the expected type where the client can read it.
pub(crate) fn unsupported(expected: &str) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail(format!("expected a body of content type {expected}"))
}
