//! What the name of one folder means. It knows nothing of the folders around it.

use std::fmt;

use super::escape::{self, EscapeError};

/// One piece of a pattern, and so of the URL path it answers.
///
/// Their order is their precedence: what is more specific comes first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// `todos`: exactly this text, compared byte for byte after one decoding on both sides.
    Static(String),
    /// `[id]`: one segment, whatever it is.
    Param(String),
    /// `[...rest]`: one or more segments, up to the end.
    Rest(String),
    /// `[[...rest]]`: zero or more segments, up to the end.
    OptionalRest(String),
}

impl Segment {
    /// The parameter this piece captures, if any.
    pub fn param_name(&self) -> Option<&str> {
        match self {
            Self::Static(_) => None,
            Self::Param(name) | Self::Rest(name) | Self::OptionalRest(name) => Some(name),
        }
    }

    /// Whether it takes everything up to the end of a path.
    pub fn is_catch_all(&self) -> bool {
        match self {
            Self::Static(_) | Self::Param(_) => false,
            Self::Rest(_) | Self::OptionalRest(_) => true,
        }
    }
}

/// The folder name that means this piece: what would read otherwise is escaped.
impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Static(text) => f.write_str(&folder_name(text)),
            Self::Param(name) => write!(f, "[{name}]"),
            Self::Rest(name) => write!(f, "[...{name}]"),
            Self::OptionalRest(name) => write!(f, "[[...{name}]]"),
        }
    }
}

/// What a folder contributes to the URLs below it.
///
/// ```
/// use routelet::routing::{Folder, Segment};
///
/// assert_eq!(Folder::parse("[id]"), Ok(Folder::Segment(Segment::Param("id".into()))));
/// assert_eq!(Folder::parse("%5Fx"), Ok(Folder::Segment(Segment::Static("_x".into()))));
/// assert_eq!(Folder::parse("(internal)"), Ok(Folder::Group));
/// assert_eq!(Folder::parse("_lib"), Ok(Folder::Private));
/// assert_eq!(
///     Folder::parse("[id].json").unwrap_err().to_string(),
///     "`[id].json` has brackets in a part of its name; name the whole folder as in `[id]`, \
///      or write %5B and %5D for literal brackets"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folder {
    /// One piece of the URL.
    Segment(Segment),
    /// `(group)` or `@slot`: nothing; what is below answers as if it lay one folder higher.
    Group,
    /// `_private`: it and all below is never routed.
    Private,
}

impl Folder {
    /// Reads the name of a folder, as it is on disk.
    pub fn parse(name: &str) -> Result<Self, SegmentError> {
        let folder = match name.chars().next() {
            Some('_') => Ok(Self::Private),
            Some('@') => group(name.len() > 1, Cause::EmptySlot),
            Some('(') => parenthesised(name),
            _ if name.contains(['[', ']']) => bracketed(name).map(Self::Segment),
            _ => literal(name).map(Self::Segment),
        };
        folder.map_err(|cause| SegmentError { name: name.into(), cause })
    }
}

/// A folder name that means nothing, with what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentError {
    name: String,
    cause: Cause,
}

impl SegmentError {
    /// What is wrong with the name.
    pub fn found(&self) -> String {
        let (name, cause) = (&self.name, &self.cause);
        match cause {
            Cause::Empty => "a folder name is empty".into(),
            Cause::Escape(error) => format!("`{name}` does not decode: {error}"),
            Cause::DotSegment => format!("`{name}` is a dot segment, which no request path keeps"),
            Cause::PartialBrackets => format!("`{name}` has brackets in a part of its name"),
            Cause::Brackets => format!("`{name}` has brackets that do not read as one parameter"),
            Cause::EmptyParam => format!("`{name}` has no parameter name in its brackets"),
            Cause::OptionalParam => {
                format!("`{name}` is an optional parameter, which does not exist")
            }
            Cause::Dots => format!("`{name}` has a parameter name that starts with a dot"),
            Cause::Ellipsis => format!("`{name}` has the one character `…` for three dots"),
            Cause::Control => format!("`{}` has a control character in its name", name.escape_debug()),
            Cause::Intercepting => {
                format!("`{name}` is an intercepting marker, which routes do not have")
            }
            Cause::EmptyGroup => "`()` is a group without a name".into(),
            Cause::PartialGroup => format!("`{name}` has parentheses in a part of its name"),
            Cause::EmptySlot => "`@` is a slot without a name".into(),
        }
    }

    /// What to write instead.
    pub fn way_out(&self) -> &'static str {
        match self.cause {
            Cause::Empty => "name every folder between the slashes",
            Cause::Escape(EscapeError::Malformed(_)) => "write %25 for a literal percent sign",
            Cause::Escape(EscapeError::NotUtf8) => "write the name itself, or the escapes of its UTF-8",
            Cause::Escape(EscapeError::Nul) => "remove the NUL",
            Cause::DotSegment => "name the folder by the URL it answers",
            Cause::PartialBrackets => "name the whole folder as in `[id]`, or write %5B and %5D for literal brackets",
            Cause::Brackets => "write `[id]`, `[...rest]` or `[[...rest]]`, or %5B and %5D for literal brackets",
            Cause::EmptyParam => "name it, as in `[id]`, `[...rest]` or `[[...rest]]`",
            Cause::OptionalParam => "write `[id]`, or `[[...id]]` for an optional catch-all",
            Cause::Dots => "a catch-all has exactly three dots, as in `[...rest]`",
            Cause::Ellipsis => "write three dots, as in `[...rest]`",
            Cause::Control => "use visible characters",
            Cause::Intercepting => {
                "name the folder by the URL it answers, or write %28 and %29 for literal parentheses"
            }
            Cause::EmptyGroup => "name it, as in `(internal)`",
            Cause::PartialGroup => {
                "name the whole folder as in `(internal)`, or write %28 and %29 for literal parentheses"
            }
            Cause::EmptySlot => "name it, or write %40 for a literal `@`",
        }
    }
}

impl fmt::Display for SegmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.found(), self.way_out())
    }
}

impl std::error::Error for SegmentError {}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Cause {
    Empty,
    Escape(EscapeError),
    DotSegment,
    PartialBrackets,
    Brackets,
    EmptyParam,
    OptionalParam,
    Dots,
    Ellipsis,
    Control,
    Intercepting,
    EmptyGroup,
    PartialGroup,
    EmptySlot,
}

fn literal(name: &str) -> Result<Segment, Cause> {
    match escape::decode(name).map_err(Cause::Escape)?.as_str() {
        "" => Err(Cause::Empty),
        "." | ".." => Err(Cause::DotSegment),
        text => Ok(Segment::Static(text.into())),
    }
}

fn bracketed(name: &str) -> Result<Segment, Cause> {
    let inner = inside(name, '[', ']').ok_or(Cause::PartialBrackets)?;
    let Some(twice) = inside(inner, '[', ']') else {
        return match inner.strip_prefix("...") {
            Some(rest) => param_name(rest).map(Segment::Rest),
            None => param_name(inner).map(Segment::Param),
        };
    };
    match twice.strip_prefix("...") {
        Some(rest) => param_name(rest).map(Segment::OptionalRest),
        None => Err(param_name(twice).err().unwrap_or(Cause::OptionalParam)),
    }
}

/// A parameter's name is the text between the brackets as it is, never decoded.
fn param_name(name: &str) -> Result<String, Cause> {
    match name.chars().next() {
        _ if name.contains(['[', ']']) => Err(Cause::Brackets),
        None => Err(Cause::EmptyParam),
        Some('.') => Err(Cause::Dots),
        Some('…') => Err(Cause::Ellipsis),
        Some(_) if name.contains(char::is_control) => Err(Cause::Control),
        Some(_) => Ok(name.into()),
    }
}

fn parenthesised(name: &str) -> Result<Folder, Cause> {
    if ["(.)", "(..)", "(...)"].iter().any(|marker| name.starts_with(marker)) {
        return Err(Cause::Intercepting);
    }
    let inner = inside(name, '(', ')').ok_or(Cause::PartialGroup)?;
    if inner.contains(['(', ')']) {
        return Err(Cause::PartialGroup);
    }
    group(!inner.is_empty(), Cause::EmptyGroup)
}

fn group(named: bool, otherwise: Cause) -> Result<Folder, Cause> {
    if named { Ok(Folder::Group) } else { Err(otherwise) }
}

fn inside(text: &str, open: char, close: char) -> Option<&str> {
    text.strip_prefix(open)?.strip_suffix(close)
}

/// The inverse of reading a static name: escapes what would be read as something else.
fn folder_name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let leads = at == 0 && matches!(character, '(' | '_' | '@');
        if leads || matches!(character, '%' | '/' | '[' | ']') || character.is_ascii_control() {
            character.to_string().bytes().for_each(|byte| escape::push_escape(&mut name, byte));
        } else {
            name.push(character);
        }
    }
    name
}

#[cfg(test)]
mod tests;
