//! The methods a route answers, and what follows from them for HEAD, OPTIONS and `Allow`. It runs nothing.

use std::fmt;

/// One of the seven methods a route can implement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `DELETE`
    Delete,
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `OPTIONS`
    Options,
    /// `PATCH`
    Patch,
    /// `POST`
    Post,
    /// `PUT`
    Put,
}

impl Method {
    /// All seven, in alphabetical order.
    pub const ALL: [Self; 7] = [Self::Delete, Self::Get, Self::Head, Self::Options, Self::Patch, Self::Post, Self::Put];

    /// The method a token names; tokens are case-sensitive (RFC 9110 section 9.1), so `get` is none.
    pub fn from_token(token: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == token)
    }

    /// The token on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The set of methods a route implements.
///
/// ```
/// use routelet::routing::{Answer, Method, Methods};
///
/// let methods = Methods::from_iter([Method::Post, Method::Get]);
/// assert_eq!(methods.allow(), "GET, HEAD, OPTIONS, POST");
/// assert_eq!(methods.answer("HEAD"), Answer::RunGetForHead);
/// assert_eq!(methods.answer("PUT"), Answer::NotAllowed);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Methods(u8);

impl Methods {
    /// All seven: what a handler answers that declares no methods.
    pub fn all() -> Self {
        Self::from_iter(Method::ALL)
    }

    /// Adds a method.
    pub fn insert(&mut self, method: Method) {
        self.0 |= method.bit();
    }

    /// Whether the route implements the method itself; see [`Methods::allowed`] for what it answers.
    pub const fn contains(self, method: Method) -> bool {
        self.0 & method.bit() != 0
    }

    /// Whether the route implements none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The implemented methods, alphabetically.
    pub fn iter(self) -> impl Iterator<Item = Method> {
        Method::ALL.into_iter().filter(move |method| self.contains(*method))
    }

    /// The methods that get an answer: the implemented ones, HEAD where there is GET, and OPTIONS.
    #[must_use]
    pub fn allowed(self) -> Self {
        let mut allowed = self;
        allowed.insert(Method::Options);
        if self.contains(Method::Get) {
            allowed.insert(Method::Head);
        }
        allowed
    }

    /// The value of `Allow`, which every 405 must carry (RFC 9110 section 15.5.6), sorted.
    pub fn allow(self) -> String {
        let tokens: Vec<_> = self.allowed().iter().map(Method::as_str).collect();
        tokens.join(", ")
    }

    /// What becomes of a request with this method token, whatever the token.
    pub fn answer(self, token: &str) -> Answer {
        match Method::from_token(token) {
            Some(method) if self.contains(method) => Answer::Run(method),
            Some(Method::Head) if self.contains(Method::Get) => Answer::RunGetForHead,
            Some(Method::Options) => Answer::AutoOptions,
            Some(_) | None => Answer::NotAllowed,
        }
    }
}

impl FromIterator<Method> for Methods {
    fn from_iter<I: IntoIterator<Item = Method>>(methods: I) -> Self {
        Self(methods.into_iter().fold(0, |set, method| set | method.bit()))
    }
}

impl fmt::Debug for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Method::as_str)).finish()
    }
}

/// What becomes of a request on a route that exists; decided before anything of the guest runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The guest's own code for this method runs.
    Run(Method),
    /// The guest's GET runs, is told HEAD, and its body is dropped.
    RunGetForHead,
    /// `Allow` is the whole answer; nothing runs.
    AutoOptions,
    /// A refusal with `Allow`; nothing runs.
    NotAllowed,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn methods(tokens: &str) -> Methods {
        tokens.split_whitespace().map(|token| Method::from_token(token).unwrap()).collect()
    }

    #[test]
    fn allow_adds_head_and_options() {
        for (implemented, allow) in [
            ("", "OPTIONS"),
            ("GET", "GET, HEAD, OPTIONS"),
            ("POST GET", "GET, HEAD, OPTIONS, POST"),
            ("POST", "OPTIONS, POST"),
            ("HEAD", "HEAD, OPTIONS"),
            ("OPTIONS", "OPTIONS"),
            ("PUT PATCH DELETE", "DELETE, OPTIONS, PATCH, PUT"),
        ] {
            assert_eq!(methods(implemented).allow(), allow, "{implemented}");
        }
        assert_eq!(Methods::all().allow(), "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    }

    #[test]
    fn every_token_has_its_answer() {
        use Answer::{AutoOptions, NotAllowed, Run, RunGetForHead};
        for (implemented, token, answer) in [
            ("GET", "GET", Run(Method::Get)),
            ("GET", "HEAD", RunGetForHead),
            ("GET HEAD", "HEAD", Run(Method::Head)),
            ("POST", "HEAD", NotAllowed),
            ("POST", "GET", NotAllowed),
            ("HEAD", "GET", NotAllowed),
            ("GET", "OPTIONS", AutoOptions),
            ("", "OPTIONS", AutoOptions),
            ("OPTIONS", "OPTIONS", Run(Method::Options)),
            ("GET", "get", NotAllowed),
            ("GET", "GET ", NotAllowed),
            ("GET", "", NotAllowed),
            ("GET", "options", NotAllowed),
            ("GET", "TRACE", NotAllowed),
            ("GET", "PROPFIND", NotAllowed),
        ] {
            assert_eq!(methods(implemented).answer(token), answer, "{implemented}: {token}");
        }
        for method in Method::ALL {
            assert_eq!(Methods::all().answer(method.as_str()), Run(method));
        }
    }

    #[test]
    fn a_method_is_allowed_exactly_if_it_gets_an_answer() {
        for set in 0..128 {
            for method in Method::ALL {
                let methods = Methods(set);
                let answered = methods.answer(method.as_str()) != Answer::NotAllowed;
                assert_eq!(methods.allowed().contains(method), answered, "{methods:?} {method}");
            }
        }
    }
}
