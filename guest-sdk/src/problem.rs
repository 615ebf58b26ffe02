//! Errors as answers (RFC 9457). Decides what a client may read of an error, and nothing about when there is one.

use std::any::Any;
use std::error::Error;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::body::{Body, BodyError};
use crate::client;
use crate::respond::{IntoResponse, NotFound, Response};

/// An answer of content type `application/problem+json`, and the error type of handlers that use `?`.
///
/// Every [`std::error::Error`] turns into a 500 that says nothing but "Internal Server Error"; its text and its
/// causes go to the log. Three errors of this crate know better: a [`BodyError`] becomes 413 or 400, a
/// [`client::Error`] 502, or 504 where the time was up. Anything else that a client should read is said in so many
/// words:
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[get]
/// async fn balance(Path(account): Path<u32>) -> Result<String, Problem> {
///     let stored = std::fs::read_to_string(format!("/data/{account}"))?; // 500, the cause in the log
///     let balance: i64 = stored.trim().parse()?; // likewise
///     if balance < 0 {
///         return Err(Problem::new(StatusCode::PAYMENT_REQUIRED)
///             .title("The account is overdrawn")
///             .detail(format!("its balance is {balance}"))
///             .with("balance", balance));
///     }
///     Ok(balance.to_string())
/// }
/// ```
#[derive(Debug)]
pub struct Problem(Box<Content>);

#[derive(Debug)]
struct Content {
    status: StatusCode,
    headers: HeaderMap,
    members: Members,
}

/// In the order in which they were added, which is that of their weight for a reader.
#[derive(Debug)]
struct Members(Vec<(String, Value)>);

impl Problem {
    /// A problem whose title is the reason phrase of `status`. A status that is no error is taken as 500.
    ///
    /// ```
    /// use routelet_sdk::prelude::*;
    ///
    /// let problem = Problem::new(StatusCode::CONFLICT);
    /// assert_eq!(problem.to_json(), r#"{"title":"Conflict","status":409}"#);
    /// ```
    pub fn new(status: StatusCode) -> Self {
        let is_error = status.is_client_error() || status.is_server_error();
        let status = if is_error { status } else { StatusCode::INTERNAL_SERVER_ERROR };
        let title = status.canonical_reason().unwrap_or("Error");
        let members = [("title", Value::from(title)), ("status", Value::from(status.as_u16()))];
        let members = Members(members.map(|(name, value)| (name.to_owned(), value)).into());
        Self(Box::new(Content { status, headers: HeaderMap::new(), members }))
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST).detail(detail)
    }

    /// Says what went wrong in general, the same for every occurrence.
    pub fn title(self, title: impl Into<String>) -> Self {
        self.with("title", title.into())
    }

    /// Says what went wrong this time. The client reads it.
    pub fn detail(self, detail: impl Into<String>) -> Self {
        self.with("detail", detail.into())
    }

    /// A URI that identifies the kind of problem; without it the kind is the status.
    pub fn type_uri(self, uri: impl Into<String>) -> Self {
        self.with("type", uri.into())
    }

    /// A URI that identifies this occurrence.
    pub fn instance(self, uri: impl Into<String>) -> Self {
        self.with("instance", uri.into())
    }

    /// Adds a member of any JSON type, or replaces it. What cannot be JSON is left out, and `status` stays that of
    /// the answer.
    ///
    /// ```
    /// use routelet_sdk::prelude::*;
    ///
    /// let problem = Problem::new(StatusCode::FORBIDDEN).with("needed", ["admin"]).with("status", 200);
    /// assert_eq!(problem.to_json(), r#"{"title":"Forbidden","status":403,"needed":["admin"]}"#);
    /// ```
    pub fn with(mut self, member: &str, value: impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(value) if member != "status" => self.0.members.set(member, value),
            _ => {}
        }
        self
    }

    /// Adds a header field to the answer, such as `WWW-Authenticate` or `Retry-After`.
    ///
    /// ```
    /// use routelet_sdk::prelude::*;
    /// use routelet_sdk::http::header::{HeaderValue, WWW_AUTHENTICATE};
    ///
    /// let problem = Problem::new(StatusCode::UNAUTHORIZED)
    ///     .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    /// assert_eq!(problem.into_response().headers()[WWW_AUTHENTICATE], "Bearer");
    /// ```
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The body of the answer.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.0.members).expect("texts and JSON values are always JSON")
    }

    /// A 500 that tells the log about `error` and the client nothing.
    fn hidden(error: &dyn Error) -> Self {
        eprintln!("error: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            eprintln!("  because: {error}");
            cause = error.source();
        }
        Self::new(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl Members {
    fn set(&mut self, name: &str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.to_json()));
        *response.status_mut() = self.0.status;
        *response.headers_mut() = self.0.headers;
        response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

impl<E: Error + 'static> From<E> for Problem {
    fn from(error: E) -> Self {
        let any: &dyn Any = &error;
        if let Some(error) = any.downcast_ref::<BodyError>() {
            error.clone().into_problem()
        } else if let Some(error) = any.downcast_ref::<client::Error>() {
            error.to_problem()
        } else {
            Self::hidden(&error)
        }
    }
}

impl From<NotFound> for Problem {
    fn from(NotFound: NotFound) -> Self {
        Self::new(StatusCode::NOT_FOUND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<T>(result: Result<T, impl Into<Problem>>) -> Problem {
        result.map_err(Into::into).err().expect("an error")
    }

    #[test]
    fn an_error_says_nothing_to_the_client() {
        let problem = of("x".parse::<u8>());
        assert_eq!(problem.to_json(), r#"{"title":"Internal Server Error","status":500}"#);
    }

    #[test]
    fn errors_of_this_crate_know_their_status() {
        for (problem, status) in [
            (of::<()>(Err(BodyError::TooLarge)), 413),
            (of::<()>(Err(BodyError::Interrupted("reset".to_owned()))), 400),
            (of::<()>(Err(client::Error::TimedOut)), 504),
            (of::<()>(Err(client::Error::Failed("refused".to_owned()))), 502),
            (of::<()>(Err(client::Error::Denied)), 500),
            (of::<()>(Err(NotFound)), 404),
        ] {
            assert_eq!(problem.status(), status);
            assert!(!problem.to_json().contains("ref"), "the cause stays in the log");
        }
    }

    #[test]
    fn members_come_in_the_order_of_their_weight() {
        let problem = Problem::new(StatusCode::CONFLICT).detail("taken").title("Name taken").with("name", "ada");
        assert_eq!(problem.to_json(), r#"{"title":"Name taken","status":409,"detail":"taken","name":"ada"}"#);
    }

    #[test]
    fn a_status_that_is_no_error_becomes_500() {
        assert_eq!(Problem::new(StatusCode::OK).status(), 500);
    }
}
