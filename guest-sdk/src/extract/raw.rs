//! Arguments that are the body as it is, or the request whole. Interprets nothing beyond UTF-8.

use bytes::Bytes;

use super::FromRequest;
use crate::body::BodyStream;
use crate::parts::Parts;
use crate::problem::Problem;

/// The request whole, in the types of the `http` crate.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[post]
/// async fn echo(request: Request) -> StreamBody {
///     println!("{} {}", request.method(), request.uri());
///     StreamBody::from_stream(request.into_body())
/// }
/// ```
pub type Request = http::Request<BodyStream>;

impl FromRequest for BodyStream {
    type Rejection = Problem;

    async fn from_request(_: &mut Parts, body: BodyStream) -> Result<Self, Problem> {
        Ok(body)
    }
}

/// The whole body, within the limit.
impl FromRequest for Bytes {
    type Rejection = Problem;

    async fn from_request(_: &mut Parts, body: BodyStream) -> Result<Self, Problem> {
        body.bytes().await
    }
}

/// The whole body as UTF-8, within the limit, whatever content type it declares. 400 if it is not UTF-8.
impl FromRequest for String {
    type Rejection = Problem;

    async fn from_request(_: &mut Parts, body: BodyStream) -> Result<Self, Problem> {
        text(body.bytes().await?)
    }
}

pub(crate) fn text(bytes: Bytes) -> Result<String, Problem> {
    String::from_utf8(bytes.into()).map_err(|error| {
        Problem::bad_request(format!("the body is not UTF-8 after {} bytes", error.utf8_error().valid_up_to()))
    })
}

impl FromRequest for Request {
    type Rejection = Problem;

    async fn from_request(parts: &mut Parts, body: BodyStream) -> Result<Self, Problem> {
        let mut request = http::Request::new(body);
        *request.method_mut() = parts.method().clone();
        *request.uri_mut() = parts.uri().clone();
        *request.headers_mut() = parts.headers().clone();
        Ok(request)
    }
}
