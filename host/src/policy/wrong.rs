//! What is wrong with a value, before anybody says where it was written. It names no file.

use std::path::Path;

use crate::fault::Fault;

/// One value that cannot be used: what it is, what it should be, the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What is there.
    pub found: String,
    /// What should be there instead; empty where `found` says it all.
    pub expected: String,
    /// What to do about it; empty where that follows from `expected`.
    pub way_out: String,
}

impl Wrong {
    /// A wrong value of which nothing else is known.
    pub fn new(found: impl Into<String>) -> Self {
        Self { found: found.into(), expected: String::new(), way_out: String::new() }
    }

    /// The same, saying what should have been there.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    /// The same, saying what to do about it.
    #[must_use]
    pub fn way_out(mut self, way_out: impl Into<String>) -> Self {
        self.way_out = way_out.into();
        self
    }

    /// The fault it is once its place is known.
    pub fn at(self, file: &Path, line: Option<u32>) -> Fault {
        Fault { file: file.to_owned(), line, found: self.found, expected: self.expected, way_out: self.way_out }
    }
}
