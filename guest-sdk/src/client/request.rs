//! Building a request. Sends nothing itself.

use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{Client, Error, Response};
use crate::body::Body;

/// A request being built. What is wrong with it is said by [`send`](Self::send).
///
/// ```no_run
/// use routelet_sdk::prelude::*;
/// use std::time::Duration;
///
/// # async fn example() -> Result<(), client::Error> {
/// let response = client::get("https://api.example.com/search")
///     .query("q", "web assembly")
///     .header("accept", "application/json")
///     .timeout(Duration::from_secs(2))
///     .send()
///     .await?;
/// assert!(response.status().is_success());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilder {
    client: Client,
    url: String,
    request: Result<http::Request<Body>, Error>,
}

impl RequestBuilder {
    pub(super) fn new(client: Client, method: Method, url: &str) -> Self {
        let mut request = http::Request::new(Body::empty());
        *request.method_mut() = method;
        Self { client, url: url.to_owned(), request: Ok(request) }
    }

    /// Adds a header field.
    pub fn header<N, V>(self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<http::Error>>,
        V: TryInto<HeaderValue, Error: Into<http::Error>>,
    {
        self.change(|mut request| {
            let name = name.try_into().map_err(invalid)?;
            request.headers_mut().append(name, value.try_into().map_err(invalid)?);
            Ok(request)
        })
    }

    /// Adds a pair to the query, encoded.
    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        let separator = if self.url.contains('?') { '&' } else { '?' };
        let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
        let value = value.to_string();
        let pair = format!("{separator}{name}={}", utf8_percent_encode(&value, NON_ALPHANUMERIC));
        let fragment = self.url.find('#').unwrap_or(self.url.len());
        self.url.insert_str(fragment, &pair);
        self
    }

    /// Adds `Authorization` with a bearer token.
    pub fn bearer_auth(self, token: impl AsRef<str>) -> Self {
        self.header("authorization", format!("Bearer {}", token.as_ref()))
    }

    /// Sends `body`.
    pub fn body(self, body: impl Into<Body>) -> Self {
        self.change(|request| Ok(request.map(|_| body.into())))
    }

    /// Sends `value` as JSON.
    pub fn json(self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => self.typed("application/json", bytes),
            Err(error) => self.change(|_| Err(Error::Invalid(error.to_string()))),
        }
    }

    /// Sends `pairs` as a form would.
    ///
    /// ```no_run
    /// # use routelet_sdk::prelude::*;
    /// # async fn example() -> Result<(), client::Error> {
    /// client::post("https://id.example.com/token").form([("grant_type", "client_credentials")]).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn form<N: AsRef<str>, V: AsRef<str>>(self, pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let encoded = pairs.into_iter().map(|(name, value)| {
            let name = utf8_percent_encode(name.as_ref(), NON_ALPHANUMERIC).to_string();
            format!("{name}={}", utf8_percent_encode(value.as_ref(), NON_ALPHANUMERIC))
        });
        let body = encoded.collect::<Vec<_>>().join("&");
        self.typed("application/x-www-form-urlencoded", body)
    }

    /// How long the head of the response may take.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { client: self.client.timeout(timeout), ..self }
    }

    /// Sends the request and waits for the head of the response.
    pub async fn send(self) -> Result<Response, Error> {
        let Self { client, url, request } = self;
        let mut request = request?;
        // A fragment is the client's own (RFC 9110, section 7.1).
        let target = url.split('#').next().unwrap_or_default();
        *request.uri_mut() = Uri::try_from(target).map_err(|error| Error::Invalid(format!("{url:?}: {error}")))?;
        client.send(request).await.map(Response::new)
    }

    fn typed(self, content_type: &'static str, body: impl Into<Body>) -> Self {
        self.change(|mut request| {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            Ok(request.map(|_| body.into()))
        })
    }

    fn change(self, change: impl FnOnce(http::Request<Body>) -> Result<http::Request<Body>, Error>) -> Self {
        Self { request: self.request.and_then(change), ..self }
    }
}

fn invalid(error: impl Into<http::Error>) -> Error {
    Error::Invalid(error.into().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client;

    #[test]
    fn a_query_is_encoded_and_stands_before_the_fragment() {
        for (url, expected) in [
            ("https://a/b", "https://a/b?q=x%20%26"),
            ("https://a/b?c=d", "https://a/b?c=d&q=x%20%26"),
            ("https://a/b#f", "https://a/b?q=x%20%26#f"),
        ] {
            assert_eq!(client::get(url).query("q", "x &").url, expected);
        }
    }

    #[test]
    fn a_body_brings_its_content_type() {
        let request = client::post("https://a/").form([("a b", "c&d")]).request.unwrap();
        assert_eq!(request.headers()[CONTENT_TYPE], "application/x-www-form-urlencoded");
        assert_eq!(request.body().len(), Some("a%20b=c%26d".len()));
        let request = client::post("https://a/").json(&[1]).request.unwrap();
        assert_eq!(request.headers()[CONTENT_TYPE], "application/json");
    }

    #[test]
    fn a_header_that_http_forbids_is_reported() {
        let error = client::get("https://a/").header("a b", "c").request.unwrap_err();
        assert_eq!(error.to_string(), "the request cannot be sent: invalid HTTP header name");
    }
}
