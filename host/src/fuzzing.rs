//! What fuzzers call with made-up bytes: each function reads them as one of the places does that read
//! what strangers write, and panics where a promise of that place does not hold. It is for tests alone.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
};

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

/// An address, as its bytes and as one spelled on each line: none that leads inside is public, whatever it is
/// wrapped in, and one with a zone is none.
pub fn address(data: &[u8]) {
    if let Some(bytes) = data.first_chunk::<4>() {
        judge_v4(Ipv4Addr::from(*bytes));
    }
    if let Some(bytes) = data.first_chunk::<16>() {
        judge_v6(Ipv6Addr::from(*bytes));
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    for line in text.lines() {
        match line.parse() {
            Ok(IpAddr::V4(address)) => judge_v4(address),
            Ok(IpAddr::V6(address)) => judge_v6(address),
            Err(_) => {}
        }
        if line.contains(['[', ']', '/', '?', '#', '@']) {
            continue;
        }
        let spelled = format!("http://[{line}]/").parse::<Uri>().ok().and_then(|uri| outbound::destination(&uri));
        if let Some((host, is_name)) = spelled {
            let plain = host.trim_matches(['[', ']']).parse::<IpAddr>();
            let meant = line.parse::<IpAddr>().map(|address| address.to_canonical());
            assert!(!is_name && meant.is_ok() && plain == meant, "{line:?} leads to {host:?}");
        }
    }
}

/// Judged without the filter's own table, by what the standard library knows of IPv4.
fn judge_v4(address: Ipv4Addr) {
    let is_public = outbound::may_be_led_to(address.into());
    let [first, second, ..] = address.octets();
    let leads_inside = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || matches!(first, 0 | 224..)
        || (first == 100 && second & 0xc0 == 64);
    assert!(!(is_public && leads_inside), "{address} is taken for public");
    let mapped = address.to_ipv6_mapped();
    assert_eq!(outbound::may_be_led_to(mapped.into()), is_public, "{mapped} is {address}");
    let [a, b, ..] = mapped.segments()[6..] else { return };
    for (tunnel, wrapped) in [
        ("v4-compatible", [0, 0, 0, 0, 0, 0, a, b]),
        ("translated", [0, 0, 0, 0, 0xffff, 0, a, b]),
        ("NAT64", [0x64, 0xff9b, 0, 0, 0, 0, a, b]),
        ("local NAT64", [0x64, 0xff9b, 1, 0, 0, 0, a, b]),
        ("6to4", [0x2002, a, b, 0, 0, 0, 0, 1]),
        ("Teredo", [0x2001, 0, a, b, 0, 0, !a, !b]),
    ] {
        let wrapped = Ipv6Addr::from(wrapped);
        assert!(!outbound::may_be_led_to(wrapped.into()), "{wrapped} hides {address} ({tunnel})");
    }
}

fn judge_v6(address: Ipv6Addr) {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return judge_v4(mapped);
    }
    let leads_inside = address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.segments()[0] >> 13 != 1;
    assert!(!(outbound::may_be_led_to(address.into()) && leads_inside), "{address} is taken for public");
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
