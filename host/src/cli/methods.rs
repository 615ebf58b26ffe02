//! A list of methods as it is typed: `GET,POST`.

use std::str::FromStr;

use routelet::routing::{Method, Methods};

/// At least one method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MethodList(pub(crate) Methods);

impl FromStr for MethodList {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let tokens = typed.split(',').map(str::trim);
        let methods: Result<Methods, String> = tokens.map(method).collect();
        methods.map(Self)
    }
}

/// The method of that name, or what to type instead.
pub(crate) fn method(token: &str) -> Result<Method, String> {
    Method::from_token(token).ok_or_else(|| {
        let all: Vec<&str> = Method::ALL.iter().map(|method| method.as_str()).collect();
        format!("{token:?} is no method of a route; expected some of {}", all.join(", "))
    })
}

/// Methods as people read them: `GET, POST`.
pub(crate) fn listed(methods: Methods) -> String {
    names(methods).join(", ")
}

/// Methods as scripts read them.
pub(crate) fn names(methods: Methods) -> Vec<&'static str> {
    methods.iter().map(Method::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_at_least_one_known_method() {
        let rows = [
            ("GET", Ok("GET")),
            ("POST, GET,GET", Ok("GET, POST")),
            ("get", Err("\"get\" is no method of a route")),
            ("GET,", Err("\"\" is no method of a route")),
            ("", Err("\"\" is no method of a route")),
            ("TRACE", Err("expected some of DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT")),
        ];
        for (typed, expected) in rows {
            match (typed.parse::<MethodList>(), expected) {
                (Ok(list), Ok(shown)) => assert_eq!(listed(list.0), shown, "{typed}"),
                (Err(found), Err(message)) => assert!(found.contains(message), "{found}"),
                (found, _) => panic!("{typed}: {found:?}"),
            }
        }
    }
}
