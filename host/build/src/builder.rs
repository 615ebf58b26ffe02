//! A site's build from its files on disk to the servable tree, once or again after each change. It
//! knows no language and prints nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use crate::{
    Environment, Failure, Outcome, Progress, Report, RouteReport, Skipped,
    c::C,
    go::Go,
    javascript::JavaScript,
    language::{Compiled, Job, Language, Unready},
    output::{Output, OutputError, Put},
    python::Python,
    rust::Rust,
    settings,
    sources::{self, SETTINGS_FILE, Sources},
    typegen,
};

/// Where a build writes, and with what.
#[derive(Debug, Clone)]
pub struct Options {
    /// The directory of the servable tree, absolute or relative to the site.
    pub output: PathBuf,
    /// Whether compilers must do without the network.
    pub offline: bool,
    /// The tools and their variables.
    pub environment: Environment,
}

impl Options {
    /// Writes `SITE/dist`, which is what gets deployed.
    pub fn dist(environment: Environment) -> Self {
        Self { output: "dist".into(), offline: false, environment }
    }

    /// Writes `SITE/.routelet/dev`, which belongs to `routelet dev`, so that it never serves or
    /// breaks what gets deployed. An edit of one route is built in about half the time, for a
    /// component a little larger.
    pub fn dev(environment: Environment) -> Self {
        Self { output: ".routelet/dev".into(), ..Self::dist(environment.with("CARGO_INCREMENTAL", "1")) }
    }
}

/// Builds every route of `site` once and writes its servable tree.
///
/// A route that fails keeps no other from succeeding; everything that is wrong is in the report.
///
/// ```no_run
/// use routelet_build::{Environment, Options, build};
///
/// let options = Options::dist(Environment::of_process());
/// let report = build("my-site".as_ref(), options, &mut |line| eprintln!("{line}"));
/// for fault in report.faults() {
///     eprintln!("{fault}");
/// }
/// ```
pub fn build(site: &Path, options: Options, progress: Progress<'_>) -> Report {
    Builder::new(site, options).build(progress)
}

/// A language, and whether its tools are known to be there.
struct Workshop {
    language: Box<dyn Language>,
    prepared: bool,
}

/// Builds one site again and again, each time no more than a change asks for.
pub struct Builder {
    site: PathBuf,
    output: PathBuf,
    options: Options,
    workshops: Vec<Workshop>,
    /// The newest outcome of each source.
    compiled: BTreeMap<PathBuf, Result<PathBuf, Box<Failure>>>,
}

impl Builder {
    /// A builder for `site`, which has built nothing yet.
    pub fn new(site: &Path, options: Options) -> Self {
        // Compilers answer with resolved paths; a site that does not exist is a fault of the build.
        let site = fs::canonicalize(site).unwrap_or_else(|_| site.to_owned());
        Self {
            output: site.join(&options.output),
            site,
            options,
            workshops: vec![
                Workshop::of(Rust::default()),
                Workshop::of(JavaScript::default()),
                Workshop::of(Python::default()),
                Workshop::of(C::default()),
                Workshop::of(Go::default()),
            ],
            compiled: BTreeMap::new(),
        }
    }

    /// The servable tree, which exists after the first build.
    pub fn output(&self) -> &Path {
        &self.output
    }

    /// Builds every route.
    pub fn build(&mut self, progress: Progress<'_>) -> Report {
        self.compiled.clear();
        self.run(&BTreeSet::new(), progress)
    }

    /// Builds what the changed paths concern, and carries them over to the output.
    ///
    /// A changed route source concerns itself; any other file that a compiler may read concerns all
    /// routes, of which the compiler rebuilds those that really use it. Paths may be absolute or
    /// relative to the site.
    pub fn rebuild(&mut self, changed: &[PathBuf], progress: Progress<'_>) -> Report {
        let inside = changed.iter().map(|path| self.inside(path).to_owned());
        let changed: BTreeSet<_> = inside.collect();
        if changed.iter().any(|path| self.concerns_all(path)) {
            self.compiled.clear();
            for workshop in &mut self.workshops {
                workshop.prepared = false;
            }
        }
        self.run(&changed, progress)
    }

    /// Files and directories, absolute, whose change asks for [`Builder::rebuild`]; directories are
    /// meant with everything below them. Some may not exist yet. Packages that the site depends on
    /// by path are among them after the first build.
    pub fn watch_paths(&self) -> Vec<PathBuf> {
        let own = ["app", "public", "routelet.toml"];
        let mut paths: Vec<_> = own.iter().map(|path| self.site.join(path)).collect();
        let languages = self.workshops.iter().map(|workshop| &workshop.language);
        paths.extend(languages.flat_map(|language| language.watch(&self.site)));
        paths
    }

    fn run(&mut self, changed: &BTreeSet<PathBuf>, progress: Progress<'_>) -> Report {
        let started = Instant::now();
        let mut found = Sources::find(&self.site);
        let mut report =
            Report { output: self.output.clone(), site_faults: std::mem::take(&mut found.faults), ..Report::default() };
        self.compiled.retain(|source, _| found.routes.contains(source));
        report.site_faults.extend(typegen::write(&self.site, &found.routes).err());
        self.compile(&found.routes, changed, &mut report, progress);
        report.skipped.sort_by(|one, other| one.source.cmp(&other.source));
        if let Err(error) = self.write(&found, &mut report) {
            report.site_faults.push(error.into_fault(&self.site));
        }
        report.elapsed = started.elapsed();
        report
    }

    fn compile(
        &mut self,
        sources: &[PathBuf],
        changed: &BTreeSet<PathBuf>,
        report: &mut Report,
        progress: Progress<'_>,
    ) {
        for workshop in &mut self.workshops {
            let claimed = sources.iter().filter(|file| workshop.language.claims(file));
            let due = |file: &&PathBuf| changed.contains(*file) || !self.compiled.contains_key(*file);
            let now: Vec<_> = claimed.filter(due).cloned().collect();
            let job = Job {
                site: &self.site,
                now: &now,
                offline: self.options.offline,
                environment: &self.options.environment,
            };
            match workshop.build(&job, progress) {
                Ok(compiled) => {
                    report.warnings.extend(compiled.warnings);
                    report.elapsed_in_tools += compiled.elapsed;
                    self.compiled.extend(compiled.routes);
                }
                Err(Unready::Fault(fault)) => report.site_faults.push(fault),
                Err(Unready::Skipped(reason)) => {
                    report
                        .skipped
                        .extend(now.iter().map(|source| Skipped { source: source.clone(), reason: reason.clone() }));
                }
            }
        }
    }

    fn write(&self, found: &Sources, report: &mut Report) -> Result<(), OutputError> {
        if !self.site.join("app").is_dir() {
            return Ok(());
        }
        let components = found.routes.iter().map(|source| component_of(source));
        let places: BTreeSet<_> = components.chain(found.files.iter().cloned()).collect();
        let mut output = Output::begin(&self.output, &places)?;
        for file in &found.files {
            let source = self.site.join(file);
            match file.as_os_str() == SETTINGS_FILE {
                true => output.put_edited(file, &source, |text| settings::led_back(text, &self.site, &self.output))?,
                false => output.put(file, &source)?,
            };
        }
        for (source, compiled) in &self.compiled {
            let component = component_of(source);
            let outcome = match compiled {
                Ok(file) => match output.put(&component, file)? {
                    Put::Written { bytes } => Outcome::Built { bytes },
                    Put::Unchanged { bytes } => Outcome::Unchanged { bytes },
                },
                Err(failure) => Outcome::Failed(failure.as_ref().clone()),
            };
            report.routes.push(RouteReport { source: source.clone(), component, outcome });
        }
        report.changed = output.finish()?;
        for granted in &found.granted {
            let directory = || self.output.join(&granted.from);
            let seeded = granted.seed(&self.site, &self.output);
            seeded.map_err(|source| OutputError::Write { file: directory(), source })?;
        }
        Ok(())
    }

    /// Whether a compiler may read the file for any route.
    fn concerns_all(&self, path: &Path) -> bool {
        let read_by_none = sources::is_copied(path) || sources::is_scratch(path);
        // Files below a directory have changes of their own; one that is gone may be missed by all.
        let is_directory = self.site.join(path).is_dir();
        !read_by_none && !is_directory && !self.compiled.contains_key(path)
    }

    fn inside<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.site).unwrap_or(path)
    }
}

impl Workshop {
    fn of(language: impl Language + 'static) -> Self {
        Self { language: Box::new(language), prepared: false }
    }

    fn build(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<Compiled, Unready> {
        if job.now.is_empty() {
            return Ok(Compiled::default());
        }
        if !self.prepared {
            self.language.prepare(job, progress)?;
            self.prepared = true;
        }
        Ok(self.language.build(job, progress)?)
    }
}

fn component_of(source: &Path) -> PathBuf {
    source.with_extension("wasm")
}
