//! Forms without files, received.

use serde::de::DeserializeOwned;

use super::FromRequest;
use super::content_type::{media_type, unsupported};
use super::path::refused;
use super::query;
use super::values::{self, Origin};
use crate::body::BodyStream;
use crate::parts::Parts;
use crate::problem::Problem;

const URLENCODED: &str = "application/x-www-form-urlencoded";

/// The fields of a submitted form of content type `application/x-www-form-urlencoded`.
///
/// `T` is read as by [`Query`](super::Query); a ticked checkbox (`on`) is `true`. 415 for another content type (for a
/// form with files take [`Multipart`](super::Multipart)), 413 beyond the limit, 400 if the fields do not fit `T`.
///
/// ```
/// use routelet_sdk::prelude::*;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Contact {
///     name: String,
///     #[serde(default)]
///     newsletter: bool,
/// }
///
/// #[post]
/// async fn contact(Form(contact): Form<Contact>) -> Redirect {
///     println!("{} {}", contact.name, contact.newsletter);
///     Redirect::to("/thanks")
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Form<T> {
    type Rejection = Problem;

    async fn from_request(parts: &mut Parts, body: BodyStream) -> Result<Self, Problem> {
        if media_type(parts.headers()).as_deref() != Some(URLENCODED) {
            return Err(unsupported(URLENCODED));
        }
        let bytes = body.bytes().await?;
        values::read(query::parse(&bytes), Origin::Pairs).map(Self).map_err(|error| refused("form", error))
    }
}
