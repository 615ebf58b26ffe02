//! Tuples as answers: any number of heads, then a body.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::problem::Problem;
use crate::respond::{IntoResponse, Response};

/// What may stand before the body in a tuple that a handler returns: a status or header fields.
///
/// Fields of the head replace those of the body that have the same name; within one head, equal names are kept all.
/// A name or value that HTTP forbids makes the answer a 500, with the reason in the log.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[get]
/// async fn style() -> impl IntoResponse {
///     (StatusCode::OK, [("content-type", "text/css")], "body { margin: 0 }")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand before the body of an answer",
    label = "neither a status nor header fields",
    note = "accepted: `StatusCode`, `HeaderMap`, `[(name, value); N]`, `Vec<(name, value)>`"
)]
pub trait ResponseHead {
    /// The response with this head.
    fn apply(self, response: Response) -> Result<Response, Problem>;
}

impl ResponseHead for StatusCode {
    fn apply(self, mut response: Response) -> Result<Response, Problem> {
        *response.status_mut() = self;
        Ok(response)
    }
}

impl ResponseHead for HeaderMap {
    fn apply(self, mut response: Response) -> Result<Response, Problem> {
        response.headers_mut().extend(self);
        Ok(response)
    }
}

impl<N, V> ResponseHead for Vec<(N, V)>
where
    N: TryInto<HeaderName, Error: Into<http::Error>>,
    V: TryInto<HeaderValue, Error: Into<http::Error>>,
{
    fn apply(self, response: Response) -> Result<Response, Problem> {
        let mut headers = HeaderMap::with_capacity(self.len());
        for (name, value) in self {
            let name = name.try_into().map_err(Into::into)?;
            headers.append(name, value.try_into().map_err(Into::into)?);
        }
        headers.apply(response)
    }
}

impl<N, V, const COUNT: usize> ResponseHead for [(N, V); COUNT]
where
    Vec<(N, V)>: ResponseHead,
{
    fn apply(self, response: Response) -> Result<Response, Problem> {
        Vec::from(self).apply(response)
    }
}

impl IntoResponse for HeaderMap {
    fn into_response(self) -> Response {
        (self, ()).into_response()
    }
}

impl<N, V, const COUNT: usize> IntoResponse for [(N, V); COUNT]
where
    Self: ResponseHead,
{
    fn into_response(self) -> Response {
        (self, ()).into_response()
    }
}

/// The heads are applied to the answer that the last value stands for.
impl<A: ResponseHead, T: IntoResponse> IntoResponse for (A, T) {
    fn into_response(self) -> Response {
        let (head, body) = self;
        head.apply(body.into_response()).unwrap_or_else(Problem::into_response)
    }
}

/// The heads are applied to the answer that the last value stands for.
impl<A: ResponseHead, B: ResponseHead, T: IntoResponse> IntoResponse for (A, B, T) {
    fn into_response(self) -> Response {
        let (first, second, body) = self;
        (first, (second, body)).into_response()
    }
}
