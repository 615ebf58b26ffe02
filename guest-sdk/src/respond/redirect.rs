//! Redirects. Resolves no location: it is sent as given (RFC 9110, section 10.2.2, allows a relative one).

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};

use crate::problem::Problem;
use crate::respond::{IntoResponse, Response};

/// A redirect. A location that cannot be a header value (a line break, say) is answered with 500 and logged.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[post]
/// async fn submitted() -> Redirect {
///     Redirect::to("/thanks")
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    status: StatusCode,
    location: String,
}

impl Redirect {
    /// 303: look there with `GET`. The answer to a form that was accepted.
    pub fn to(location: impl Into<String>) -> Self {
        Self { status: StatusCode::SEE_OTHER, location: location.into() }
    }

    /// 307: for now, repeat the request there with its method and body.
    pub fn temporary(location: impl Into<String>) -> Self {
        Self { status: StatusCode::TEMPORARY_REDIRECT, location: location.into() }
    }

    /// 308: from now on, repeat the request there with its method and body.
    pub fn permanent(location: impl Into<String>) -> Self {
        Self { status: StatusCode::PERMANENT_REDIRECT, location: location.into() }
    }
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        match HeaderValue::try_from(self.location) {
            Ok(location) => {
                let mut response = self.status.into_response();
                response.headers_mut().insert(LOCATION, location);
                response
            }
            Err(error) => Problem::from(error).into_response(),
        }
    }
}
