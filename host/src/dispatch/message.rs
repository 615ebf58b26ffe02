//! What one HTTP request may say of itself, whichever version and connection carried it: the rules
//! that the gate before HTTP/1 and the line behind it share. It reads no sockets and makes no answers.

use std::{
    net::Ipv6Addr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// The longest method that is looked at: the longest registered one has 17 bytes.
pub(crate) const METHOD_BYTES_MAX: usize = 32;

/// The longest `Content-Length` that can be: no more digits fit a number of 64 bits.
const LENGTH_DIGITS_MAX: usize = 20;

/// Why a request is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadMessage {
    /// It breaks the grammar; the text is for whoever debugs a client.
    Malformed(&'static str),
    /// Its target is longer than the server reads.
    UriTooLong,
    /// Its head has more bytes or fields than the server reads.
    HeadTooLarge,
    /// Its body is coded in a way the server does not decode (RFC 9112 section 6.1).
    UnknownCoding,
}

/// What the gate before a connection found wrong with one of its messages. Nothing behind that
/// message is read, so there is at most one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verdict(Arc<OnceLock<(u64, BadMessage)>>);

impl Verdict {
    /// Passed once, on the n-th message of the connection, counted from zero.
    pub(crate) fn pass(&self, message: u64, bad: BadMessage) {
        let _ = self.0.set((message, bad));
    }
}

/// Counts the requests of a connection as they come out of HTTP/1, which keeps their order, so that
/// each finds the verdict on itself.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    next: AtomicU64,
    verdict: Verdict,
}

impl Messages {
    /// The messages behind a gate that passes this verdict.
    pub(crate) fn behind(verdict: Verdict) -> Self {
        Self { next: AtomicU64::new(0), verdict }
    }

    /// Stands for the next request.
    pub(crate) fn next(&self) -> Judged {
        Judged { message: self.next.fetch_add(1, Ordering::Relaxed), verdict: self.verdict.clone() }
    }
}

/// A request that came through a gate: whether anything is wrong with it, as far as it was read.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    message: u64,
    verdict: Verdict,
}

impl Judged {
    /// What is wrong, if anything is by now: a body can turn out bad after its head.
    pub(crate) fn bad(&self) -> Option<BadMessage> {
        self.verdict.0.get().filter(|(message, _)| *message == self.message).map(|(_, bad)| *bad)
    }
}

/// How a message says where its body ends (RFC 9112 section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyEnd {
    /// After so many bytes.
    Length(u64),
    /// With the last chunk.
    Chunked,
}

/// The fields that say for whom a message is and where it ends, as they come by.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    hosts: usize,
    length: Option<u64>,
    coding: Coding,
}

#[derive(Debug, Default)]
struct Coding {
    is_there: bool,
    chunked: usize,
    others: usize,
}

impl Fields {
    /// Takes one field. Whitespace around the value is no part of it.
    pub(crate) fn take(&mut self, name: &[u8], value: &[u8]) -> Result<(), BadMessage> {
        // Most names differ in length already.
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => self.take_host(value),
            14 if name.eq_ignore_ascii_case(b"content-length") => self.take_length(value),
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                self.coding.take(value);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether a `Host` was among them.
    pub(crate) fn has_host(&self) -> bool {
        self.hosts > 0
    }

    /// Whether a `Transfer-Encoding` was among them.
    pub(crate) fn has_coding(&self) -> bool {
        self.coding.is_there
    }

    /// Where the body ends, once all fields have come by.
    pub(crate) fn body_end(&self) -> Result<BodyEnd, BadMessage> {
        match (self.coding.is_there, self.length) {
            (false, length) => Ok(BodyEnd::Length(length.unwrap_or(0))),
            // RFC 9112 section 6.1 allows to let the coding win; whoever sends both wants two
            // readers to disagree.
            (true, Some(_)) => Err(BadMessage::Malformed("a length beside a transfer coding")),
            (true, None) => self.coding.settle(),
        }
    }

    fn take_host(&mut self, value: &[u8]) -> Result<(), BadMessage> {
        self.hosts += 1;
        match () {
            () if self.hosts > 1 => Err(BadMessage::Malformed("more than one Host")),
            () if !is_authority(value) => Err(BadMessage::Malformed("the Host is no host")),
            () => Ok(()),
        }
    }

    fn take_length(&mut self, value: &[u8]) -> Result<(), BadMessage> {
        let digits = (1..=LENGTH_DIGITS_MAX).contains(&value.len()) && value.iter().all(u8::is_ascii_digit);
        let digits = std::str::from_utf8(value).ok().filter(|_| digits);
        let length: Option<u64> = digits.and_then(|digits| digits.parse().ok());
        // Above that, sums with it would overflow; no body is as long.
        let length = length.filter(|length| *length <= i64::MAX as u64);
        match (length, self.length) {
            (None, _) => Err(BadMessage::Malformed("the Content-Length is no length")),
            (Some(_), Some(_)) => Err(BadMessage::Malformed("more than one Content-Length")),
            (length, None) => {
                self.length = length;
                Ok(())
            }
        }
    }
}

impl Coding {
    fn take(&mut self, value: &[u8]) {
        self.is_there = true;
        for coding in value.split(|byte| *byte == b',') {
            match coding.trim_ascii().eq_ignore_ascii_case(b"chunked") {
                true => self.chunked += 1,
                false => self.others += 1,
            }
        }
    }

    /// RFC 9112 section 6.1: `chunked` once, and nothing the server would have to decode first.
    fn settle(&self) -> Result<BodyEnd, BadMessage> {
        match (self.chunked, self.others) {
            (1, 0) => Ok(BodyEnd::Chunked),
            (_, 0) => Err(BadMessage::Malformed("the body is chunked more than once")),
            (_, _) => Err(BadMessage::UnknownCoding),
        }
    }
}

/// Whether a method is a token that a route could answer (RFC 9110 sections 5.6.2 and 9.1).
pub(crate) fn is_method(method: &[u8]) -> bool {
    (1..=METHOD_BYTES_MAX).contains(&method.len()) && method.iter().copied().all(is_token) && method != b"CONNECT"
}

/// Whether a byte may stand in a token.
pub(crate) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Whether a text is a host with or without a port, and nothing else (RFC 9110 section 7.2). Of the
/// characters that RFC 3986 section 3.2.2 allows in a name, those pass that names have.
pub(crate) fn is_authority(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    if let Some(bracketed) = text.strip_prefix('[') {
        return bracketed
            .split_once(']')
            .is_some_and(|(address, port)| address.parse::<Ipv6Addr>().is_ok() && is_port_or_nothing(port));
    }
    let port = text.find(':').unwrap_or(text.len());
    let (host, port) = text.split_at(port);
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    !host.is_empty() && host.bytes().all(allowed) && is_port_or_nothing(port)
}

fn is_port_or_nothing(text: &str) -> bool {
    match text.strip_prefix(':') {
        Some("") => true,
        Some(port) => port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok(),
        None => text.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_a_host_and_perhaps_a_port() {
        for text in ["a", "a.example", "a-b_c~d.example:80", "127.0.0.1", "[::1]", "[::1]:8080", "a:", "a:65535"] {
            assert!(is_authority(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            ":80",
            "a:65536",
            "a:+1",
            "a:8 0",
            "a b",
            "a/b",
            "u@a",
            "a%41",
            "a,b",
            "[::1",
            "[::1]x",
            "[a]",
            "[fe80::1%25eth0]",
            "::1",
            "a:1:2",
            "\u{e4}",
            "*.a",
            "a?",
            "a#b",
            "a\\b",
        ] {
            assert!(!is_authority(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_method_is_a_short_token() {
        for method in ["GET", "get", "X", "M-SEARCH", "!#$%&'*+-.^_`|~", &"M".repeat(32)] {
            assert!(is_method(method.as_bytes()), "{method}");
        }
        for method in ["", "CONNECT", "G T", "G(T", "G\u{e4}T", "G/T", &"M".repeat(33)] {
            assert!(!is_method(method.as_bytes()), "{method}");
        }
    }

    #[test]
    fn a_body_ends_in_one_way() {
        let length = |length| Ok(BodyEnd::Length(length));
        let malformed: Result<BodyEnd, Option<BadMessage>> = Err(None);
        let unknown = Err(Some(BadMessage::UnknownCoding));
        for (fields, end) in [
            (&[][..], length(0)),
            (&[("Content-Length", "5")], length(5)),
            (&[("content-length", "9223372036854775807")], length(i64::MAX as u64)),
            (&[("content-length", "9223372036854775808")], malformed),
            (&[("content-length", "18446744073709551616")], malformed),
            (&[("content-length", "")], malformed),
            (&[("content-length", "+5")], malformed),
            (&[("content-length", "-1")], malformed),
            (&[("content-length", "0x5")], malformed),
            (&[("content-length", "5, 5")], malformed),
            (&[("content-length", "5"), ("content-length", "5")], malformed),
            (&[("Transfer-Encoding", "Chunked")], Ok(BodyEnd::Chunked)),
            (&[("transfer-encoding", "chunked, chunked")], malformed),
            (&[("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")], malformed),
            (&[("transfer-encoding", "")], unknown),
            (&[("transfer-encoding", "chunked,")], unknown),
            (&[("transfer-encoding", "gzip, chunked")], unknown),
            (&[("transfer-encoding", "identity")], unknown),
            (&[("transfer-encoding", "xchunked")], unknown),
            (&[("transfer-encoding", "chunked;q=1")], unknown),
            (&[("transfer-encoding", "chunked"), ("content-length", "5")], malformed),
            (&[("content-length", "5"), ("transfer-encoding", "chunked")], malformed),
        ] {
            let mut seen = Fields::default();
            let mut taken = fields.iter().map(|(name, value)| seen.take(name.as_bytes(), value.as_bytes()));
            let taken: Result<(), _> = taken.find(Result::is_err).unwrap_or(Ok(()));
            let found = taken.and_then(|()| seen.body_end());
            let found = found.map_err(|bad| Some(bad).filter(|bad| !matches!(bad, BadMessage::Malformed(_))));
            assert_eq!(found, end, "{fields:?}");
        }
    }

    #[test]
    fn a_verdict_is_on_one_message() {
        let verdict = Verdict::default();
        let messages = Messages::behind(verdict.clone());
        let (first, second) = (messages.next(), messages.next());
        verdict.pass(1, BadMessage::UriTooLong);
        assert_eq!((first.bad(), second.bad()), (None, Some(BadMessage::UriTooLong)));
    }
}
