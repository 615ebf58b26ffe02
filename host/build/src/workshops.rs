//! The languages of a site, working side by side within the cores. It knows none of them, and writes
//! nothing of the output.

use std::{
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use crate::{
    Environment, Progress,
    c::C,
    go::Go,
    javascript::JavaScript,
    language::{Compiled, Job, Language, Unready},
    parallel::Seats,
    python::Python,
    rust::Rust,
    sdk,
};

/// Lines of all languages that may wait to be shown; who says more waits for them.
const LINES_WAITING_MAX: usize = 64;

/// A language, and whether its tools are known to be there.
pub(crate) struct Workshop {
    pub(crate) language: Box<dyn Language>,
    pub(crate) prepared: bool,
}

/// What all languages of a build have in common.
pub(crate) struct Order<'a> {
    pub(crate) site: &'a Path,
    pub(crate) offline: bool,
    pub(crate) environment: &'a Environment,
}

/// What a language made of its sources.
pub(crate) struct Done {
    pub(crate) sources: Vec<PathBuf>,
    pub(crate) outcome: Result<Compiled, Unready>,
}

impl Workshop {
    /// One for each language there is.
    pub(crate) fn all() -> Vec<Self> {
        vec![
            Self::of(Rust::default()),
            Self::of(JavaScript::default()),
            Self::of(Python::default()),
            Self::of(C::default()),
            Self::of(Go::default()),
        ]
    }

    fn of(language: impl Language + 'static) -> Self {
        Self { language: Box::new(language), prepared: false }
    }

    fn build(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<Compiled, Unready> {
        if !self.prepared {
            self.language.prepare(job, progress)?;
            self.prepared = true;
        }
        Ok(self.language.build(job, progress)?)
    }

    /// Whether its routes may be made of the file, which lies outside `app/`.
    pub(crate) fn may_read(&self, file: &Path, site: &Path) -> bool {
        let file = site.join(file);
        self.language.watch(site).iter().any(|watched| file.starts_with(watched) || watched.starts_with(&file))
    }
}

/// Lets each language build its sources, where it has any: all at once, and their compilers as far as
/// there are seats. Where there are several, each line says whose it is.
pub(crate) fn build<'w>(
    work: impl Iterator<Item = (&'w mut Workshop, Vec<PathBuf>)>,
    order: &Order<'_>,
    progress: Progress<'_>,
) -> Vec<Done> {
    let mut work: Vec<_> = work.filter(|(_, sources)| !sources.is_empty()).collect();
    // Here, since several that unpacked it at once would take it from under each other's feet.
    if let Some(faulty) = unpack_sdk(&work, order.site, progress) {
        return work.drain(..).map(|(_, sources)| Done { sources, outcome: Err(faulty.clone()) }).collect();
    }
    let seats = Seats::within_cores();
    let several = work.len() > 1;
    let (lines, said) = mpsc::sync_channel(LINES_WAITING_MAX);
    thread::scope(|scope| {
        let working = work.into_iter().map(|(workshop, sources)| {
            let (lines, seats) = (lines.clone(), &seats);
            scope.spawn(move || {
                let name = workshop.language.name();
                // Nobody listens any more only where the build has panicked.
                let mut say =
                    |line: &str| drop(lines.send(if several { told_by(name, line) } else { line.to_owned() }));
                let Order { site, offline, environment } = *order;
                let outcome = workshop.build(&Job { site, now: &sources, offline, environment, seats }, &mut say);
                Done { sources, outcome }
            })
        });
        let working: Vec<_> = working.collect();
        drop(lines);
        said.iter().for_each(|line: String| progress(&line));
        let joined = working.into_iter().map(|each| each.join());
        joined.map(|each| each.unwrap_or_else(|broken| std::panic::resume_unwind(broken))).collect()
    })
}

fn told_by(language: &str, line: &str) -> String {
    format!("{language}: {}", line.trim_start())
}

/// Unpacks the SDK where a language that has not worked yet builds with it.
fn unpack_sdk(work: &[(&mut Workshop, Vec<PathBuf>)], site: &Path, progress: Progress<'_>) -> Option<Unready> {
    let wanting = |(workshop, _): &(&mut Workshop, _)| !workshop.prepared && workshop.language.needs_sdk(site);
    if !work.iter().any(wanting) {
        return None;
    }
    let unpacked = sdk::unpack_if_stale(site, progress);
    unpacked.err().map(|error| Unready::Fault(error.into_fault(site)))
}
