//! What a user's files got wrong, said the same way everywhere. It never decides what happens next.

use std::{fmt, path::PathBuf};

use serde::Serialize;

/// One thing wrong with a user's files: where, what was found, what was expected, the way out.
///
/// Its text is one line, `file:line: found; expected ...; way out`, for people; serialised it is
/// one entry of `routelet check --json`.
///
/// ```
/// use routelet::Fault;
///
/// let fault = Fault::new("app/segment.toml", "unknown key `memroy`")
///     .at_line(2)
///     .expected("a limit such as `memory`")
///     .way_out("correct the key or remove it");
/// assert_eq!(
///     fault.to_string(),
///     "app/segment.toml:2: unknown key `memroy`; expected a limit such as `memory`; correct the key or remove it"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file at fault, relative to the site.
    pub file: PathBuf,
    /// The line in that file, counted from one, where one line is to blame.
    pub line: Option<u32>,
    /// What is there.
    pub found: String,
    /// What should be there instead; empty where `found` says it all.
    pub expected: String,
    /// What to do about it; empty where that follows from `expected`.
    pub way_out: String,
}

impl Fault {
    /// A fault of a whole file.
    pub fn new(file: impl Into<PathBuf>, found: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, found: found.into(), expected: String::new(), way_out: String::new() }
    }

    /// The same fault, pinned to a line counted from one.
    #[must_use]
    pub fn at_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// The same fault, saying what should have been there.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    /// The same fault, saying what to do about it.
    #[must_use]
    pub fn way_out(mut self, way_out: impl Into<String>) -> Self {
        self.way_out = way_out.into();
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.found)?;
        if !self.expected.is_empty() {
            write!(f, "; expected {}", self.expected)?;
        }
        if !self.way_out.is_empty() {
            write!(f, "; {}", self.way_out)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
