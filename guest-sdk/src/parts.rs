//! The head of the request being answered, read from the host piece by piece as extractors ask. Judges nothing.

use std::cell::OnceCell;
use std::rc::Rc;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::bindings::imports::routelet::route::context;
use crate::bindings::imports::wasi::http::types::{self, IncomingRequest};
use crate::cookies::Cookies;
use crate::respond::Response;

/// The head of a request: what extractors read, besides the body.
///
/// Each piece is fetched from the host when it is first asked for, so that a handler pays only for what it uses.
///
/// ```
/// use routelet_sdk::Parts;
///
/// let request = http::Request::get("/search?q=wasm").header("accept", "text/html").body(()).unwrap();
/// let parts = Parts::from(request.into_parts().0);
/// assert_eq!(parts.query(), Some("q=wasm"));
/// assert_eq!(parts.headers()["accept"], "text/html");
/// ```
#[derive(Debug, Default)]
pub struct Parts {
    host: Option<Rc<IncomingRequest>>,
    method: OnceCell<Method>,
    target: OnceCell<PathAndQuery>,
    uri: OnceCell<Uri>,
    headers: OnceCell<HeaderMap>,
    params: OnceCell<Vec<Param>>,
    cookies: OnceCell<(Cookies, Finish)>,
}

/// What is left to do to the response of a handler that asked for the cookies.
///
/// A pointer, so that a component whose handlers ask for none holds no code for cookies.
type Finish = fn(&Cookies, Response) -> Response;

/// What a dynamic segment of the route's pattern captured, percent-decoded by the host.
///
/// ```
/// use routelet_sdk::{Param, Parts};
///
/// let parts = Parts::default().with_params([("id", "42")]);
/// assert_eq!(parts.params(), [Param { name: "id".to_owned(), values: vec!["42".to_owned()] }]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// The text between the brackets.
    pub name: String,
    /// One value for `[id]`, one or more for a catch-all. An optional catch-all that matched nothing has no `Param`.
    pub values: Vec<String>,
}

impl Parts {
    pub(crate) fn from_host(request: Rc<IncomingRequest>) -> Self {
        Self { host: Some(request), ..Self::default() }
    }

    /// The same head with other path parameters, for tests of handlers and extractors.
    ///
    /// ```
    /// use routelet_sdk::Parts;
    ///
    /// let parts = Parts::default().with_params([("id", "42")]);
    /// assert_eq!(parts.params()[0].values, ["42"]);
    /// ```
    pub fn with_params<N: Into<String>, V: Into<String>>(self, params: impl IntoIterator<Item = (N, V)>) -> Self {
        let params = params
            .into_iter()
            .map(|(name, value)| Param { name: name.into(), values: vec![value.into()] })
            .collect::<Vec<_>>();
        Self { params: OnceCell::from(params), ..self }
    }

    /// The method of the request: the one the handler is exported for, or `HEAD` in a `GET` handler.
    pub fn method(&self) -> &Method {
        self.method.get_or_init(|| self.host.as_deref().map(method_of).unwrap_or_default())
    }

    /// The target of the request, with scheme and authority where the host knows them.
    pub fn uri(&self) -> &Uri {
        self.uri.get_or_init(|| uri_of(self.target().clone(), self.host.as_deref()))
    }

    /// The query as the client wrote it, without the `?`.
    pub fn query(&self) -> Option<&str> {
        self.target().query()
    }

    fn target(&self) -> &PathAndQuery {
        self.target.get_or_init(|| {
            let target = self.host.as_deref().and_then(IncomingRequest::path_with_query);
            target.and_then(|text| text.try_into().ok()).unwrap_or_else(|| PathAndQuery::from_static("/"))
        })
    }

    /// The header fields of the request.
    pub fn headers(&self) -> &HeaderMap {
        self.headers.get_or_init(|| self.host.as_deref().map(headers_of).unwrap_or_default())
    }

    /// What the dynamic segments captured, from left to right.
    pub fn params(&self) -> &[Param] {
        self.params.get_or_init(|| self.host.as_ref().map(|_| params_of_host()).unwrap_or_default())
    }

    /// The cookies of the request, and those the response will set.
    pub fn cookies(&self) -> &Cookies {
        let (cookies, _) = self.cookies.get_or_init(|| (Cookies::from_headers(self.headers()), Cookies::send_with));
        cookies
    }

    /// The response with the cookies that were set while the handler ran.
    pub(crate) fn finish(&self, response: Response) -> Response {
        match self.cookies.get() {
            Some((cookies, finish)) => finish(cookies, response),
            None => response,
        }
    }
}

/// The head of a request that was made by hand, for tests of handlers and extractors.
impl From<http::request::Parts> for Parts {
    fn from(parts: http::request::Parts) -> Self {
        Self {
            method: OnceCell::from(parts.method),
            target: parts.uri.path_and_query().cloned().map(OnceCell::from).unwrap_or_default(),
            uri: OnceCell::from(parts.uri),
            headers: OnceCell::from(parts.headers),
            ..Self::default()
        }
    }
}

fn method_of(request: &IncomingRequest) -> Method {
    match request.method() {
        types::Method::Get => Method::GET,
        types::Method::Head => Method::HEAD,
        types::Method::Post => Method::POST,
        types::Method::Put => Method::PUT,
        types::Method::Delete => Method::DELETE,
        types::Method::Connect => Method::CONNECT,
        types::Method::Options => Method::OPTIONS,
        types::Method::Trace => Method::TRACE,
        types::Method::Patch => Method::PATCH,
        types::Method::Other(token) => Method::from_bytes(token.as_bytes()).unwrap_or_default(),
    }
}

fn uri_of(target: PathAndQuery, request: Option<&IncomingRequest>) -> Uri {
    let authority = request.and_then(IncomingRequest::authority).and_then(|text| Authority::try_from(text).ok());
    let mut parts = http::uri::Parts::default();
    if let Some(authority) = authority {
        parts.scheme = Some(request.and_then(IncomingRequest::scheme).map_or(Scheme::HTTP, scheme_of));
        parts.authority = Some(authority);
    }
    parts.path_and_query = Some(target);
    Uri::from_parts(parts).unwrap_or_default()
}

fn scheme_of(scheme: types::Scheme) -> Scheme {
    match scheme {
        types::Scheme::Http => Scheme::HTTP,
        types::Scheme::Https => Scheme::HTTPS,
        types::Scheme::Other(other) => Scheme::try_from(other.as_str()).unwrap_or(Scheme::HTTP),
    }
}

fn headers_of(request: &IncomingRequest) -> HeaderMap {
    to_header_map(request.headers().entries())
}

/// Fields that are no HTTP fields are left out; a host lets none through.
pub(crate) fn to_header_map(entries: Vec<(String, Vec<u8>)>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(entries.len());
    for (name, value) in entries {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    headers
}

fn params_of_host() -> Vec<Param> {
    context::params().into_iter().map(|param| Param { name: param.name, values: param.values }).collect()
}
