//! The head of an HTTP/1 request, judged line by line as the lines become whole (RFC 9112 sections
//! 2 to 5). It looks at every byte once and keeps none.

use super::GateLimits;
use crate::dispatch::message::{BadMessage, BodyEnd, Fields, METHOD_BYTES_MAX, is_authority, is_method, is_token};

/// What a request line has beside its method and its target: two spaces and a version.
const REQUEST_LINE_REST_BYTES: usize = " ".len() + " HTTP/1.1\r\n".len();

/// A head as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Where the line begins that is not whole yet.
    line: usize,
    /// Up to where no further end of a line was found.
    searched: usize,
    version: Option<Version>,
    count: usize,
    fields: Fields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Http10,
    Http11,
}

/// A head that may be acted on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WholeHead {
    pub(super) bytes: usize,
    pub(super) body_end: BodyEnd,
}

impl Head {
    /// Judges what is new of `bytes`, which begin with the head. `None` until it is whole.
    pub(super) fn advance(&mut self, bytes: &[u8], limits: &GateLimits) -> Result<Option<WholeHead>, BadMessage> {
        while let Some(end) = line_end(&bytes[self.searched..]) {
            let end = self.searched + end;
            if end >= limits.head_bytes {
                return Err(self.too_large());
            }
            let line = whole_line(&bytes[self.line..=end])?;
            self.line = end + 1;
            self.searched = self.line;
            if self.take(line, limits)? {
                return Ok(Some(WholeHead { bytes: self.line, body_end: self.body_end()? }));
            }
        }
        self.searched = bytes.len();
        self.check_unfinished(&bytes[self.line..], limits)?;
        if bytes.len() >= limits.head_bytes { Err(self.too_large()) } else { Ok(None) }
    }

    /// Whether nothing of a head has come.
    pub(super) fn is_untouched(&self) -> bool {
        self.searched == 0
    }

    /// Takes one line; true with the one that ends the head.
    fn take(&mut self, line: &[u8], limits: &GateLimits) -> Result<bool, BadMessage> {
        match (self.version, line) {
            // RFC 9112 section 2.2: old clients end a body with a line too many.
            (None, []) => Ok(false),
            (None, line) => {
                self.version = Some(request_line(line, limits)?);
                Ok(false)
            }
            (Some(_), []) => Ok(true),
            (Some(_), line) => {
                self.count += 1;
                if self.count > limits.fields {
                    return Err(BadMessage::HeadTooLarge);
                }
                let (name, value) = field(line)?;
                self.fields.take(name, value)?;
                Ok(false)
            }
        }
    }

    fn body_end(&self) -> Result<BodyEnd, BadMessage> {
        match self.version {
            Some(Version::Http10) if self.fields.has_coding() => {
                Err(BadMessage::Malformed("a transfer coding in HTTP/1.0"))
            }
            Some(Version::Http11) if !self.fields.has_host() => Err(BadMessage::Malformed("no Host")),
            _ => self.fields.body_end(),
        }
    }

    /// What shows before its end that a request line cannot become one.
    fn check_unfinished(&self, line: &[u8], limits: &GateLimits) -> Result<(), BadMessage> {
        if self.version.is_some() {
            return Ok(());
        }
        let method = line.iter().take(METHOD_BYTES_MAX + 1).position(|byte| *byte == b' ');
        match method {
            Some(method) if line.len() > method + REQUEST_LINE_REST_BYTES + limits.uri_bytes => {
                Err(BadMessage::UriTooLong)
            }
            None if line.len() > METHOD_BYTES_MAX => Err(NO_METHOD),
            _ => Ok(()),
        }
    }

    fn too_large(&self) -> BadMessage {
        if self.version.is_none() { BadMessage::UriTooLong } else { BadMessage::HeadTooLarge }
    }
}

const NO_METHOD: BadMessage = BadMessage::Malformed("no method for a route");
const NO_TARGET: BadMessage = BadMessage::Malformed("the target is no path");

fn request_line(line: &[u8], limits: &GateLimits) -> Result<Version, BadMessage> {
    let mut parts = line.splitn(3, |byte| *byte == b' ');
    let (method, target, version) = (parts.next(), parts.next(), parts.next());
    if !method.is_some_and(is_method) {
        return Err(NO_METHOD);
    }
    let target = target.unwrap_or_default();
    if target.len() > limits.uri_bytes {
        return Err(BadMessage::UriTooLong);
    }
    if !is_target(target) {
        return Err(NO_TARGET);
    }
    match version {
        Some(b"HTTP/1.1") => Ok(Version::Http11),
        Some(b"HTTP/1.0") => Ok(Version::Http10),
        _ => Err(BadMessage::Malformed("no version of HTTP/1")),
    }
}

/// RFC 9112 sections 3.2.1 and 3.2.2: a path, or a whole URI of HTTP; no fragment. Bytes beyond
/// ASCII pass here, since people type them; a path they are in has to be UTF-8.
fn is_target(target: &[u8]) -> bool {
    let allowed = |byte: &u8| *byte > b' ' && !matches!(byte, b'#' | 0x7f);
    if !target.iter().all(allowed) {
        return false;
    }
    if target.starts_with(b"/") {
        return true;
    }
    let after_scheme = ["http://", "https://"].iter().find_map(|scheme| {
        let (start, rest) = target.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme.as_bytes()).then_some(rest)
    });
    after_scheme.is_some_and(|rest| {
        let authority = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
        is_authority(&rest[..authority])
    })
}

/// One field of a head or of trailers, its value without the whitespace around it (RFC 9112 section 5).
pub(super) fn field(line: &[u8]) -> Result<(&[u8], &[u8]), BadMessage> {
    let colon = line.iter().position(|byte| *byte == b':');
    let (name, value) = line.split_at(colon.ok_or(BadMessage::Malformed("a field without a colon"))?);
    let value = &value[1..];
    // A line that begins with whitespace would continue the one before it (section 5.2).
    if name.is_empty() || !name.iter().copied().all(is_token) {
        return Err(BadMessage::Malformed("the name of a field is no token"));
    }
    if !value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~' | 0x80..)) {
        return Err(BadMessage::Malformed("a control character in a field"));
    }
    Ok((name, trim(value)))
}

/// Without the spaces and tabs at both ends, and no other whitespace.
fn trim(value: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().position(|byte| !is_space(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !is_space(byte)).map_or(start, |last| last + 1);
    &value[start..end]
}

/// Where the next line ends, its last byte included.
pub(super) fn line_end(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}

/// A line without its end, which is both characters: readers disagree about one alone.
pub(super) fn whole_line(line: &[u8]) -> Result<&[u8], BadMessage> {
    line.strip_suffix(b"\r\n").ok_or(BadMessage::Malformed("a line that ends without a carriage return"))
}
