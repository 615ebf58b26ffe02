//! HTML answers. Escapes nothing.

use crate::body::Body;
use crate::respond::{IntoResponse, Response, typed};

/// A body of content type `text/html; charset=utf-8`. What comes from a client has to be escaped first.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[get]
/// async fn page() -> Html<&'static str> {
///     Html("<h1>Hello</h1>")
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Html<T>(pub T);

impl<T: Into<Body>> IntoResponse for Html<T> {
    fn into_response(self) -> Response {
        typed("text/html; charset=utf-8", self.0)
    }
}
