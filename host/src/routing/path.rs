//! Text from the wire to a path that can be looked up, or why not. It never looks at the query.

use std::fmt;

use thiserror::Error;

use super::{
    SEGMENTS_MAX,
    escape::{self, EscapeError},
};

/// A clean request path: its segments decoded once, none of them empty, `.` or `..`.
///
/// The base path is gone from it. Two spellings of one path are one `RequestPath`, so that routes,
/// public files and whatever guards or stores them speak of the same thing.
///
/// ```
/// use routelet::routing::{PathError, PathRules, RequestPath};
///
/// let rules = PathRules::default();
/// let path = RequestPath::parse("/a%2Fb/./%63", &rules).unwrap();
/// assert_eq!(path.segments(), ["a/b", "c"]);
/// assert_eq!(path.as_str(), "/a%2Fb/c");
///
/// let unclean = RequestPath::parse("//evil.example//", &rules);
/// assert_eq!(unclean, Err(PathError::Redirect { to: "/evil.example".into() }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestPath {
    segments: Vec<String>,
    text: String,
}

impl RequestPath {
    /// Reads the path of a request target, without its query.
    ///
    /// It is split at `/` first and each piece is decoded once afterwards, so `%2F` stays a
    /// character of its segment. Dot segments, `%2e` included, are resolved (RFC 3986 section
    /// 5.2.4) without a redirect, and a path that ends in one ends in no slash. Whatever else is
    /// not clean, all of it at once, becomes one redirect; what cannot be decoded or lies outside
    /// the base is never redirected.
    pub fn parse(raw: &str, rules: &PathRules) -> Result<Self, PathError> {
        let segments = rules.below_base(resolve(raw)?).ok_or(PathError::OutsideBase)?;
        if segments.len() > SEGMENTS_MAX {
            return Err(PathError::TooManySegments { segments: segments.len() });
        }
        let slashed = raw.ends_with(SLASHES);
        let slash = rules.wants_slash(&segments).unwrap_or(slashed);
        let is_root = segments.is_empty() && rules.base.is_empty();
        let unclean = raw.contains('\\') || raw.contains("//");
        if unclean || slash != slashed && !is_root {
            let to = clean_text(&[&rules.base[..], &segments].concat(), slash);
            return Err(PathError::Redirect { to });
        }
        let text = clean_text(&segments, slash);
        Ok(Self { segments, text })
    }

    /// The decoded segments, from the root.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// The one spelling of this path: its segments encoded again, with a final slash only where
    /// the rules leave one.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for RequestPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Why a request path is not looked up.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathError {
    /// It is no path, or leads above the root.
    #[error("malformed path")]
    Malformed(#[from] Malformed),
    /// It is another spelling of a clean path.
    ///
    /// The target is a path only, so the query has to be added. It begins with one slash and
    /// escapes every separator in its segments, so that no client reads it as another host.
    #[error("not the clean spelling of {to}")]
    Redirect {
        /// The clean path, base path included.
        to: String,
    },
    /// It is longer than any pattern can be.
    #[error("a path of {segments} segments; at most {SEGMENTS_MAX} can match")]
    TooManySegments {
        /// How many it has.
        segments: usize,
    },
    /// It does not lie below the base path, where nothing is served.
    #[error("outside the base path")]
    OutsideBase,
}

/// What is wrong with a text that is no path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Malformed {
    /// It does not begin with a slash.
    #[error("it does not begin with a slash")]
    NotAbsolute,
    /// A byte that a path may only hold as an escape (RFC 3986 section 3.3, read leniently:
    /// visible ASCII but `?` and `#` passes).
    #[error("it holds the byte {0:#04x} without an escape")]
    Byte(u8),
    /// An escape that does not decode.
    #[error(transparent)]
    Escape(#[from] EscapeError),
    /// Its dot segments climb above the root.
    #[error("it climbs above the root")]
    AboveRoot,
}

/// Where a site lies below its authority, and how its paths end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathRules {
    base: Vec<String>,
    trailing_slash: bool,
}

impl PathRules {
    /// Rules for a site below `base_path`, which is empty or like `/base`.
    ///
    /// With `trailing_slash` every path ends in a slash, but for the root's own and for one whose
    /// last segment has a dot, which is taken for a file; below `.well-known` both spellings stay
    /// (RFC 8615 paths are fixed by others). Without it none does.
    pub fn new(base_path: &str, trailing_slash: bool) -> Result<Self, BasePathError> {
        let error = || BasePathError(base_path.into());
        let base = match base_path {
            "" => Vec::new(),
            path => resolve(path).map_err(|_| error())?,
        };
        let as_typed = base_path.split('/').skip(1).map(escape::decode);
        if base.len() > SEGMENTS_MAX || !as_typed.eq(base.iter().cloned().map(Ok)) {
            return Err(error());
        }
        Ok(Self { base, trailing_slash })
    }

    /// The base path as a client spells it: empty, or like `/base`.
    pub fn base_path(&self) -> String {
        match self.base.as_slice() {
            [] => String::new(),
            base => clean_text(base, false),
        }
    }

    fn below_base(&self, mut segments: Vec<String>) -> Option<Vec<String>> {
        segments.starts_with(&self.base).then(|| segments.split_off(self.base.len()))
    }

    /// Whether the clean spelling ends in a slash; `None` where it may and may not.
    fn wants_slash(&self, segments: &[String]) -> Option<bool> {
        match segments {
            _ if !self.trailing_slash => Some(false),
            [first, ..] if first == ".well-known" => None,
            [.., last] => Some(!last.contains('.')),
            [] => Some(true),
        }
    }
}

/// A base path that cannot be one, such as `base`, `/base/` or `/a/../b`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no base path; write it like `/base`, or leave it out to serve at the root")]
pub struct BasePathError(String);

/// What separates segments: a client that writes `\` means `/`, and browsers read it so.
const SLASHES: [char; 2] = ['/', '\\'];

/// The decoded segments that a raw path comes to, empty ones dropped before dots are resolved.
fn resolve(raw: &str) -> Result<Vec<String>, Malformed> {
    if !raw.starts_with('/') {
        return Err(Malformed::NotAbsolute);
    }
    if let Some(byte) = raw.bytes().find(|byte| !byte.is_ascii_graphic() || b"?#".contains(byte)) {
        return Err(Malformed::Byte(byte));
    }
    let mut segments = Vec::new();
    for piece in raw.split(SLASHES).filter(|piece| !piece.is_empty()) {
        let segment = escape::decode(piece)?;
        match segment.as_str() {
            "." => {}
            ".." => drop(segments.pop().ok_or(Malformed::AboveRoot)?),
            _ => segments.push(segment),
        }
    }
    Ok(segments)
}

fn clean_text(segments: &[String], slash: bool) -> String {
    let mut text = String::new();
    for segment in segments {
        text.push('/');
        escape::encode_into(&mut text, segment);
    }
    if slash || text.is_empty() {
        text.push('/');
    }
    text
}

#[cfg(test)]
mod tests;
