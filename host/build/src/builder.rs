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
    language::Unready,
    output::{Output, OutputError, Put},
    record::digest_of,
    settings,
    sources::{self, SETTINGS_FILE, Sources},
    typegen,
    workshops::{self, Done, Order, Workshop},
};

/// What cargo writes itself, and people do as well.
const LOCK_FILE: &str = "Cargo.lock";

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

/// Builds one site again and again, each time no more than a change asks for.
pub struct Builder {
    site: PathBuf,
    output: PathBuf,
    options: Options,
    workshops: Vec<Workshop>,
    /// The newest outcome of each source.
    compiled: BTreeMap<PathBuf, Result<PathBuf, Box<Failure>>>,
    /// The digest of the lock file as the last build left it.
    lock_file: Option<String>,
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
            workshops: Workshop::all(),
            compiled: BTreeMap::new(),
            lock_file: None,
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
    /// A changed route source concerns itself. Any other file below `app/` concerns all routes, and one
    /// elsewhere all routes of the languages that read it; of them the compiler rebuilds those that
    /// really use it. Paths may be absolute or relative to the site.
    pub fn rebuild(&mut self, changed: &[PathBuf], progress: Progress<'_>) -> Report {
        let inside = changed.iter().map(|path| self.inside(path).to_owned());
        let changed: BTreeSet<_> = inside.collect();
        let shared: Vec<_> = changed.iter().filter(|path| self.is_shared(path)).collect();
        let concerned: Vec<_> = self.workshops.iter().map(|each| self.concern(each, &shared)).collect();
        for (workshop, _) in self.workshops.iter_mut().zip(concerned).filter(|(_, concerned)| *concerned) {
            workshop.prepared = false;
            self.compiled.retain(|source, _| !workshop.language.claims(source));
        }
        self.run(&changed, progress)
    }

    /// Files and directories, absolute, whose change asks for [`Builder::rebuild`]; directories are
    /// meant with everything below them. Some may not exist yet. A build changes them: files outside
    /// `app/` that a route is made of are among them after the route was built, and those where its
    /// fault can be mended after it was not.
    pub fn watch_paths(&self) -> Vec<PathBuf> {
        let own = ["app", "public", "routelet.toml"];
        let mut paths: Vec<_> = own.iter().map(|path| self.site.join(path)).collect();
        let languages = self.workshops.iter().map(|workshop| &workshop.language);
        paths.extend(languages.flat_map(|language| language.watch(&self.site)));
        let failures = self.compiled.values().filter_map(|compiled| compiled.as_ref().err());
        paths.extend(failures.map(|failure| self.site.join(&failure.fault.file)));
        // What lies there is written by builds, and below the site itself that lies too.
        let ours = self.site.join(".routelet");
        paths.retain(|path| !path.starts_with(&ours) && *path != self.site);
        paths.sort();
        paths.dedup();
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
        let due = |file: &&PathBuf| changed.contains(*file) || !self.compiled.contains_key(*file);
        let due: Vec<_> = sources.iter().filter(due).cloned().collect();
        let work = self.workshops.iter_mut().map(|workshop| {
            let claimed = due.iter().filter(|file| workshop.language.claims(file)).cloned().collect();
            (workshop, claimed)
        });
        let order = Order { site: &self.site, offline: self.options.offline, environment: &self.options.environment };
        for Done { sources, outcome } in workshops::build(work, &order, progress) {
            match outcome {
                Ok(compiled) => {
                    report.warnings.extend(compiled.warnings);
                    report.elapsed_in_tools = report.elapsed_in_tools.max(compiled.elapsed);
                    self.compiled.extend(compiled.routes);
                }
                Err(Unready::Fault(fault)) => report.site_faults.push(fault),
                Err(Unready::Skipped(reason)) => {
                    let skipped = sources.into_iter().map(|source| Skipped { source, reason: reason.clone() });
                    report.skipped.extend(skipped);
                }
            }
        }
        report.site_faults.dedup();
        self.lock_file = digest_of(&self.site.join(LOCK_FILE));
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
    fn is_shared(&self, path: &Path) -> bool {
        let read_by_none = sources::is_copied(path) || sources::is_scratch(path);
        // Files below a directory have changes of their own; one that is gone may be missed by all.
        let is_directory = self.site.join(path).is_dir();
        let is_as_left = path == Path::new(LOCK_FILE) && digest_of(&self.site.join(path)) == self.lock_file;
        !read_by_none && !is_directory && !is_as_left && !self.compiled.contains_key(path)
    }

    /// Whether routes of the language may be made of any of these files. What no language knows of
    /// concerns them all.
    fn concern(&self, workshop: &Workshop, shared: &[&PathBuf]) -> bool {
        shared.iter().any(|path| {
            let is_read = |workshop: &Workshop| workshop.may_read(path, &self.site);
            path.starts_with("app") || is_read(workshop) || !self.workshops.iter().any(is_read)
        })
    }

    fn inside<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.site).unwrap_or(path)
    }
}

fn component_of(source: &Path) -> PathBuf {
    source.with_extension("wasm")
}
