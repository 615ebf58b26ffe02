//! Routes written in C: each compiled by itself against the SDK's header, linked, and set into a
//! component. It never touches the output.

mod compile;
mod messages;
mod toolchain;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    Fault, Progress,
    language::{Compiled, Job, Language, Unready},
    singly::Bench,
};
use compile::Tools;
use toolchain::Compiler;

/// The language of `route.c`.
#[derive(Debug, Default)]
pub(crate) struct C {
    compiler: Option<Compiler>,
    /// Files that the routes looked at so far are made of, or could be.
    inputs: BTreeSet<PathBuf>,
}

/// Where everything of ours lies, below the site.
const FOLDER: &str = ".routelet/c";

impl Language for C {
    fn name(&self) -> &'static str {
        "c"
    }

    fn claims(&self, file: &Path) -> bool {
        file.extension().is_some_and(|extension| extension == "c")
    }

    fn needs_sdk(&self, _: &Path) -> bool {
        true
    }

    fn prepare(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<(), Unready> {
        self.compiler = Some(Compiler::have(job, progress)?);
        Ok(())
    }

    fn build(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<Compiled, Fault> {
        let folder = job.site.join(FOLDER);
        let mut compiled = Compiled::default();
        let bench = Bench { job, language: "C", folder: &folder };
        let due = bench.due(&mut compiled, &mut self.inputs);
        if due.is_empty() {
            return Ok(compiled);
        }
        let compiler = self.compiler.as_ref().expect("it was prepared");
        let sdk = compile::sdk_objects(job, compiler, &folder).map_err(|failure| failure.fault)?;
        let tools = Tools { job, compiler, sdk: &sdk };
        bench.make(due, progress, (&mut compiled, &mut self.inputs), |source, scratch, inputs| {
            compile::route(tools, source, scratch, inputs)
        });
        Ok(compiled)
    }

    fn watch(&self, site: &Path) -> Vec<PathBuf> {
        self.inputs.iter().map(|input| site.join(input)).collect()
    }
}
