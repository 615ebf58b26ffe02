//! A request as it came, asked for what the line needs of it. It decides about no route.

use std::net::IpAddr;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, Version, header,
    uri::{Authority, PathAndQuery, Scheme},
};
use http_body::Body;
use http_body_util::BodyExt;

use super::{
    ClientAddress, GuestRequest, accept,
    limited::{BodyWatch, Limited},
    refusal::Refusal,
};
use crate::{
    config::Config,
    policy::Limits,
    routing::{PathError, PathRules, RequestPath},
    runtime::{HttpError, WasiBody, call::RESERVED_HEADER_PREFIX},
};

/// The longest method that is looked at: the longest registered one has 17 bytes.
const METHOD_BYTES_MAX: usize = 32;

/// What stands for the authority of a request that names none.
const DEFAULT_AUTHORITY: &str = "localhost";

/// What a proxy says of the client. No proxy is trusted, so it may come from the client itself.
const FORWARDED_HEADERS: [HeaderName; 6] = [
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
];

/// A request, its body boxed.
pub(super) struct Incoming {
    pub(super) request_id: String,
    pub(super) method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    client: Option<ClientAddress>,
    body: WasiBody,
}

impl Incoming {
    pub(super) fn new<B>(request_id: String, request: Request<B>) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        let (head, body) = request.into_parts();
        Self {
            request_id,
            method: head.method,
            uri: head.uri,
            version: head.version,
            headers: head.headers,
            client: head.extensions.get().copied(),
            body: body.map_err(unreadable).boxed_unsync(),
        }
    }

    pub(super) fn method_text(&self) -> &str {
        self.method.as_str()
    }

    pub(super) fn client_address(&self) -> Option<IpAddr> {
        self.client.map(|client| client.0)
    }

    /// How many requests of this server's own routes led to this one.
    pub(super) fn depth(&self, name: &HeaderName) -> u32 {
        let depth = self.headers.get(name).and_then(|value| value.to_str().ok()?.parse().ok());
        depth.unwrap_or(0)
    }

    /// Whether the client would rather read JSON than text.
    pub(super) fn prefers_json(&self) -> bool {
        accept::prefers_json(&self.headers)
    }

    /// Refuses what no route may see, whatever it is.
    pub(super) fn check(&self, config: &Config) -> Result<(), Refusal> {
        if self.method == Method::CONNECT || self.method_text().len() > METHOD_BYTES_MAX {
            return Err(Refusal::Malformed("no method for a route"));
        }
        if !self.uri.path().starts_with('/') {
            return Err(Refusal::Malformed("the target is no path"));
        }
        self.check_coding()?;
        if self.target_bytes() > config.server.uri_bytes {
            return Err(Refusal::UriTooLong);
        }
        let authority = self.authority()?;
        let answered = config.hosts.is_empty() || config.hosts.iter().any(|host| names(host, &authority));
        if answered { Ok(()) } else { Err(Refusal::Misdirected) }
    }

    /// RFC 9112 section 6.1: `chunked` once, and nothing the server would have to decode first.
    fn check_coding(&self) -> Result<(), Refusal> {
        let values = self.headers.get_all(header::TRANSFER_ENCODING).iter();
        let codings = values.map(|value| value.to_str().unwrap_or_default()).flat_map(|value| value.split(','));
        let codings: Vec<_> = codings.map(|coding| coding.trim().to_ascii_lowercase()).collect();
        match codings.as_slice() {
            [] => Ok(()),
            [only] if only == "chunked" => Ok(()),
            codings if codings.iter().all(|coding| coding == "chunked") => {
                Err(Refusal::Malformed("the body is chunked more than once"))
            }
            _ => Err(Refusal::UnknownCoding),
        }
    }

    /// Whether the connection speaks HTTP/1, whose answers may say that it ends.
    pub(super) fn is_http1(&self) -> bool {
        self.version <= Version::HTTP_11
    }

    /// The path to look up.
    pub(super) fn path(&self, rules: &PathRules) -> Result<RequestPath, Refusal> {
        RequestPath::parse(self.uri.path(), rules).map_err(|error| match error {
            PathError::Malformed(_) => Refusal::Malformed("the path does not decode"),
            PathError::Redirect { to } => Refusal::Redirect(self.with_query(&to)),
            PathError::TooManySegments { .. } => Refusal::UriTooLong,
            PathError::OutsideBase => Refusal::NotFound,
        })
    }

    /// The request as a guest sees it: an absolute URI, no header that is the host's to write, and a
    /// body that fails beyond its limit.
    pub(super) fn into_guest_request(
        mut self,
        path: &RequestPath,
        limits: &Limits,
    ) -> Result<(GuestRequest, BodyWatch), Refusal> {
        let declared = self.body.size_hint().lower();
        if limits.request_body_bytes.is_some_and(|max| declared > max) {
            return Err(Refusal::BodyTooLarge);
        }
        let uri = self.guest_uri(path)?;
        strip(&mut self.headers);
        let watch = BodyWatch::default();
        let body = Limited::new(self.body, limits, watch.clone());
        let mut request = Request::new(body.boxed_unsync());
        *request.method_mut() = self.method;
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers;
        Ok((request, watch))
    }

    /// The head alone, for whoever serves files.
    pub(super) fn into_file_request(self) -> Request<http_body_util::Empty<Bytes>> {
        let mut request = Request::new(http_body_util::Empty::new());
        *request.method_mut() = self.method;
        *request.headers_mut() = self.headers;
        request
    }

    fn target_bytes(&self) -> usize {
        self.uri.path_and_query().map_or(0, |target| target.as_str().len())
    }

    /// RFC 9112 section 3.2: the target's authority wins over `Host`, which there must be one of.
    fn authority(&self) -> Result<Authority, Refusal> {
        let mut hosts = self.headers.get_all(header::HOST).iter();
        let (host, another) = (hosts.next(), hosts.next());
        if another.is_some() {
            return Err(Refusal::Malformed("more than one Host"));
        }
        let from_host = host.map(|host| Authority::try_from(host.as_bytes()).ok().filter(is_host));
        match (self.uri.authority(), from_host) {
            (_, Some(None)) => Err(Refusal::Malformed("the Host is no host")),
            (Some(target), _) if is_host(target) => Ok(target.clone()),
            (Some(_), _) => Err(Refusal::Malformed("the target's authority is no host")),
            (None, Some(Some(host))) => Ok(host),
            (None, None) if self.client.is_some() && self.version == Version::HTTP_11 => {
                Err(Refusal::Malformed("no Host"))
            }
            (None, None) => Ok(Authority::from_static(DEFAULT_AUTHORITY)),
        }
    }

    fn with_query(&self, path: &str) -> HeaderValue {
        let target = match self.uri.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        HeaderValue::try_from(target).unwrap_or_else(|_| HeaderValue::from_static("/"))
    }

    /// The path without the base path and with its dot segments resolved; the query as it came.
    fn guest_uri(&self, path: &RequestPath) -> Result<Uri, Refusal> {
        let target = match self.uri.query() {
            Some(query) => PathAndQuery::try_from(format!("{}?{query}", path.as_str())),
            None => PathAndQuery::try_from(path.as_str()),
        };
        let uri = Uri::builder()
            .scheme(self.uri.scheme().cloned().unwrap_or(Scheme::HTTP))
            .authority(self.authority()?)
            .path_and_query(target.map_err(|_| Refusal::Malformed("the target is no URI"))?);
        uri.build().map_err(|_| Refusal::Malformed("the target is no URI"))
    }
}

/// Whether an authority is a host with or without a port, and nothing else (RFC 9110 section 7.2).
fn is_host(authority: &Authority) -> bool {
    let host = authority.host();
    let port = authority.as_str().strip_prefix(host).map(|rest| rest.strip_prefix(':').unwrap_or(rest));
    !host.is_empty() && port.is_some_and(|port| port.is_empty() || port.parse::<u16>().is_ok())
}

/// Whether a configured host names this authority; without a port it names every port.
fn names(host: &str, authority: &Authority) -> bool {
    host.eq_ignore_ascii_case(authority.as_str()) || host.eq_ignore_ascii_case(authority.host())
}

/// Removes what only the host may tell a guest.
fn strip(headers: &mut HeaderMap) {
    let reserved: Vec<_> =
        headers.keys().filter(|name| name.as_str().starts_with(RESERVED_HEADER_PREFIX)).cloned().collect();
    for name in reserved.iter().chain(&FORWARDED_HEADERS) {
        headers.remove(name);
    }
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> HttpError {
    tracing::debug!(event = "request_body_broken", error = %error);
    HttpError::HttpProtocolError
}
