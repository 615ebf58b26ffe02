//! Text of an outbound entry to the entry, or what is wrong with it. It decides nothing about
//! requests.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::{Host, OutboundRule, Scheme};
use crate::policy::wrong::Wrong;

/// RFC 1035 section 2.3.4: a name has at most 255 octets on the wire, 253 as text.
const NAME_BYTES_MAX: usize = 253;
/// RFC 1035 section 2.3.4.
const LABEL_BYTES_MAX: usize = 63;

pub(super) fn rule(entry: &str) -> Result<OutboundRule, Wrong> {
    let wrong = |expected: &str, way_out: &str| {
        Wrong::new(format!("outbound entry {entry:?}")).expected(expected).way_out(way_out)
    };
    let (scheme, rest) = scheme(entry).map_err(|way_out| {
        wrong("`http://` or `https://`, a host, and a port where it is not the scheme's", way_out)
    })?;
    let (host, port) = split(rest).map_err(|way_out| wrong("a host and nothing behind it", way_out))?;
    Ok(OutboundRule {
        scheme,
        host: self::host(host).map_err(|way_out| wrong("a host", &way_out))?,
        port: port
            .map_or(Some(scheme.port()), self::port)
            .ok_or_else(|| wrong("a port from 1 to 65535", "correct the port or leave it out"))?,
    })
}

fn scheme(entry: &str) -> Result<(Scheme, &str), &'static str> {
    match entry.split_once("://") {
        Some(("https", rest)) => Ok((Scheme::Https, rest)),
        Some(("http", rest)) => Ok((Scheme::Http, rest)),
        Some(_) => Err("no other scheme can be granted, and schemes are lower case"),
        None => Err("put the scheme in front"),
    }
}

/// Host and port, which lies behind the last colon outside brackets.
fn split(rest: &str) -> Result<(&str, Option<&str>), &'static str> {
    if rest.contains('@') {
        return Err("remove the user information");
    }
    if rest.contains(['?', '#']) {
        return Err("remove the query");
    }
    let (bracketed, tail) = rest.split_at(rest.rfind(']').map_or(0, |end| end + 1));
    let (front, port) = match tail.rsplit_once(':') {
        Some((front, port)) => (front, Some(port)),
        None => (tail, None),
    };
    let is_path = front.contains('/') && !is_network(front);
    if is_path || port.is_some_and(|port| port.contains('/')) {
        return Err("remove the path: a host is granted whole");
    }
    Ok((&rest[..bracketed.len() + front.len()], port))
}

/// Whether the slash in `host` introduces a network's length and not a path.
fn is_network(host: &str) -> bool {
    host.split_once('/').is_some_and(|(address, _)| address.parse::<Ipv4Addr>().is_ok())
}

fn port(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse::<u16>().ok().filter(|port| digits && *port != 0)
}

fn host(text: &str) -> Result<Host, String> {
    if let Some(bracketed) = text.strip_prefix('[') {
        let inner = bracketed.strip_suffix(']').ok_or("close the bracket")?;
        return ipv6(inner).map(Host::Network);
    }
    if is_network(text) || text.parse::<Ipv4Addr>().is_ok() {
        return network(text).map(Host::Network);
    }
    if text.contains(':') {
        return Err("write IPv6 addresses in brackets".to_owned());
    }
    match text.strip_prefix("*.") {
        Some(parent) => name(parent).map(Host::Below),
        None => name(text).map(Host::Name),
    }
}

fn ipv6(text: &str) -> Result<IpNet, String> {
    if text.contains('%') {
        return Err("zones cannot be granted".to_owned());
    }
    let address = text.split_once('/').map_or(text, |(address, _)| address);
    let address: Ipv6Addr = address.parse().map_err(|_| "write an IPv6 address in the brackets".to_owned())?;
    match address.to_ipv4_mapped() {
        Some(mapped) => Err(format!("write the IPv4 address {mapped} instead")),
        None => network(text),
    }
}

/// A single address, or a network whose address has no bits beyond its length.
fn network(text: &str) -> Result<IpNet, String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(IpNet::from(address));
    }
    let network: IpNet = text.parse().map_err(|_| "write a network as address/length".to_owned())?;
    if network.addr() != network.network() {
        return Err(format!("write the network as {}", network.trunc()));
    }
    Ok(network)
}

fn name(text: &str) -> Result<String, String> {
    let name = text.to_ascii_lowercase();
    if name.contains('*') {
        return Err("a `*` stands alone as the first label, before at least one more".to_owned());
    }
    if !name.is_ascii() {
        return Err("write international names in their ASCII form, xn--...".to_owned());
    }
    if name.len() > NAME_BYTES_MAX || !name.split('.').all(is_label) {
        return Err("use letters, digits and `-` in labels separated by single dots".to_owned());
    }
    if ends_in_number(&name) {
        return Err("write addresses as four decimal numbers".to_owned());
    }
    if name == "localhost" || name.ends_with(".localhost") {
        return Err("a name never leads to this machine; write 127.0.0.1 or [::1]".to_owned());
    }
    Ok(name)
}

pub(super) fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !label.is_empty()
        && label.len() <= LABEL_BYTES_MAX
        && label.bytes().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Resolvers read `127.1` and `0x7f.1` as addresses; the URL standard decides by the last label.
fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let hexadecimal = last.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hexadecimal || last.bytes().all(|byte| byte.is_ascii_digit())
}
