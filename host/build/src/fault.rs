//! What a site's files got wrong, as one entry a person can act on. It never decides what happens next.

use std::{fmt, path::PathBuf};

use serde::Serialize;

/// One thing wrong with a site's files: where, what was found, what was expected, the way out.
///
/// Its text is one line, `file:line: found; expected ...; way out`.
///
/// ```
/// let fault = routelet_build::Fault {
///     file: "app/route.rs".into(),
///     line: Some(3),
///     found: "does not compile: mismatched types".to_owned(),
///     expected: String::new(),
///     way_out: "correct it as the compiler says".to_owned(),
/// };
/// assert_eq!(
///     fault.to_string(),
///     "app/route.rs:3: does not compile: mismatched types; correct it as the compiler says"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file at fault, relative to the site where it lies inside it.
    pub file: PathBuf,
    /// The line in that file, counted from one, where one line is to blame.
    pub line: Option<u32>,
    /// What is there.
    pub found: String,
    /// What should be there instead; empty where `found` says it all.
    pub expected: String,
    /// What to do about it.
    pub way_out: String,
}

impl Fault {
    pub(crate) fn new(
        file: impl Into<PathBuf>,
        found: impl Into<String>,
        expected: impl Into<String>,
        way_out: impl Into<String>,
    ) -> Self {
        Self { file: file.into(), line: None, found: found.into(), expected: expected.into(), way_out: way_out.into() }
    }

    pub(crate) fn at_line(mut self, line: Option<u32>) -> Self {
        self.line = line;
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
