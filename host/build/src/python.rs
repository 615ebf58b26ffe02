//! Routes written in Python: frozen together with the interpreter and what they import, by the SDK's own
//! build under this machine's Python. It never touches the output.

mod packages;
mod toolchain;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    Fault, Progress,
    driver::{Answer, Drivers, Finding, Program, Task},
    language::{Compiled, Job, Language, Unready},
    record::Record,
    sdk,
    toolchains::COMPONENTIZE_PY,
};
use packages::Packages;

/// The language of `route.py`.
#[derive(Debug, Default)]
pub(crate) struct Python {
    drivers: Drivers,
    /// Where what freezes a route lies.
    toolchain: PathBuf,
    packages: Packages,
    /// Files that the routes built so far are made of, beside the routes themselves.
    inputs: Vec<PathBuf>,
}

/// Where everything of ours lies, below the site.
const FOLDER: &str = ".routelet/python";

/// Freezing a route takes ten seconds on a machine with two cores of its own, and many times that on one
/// that shares them.
const ROUTE_TIME_MAX: Duration = Duration::from_secs(600);

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn claims(&self, file: &Path) -> bool {
        file.extension().is_some_and(|end| end == "py")
    }

    fn needs_sdk(&self, _: &Path) -> bool {
        true
    }

    fn prepare(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<(), Unready> {
        let toolchain = toolchain::have(job, progress)?;
        let packages = packages::have(job, &toolchain.version, progress)?;
        self.toolchain = toolchain.package;
        if packages != self.packages {
            // A program that is running knows the packages of its start.
            self.drivers = Drivers::default();
            self.packages = packages;
        }
        Ok(())
    }

    fn build(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<Compiled, Fault> {
        let started = Instant::now();
        let folder = job.site.join(FOLDER);
        let with = format!("{} {} {}", sdk::stamp(), COMPONENTIZE_PY, self.packages.stamp());
        let mut compiled = Compiled::default();
        let mut tasks = Vec::new();
        for source in job.now {
            let record = Record::of(&folder, source);
            match record.current(job.site, &with) {
                Some(inputs) => {
                    self.inputs.extend(inputs);
                    compiled.routes.insert(source.clone(), Ok(record.component));
                }
                None => tasks.push(Task { source: source.clone(), output: record.component }),
            }
        }
        if !tasks.is_empty() {
            let routes = if tasks.len() == 1 { "1 route".to_owned() } else { format!("{} routes", tasks.len()) };
            progress(&format!("building {routes} in Python"));
            let (toolchain, packages) = (self.toolchain.as_path(), self.packages.folder());
            let command = || toolchain::driver(job, toolchain, packages);
            let program = Program { folder: FOLDER, route_time_max: ROUTE_TIME_MAX, command: &command };
            for (task, answer) in self.drivers.run(job, &program, tasks)? {
                self.take(job, &with, task, answer, &mut compiled);
            }
        }
        self.inputs.sort();
        self.inputs.dedup();
        Ok(Compiled { elapsed: started.elapsed(), ..compiled })
    }

    fn watch(&self, site: &Path) -> Vec<PathBuf> {
        // The types of its routes are written by the build itself.
        let inputs = self.inputs.iter().filter(|input| !input.starts_with(".routelet")).map(|input| site.join(input));
        [site.join(packages::REQUIREMENTS)].into_iter().chain(inputs).collect()
    }
}

impl Python {
    fn take(&mut self, job: &Job<'_>, with: &str, task: Task, answer: Answer, compiled: &mut Compiled) {
        compiled.warnings.extend(answer.warnings.iter().map(Finding::rendered));
        let outcome = match answer.findings.split_first() {
            None => {
                let record = Record::of(&job.site.join(FOLDER), &task.source);
                self.inputs.extend(record.write(job.site, with, &answer.inputs));
                Ok(record.component)
            }
            Some((first, _)) => {
                // What a failed route imports is where its error may be mended.
                self.inputs.extend(answer.inputs);
                Err(Box::new(Finding::failure(first, &answer.findings)))
            }
        };
        compiled.routes.insert(task.source, outcome);
    }
}
