//! Routes written in TypeScript or JavaScript: bundled with what they import, and set into the engine
//! that runs them, by the SDK's own build under Node.js. It never touches the output.

mod toolchain;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    Fault, Progress,
    driver::{Drivers, Finding, Program, Task},
    language::{Compiled, Job, Language, Unready},
    record::Record,
    sdk,
};

/// The language of `route.ts` and `route.js`.
#[derive(Debug, Default)]
pub(crate) struct JavaScript {
    drivers: Drivers,
    /// Files that the routes looked at so far are made of, or could be, beside the routes themselves.
    inputs: Vec<PathBuf>,
}

/// Where everything of ours lies, below the site.
const FOLDER: &str = ".routelet/javascript";

/// Honest routes take seconds.
const ROUTE_TIME_MAX: Duration = Duration::from_secs(120);

impl Language for JavaScript {
    fn name(&self) -> &'static str {
        "javascript"
    }

    fn claims(&self, file: &Path) -> bool {
        matches!(file.extension().and_then(|end| end.to_str()), Some("ts" | "js"))
    }

    fn needs_sdk(&self, _: &Path) -> bool {
        true
    }

    fn prepare(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<(), Unready> {
        toolchain::have(job, progress)
    }

    fn build(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<Compiled, Fault> {
        let started = Instant::now();
        let folder = job.site.join(FOLDER);
        let with = sdk::stamp();
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
            progress(&format!("building {} in TypeScript and JavaScript", routes(tasks.len())));
            let command = || toolchain::driver(job, FOLDER);
            let program = Program { folder: FOLDER, route_time_max: ROUTE_TIME_MAX, command: &command };
            for (task, answer) in self.drivers.run(job, &program, tasks)? {
                let source = task.source;
                compiled.warnings.extend(answer.warnings.iter().map(Finding::rendered));
                let outcome = match answer.findings.split_first() {
                    None => {
                        let record = Record::of(&folder, &source);
                        self.inputs.extend(record.write(job.site, &with, &answer.inputs));
                        Ok(record.component)
                    }
                    Some((first, _)) => {
                        // What a failed route imports is where its error may be mended.
                        self.inputs.extend(answer.inputs);
                        Err(Box::new(Finding::failure(first, &answer.findings)))
                    }
                };
                compiled.routes.insert(source, outcome);
            }
        }
        self.inputs.sort();
        self.inputs.dedup();
        Ok(Compiled { elapsed: started.elapsed(), ..compiled })
    }

    fn watch(&self, site: &Path) -> Vec<PathBuf> {
        let files = ["package.json", "package-lock.json", "tsconfig.json", "jsconfig.json"];
        files.iter().map(|file| site.join(file)).chain(self.inputs.iter().map(|input| site.join(input))).collect()
    }
}

fn routes(count: usize) -> String {
    if count == 1 { "1 route".to_owned() } else { format!("{count} routes") }
}
