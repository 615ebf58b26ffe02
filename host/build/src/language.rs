//! What a build asks of a language, so that a further one is a further implementation. It knows no
//! language itself.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{Environment, Failure, Fault, ToolError, parallel::Seats};

/// Receives what a build says while it runs, a line at a time.
pub type Progress<'a> = &'a mut dyn FnMut(&str);

/// One language that routes may be written in.
pub(crate) trait Language: Send {
    /// What people call it, in lower case and in one word.
    fn name(&self) -> &'static str;

    /// Whether `file` is a route source of this language, told by its name.
    fn claims(&self, file: &Path) -> bool;

    /// Whether its routes are built with the SDK that this program carries.
    fn needs_sdk(&self, site: &Path) -> bool;

    /// Makes sure that the tools are there, installing what the language's own installer can.
    fn prepare(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<(), Unready>;

    /// Turns the sources of the job into components. An error means that no source was looked at;
    /// otherwise there is an entry for each.
    fn build(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<Compiled, Fault>;

    /// Files and directories, absolute, whose change asks for another build, beside the sources.
    fn watch(&self, site: &Path) -> Vec<PathBuf>;
}

/// Why a language's tools cannot be used.
#[derive(Debug, Clone)]
pub(crate) enum Unready {
    /// They cannot be had on this machine: its routes are left alone.
    Skipped(String),
    /// They are broken, or the site is.
    Fault(Fault),
}

impl Unready {
    /// A tool that is missing or fails leaves its routes alone.
    pub(crate) fn from_tool(error: ToolError) -> Self {
        let way_out = error.way_out();
        Self::Skipped(if way_out.is_empty() { error.to_string() } else { format!("{error}; {way_out}") })
    }
}

impl From<Fault> for Unready {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What to build.
pub(crate) struct Job<'a> {
    pub(crate) site: &'a Path,
    /// The sources that are to be built now, relative to the site; at least one.
    pub(crate) now: &'a [PathBuf],
    pub(crate) offline: bool,
    pub(crate) environment: &'a Environment,
    /// A compiler runs in one of them.
    pub(crate) seats: &'a Seats,
}

/// What a language's compiler made of the sources.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    /// For each source the component's file, absolute, or why there is none.
    pub(crate) routes: BTreeMap<PathBuf, Result<PathBuf, Box<Failure>>>,
    pub(crate) warnings: Vec<String>,
    /// Time spent in the language's tools.
    pub(crate) elapsed: Duration,
}

/// What a route source is written in, in lower case: `rust`.
pub(crate) fn named_by(source: &Path) -> &'static str {
    match source.extension().and_then(|end| end.to_str()) {
        Some("rs") => "rust",
        Some("ts") => "typescript",
        Some("js") => "javascript",
        Some("py") => "python",
        Some("c") => "c",
        Some("go") => "go",
        _ => "what is no route source",
    }
}
