//! Path parameters as any type. Decodes no percent signs: the host has done so, once.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

use super::FromRequestParts;
use super::values::{self, Named, Origin, ValueError};
use crate::parts::{Param, Parts};
use crate::problem::Problem;

/// What the dynamic segments of the route's pattern captured.
///
/// `T` is the type of the only segment (a number, a text, an enum without contents), a tuple of all in order, or a
/// struct or map with their names. A catch-all is a `Vec`, or a `String` with its pieces joined by `/`; an optional
/// one that matched nothing is `None`, or an empty `Vec`.
///
/// A value that does not parse is 400, with the name of the segment and what was expected.
///
/// ```
/// use routelet_sdk::prelude::*;
/// use serde::Deserialize;
///
/// // users/[id]
/// #[get]
/// async fn user(Path(id): Path<u64>) -> String {
///     format!("user {id}\n")
/// }
///
/// // blog/[year]/[...rest]
/// #[derive(Deserialize)]
/// struct Post {
///     year: u16,
///     rest: Vec<String>,
/// }
///
/// #[delete]
/// async fn withdraw(Path(post): Path<Post>) -> String {
///     format!("{} of {}\n", post.rest.join("/"), post.year)
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts) -> Result<Self, Problem> {
        let named = parts.params().iter().map(borrowed).collect();
        values::read(named, Origin::Path).map(Self).map_err(|error| refused("path", error))
    }
}

fn borrowed(param: &Param) -> Named<'_> {
    let values = param.values.iter().map(|value| Cow::from(value.as_str()));
    Named { name: Cow::from(param.name.as_str()), values: values.collect() }
}

/// 400, the name of the text as a member of its own where it is known.
pub(super) fn refused(place: &str, error: ValueError) -> Problem {
    let problem = Problem::bad_request(format!("{place}: {error}"));
    match error.name {
        Some(name) => problem.with("name", name),
        None => problem,
    }
}
