//! What the host believes of the client: from the connection, or from proxies it trusts (RFC 7239,
//! and the `X-Forwarded-` fields that came before it). It believes nobody else.

use std::{
    fmt::{self, Write as _},
    net::{IpAddr, SocketAddr},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header, uri::Scheme};

use crate::config::TrustedProxies;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Room for what a guest is told of its client beside the authority: names, and the longest address.
const TOLD_BYTES: usize = "for=\"[]\";host=\"\";proto=https".len() + 39;

/// The most proxies that are followed, one behind the other.
const HOPS_MAX: usize = 32;

/// Who sent a request, and what for and over what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Believed {
    /// The client; none where a proxy hides it.
    pub(super) client: Option<IpAddr>,
    /// What a proxy says of how it was asked; else it is as the request has it.
    pub(super) scheme: Option<Scheme>,
    /// The authority a proxy was asked for, as it says it.
    pub(super) authority: Option<String>,
}

/// What one proxy says of the request it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Hop {
    client: Said,
    scheme: Option<Scheme>,
    authority: Option<String>,
}

/// Where a proxy says a request came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Said {
    /// It does not say.
    #[default]
    Nothing,
    /// It says it in a way that hides it, or that nobody reads.
    Hidden,
    Address(IpAddr),
}

impl Believed {
    /// What is believed of a request that `peer` sent. Every proxy appends what it saw, so the last
    /// words are the peer's own; they are followed back until somebody spoke who is not trusted.
    pub(super) fn of(headers: &HeaderMap, peer: Option<IpAddr>, proxies: &TrustedProxies) -> Self {
        let mut believed = Self { client: peer, scheme: None, authority: None };
        let Some(peer) = peer.filter(|peer| proxies.trusts(*peer)) else { return believed };
        let mut speaker = Some(peer);
        for hop in hops(headers).into_iter().rev().take(HOPS_MAX) {
            if !speaker.is_some_and(|speaker| proxies.trusts(speaker)) {
                break;
            }
            speaker = hop.client.address();
            believed = Self {
                client: if hop.client == Said::Nothing { believed.client } else { speaker },
                scheme: hop.scheme.or(believed.scheme),
                authority: hop.authority.or(believed.authority),
            };
        }
        believed
    }

    /// Tells a guest, in the fields it may expect this in. Without a client there was no connection
    /// whose word it would be.
    pub(super) fn tell(&self, headers: &mut HeaderMap, scheme: &Scheme, authority: &str) {
        let Some(client) = self.client else { return };
        let (opened, closed) = if client.is_ipv6() { ("for=\"[", "]\";host=\"") } else { ("for=", ";host=\"") };
        let mut text = String::with_capacity(TOLD_BYTES + authority.len());
        // The older fields are pieces of the standard one, and share its memory.
        let mut piece = |before: &str, piece: &dyn fmt::Display| {
            text.push_str(before);
            let start = text.len();
            // Writing to a string cannot fail.
            let _ = write!(text, "{piece}");
            start..text.len()
        };
        let client = piece(opened, &client);
        let host = piece(closed, &authority);
        let proto = piece("\";proto=", scheme);
        let text = Bytes::from(text);
        for (name, value) in [
            (header::FORWARDED, text.clone()),
            (FOR, text.slice(client)),
            (HOST, text.slice(host)),
            (PROTO, text.slice(proto)),
        ] {
            headers.extend(HeaderValue::from_maybe_shared(value).ok().map(|value| (name, value)));
        }
    }
}

/// What the proxies say, the nearest last. The standard field wins over the older ones.
fn hops(headers: &HeaderMap) -> Vec<Hop> {
    if headers.contains_key(header::FORWARDED) { standard(headers).unwrap_or_default() } else { de_facto(headers) }
}

/// RFC 7239 section 4; none where it is not written so.
fn standard(headers: &HeaderMap) -> Option<Vec<Hop>> {
    let mut hops = Vec::new();
    for value in headers.get_all(header::FORWARDED) {
        for element in split_outside_quotes(value.to_str().ok()?, ',')? {
            hops.push(element_of(element)?);
        }
    }
    Some(hops)
}

fn element_of(element: &str) -> Option<Hop> {
    let mut hop = Hop::default();
    for pair in split_outside_quotes(element, ';')? {
        let (name, value) = pair.split_once('=')?;
        let value = unquoted(value)?;
        match name.to_ascii_lowercase().as_str() {
            "for" => hop.client = said(value),
            "proto" => hop.scheme = scheme(value),
            "host" => hop.authority = Some(value.to_owned()),
            _ => {}
        }
    }
    Some(hop)
}

/// Each of the fields is a list, or has one value that stands for all hops.
fn de_facto(headers: &HeaderMap) -> Vec<Hop> {
    let (clients, proto, host) = (list(headers, &FOR), list(headers, &PROTO), list(headers, &HOST));
    let hops = clients.len().max(1);
    let hop = |hop| Hop {
        client: clients.get(hop).map_or(Said::Nothing, |text: &&str| said(text)),
        scheme: at(&proto, hop, hops).and_then(scheme),
        authority: at(&host, hop, hops).map(str::to_owned),
    };
    (0..hops).map(hop).collect()
}

fn at<'t>(texts: &[&'t str], hop: usize, hops: usize) -> Option<&'t str> {
    if texts.len() == hops { texts.get(hop).copied() } else { texts.last().copied() }
}

fn list<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Vec<&'h str> {
    let values = headers.get_all(name).iter();
    values.flat_map(|value| value.to_str().unwrap_or_default().split(',')).map(str::trim).collect()
}

fn scheme(text: &str) -> Option<Scheme> {
    [Scheme::HTTP, Scheme::HTTPS].into_iter().find(|scheme| text.eq_ignore_ascii_case(scheme.as_str()))
}

impl Said {
    fn address(self) -> Option<IpAddr> {
        match self {
            Self::Address(address) => Some(address),
            Self::Nothing | Self::Hidden => None,
        }
    }
}

fn said(text: &str) -> Said {
    address(text).map_or(Said::Hidden, Said::Address)
}

/// An address with or without a port. What hides the client, `unknown` or a name, is none.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bracketed.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// The pieces without the whitespace around them; none where a quoted text does not end.
fn split_outside_quotes(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if character == separator && !quoted => {
                pieces.push(text[start..at].trim());
                start = at + separator.len_utf8();
            }
            _ => {}
        }
    }
    pieces.push(text[start..].trim());
    (!quoted).then_some(pieces)
}

/// A token, or what stands between two quotes; nothing we read needs an escape.
fn unquoted(value: &str) -> Option<&str> {
    let Some(opened) = value.strip_prefix('"') else { return (!value.contains('"')).then_some(value) };
    opened.strip_suffix('"').filter(|inner| !inner.contains(['"', '\\']))
}

#[cfg(test)]
mod tests;
