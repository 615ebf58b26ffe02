//! What fuzzers call with made-up bytes: each function reads them as one of the places does that read
//! what strangers write, and panics where a promise of that place does not hold. It is for tests alone.

use std::{net::IpAddr, path::Path};

use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::{
    config::ServerLimits,
    dispatch, policy,
    policy::{Limits, OutboundRule, Owners, Policy},
    routing::{PathError, PathRules, Pattern, RequestPath, RouteTable},
    runtime::outbound,
    server::{GateLimits, framing::Framing},
    site::settings::SegmentSettings,
};

/// A request path: it climbs nowhere, its redirect leads to a clean path, and a lookup ends.
pub fn path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let rules = PathRules::default();
    match RequestPath::parse(text, &rules) {
        Ok(path) => {
            assert!(!path.segments().iter().any(|segment| segment == ".." || segment.contains('\0')), "{text:?}");
            let found = table().find(&path).map(|found| found.params.clone());
            assert_eq!(found, table().find(&path).map(|found| found.params.clone()), "{text:?}");
        }
        Err(PathError::Redirect { to }) => {
            let again = RequestPath::parse(&to, &rules);
            assert!(!matches!(again, Err(PathError::Redirect { .. })), "{text:?} leads to {to:?} and on");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn table() -> RouteTable<()> {
    let mut table = RouteTable::new();
    for text in ["/", "/a/[b]/c", "/a/x/[c]", "/a/[...rest]", "/shop/[[...slug]]"] {
        let pattern = Pattern::parse(text).expect("a pattern");
        table.insert(pattern, text, ()).expect("no conflict");
    }
    table
}

/// A `segment.toml`: it is understood or told what is wrong, and never loosens what is above it.
pub fn segment(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match SegmentSettings::parse(Path::new("app/x/segment.toml"), text, false) {
        Err(faults) => assert!(faults.iter().all(|fault| !fault.found.is_empty()) && !faults.is_empty()),
        Ok(settings) => {
            if let Ok(policy) = Policy::root(Owners::Many).narrowed(&settings.change) {
                assert_eq!(policy.grants, policy::Grants::default(), "granted without a ceiling: {text:?}");
                for bound in Limits::BOUNDS {
                    let (own, default) = ((bound.read)(&policy.limits), (bound.read)(&Limits::default()));
                    assert!(!bound.is_looser(own, default), "{} is looser than its default: {text:?}", bound.key);
                }
            }
        }
    }
}

/// An outbound grant on the first line, the URI of a request on the second: a name is no address,
/// and a grant covers itself.
pub fn outbound(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (rule, uri) = text.split_once('\n').unwrap_or((text, text));
    if let Ok(rule) = OutboundRule::parse(rule) {
        assert!(rule.covers(&rule), "{rule}");
        assert_eq!(OutboundRule::parse(&rule.to_string()).as_ref(), Ok(&rule), "reads back as it is written");
    }
    if let Some((host, true)) = uri.parse::<Uri>().ok().and_then(|uri| outbound::destination(&uri)) {
        assert!(host.parse::<IpAddr>().is_err(), "the name {host:?} is an address");
        assert!(!host.ends_with('.') && !host.chars().any(|letter| letter.is_ascii_uppercase()), "{host:?}");
    }
}

/// The header fields of a guest's answer, one on each line: nothing of the connection's is sent, and
/// no more than the limits allow.
pub fn answer(data: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n').take(1_000) {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, value) = (&line[..colon], line.get(colon + 1..).unwrap_or_default());
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    if let Some(sent) = dispatch::sanitised(headers) {
        for name in ["connection", "transfer-encoding", "upgrade", "keep-alive", "te", "host"] {
            assert!(!sent.contains_key(name), "{name} is sent");
        }
        assert!(sent.len() <= Limits::default().response_headers);
    }
}

/// The bytes of an HTTP/1 connection: they mean the same whole and cut at any place, which the first
/// byte chooses.
pub fn gate(data: &[u8]) {
    let Some((cut, bytes)) = data.split_first() else { return };
    let whole = followed(bytes, bytes.len().max(1));
    let cut = followed(bytes, usize::from(*cut).max(1));
    assert_eq!(whole, cut, "{:?}", String::from_utf8_lossy(bytes));
}

/// How far a connection gets, told as its last judgement is.
fn followed(bytes: &[u8], piece: usize) -> (usize, String) {
    let mut framing = Framing::new(GateLimits::from(&ServerLimits::default()));
    let (mut shown, mut passed) = (Vec::new(), 0);
    for piece in bytes.chunks(piece) {
        shown.extend_from_slice(piece);
        let judgement = framing.judge(&shown);
        assert!(judgement.passed <= shown.len());
        shown.drain(..judgement.passed);
        passed += judgement.passed;
        if let Some(wrong) = judgement.wrong {
            return (passed, format!("{wrong:?}"));
        }
    }
    (passed, String::new())
}

#[cfg(test)]
mod tests;
