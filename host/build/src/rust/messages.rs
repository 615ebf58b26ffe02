//! Cargo's JSON messages, sorted by the source they speak of. It never runs anything.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::manifest;
use crate::{Failure, Fault};

/// What one call of `cargo build --message-format json` said.
#[derive(Debug)]
pub(crate) struct Messages {
    site: PathBuf,
    workspace_root: PathBuf,
    components: BTreeMap<PathBuf, PathBuf>,
    errors: BTreeMap<PathBuf, Vec<Diagnostic>>,
    warnings: Vec<String>,
    /// What cargo itself said to people.
    said: Vec<String>,
    succeeded: bool,
}

impl Messages {
    /// An empty collection for a build of `site`, whose compiler runs in `workspace_root`.
    pub(crate) fn new(site: &Path, workspace_root: &Path) -> Self {
        Self {
            site: site.to_owned(),
            workspace_root: workspace_root.to_owned(),
            components: BTreeMap::new(),
            errors: BTreeMap::new(),
            warnings: Vec::new(),
            said: Vec::new(),
            succeeded: false,
        }
    }

    /// Takes in one line of standard output. Build scripts may print there too: a line that is no
    /// message is none.
    pub(crate) fn read(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(CargoSays::CompilerArtifact { target, filenames }) => {
                let is_component = |file: &PathBuf| file.extension().is_some_and(|end| end == "wasm");
                if let Some(file) = filenames.into_iter().find(is_component) {
                    self.components.insert(target.src_path, file);
                }
            }
            Ok(CargoSays::CompilerMessage { target, message }) => self.take(target.src_path, message),
            Ok(CargoSays::Other) | Err(_) => {}
        }
    }

    /// Takes in one line of standard error.
    pub(crate) fn hear(&mut self, line: &str) {
        self.said.push(line.to_owned());
    }

    /// Takes in how cargo ended.
    pub(crate) fn finish(&mut self, succeeded: bool) {
        self.succeeded = succeeded;
    }

    /// The fault where cargo failed before any compiler had anything to say, and so for all routes.
    pub(crate) fn fault_of_whole_build(&self, site: &Path) -> Option<Fault> {
        let whole = !self.succeeded && self.errors.is_empty() && self.components.is_empty();
        whole.then(|| {
            let error = self.said.iter().position(|line| line.starts_with("error"));
            manifest::refused(&self.said[error.unwrap_or(0)..].join("\n"), site)
        })
    }

    /// The component of `source`, or the errors that kept it from becoming one: its own, or those of
    /// the code that routes share.
    pub(crate) fn outcome_of(&self, source: &Path) -> Result<PathBuf, Box<Failure>> {
        let absolute = self.site.join(source);
        match (self.components.get(&absolute), self.errors.get(&absolute)) {
            (Some(component), None) => Ok(component.clone()),
            (_, Some(errors)) => Err(self.failure(source, errors.iter().collect())),
            (None, None) => Err(self.failure(source, self.shared_errors())),
        }
    }

    /// Warnings as the compiler renders them.
    pub(crate) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    fn take(&mut self, source: PathBuf, diagnostic: Diagnostic) {
        match diagnostic.level.as_str() {
            "warning" => self.warnings.extend(diagnostic.rendered),
            level if level.starts_with("error") => {
                self.errors.entry(source).or_default().push(diagnostic);
            }
            _ => {}
        }
    }

    fn shared_errors(&self) -> Vec<&Diagnostic> {
        let is_route = |source: &Path| source.file_name().is_some_and(|name| name == "route.rs");
        let shared = self.errors.iter().filter(|(source, _)| !is_route(source));
        shared.flat_map(|(_, errors)| errors).collect()
    }

    fn failure(&self, source: &Path, errors: Vec<&Diagnostic>) -> Box<Failure> {
        let Some(first) = errors.first() else {
            return Box::new(self.unexplained(source).into());
        };
        let span = first.spans.iter().find(|span| span.is_primary);
        let file = span.map_or(source.to_owned(), |span| self.in_site(&span.file_name));
        let rendered = errors.iter().filter_map(|error| error.rendered.as_deref());
        Box::new(Failure {
            rendered: rendered.collect(),
            fault: Fault::new(
                file,
                format!("does not compile: {}", first.message),
                "",
                "correct it as the compiler says",
            )
            .at_line(span.map(|span| span.line_start)),
        })
    }

    fn unexplained(&self, source: &Path) -> Fault {
        Fault::new(
            source,
            format!("cargo made no component of it: {}", self.said.join("\n")),
            "a [[example]] with crate-type cdylib that compiles",
            "correct it as cargo says",
        )
    }

    /// Compilers name files relative to the workspace they run in; people, relative to the site.
    fn in_site(&self, file: &Path) -> PathBuf {
        let absolute = self.workspace_root.join(file);
        match absolute.strip_prefix(&self.site) {
            Ok(inside) => inside.to_owned(),
            Err(_) => absolute,
        }
    }
}

#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum CargoSays {
    CompilerArtifact {
        target: Target,
        filenames: Vec<PathBuf>,
    },
    CompilerMessage {
        target: Target,
        message: Diagnostic,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    src_path: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Diagnostic {
    level: String,
    message: String,
    rendered: Option<String>,
    spans: Vec<Span>,
}

#[derive(Debug, Deserialize)]
struct Span {
    file_name: PathBuf,
    line_start: u32,
    is_primary: bool,
}
