//! What a route matches: its segments from the root. It does not compare itself with other patterns.

use std::{cmp, fmt, hash, sync::Arc};

use super::segment::{Folder, Segment, SegmentError};

/// The most segments of a pattern or a path; a longer path cannot match and is not looked up.
pub const SEGMENTS_MAX: usize = 64;

/// What a route matches, such as `/users/[id]`.
///
/// A catch-all is last, and no two parameters share a name; groups and private folders are gone.
/// Patterns are equal and ordered as their texts are.
#[derive(Clone)]
pub struct Pattern {
    segments: Vec<Segment>,
    text: Arc<str>,
}

impl Pattern {
    /// A pattern of these segments, if they make sense together.
    pub fn new(segments: Vec<Segment>) -> Result<Self, PatternError> {
        if segments.len() > SEGMENTS_MAX {
            return Err(PatternError::TooLong { segments: segments.len() });
        }
        catch_all_is_last(&segments)?;
        names_are_distinct(&segments)?;
        let text = text_of(&segments).into();
        Ok(Self { segments, text })
    }

    /// Reads a pattern as people write it: folder names between slashes, from the root.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let names = text.strip_prefix('/').ok_or_else(|| PatternError::NotAbsolute(text.into()))?;
        let mut segments = Vec::new();
        for name in names.split('/').filter(|_| !names.is_empty()) {
            match Folder::parse(name)? {
                Folder::Segment(segment) => segments.push(segment),
                Folder::Group => {}
                Folder::Private => return Err(PatternError::Private(name.into())),
            }
        }
        Self::new(segments)
    }

    /// Its segments, from the root.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Its text, such as `/users/[id]`: [`Pattern::parse`] reads it back.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its text, to be kept beyond the pattern.
    pub(crate) fn text(&self) -> Arc<str> {
        self.text.clone()
    }

    /// The names of its parameters, from the root.
    pub fn param_names(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(Segment::param_name)
    }

    /// Whether it has no parameter, so that it answers exactly one path.
    pub fn is_static(&self) -> bool {
        self.param_names().next().is_none()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl PartialOrd for Pattern {
    fn partial_cmp(&self, other: &Self) -> Option<cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pattern {
    fn cmp(&self, other: &Self) -> cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl hash::Hash for Pattern {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({})", self.text)
    }
}

/// Why segments make no pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternError {
    /// The text does not begin with a slash.
    NotAbsolute(String),
    /// One of its names means nothing.
    Segment(SegmentError),
    /// One of its names is a private folder's.
    Private(String),
    /// It has more than [`SEGMENTS_MAX`] segments.
    TooLong {
        /// How many it has.
        segments: usize,
    },
    /// A catch-all has something below it, which it would take itself.
    CatchAllNotLast {
        /// The catch-all.
        catch_all: String,
        /// The first segment below it.
        below: String,
    },
    /// Two parameters have one name.
    RepeatedName(String),
    /// Two parameters have names that read as one: only case or punctuation tells them apart.
    AlikeNames {
        /// The name nearer to the root.
        first: String,
        /// The other one.
        second: String,
    },
}

impl PatternError {
    /// What is wrong.
    pub fn found(&self) -> String {
        match self {
            Self::NotAbsolute(text) => format!("the pattern `{text}` does not begin at the root"),
            Self::Segment(error) => error.found(),
            Self::Private(name) => format!("`{name}` is a private folder, which is never routed"),
            Self::TooLong { segments } => format!("a path of {segments} segments"),
            Self::CatchAllNotLast { catch_all, below } => {
                format!("`{below}` lies below the catch-all `{catch_all}`, which takes every path there")
            }
            Self::RepeatedName(name) => format!("two parameters of one path are named `{name}`"),
            Self::AlikeNames { first, second } => {
                format!("the parameters `{first}` and `{second}` of one path differ only in case or punctuation")
            }
        }
    }

    /// What to do about it.
    pub fn way_out(&self) -> String {
        match self {
            Self::NotAbsolute(_) => "begin it with `/`".into(),
            Self::Segment(error) => error.way_out().into(),
            Self::Private(_) => "write %5F for a literal underscore at the start".into(),
            Self::TooLong { .. } => format!("keep to {SEGMENTS_MAX} segments at most"),
            Self::CatchAllNotLast { catch_all, .. } => {
                format!("make `{catch_all}` the last folder, or a parameter of one segment")
            }
            Self::RepeatedName(_) | Self::AlikeNames { .. } => "rename one of them".into(),
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.found(), self.way_out())
    }
}

impl std::error::Error for PatternError {}

impl From<SegmentError> for PatternError {
    fn from(error: SegmentError) -> Self {
        Self::Segment(error)
    }
}

fn catch_all_is_last(segments: &[Segment]) -> Result<(), PatternError> {
    match segments.windows(2).find(|pair| pair[0].is_catch_all()) {
        Some(pair) => Err(PatternError::CatchAllNotLast { catch_all: pair[0].to_string(), below: pair[1].to_string() }),
        None => Ok(()),
    }
}

fn names_are_distinct(segments: &[Segment]) -> Result<(), PatternError> {
    let names: Vec<_> = segments.iter().filter_map(Segment::param_name).collect();
    for (at, second) in names.iter().enumerate() {
        for first in &names[..at] {
            if first == second {
                return Err(PatternError::RepeatedName((*second).into()));
            }
            if word(first) == word(second) {
                return Err(PatternError::AlikeNames { first: (*first).into(), second: (*second).into() });
            }
        }
    }
    Ok(())
}

/// What remains of a name in a generated identifier or a header, where case and punctuation are lost.
fn word(name: &str) -> String {
    let kept = name.chars().filter(|character| character.is_alphanumeric() || *character == '_');
    kept.flat_map(char::to_lowercase).collect()
}

fn text_of(segments: &[Segment]) -> String {
    if segments.is_empty() {
        return "/".into();
    }
    segments.iter().map(|segment| format!("/{segment}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_print_without_groups_and_read_back() {
        for (text, printed) in [
            ("/", "/"),
            ("/users/[id]", "/users/[id]"),
            ("/(a)/users/@b/[...rest]", "/users/[...rest]"),
            ("/(a)", "/"),
            ("/%5Fx/caf%C3%A9", "/%5Fx/café"),
            ("/shop/[[...slug]]", "/shop/[[...slug]]"),
        ] {
            let pattern = Pattern::parse(text).unwrap();
            assert_eq!(pattern.to_string(), printed);
            assert_eq!(Pattern::parse(printed), Ok(pattern));
        }
    }

    #[test]
    fn patterns_that_make_no_sense_say_why() {
        for (text, message) in [
            ("users", "the pattern `users` does not begin at the root; begin it with `/`"),
            ("/a//b", "a folder name is empty; name every folder between the slashes"),
            ("/_a", "`_a` is a private folder, which is never routed; write %5F for a literal underscore at the start"),
            (
                "/[...a]/x",
                "`x` lies below the catch-all `[...a]`, which takes every path there; \
                 make `[...a]` the last folder, or a parameter of one segment",
            ),
            (
                "/[[...a]]/[b]",
                "`[b]` lies below the catch-all `[[...a]]`, which takes every path there; \
                 make `[[...a]]` the last folder, or a parameter of one segment",
            ),
            ("/[id]/x/[id]", "two parameters of one path are named `id`; rename one of them"),
            ("/[id]/x/[...id]", "two parameters of one path are named `id`; rename one of them"),
            (
                "/[a-b]/x/[ab]",
                "the parameters `a-b` and `ab` of one path differ only in case or punctuation; rename one of them",
            ),
            (
                "/[id]/x/[Id]",
                "the parameters `id` and `Id` of one path differ only in case or punctuation; rename one of them",
            ),
            (
                "/[-]/[+]",
                "the parameters `-` and `+` of one path differ only in case or punctuation; rename one of them",
            ),
        ] {
            assert_eq!(Pattern::parse(text).unwrap_err().to_string(), message);
        }
        let long = Pattern::parse(&"/a".repeat(65)).unwrap_err().to_string();
        assert_eq!(long, "a path of 65 segments; keep to 64 segments at most");
        assert!(Pattern::parse(&"/a".repeat(64)).is_ok());
        assert!(Pattern::parse("/[é]/[à]").is_ok(), "letters beyond ASCII are no punctuation");
    }

    proptest! {
        #[test]
        fn any_static_text_prints_and_reads_back(texts in proptest::collection::vec("[^\\x00]{1,6}", 0..5)) {
            let kept = texts.into_iter().filter(|text| text != "." && text != "..");
            let pattern = Pattern::new(kept.map(Segment::Static).collect()).unwrap();
            let read = Pattern::parse(pattern.as_str()).unwrap();
            prop_assert_eq!(read.segments(), pattern.segments());
        }

        #[test]
        fn any_text_is_a_pattern_or_a_fault(text in "/?[-\\[\\](@_.%/a-z…]{0,20}|.{0,20}") {
            match Pattern::parse(&text) {
                Ok(pattern) => prop_assert_eq!(Pattern::parse(pattern.as_str()), Ok(pattern)),
                Err(error) => prop_assert!(!error.found().is_empty() && !error.way_out().is_empty()),
            }
        }
    }

    #[test]
    fn names_and_staticness_are_read_off_the_segments() {
        let pattern = Pattern::parse("/a/[b]/c/[...d]").unwrap();
        assert_eq!(pattern.param_names().collect::<Vec<_>>(), ["b", "d"]);
        assert!(!pattern.is_static() && Pattern::parse("/a").unwrap().is_static());
    }
}
