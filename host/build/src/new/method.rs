//! The methods that a new route is asked for. What each of them does is the starters' business.

use super::NewError;

/// A method that a route may export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

const METHODS: [Method; 7] =
    [Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Options];

impl Method {
    /// Reads the methods of `GET,POST`, `GET` where there is none; as methods are usually typed, case
    /// does not matter here.
    pub(super) fn parse_all(words: &[String]) -> Result<Vec<Self>, NewError> {
        let parse = |word: &String| {
            let same = |method: &Self| method.name().eq_ignore_ascii_case(word);
            METHODS.into_iter().find(same).ok_or_else(|| NewError::Method { method: word.clone() })
        };
        let mut methods = words.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        if methods.is_empty() {
            methods.push(Self::Get);
        }
        methods.sort();
        methods.dedup();
        Ok(methods)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }
}

/// What the host would answer in `Allow`: the methods, and HEAD with GET; OPTIONS is among them, for
/// only an OPTIONS of the route's own has to say it.
pub(super) fn allowed(methods: &[Method]) -> String {
    let mut names: Vec<_> = methods.iter().map(|method| method.name()).collect();
    if names.contains(&"GET") && !names.contains(&"HEAD") {
        names.push("HEAD");
    }
    names.sort_unstable();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_method_is_named() {
        let said = Method::parse_all(&["TRACE".to_owned()]).unwrap_err().to_string();
        assert!(said.starts_with("`TRACE` is no method of a route; expected some of GET"), "{said}");
    }
}
