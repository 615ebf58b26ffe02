//! A request as it came, asked for what the line needs of it. It decides about no route.

use std::{cell::OnceCell, net::IpAddr, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, Version, header,
    uri::{Authority, PathAndQuery, Scheme},
};
use http_body::Body;
use http_body_util::BodyExt;

use super::{
    GuestRequest, Origin,
    accept::{self, Wants},
    forwarded::Believed,
    headers,
    limited::{BodyWatch, Limited},
    message::{self, BadMessage, Fields, Judged},
    refusal::Refusal,
};
use crate::{
    config::{Config, TrustedProxies},
    policy::Limits,
    routing::{PathError, PathRules, RequestPath},
    runtime::{HttpError, WasiBody},
};

/// What stands for the authority of a request that names none.
const DEFAULT_AUTHORITY: &str = "localhost";

/// A request, its body boxed.
pub(super) struct Incoming {
    pub(super) request_id: Arc<str>,
    pub(super) method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    /// Who is at the other end of the connection, where there is one.
    peer: Option<IpAddr>,
    scheme: Scheme,
    believed: Believed,
    /// Whom the request is for, once somebody asked.
    authority: OnceCell<Authority>,
    judged: Option<Judged>,
    body: WasiBody,
}

impl Incoming {
    pub(super) fn new<B>(request_id: Arc<str>, origin: Origin, request: Request<B>, proxies: &TrustedProxies) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        let (head, body) = request.into_parts();
        let peer = origin.peer.map(|peer| peer.to_canonical());
        let believed = Believed::of(&head.headers, peer, proxies);
        let connection = origin.scheme.as_ref().or(head.uri.scheme());
        let scheme = believed.scheme.as_ref().or(connection).cloned().unwrap_or(Scheme::HTTP);
        Self {
            request_id,
            peer,
            scheme,
            believed,
            authority: OnceCell::new(),
            judged: origin.judged,
            method: head.method,
            uri: head.uri,
            version: head.version,
            headers: head.headers,
            body: body.map_err(unreadable).boxed_unsync(),
        }
    }

    pub(super) fn method_text(&self) -> &str {
        self.method.as_str()
    }

    pub(super) fn client_address(&self) -> Option<IpAddr> {
        self.believed.client
    }

    /// How many requests of this server's own routes led to this one.
    pub(super) fn depth(&self, name: &HeaderName) -> u32 {
        let depth = self.headers.get(name).and_then(|value| value.to_str().ok()?.parse().ok());
        depth.unwrap_or(0)
    }

    /// What the client would rather read where the host itself answers.
    pub(super) fn wants(&self) -> Wants {
        accept::wanted(&self.headers)
    }

    /// The method and the path, as they came.
    pub(super) fn asked(&self) -> String {
        format!("{} {}", self.method, self.uri.path())
    }

    /// Refuses what no route may see, whatever it is.
    pub(super) fn check(&self, config: &Config) -> Result<(), Refusal> {
        if let Some(bad) = self.judged.as_ref().and_then(Judged::bad) {
            return Err(bad.into());
        }
        if !message::is_method(self.method_text().as_bytes()) {
            return Err(Refusal::Malformed("no method for a route"));
        }
        if !self.uri.path().starts_with('/') || self.has_bare_query() {
            return Err(Refusal::Malformed("the target is no path"));
        }
        if self.target_bytes() > config.server.uri_bytes {
            return Err(Refusal::UriTooLong);
        }
        // Each field as it was sent: cookies that came one by one are joined later.
        if self.headers.len() > config.server.headers {
            return Err(Refusal::HeadTooLarge);
        }
        self.check_fields()?;
        let authority = self.authority()?;
        if config.answers(authority) { Ok(()) } else { Err(Refusal::Misdirected) }
    }

    /// Where the body ends and for whom it is must not be a matter of opinion.
    fn check_fields(&self) -> Result<(), BadMessage> {
        let mut fields = Fields::default();
        for (name, value) in &self.headers {
            // RFC 9113 section 8.2.1; in HTTP/1 it is no part of the value.
            if self.version == Version::HTTP_2 && value.as_bytes().trim_ascii().len() < value.len() {
                return Err(BadMessage::Malformed("whitespace around the value of a field"));
            }
            fields.take(name.as_str().as_bytes(), value.as_bytes())?;
        }
        let has_host = fields.has_host() || self.uri.authority().is_some();
        // RFC 9112 section 3.2; in HTTP/2 an authority stands for it (RFC 9113 section 8.3.1).
        if !has_host && self.peer.is_some() && self.version >= Version::HTTP_11 {
            return Err(BadMessage::Malformed("no Host"));
        }
        fields.body_end().map(drop)
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
        headers::strip_hop_by_hop(&mut self.headers);
        headers::strip_reserved(&mut self.headers);
        headers::join_cookies(&mut self.headers);
        let authority = uri.authority().map_or(DEFAULT_AUTHORITY, Authority::as_str);
        self.believed.tell(&mut self.headers, &self.scheme, authority);
        let watch = BodyWatch::judged(self.judged);
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

    /// Whether `:path` begins with a query, which [`Uri`] takes for one behind `/` (RFC 9113 section
    /// 8.3.1). A whole URI in HTTP/1 may.
    fn has_bare_query(&self) -> bool {
        let target = self.uri.path_and_query().map_or("", PathAndQuery::as_str);
        self.version == Version::HTTP_2 && target.starts_with('?')
    }

    fn target_bytes(&self) -> usize {
        self.uri.path_and_query().map_or(0, |target| target.as_str().len())
    }

    /// Whom the request is for: as a trusted proxy says, or the target, whose authority wins over
    /// `Host` (RFC 9112 section 3.2.2). In HTTP/2 the two must be one (RFC 9113 section 8.3.1).
    fn authority(&self) -> Result<&Authority, BadMessage> {
        if let Some(read) = self.authority.get() {
            return Ok(read);
        }
        let read = self.read_authority()?;
        Ok(self.authority.get_or_init(|| read))
    }

    fn read_authority(&self) -> Result<Authority, BadMessage> {
        if let Some(told) = &self.believed.authority {
            return authority_of(told.as_bytes()).ok_or(BadMessage::Malformed("a proxy tells a host that is none"));
        }
        let host = self.headers.get(header::HOST).map(HeaderValue::as_bytes);
        let Some(target) = self.uri.authority() else {
            let host = host.unwrap_or(DEFAULT_AUTHORITY.as_bytes());
            return authority_of(host).ok_or(BadMessage::Malformed("the Host is no host"));
        };
        let differs = host.is_some_and(|host| !host.eq_ignore_ascii_case(target.as_str().as_bytes()));
        match () {
            () if self.version == Version::HTTP_2 && differs => {
                Err(BadMessage::Malformed("the Host is another one than the authority"))
            }
            () if !message::is_authority(target.as_str().as_bytes()) => {
                Err(BadMessage::Malformed("the target's authority is no host"))
            }
            () => Ok(target.clone()),
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
        let target = match (self.uri.path_and_query(), self.uri.query()) {
            (Some(target), _) if self.uri.path() == path.as_str() => Ok(target.clone()),
            (_, Some(query)) => PathAndQuery::try_from(format!("{}?{query}", path.as_str())),
            (_, None) => PathAndQuery::try_from(path.as_str()),
        };
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority()?.clone())
            .path_and_query(target.map_err(|_| Refusal::Malformed("the target is no URI"))?);
        uri.build().map_err(|_| Refusal::Malformed("the target is no URI"))
    }
}

fn authority_of(text: &[u8]) -> Option<Authority> {
    Some(text).filter(|text| message::is_authority(text)).and_then(|text| Authority::try_from(text).ok())
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> HttpError {
    tracing::debug!(event = "request_body_broken", error = %error);
    HttpError::HttpProtocolError
}
