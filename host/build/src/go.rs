//! Routes written in Go: each a program of the site's own module, built by stock Go against the SDK, and
//! set into a component. It never touches the output.

mod messages;
mod package;
mod source;
mod toolchain;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    Failure, Fault, Progress,
    component::{self, Uncomposed},
    language::{Compiled, Job, Language, Unready},
    process::output,
    sdk,
    singly::{Bench, Made, unwritable},
};
use package::Package;
use toolchain::Go as Toolchain;

/// The language of `route.go`.
#[derive(Debug, Default)]
pub(crate) struct Go {
    toolchain: Option<Toolchain>,
    /// Files that the routes looked at so far are made of.
    inputs: BTreeSet<PathBuf>,
}

/// Where everything of ours lies, below the site.
const FOLDER: &str = ".routelet/go";

impl Language for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn claims(&self, file: &Path) -> bool {
        file.extension().is_some_and(|extension| extension == "go")
    }

    fn needs_sdk(&self, _: &Path) -> bool {
        true
    }

    fn prepare(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<(), Unready> {
        self.toolchain = Some(Toolchain::have(job, progress)?);
        Ok(())
    }

    fn build(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<Compiled, Fault> {
        let mut compiled = Compiled::default();
        let bench = Bench { job, language: "Go", folder: &job.site.join(FOLDER) };
        let due = bench.due(&mut compiled, &mut self.inputs);
        if !due.is_empty() {
            let toolchain = self.toolchain.as_ref().expect("it was prepared");
            bench.make(due, progress, (&mut compiled, &mut self.inputs), |source, scratch, inputs| {
                make(job, toolchain, source, scratch, inputs)
            });
        }
        Ok(compiled)
    }

    fn watch(&self, site: &Path) -> Vec<PathBuf> {
        let own = ["go.mod", "go.sum"].map(PathBuf::from);
        own.iter().chain(&self.inputs).map(|input| site.join(input)).collect()
    }
}

fn make(
    job: &Job<'_>,
    toolchain: &Toolchain,
    source: &Path,
    scratch: &Path,
    inputs: &mut BTreeSet<PathBuf>,
) -> Result<Made, Box<Failure>> {
    inputs.extend(package::inputs(job.site, source));
    let package = Package::of(source, job.site, scratch)?;
    let core = scratch.join("core.wasm");
    let mut call = toolchain.call(job);
    call.args(["build", "-buildmode=c-shared", "-mod=mod", "-trimpath", "-ldflags=-s -w"]);
    call.arg("-modfile").arg(&package.modules).arg("-overlay").arg(&package.overlay);
    call.arg("-o").arg(&core).arg(format!("./{}", package.name));
    let answer = output(&mut call).map_err(|error| error.into_fault(source))?;
    if !answer.status.success() {
        return Err(messages::failure(&String::from_utf8_lossy(&answer.stderr), source, &package));
    }
    let bytes = fs::read(&core).map_err(|error| unwritable(&core, &error))?;
    let wit = sdk::folder(job.site).join("guest-sdk/wit");
    let component = component::of_core(&bytes, &wit).map_err(|error| uncomposed(source, &error))?;
    Ok(Made { component, warnings: None })
}

fn uncomposed(source: &Path, error: &Uncomposed) -> Box<Failure> {
    Fault::new(source, error.to_string(), "", "import nothing that needs more than WASI has").into()
}
