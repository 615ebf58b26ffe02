//! Routes written in C: each compiled by itself against the SDK's header, linked, and set into a
//! component. It never touches the output.

mod compile;
mod messages;
mod toolchain;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use crate::{
    Failure, Fault, Progress,
    language::{Compiled, Job, Language, Unready},
    parallel,
    record::{Record, digest},
    sdk,
};
use compile::{Bench, Made};
use toolchain::Compiler;

/// The language of `route.c`.
#[derive(Debug, Default)]
pub(crate) struct C {
    compiler: Option<Compiler>,
    /// Files that the routes built so far are made of.
    inputs: Vec<PathBuf>,
}

/// Where everything of ours lies, below the site.
const FOLDER: &str = ".routelet/c";

impl Language for C {
    fn claims(&self, file: &Path) -> bool {
        file.extension().is_some_and(|extension| extension == "c")
    }

    fn prepare(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<(), Unready> {
        sdk::unpack_if_stale(job.site, progress).map_err(|error| error.into_fault(job.site))?;
        self.compiler = Some(Compiler::have(job, progress)?);
        Ok(())
    }

    fn build(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<Compiled, Fault> {
        let started = Instant::now();
        let folder = job.site.join(FOLDER);
        let mut compiled = Compiled::default();
        let mut due = Vec::new();
        for source in job.now {
            let record = Record::of(&folder, source);
            match record.current(job.site, &sdk::stamp()) {
                Some(inputs) => {
                    self.inputs.extend(inputs);
                    compiled.routes.insert(source.clone(), Ok(record.component));
                }
                None => due.push(source.clone()),
            }
        }
        if !due.is_empty() {
            progress(&format!("building {} in C", sources(due.len())));
            let compiler = self.compiler.as_ref().expect("it was prepared");
            self.inputs.extend(build_due(job, compiler, &folder, due, &mut compiled)?);
        }
        self.inputs.sort();
        self.inputs.dedup();
        Ok(Compiled { elapsed: started.elapsed(), ..compiled })
    }

    fn watch(&self, site: &Path) -> Vec<PathBuf> {
        self.inputs.iter().map(|input| site.join(input)).collect()
    }
}

fn build_due(
    job: &Job<'_>,
    compiler: &Compiler,
    folder: &Path,
    due: Vec<PathBuf>,
    compiled: &mut Compiled,
) -> Result<Vec<PathBuf>, Fault> {
    let sdk = compile::sdk_objects(job, compiler, folder).map_err(|failure| failure.fault)?;
    let bench = Bench { job, compiler, sdk: &sdk };
    let made = parallel::each(due, |source| {
        let scratch = folder.join(digest(source.to_string_lossy().as_bytes()));
        let made = compile::route(bench, &source, &scratch);
        (source, made)
    });
    let mut inputs = Vec::new();
    for (source, made) in made {
        let outcome = made.and_then(|made| {
            compiled.warnings.extend(made.warnings.clone());
            keep(job, &Record::of(folder, &source), &made, &mut inputs)
        });
        compiled.routes.insert(source, outcome.map_err(Box::new));
    }
    Ok(inputs)
}

fn keep(job: &Job<'_>, record: &Record, made: &Made, inputs: &mut Vec<PathBuf>) -> Result<PathBuf, Failure> {
    fs::write(&record.component, &made.component).map_err(|error| {
        Fault::new(&record.component, error.to_string(), "", "make room, or give the user who builds access")
    })?;
    let made_of: Vec<_> = made.inputs.iter().cloned().collect();
    inputs.extend(record.write(job.site, &sdk::stamp(), &made_of));
    Ok(record.component.clone())
}

fn sources(count: usize) -> String {
    if count == 1 { "1 route".to_owned() } else { format!("{count} routes") }
}
