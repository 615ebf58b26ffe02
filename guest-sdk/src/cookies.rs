//! The cookies of a request, and those its response will set. The text of a single cookie is `cookie`'s.

mod cookie;

use std::cell::RefCell;
use std::rc::Rc;

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::problem::Problem;
use crate::respond::{IntoResponse, Response};

pub use cookie::{Cookie, InvalidCookie, Priority, SameSite};

/// The cookies of the request, as an argument; what is set or deleted goes out with the response, whatever the
/// handler returns, errors included.
///
/// A later read sees what was set before. Clones share everything.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[get]
/// async fn visits(cookies: Cookies) -> String {
///     let visits: u32 = cookies.get("visits").and_then(|text| text.parse().ok()).unwrap_or(0) + 1;
///     cookies.set(("visits", visits.to_string()));
///     format!("visit number {visits}\n")
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cookies(Rc<RefCell<Jar>>);

#[derive(Debug, Default)]
struct Jar {
    received: Vec<(String, String)>,
    changes: Vec<Cookie>,
}

impl Cookies {
    /// Reads the `Cookie` fields of `headers`. What has no `=`, or does not decode to UTF-8, is left out; of equal
    /// names the last counts.
    ///
    /// ```
    /// use routelet_sdk::Cookies;
    /// use routelet_sdk::http::HeaderMap;
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("cookie", "theme=dark; greeting=hi%20there".parse().unwrap());
    /// let cookies = Cookies::from_headers(&headers);
    /// assert_eq!(cookies.get("greeting").as_deref(), Some("hi there"));
    /// ```
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let mut received: Vec<(String, String)> = Vec::new();
        for field in headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            for (name, value) in field.split(';').filter_map(cookie::parse_pair) {
                received.retain(|(known, _)| *known != name);
                received.push((name, value));
            }
        }
        Self(Rc::new(RefCell::new(Jar { received, changes: Vec::new() })))
    }

    /// The value of the cookie, as set last: by this handler, else by the client.
    pub fn get(&self, name: &str) -> Option<String> {
        let jar = self.0.borrow();
        match jar.changes.iter().rfind(|change| change.name() == name) {
            Some(change) if change.is_deletion() => None,
            Some(change) => Some(change.value().to_owned()),
            None => jar.received.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()),
        }
    }

    /// Name and value of each cookie that the client sent, in its order.
    pub fn received(&self) -> Vec<(String, String)> {
        self.0.borrow().received.clone()
    }

    /// Sets a cookie: a [`Cookie`], or just `(name, value)`.
    ///
    /// It replaces what was set or deleted before under the same name, path and domain. One that browsers would
    /// refuse or misread ([`Cookie::check`]) makes the response a 500, with the reason in the log.
    pub fn set(&self, cookie: impl Into<Cookie>) {
        let cookie = cookie.into();
        let changes = &mut self.0.borrow_mut().changes;
        changes.retain(|change| !change.replaces(&cookie));
        changes.push(cookie);
    }

    /// Deletes the cookie of this name and the path `/`. One with another path or a domain is deleted by
    /// [`set`](Self::set) with a [`Cookie::removal`] that has the same.
    pub fn delete(&self, name: impl Into<String>) {
        self.set(Cookie::removal(name));
    }

    /// The response with its `Set-Cookie` fields, or a 500 if one of them is forbidden.
    pub(crate) fn send_with(&self, mut response: Response) -> Response {
        match self.set_cookie_fields() {
            Ok(fields) => {
                response.headers_mut().extend(fields.into_iter().map(|field| (SET_COOKIE, field)));
                response
            }
            Err(error) => Problem::from(error).into_response(),
        }
    }

    fn set_cookie_fields(&self) -> Result<Vec<HeaderValue>, InvalidCookie> {
        self.0.borrow().changes.iter().map(Cookie::to_header).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(field: &str) -> Cookies {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_bytes(field.as_bytes()).unwrap());
        Cookies::from_headers(&headers)
    }

    fn sent(cookies: &Cookies) -> Vec<String> {
        let fields = cookies.set_cookie_fields().unwrap();
        fields.iter().map(|field| field.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_field_of_a_client_is_read_pair_by_pair() {
        for (field, expected) in [
            ("a=1; b=2", vec![("a", "1"), ("b", "2")]),
            ("a=1;b=2", vec![("a", "1"), ("b", "2")]),
            ("a=1; a=2", vec![("a", "2")]),
            ("a=x=y", vec![("a", "x=y")]),
            ("a=%41%20", vec![("a", "A ")]),
            ("a=\"q\"", vec![("a", "\"q\"")]),
            ("a=%FF; b=1", vec![("b", "1")]),
            ("novalue; =x; b=", vec![("b", "")]),
            ("", vec![]),
        ] {
            let pairs = received(field).received();
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(pairs, expected, "{field:?}");
        }
    }

    #[test]
    fn a_read_sees_earlier_writes() {
        let cookies = received("a=1");
        cookies.set(("a", "2"));
        assert_eq!(cookies.get("a").as_deref(), Some("2"));
        cookies.delete("a");
        assert_eq!(cookies.get("a"), None);
        cookies.set(("a", "3"));
        assert_eq!(cookies.clone().get("a").as_deref(), Some("3"));
    }

    #[test]
    fn the_last_change_of_a_cookie_is_the_one_sent() {
        let cookies = received("a=1");
        cookies.set(("a", "2"));
        cookies.delete("a");
        assert_eq!(sent(&cookies), ["a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]);
        cookies.set(Cookie::new("a", "3").path("/x"));
        assert_eq!(sent(&cookies).len(), 2, "another path is another cookie");
    }

    #[test]
    fn a_cookie_that_is_forbidden_is_not_sent() {
        let cookies = Cookies::default();
        cookies.set(("a b", "1"));
        assert!(cookies.set_cookie_fields().is_err());
    }
}
