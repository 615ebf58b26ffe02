//! The query as any type.

use std::borrow::Cow;

use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;

use super::FromRequestParts;
use super::path::refused;
use super::values::{self, Named, Origin};
use crate::parts::Parts;
use crate::problem::Problem;

/// The query of the request's target.
///
/// `T` is a struct, a map, or a list of pairs. A name written several times fills a `Vec`; for any other field of a
/// struct that is an error, in a map the last counts. `+` is a space, and bytes that are not UTF-8 become U+FFFD, as
/// the URL standard has it.
///
/// A query that does not fit is 400, with the name and what was expected.
///
/// ```
/// use routelet_sdk::prelude::*;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Search {
///     q: String,
///     #[serde(default)]
///     tag: Vec<String>,
/// }
///
/// #[get]
/// async fn search(Query(search): Query<Search>) -> String {
///     format!("{:?} among {:?}\n", search.q, search.tag)
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts) -> Result<Self, Problem> {
        let named = parse(parts.query().unwrap_or_default().as_bytes());
        values::read(named, Origin::Pairs).map(Self).map_err(|error| refused("query", error))
    }
}

/// Text of content type `application/x-www-form-urlencoded` (URL standard, section 5.1), by name.
pub(super) fn parse(text: &[u8]) -> Vec<Named<'_>> {
    let pairs = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    values::by_name(pairs.map(|pair| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = halves.next().unwrap_or_default();
        (decode(name), decode(halves.next().unwrap_or_default()))
    }))
}

fn decode(text: &[u8]) -> Cow<'_, str> {
    if !text.contains(&b'+') {
        return percent_decode(text).decode_utf8_lossy();
    }
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    Cow::Owned(percent_decode(&spaced).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_as_the_url_standard_says() {
        for (text, expected) in [
            ("", vec![]),
            ("a", vec![("a", vec![""])]),
            ("a=", vec![("a", vec![""])]),
            ("a=1&b=2&a=3", vec![("a", vec!["1", "3"]), ("b", vec!["2"])]),
            ("a=b=c", vec![("a", vec!["b=c"])]),
            ("a+b=c+d", vec![("a b", vec!["c d"])]),
            ("a=%2B%20%26", vec![("a", vec!["+ &"])]),
            ("a=%FF", vec![("a", vec!["\u{FFFD}"])]),
            ("a=%zz%", vec![("a", vec!["%zz%"])]),
            ("&&a=1&", vec![("a", vec!["1"])]),
            ("%C3%A9=caf%c3%a9", vec![("é", vec!["café"])]),
        ] {
            let found = parse(text.as_bytes());
            let found: Vec<_> = found.iter().map(|named| (&*named.name, named.values.clone())).collect();
            assert_eq!(
                found,
                expected
                    .into_iter()
                    .map(|(name, values)| (name, values.into_iter().map(Cow::from).collect()))
                    .collect::<Vec<_>>(),
                "{text:?}"
            );
        }
    }
}
