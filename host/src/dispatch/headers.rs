//! The fields that are not for the other side: what speaks of one connection, what only the host may
//! say, and what may not stand in trailers. It decides about no request.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::runtime::{body::strip_unfit_trailers, call::RESERVED_HEADER_PREFIX};

/// Fields that speak of a connection, which is the server's and not the guest's (RFC 9110 section 7.6.1).
const HOP_BY_HOP: [HeaderName; 7] = [
    header::CONNECTION,
    HeaderName::from_static("http2-settings"),
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// What a proxy says of the client, which may come from the client itself.
pub(super) const FORWARDED: [HeaderName; 6] = [
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
];

/// Fields by which one answer settles how browsers treat every other of its origin: where it is found
/// (RFC 7838), over what (RFC 6797), what is kept of it, who hears of its failures, and for which paths
/// a script may answer.
const ORIGIN_WIDE: [HeaderName; 6] = [
    header::ALT_SVC,
    HeaderName::from_static("clear-site-data"),
    HeaderName::from_static("nel"),
    HeaderName::from_static("report-to"),
    HeaderName::from_static("service-worker-allowed"),
    header::STRICT_TRANSPORT_SECURITY,
];

/// Removes what speaks of the connection, whatever `Connection` names included.
pub(super) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    if headers.contains_key(header::CONNECTION) {
        for name in named_by_connection(headers) {
            headers.remove(name);
        }
    }
    strip(headers, |name| HOP_BY_HOP.contains(name));
}

/// Removes what only the host may tell a guest.
pub(super) fn strip_reserved(headers: &mut HeaderMap) {
    strip(headers, |name| name.as_str().starts_with(RESERVED_HEADER_PREFIX) || FORWARDED.contains(name));
}

/// Looks at the few fields there are, which is quicker than to look up each that may not be.
fn strip(headers: &mut HeaderMap, is_unfit: impl Fn(&HeaderName) -> bool) {
    let unfit: Vec<_> = headers.keys().filter(|name| is_unfit(name)).cloned().collect();
    for name in &unfit {
        headers.remove(name);
    }
}

/// Removes what one of many owners may not settle for the others.
pub(super) fn strip_origin_wide(headers: &mut HeaderMap) {
    for name in &ORIGIN_WIDE {
        if headers.remove(name).is_some() {
            tracing::debug!(event = "field_dropped", name = name.as_str(), reason = "speaks for the whole origin");
        }
    }
}

/// An answer was made once (RFC 9110 section 6.6.1): where several dates are told the server writes its own.
pub(super) fn strip_ambiguous_date(headers: &mut HeaderMap) {
    if headers.get_all(header::DATE).iter().nth(1).is_some() {
        headers.remove(header::DATE);
    }
}

/// Cookies that came in several fields, as HTTP/2 lets a client send them, become one, since that is what a guest
/// knows how to read (RFC 9113 section 8.2.3).
pub(super) fn join_cookies(headers: &mut HeaderMap) {
    let fields: Vec<_> = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if fields.len() > 1 {
        let joined = HeaderValue::from_bytes(&fields.join(&b"; "[..]));
        headers.insert(header::COOKIE, joined.expect("values with a separator between are a value"));
    }
}

/// Removes from trailers whatever belongs into a head only.
pub(super) fn strip_trailers(trailers: &mut HeaderMap) {
    strip_hop_by_hop(trailers);
    strip_reserved(trailers);
    strip_unfit_trailers(trailers);
}

fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(header::CONNECTION).iter();
    let options = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    options.filter_map(|option| HeaderName::from_bytes(option.trim_ascii()).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let fields = fields.iter();
        fields.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        headers.keys().map(HeaderName::as_str).collect()
    }

    #[test]
    fn what_speaks_of_a_connection_is_removed() {
        let mut headers = headers(&[
            ("connection", "close, X-Named,, te , \"no token\""),
            ("x-named", "1"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("keep-alive", "1"),
            ("proxy-connection", "close"),
            ("transfer-encoding", "chunked"),
            ("http2-settings", "AA"),
            ("x-kept", "1"),
        ]);
        strip_hop_by_hop(&mut headers);
        assert_eq!(names(&headers), ["x-kept"]);
    }

    #[test]
    fn of_several_dates_none_is_kept() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        for (sent, kept) in [(&[][..], 0), (&[date], 1), (&[date, date], 0), (&[date, ("date", "x")], 0)] {
            let mut headers = headers(sent);
            strip_ambiguous_date(&mut headers);
            assert_eq!(headers.get_all(header::DATE).iter().count(), kept, "{sent:?}");
        }
    }

    #[test]
    fn cookies_of_several_fields_become_one() {
        let rows: [(&[_], &[&str]); 3] = [
            (&[], &[]),
            (&[("cookie", "a=1")], &["a=1"]),
            (&[("cookie", "a=1"), ("x", "y"), ("cookie", "b=2; c=3")], &["a=1; b=2; c=3"]),
        ];
        for (sent, joined) in rows {
            let mut headers = headers(sent);
            join_cookies(&mut headers);
            let cookies: Vec<_> = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes).collect();
            let expected: Vec<_> = joined.iter().map(|value| value.as_bytes()).collect();
            assert_eq!(cookies, expected, "{sent:?}");
        }
    }

    #[test]
    fn trailers_keep_what_is_about_the_body() {
        let mut trailers = headers(&[
            ("content-length", "1"),
            ("transfer-encoding", "chunked"),
            ("host", "b"),
            ("authorization", "x"),
            ("cookie", "a=b"),
            ("routelet-pattern", "/"),
            ("x-forwarded-for", "::1"),
            ("x-checksum", "1"),
        ]);
        strip_trailers(&mut trailers);
        assert_eq!(names(&trailers), ["x-checksum"]);
    }
}
