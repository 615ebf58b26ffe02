//! Makes of a guest's request the head that goes on the wire. What frames the message, names its
//! receiver or belongs to the host is written here, whatever the guest wrote.

use http::{HeaderName, HeaderValue, Method, Request, Uri, header, uri::PathAndQuery};
use wasmtime_wasi_http::{DEFAULT_FORBIDDEN_HEADERS, Error};

use super::target::Target;

/// How many requests of this server's own routes led to a request. A route that calls its own
/// server, directly or through others, is told from a new client by it.
pub(crate) const DEPTH_HEADER: HeaderName = HeaderName::from_static("routelet-depth");

/// Fields under this prefix are written by the host alone.
const RESERVED_PREFIX: &str = "routelet-";

/// Longer targets are refused by the servers we know.
const TARGET_BYTES_MAX: usize = 8 * 1024;

/// Rewrites a request for `target`: origin-form, one `Host`, no field that belongs to a connection
/// or to the host. Refused are CONNECT, a path that is no path, and a target beyond 8 KiB.
pub(super) fn prepare<B>(mut request: Request<B>, target: &Target, depth: u32) -> Result<Request<B>, Error> {
    if request.method() == Method::CONNECT {
        return Err(Error::HttpRequestMethodInvalid);
    }
    *request.uri_mut() = Uri::from(origin_form(request.uri().path_and_query())?);
    *request.version_mut() = http::Version::HTTP_11;
    let fields = request.headers_mut();
    let foreign: Vec<HeaderName> = fields.keys().filter(|name| is_foreign(name)).cloned().collect();
    for name in foreign {
        fields.remove(name);
    }
    fields.insert(header::HOST, target.authority());
    fields.insert(DEPTH_HEADER, HeaderValue::from(depth));
    Ok(request)
}

/// Only paths: an absolute URI or an authority in the request line would name another receiver than
/// the one that was vetted (RFC 9112 section 3.2).
fn origin_form(path: Option<&PathAndQuery>) -> Result<PathAndQuery, Error> {
    let path = path.map_or("/", PathAndQuery::as_str);
    if path.len() > TARGET_BYTES_MAX {
        return Err(Error::HttpRequestUriTooLong);
    }
    let text = match path.as_bytes().first() {
        None | Some(b'?') => format!("/{path}"),
        Some(b'/') => path.to_owned(),
        Some(_) => return Err(Error::HttpRequestUriInvalid),
    };
    PathAndQuery::try_from(text).map_err(|_| Error::HttpRequestUriInvalid)
}

fn is_foreign(name: &HeaderName) -> bool {
    DEFAULT_FORBIDDEN_HEADERS.contains(name) || *name == header::TE || name.as_str().starts_with(RESERVED_PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(request: http::request::Builder) -> Result<Request<()>, Error> {
        let request = request.body(()).expect("a request of a test is well-formed");
        let target = Target::read(&Uri::from_static("http://example.com:8080/"))?;
        prepare(request, &target, 3)
    }

    #[test]
    fn the_request_line_holds_a_path_only() {
        let long = format!("http://example.com/{}", "a".repeat(TARGET_BYTES_MAX - 1));
        let rows = [
            ("http://example.com:8080/a/b?c=d", "/a/b?c=d"),
            ("http://example.com:8080", "/"),
            ("http://example.com?c", "/?c"),
            ("http://example.com//evil.example/", "//evil.example/"),
            (long.as_str(), &long["http://example.com".len()..]),
        ];
        for (uri, line) in rows {
            let request = prepared(Request::get(uri)).expect(uri);
            assert_eq!(request.uri().to_string(), line);
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let too_long = format!("http://example.com/{}", "a".repeat(TARGET_BYTES_MAX));
        assert!(matches!(prepared(Request::get(too_long)), Err(Error::HttpRequestUriTooLong)));
        assert!(matches!(prepared(Request::options("*")), Err(Error::HttpRequestUriInvalid)));
        let connect = Request::connect("http://example.com/");
        assert!(matches!(prepared(connect), Err(Error::HttpRequestMethodInvalid)));
    }

    #[test]
    fn the_host_writes_what_frames_names_and_counts() {
        let request = Request::post("http://example.com/")
            .header("host", "other.example")
            .header("host", "third.example")
            .header("transfer-encoding", "chunked")
            .header("connection", "x-secret")
            .header("te", "trailers")
            .header("upgrade", "h2c")
            .header("keep-alive", "timeout=9")
            .header("proxy-authorization", "Basic eDp5")
            .header("routelet-depth", "0")
            .header("routelet-request-id", "forged")
            .header("x-own", "kept")
            .header("content-length", "0");
        let request = prepared(request).expect("a request with odd fields is sent without them");
        let mut fields: Vec<_> =
            request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        fields.sort_unstable();
        let expected: [(&str, &[u8]); 4] =
            [("content-length", b"0"), ("host", b"example.com:8080"), ("routelet-depth", b"3"), ("x-own", b"kept")];
        assert_eq!(fields, expected);
    }
}
