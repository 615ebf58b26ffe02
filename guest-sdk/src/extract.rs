//! What a handler may take as an argument: [`FromRequestParts`] for anything in the head of a request,
//! [`FromRequest`] for what may also read the body. The single extractors are in the modules below.

mod content_type;
mod form;
mod head;
mod json;
mod multipart;
mod path;
mod query;
mod raw;
mod values;

use crate::body::BodyStream;
use crate::parts::Parts;
use crate::problem::Problem;
use crate::respond::IntoResponse;

pub use form::Form;
pub use head::Context;
pub use json::Json;
pub use multipart::{Field, Multipart};
pub use path::Path;
pub use query::Query;
pub use raw::Request;

/// Why an extractor of this crate refused: a [`Problem`] that is the answer, unless the handler takes
/// `Result<T, Rejection>` and answers itself.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[post]
/// async fn lenient(body: Result<Json<Vec<u32>>, Rejection>) -> String {
///     match body {
///         Ok(Json(numbers)) => format!("{} numbers\n", numbers.len()),
///         Err(rejection) => format!("no numbers: {}\n", rejection.status()),
///     }
/// }
/// ```
pub type Rejection = Problem;

/// An argument taken from the head of the request. It may stand anywhere in the list of arguments.
///
/// Implement it for what several handlers need, such as a session:
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// struct Token(String);
///
/// impl FromRequestParts for Token {
///     type Rejection = Problem;
///
///     async fn from_request_parts(parts: &mut Parts) -> Result<Self, Problem> {
///         let header = parts.headers().get("authorization").and_then(|value| value.to_str().ok());
///         match header.and_then(|value| value.strip_prefix("Bearer ")) {
///             Some(token) => Ok(Self(token.to_owned())),
///             None => Err(Problem::new(StatusCode::UNAUTHORIZED)),
///         }
///     }
/// }
///
/// #[get]
/// async fn secret(Token(token): Token) -> String {
///     format!("your token has {} characters\n", token.len())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand here among a handler's arguments",
    label = "not taken from the head of the request",
    note = "anywhere: `Path<T>`, `Query<T>`, `Cookies`, `HeaderMap`, `Method`, `Uri`, `Context`, or your own `FromRequestParts`",
    note = "as the last argument only: `Json<T>`, `Form<T>`, `Multipart`, `Bytes`, `String`, `BodyStream`, `Request`",
    note = "around any of them: `Option<T>`, `Result<T, Rejection>`"
)]
#[expect(async_fn_in_trait, reason = "a component has one thread, so no future has to be Send")]
pub trait FromRequestParts: Sized {
    /// The answer if the request does not hold what is asked for.
    type Rejection: IntoResponse;

    /// Takes the value from `parts`.
    async fn from_request_parts(parts: &mut Parts) -> Result<Self, Self::Rejection>;
}

/// The last argument of a handler: it may read the body.
///
/// `Via` only tells apart the types that are also [`FromRequestParts`]; an implementation leaves it out.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// struct Lines(Vec<String>);
///
/// impl FromRequest for Lines {
///     type Rejection = Problem;
///
///     async fn from_request(parts: &mut Parts, body: BodyStream) -> Result<Self, Problem> {
///         let text = String::from_request(parts, body).await?;
///         Ok(Self(text.lines().map(str::to_owned).collect()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    label = "no extractor",
    note = "anywhere: `Path<T>`, `Query<T>`, `Cookies`, `HeaderMap`, `Method`, `Uri`, `Context`, or your own `FromRequestParts`",
    note = "as the last argument only: `Json<T>`, `Form<T>`, `Multipart`, `Bytes`, `String`, `BodyStream`, `Request`",
    note = "around any of them: `Option<T>`, `Result<T, Rejection>`"
)]
#[expect(async_fn_in_trait, reason = "a component has one thread, so no future has to be Send")]
pub trait FromRequest<Via = via::Body>: Sized {
    /// The answer if the request does not hold what is asked for.
    type Rejection: IntoResponse;

    /// Takes the value from `parts` and `body`.
    async fn from_request(parts: &mut Parts, body: BodyStream) -> Result<Self, Self::Rejection>;
}

/// Markers that keep the implementations of [`FromRequest`] apart.
pub mod via {
    /// The value is read from the body.
    #[derive(Debug)]
    pub enum Body {}

    /// The value is taken from the head.
    #[derive(Debug)]
    pub enum Head {}
}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts> FromRequest<via::Head> for T {
    type Rejection = T::Rejection;

    async fn from_request(parts: &mut Parts, _: BodyStream) -> Result<Self, Self::Rejection> {
        T::from_request_parts(parts).await
    }
}

/// `None` where the extractor refuses, whatever its reason.
impl<T: FromRequestParts> FromRequestParts for Option<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts) -> Result<Self, Problem> {
        Ok(T::from_request_parts(parts).await.ok())
    }
}

/// The refusal as a value, so that the handler answers it.
impl<T: FromRequestParts> FromRequestParts for Result<T, T::Rejection> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts) -> Result<Self, Problem> {
        Ok(T::from_request_parts(parts).await)
    }
}

/// `None` where the extractor refuses, whatever its reason.
impl<T: FromRequest> FromRequest for Option<T> {
    type Rejection = Problem;

    async fn from_request(parts: &mut Parts, body: BodyStream) -> Result<Self, Problem> {
        Ok(T::from_request(parts, body).await.ok())
    }
}

/// The refusal as a value, so that the handler answers it.
impl<T: FromRequest> FromRequest for Result<T, T::Rejection> {
    type Rejection = Problem;

    async fn from_request(parts: &mut Parts, body: BodyStream) -> Result<Self, Problem> {
        Ok(T::from_request(parts, body).await)
    }
}
