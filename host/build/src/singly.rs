//! Routes that are each made by themselves out of files of the site: those whose files are as they were
//! are left alone, the others are made within the cores. It knows no language.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    time::Instant,
};

use crate::{
    Failure, Fault, Progress,
    language::{Compiled, Job},
    parallel,
    record::{Record, digest},
    sdk,
};

/// A component.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) component: Vec<u8>,
    /// What the compiler warned of.
    pub(crate) warnings: Option<String>,
}

/// Routes of one language, and where what was made of them lies.
pub(crate) struct Bench<'a> {
    pub(crate) job: &'a Job<'a>,
    /// The language as people call it.
    pub(crate) language: &'a str,
    pub(crate) folder: &'a Path,
}

impl Bench<'_> {
    /// The sources of the job that have to be made; the components of the others go to `compiled`, and
    /// the files they are made of to `inputs`.
    pub(crate) fn due(&self, compiled: &mut Compiled, inputs: &mut BTreeSet<PathBuf>) -> Vec<PathBuf> {
        let mut due = Vec::new();
        for source in self.job.now {
            let record = Record::of(self.folder, source);
            match record.current(self.job.site, &sdk::stamp()) {
                Some(made_of) => {
                    inputs.extend(made_of);
                    compiled.routes.insert(source.clone(), Ok(record.component));
                }
                None => due.push(source.clone()),
            }
        }
        due
    }

    /// Makes them, each with a folder to itself; `make` enters the files of the site that a component
    /// is made of, or would be if it could be made.
    pub(crate) fn make(
        &self,
        due: Vec<PathBuf>,
        progress: Progress<'_>,
        (compiled, inputs): (&mut Compiled, &mut BTreeSet<PathBuf>),
        make: impl Fn(&Path, &Path, &mut BTreeSet<PathBuf>) -> Result<Made, Box<Failure>> + Sync,
    ) {
        let started = Instant::now();
        let routes = if due.len() == 1 { "1 route".to_owned() } else { format!("{} routes", due.len()) };
        progress(&format!("building {routes} in {}", self.language));
        let made = parallel::each(due, self.job.seats, |source| {
            let scratch = self.folder.join(digest(source.to_string_lossy().as_bytes()));
            let ready = fs::create_dir_all(&scratch).map_err(|error| unwritable(&scratch, &error));
            let mut made_of = BTreeSet::new();
            let made = ready.and_then(|()| make(&source, &scratch, &mut made_of));
            (source, made, made_of)
        });
        for (source, made, made_of) in made {
            inputs.extend(made_of.iter().cloned());
            let made_of: Vec<_> = made_of.into_iter().collect();
            let outcome = made.and_then(|made| self.keep(&source, made, &made_of, compiled));
            compiled.routes.insert(source, outcome);
        }
        compiled.elapsed += started.elapsed();
    }

    fn keep(
        &self,
        source: &Path,
        made: Made,
        made_of: &[PathBuf],
        compiled: &mut Compiled,
    ) -> Result<PathBuf, Box<Failure>> {
        let record = Record::of(self.folder, source);
        fs::write(&record.component, &made.component).map_err(|error| unwritable(&record.component, &error))?;
        record.write(self.job.site, &sdk::stamp(), made_of);
        compiled.warnings.extend(made.warnings);
        Ok(record.component)
    }
}

/// The fault of a file of ours that cannot be written.
pub(crate) fn unwritable(file: &Path, error: &io::Error) -> Box<Failure> {
    Fault::new(file, error.to_string(), "", "make room, or give the user who builds access").into()
}
