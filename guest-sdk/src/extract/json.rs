//! JSON, received and sent.

use http::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::FromRequest;
use super::content_type::{media_type, unsupported};
use crate::body::BodyStream;
use crate::parts::Parts;
use crate::problem::Problem;
use crate::respond::{IntoResponse, Response, typed};

/// A JSON document: the body of the request as an argument, the body of the response as a result.
///
/// As an argument: 415 unless the content type is `application/json` or ends in `+json`, 413 beyond the limit,
/// 400 with the line and column if it is not JSON or does not fit `T`.
///
/// ```
/// use routelet_sdk::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Deserialize, Serialize)]
/// struct User {
///     name: String,
/// }
///
/// #[post(body_limit = 64 * 1024)]
/// async fn create(Json(user): Json<User>) -> impl IntoResponse {
///     (StatusCode::CREATED, Json(user))
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Rejection = Problem;

    async fn from_request(parts: &mut Parts, body: BodyStream) -> Result<Self, Problem> {
        if !is_json(parts.headers()) {
            return Err(unsupported("application/json"));
        }
        let bytes = body.bytes().await?;
        // RFC 8259, section 8.1: a parser may ignore a byte order mark; some clients send one.
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        match serde_json::from_slice(text) {
            Ok(value) => Ok(Self(value)),
            Err(error) => Err(Problem::bad_request(format!("the body is not the JSON expected: {error}"))),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => typed("application/json", bytes),
            Err(error) => Problem::from(error).into_response(),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|essence| {
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
    })
}
