//! What a handler may return: [`IntoResponse`], and [`ResponseHead`] for what stands before a body in a tuple.
//! The single kinds of answers are in the modules below; sending is `handler`'s.

mod html;
mod redirect;
mod sse;
mod stream;
mod tuples;

use std::convert::Infallible;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use crate::body::{Body, BodyStream};
use crate::problem::Problem;

pub use html::Html;
pub use redirect::Redirect;
pub use sse::{Event, Events, Sse};
pub use stream::{BodyWriter, StreamBody};
pub use tuples::ResponseHead;

/// A response, in the type of the `http` crate.
pub type Response = http::Response<Body>;

/// What a handler may return.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// enum Answer {
///     Fresh(String),
///     Unchanged,
/// }
///
/// impl IntoResponse for Answer {
///     fn into_response(self) -> Response {
///         match self {
///             Self::Fresh(text) => ([("cache-control", "no-cache")], text).into_response(),
///             Self::Unchanged => StatusCode::NOT_MODIFIED.into_response(),
///         }
///     }
/// }
///
/// #[get]
/// async fn news() -> Answer {
///     Answer::Fresh("nothing new\n".to_owned())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no answer a handler can return",
    label = "no response",
    note = "a body: `()`, `&'static str`, `String`, `Bytes`, `Vec<u8>`, `Json<T>`, `Html<T>`, `StreamBody`, `Sse`",
    note = "no body: `StatusCode`, `Redirect`, `NotFound`, `Problem`",
    note = "with a head: `(StatusCode, body)`, `([(name, value)], body)`, `(StatusCode, HeaderMap, body)`",
    note = "`Result<T, E>` and `Option<T>` of these, `Response`, or your own `IntoResponse`"
)]
pub trait IntoResponse {
    /// The response this stands for.
    fn into_response(self) -> Response;
}

/// 404 with a problem body.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[get]
/// async fn read(Path(id): Path<u32>) -> Result<String, NotFound> {
///     if id == 1 { Ok("the only one\n".to_owned()) } else { Err(NotFound) }
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotFound;

impl IntoResponse for NotFound {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

impl IntoResponse for Response {
    fn into_response(self) -> Response {
        self
    }
}

/// 200 without a body.
impl IntoResponse for () {
    fn into_response(self) -> Response {
        Response::default()
    }
}

/// The status without a body.
impl IntoResponse for StatusCode {
    fn into_response(self) -> Response {
        (self, ()).into_response()
    }
}

impl IntoResponse for Body {
    fn into_response(self) -> Response {
        Response::new(self)
    }
}

/// Passes a body on as it arrives.
impl IntoResponse for BodyStream {
    fn into_response(self) -> Response {
        Response::new(self.into())
    }
}

impl IntoResponse for Infallible {
    fn into_response(self) -> Response {
        match self {}
    }
}

/// An error is an answer like any other.
impl<T: IntoResponse, E: IntoResponse> IntoResponse for Result<T, E> {
    fn into_response(self) -> Response {
        match self {
            Ok(value) => value.into_response(),
            Err(error) => error.into_response(),
        }
    }
}

/// `None` is [`NotFound`].
impl<T: IntoResponse> IntoResponse for Option<T> {
    fn into_response(self) -> Response {
        match self {
            Some(value) => value.into_response(),
            None => NotFound.into_response(),
        }
    }
}

macro_rules! body {
    ($content_type:literal: $($type:ty),+) => {$(
        #[doc = concat!("A body of content type `", $content_type, "`.")]
        impl IntoResponse for $type {
            fn into_response(self) -> Response {
                typed($content_type, self)
            }
        }
    )+};
}

body!("text/plain; charset=utf-8": &'static str, String);
body!("application/octet-stream": &'static [u8], Vec<u8>, Bytes);

pub(crate) fn typed(content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
