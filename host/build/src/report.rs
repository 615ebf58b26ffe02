//! What a build did, route by route. It never prints.

use std::{path::PathBuf, time::Duration};

use crate::{Fault, language};

/// The outcome of one build: every route of the site, and everything that is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The servable tree that was written.
    pub output: PathBuf,
    /// Every route source of an offered language, sorted by its file.
    pub routes: Vec<RouteReport>,
    /// Route sources that were left alone, each to be shown as a line.
    pub skipped: Vec<Skipped>,
    /// What is wrong with the site itself rather than with one route.
    pub site_faults: Vec<Fault>,
    /// Compiler warnings, as the compiler renders them.
    pub warnings: Vec<String>,
    /// Files of the output that were written or removed, relative to it.
    pub changed: Vec<PathBuf>,
    /// The whole time the build took.
    pub elapsed: Duration,
    /// The part of `elapsed` that was spent waiting for the language's own tools.
    pub elapsed_in_tools: Duration,
}

impl Report {
    /// Everything that is wrong: the site's own faults, then those of failed routes. What fails
    /// several routes alike, such as an error in code they share, is there once.
    pub fn faults(&self) -> Vec<&Fault> {
        let failed = self.routes.iter().filter_map(|route| match &route.outcome {
            Outcome::Failed(failure) => Some(&failure.fault),
            Outcome::Built { .. } | Outcome::Unchanged { .. } => None,
        });
        let mut faults: Vec<&Fault> = Vec::new();
        for fault in self.site_faults.iter().chain(failed) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        faults
    }

    /// What compilers said about failed routes, in full and each text once. A route that no compiler
    /// has seen is among [`Report::faults`] alone.
    pub fn diagnostics(&self) -> Vec<&str> {
        let mut texts: Vec<&str> = Vec::new();
        for route in &self.routes {
            let Outcome::Failed(failure) = &route.outcome else { continue };
            let text = failure.rendered.as_str();
            if text != failure.fault.to_string() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }

    /// Whether nothing is wrong. Skipped sources are no failure; whoever is strict looks at
    /// [`Report::skipped`] too.
    pub fn succeeded(&self) -> bool {
        self.faults().is_empty()
    }
}

/// What became of one route source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteReport {
    /// The source, relative to the site: `app/users/[id]/route.rs`.
    pub source: PathBuf,
    /// The component, relative to the output: `app/users/[id]/route.wasm`.
    pub component: PathBuf,
    /// Whether there is a new component.
    pub outcome: Outcome,
}

/// Whether a route source became a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A component with new content was written.
    Built {
        /// Its size.
        bytes: u64,
    },
    /// The component is the one that was there before; its file was not touched.
    Unchanged {
        /// Its size.
        bytes: u64,
    },
    /// There is no component for the source as it stands. The last good one, if there was one,
    /// stays in the output.
    Failed(Failure),
}

/// Why a route source became no component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The first error, in one line, with its file and line where the compiler names them.
    pub fault: Fault,
    /// Everything the compiler said about it, for a terminal or a diagnosis page.
    pub rendered: String,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self { rendered: fault.to_string(), fault }
    }
}

impl From<Fault> for Box<Failure> {
    fn from(fault: Fault) -> Self {
        Self::new(fault.into())
    }
}

/// A route source that was left alone, because its language or its tools are not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The source, relative to the site.
    pub source: PathBuf,
    /// Why it was left alone.
    pub reason: String,
}

impl std::fmt::Display for Skipped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let language = language::named_by(&self.source);
        write!(f, "{}: skipped {language}: {}", self.source.display(), self.reason)
    }
}
