//! The two ways to talk: results on standard output, everything for people on standard error.

use std::{
    fmt::Display,
    io::{self, Write},
};

use serde::Serialize;

/// Where a command's words go.
pub(crate) struct Screen<'a> {
    results: &'a mut dyn Write,
    people: &'a mut dyn Write,
}

impl<'a> Screen<'a> {
    /// Results to the one, messages to the other.
    pub(crate) fn new(results: &'a mut dyn Write, people: &'a mut dyn Write) -> Self {
        Self { results, people }
    }

    /// One line of the result, written at once.
    pub(crate) fn result(&mut self, line: impl Display) -> io::Result<()> {
        writeln!(self.results, "{line}")?;
        self.results.flush()
    }

    /// The whole result as JSON.
    pub(crate) fn json(&mut self, result: &impl Serialize) -> io::Result<()> {
        let text = serde_json::to_string_pretty(result).map_err(io::Error::other)?;
        self.result(text)
    }

    /// One line for people. Where they cannot be reached there is nobody to tell that.
    pub(crate) fn tell(&mut self, line: impl Display) {
        let _ = writeln!(self.people, "{line}");
    }
}
