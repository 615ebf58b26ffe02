//! Routes written in Rust: examples of the site's own package, built by one call of cargo. It never
//! touches the output.

mod cargo;
mod manifest;
mod messages;
mod params;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

pub(crate) use manifest::{MANIFEST, Stanza, stanza};

use crate::{
    Failure, Fault, Progress,
    dependencies::files_of_site,
    language::{Compiled, Job, Language, Unready},
    sdk,
};
use manifest::Manifest;

/// The language of `route.rs`.
#[derive(Debug, Default)]
pub(crate) struct Rust {
    /// What cargo said about the site's package, as long as that is still true.
    manifest: Option<Manifest>,
    /// Files that the routes built so far are made of.
    inputs: BTreeSet<PathBuf>,
}

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn claims(&self, file: &Path) -> bool {
        file.extension().is_some_and(|extension| extension == "rs")
    }

    fn needs_sdk(&self, site: &Path) -> bool {
        sdk::is_wanted_by(site)
    }

    fn prepare(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<(), Unready> {
        cargo::have_target(job, progress).map_err(Unready::from_tool)
    }

    fn build(&mut self, job: &Job<'_>, progress: Progress<'_>) -> Result<Compiled, Fault> {
        let started = Instant::now();
        if self.manifest.as_ref().is_none_or(|known| !known.is_current(job)) {
            self.manifest = None;
        }
        let manifest = match self.manifest.take() {
            Some(known) => known,
            None => Manifest::read(job)?,
        };
        let built = build_with(&manifest, job, progress);
        self.manifest = Some(manifest);
        let routes = built?;
        let components = routes.routes.values().flatten();
        // Cargo writes the list beside the component.
        let lists = components.map(|component| component.with_extension("d"));
        self.inputs.extend(lists.flat_map(|list| files_of_site(&list, job.site)));
        Ok(Compiled { elapsed: started.elapsed(), ..routes })
    }

    fn watch(&self, site: &Path) -> Vec<PathBuf> {
        let files = [MANIFEST, "Cargo.lock", "src", "build.rs", "rust-toolchain.toml", ".cargo"];
        let mut paths: Vec<_> = files.iter().map(|file| site.join(file)).collect();
        paths.extend(self.inputs.iter().map(|input| site.join(input)));
        if let Some(manifest) = &self.manifest {
            // The site may be a member of a workspace that says what it inherits.
            paths.push(manifest.workspace_root.join(MANIFEST));
            let packages = manifest.local_dependencies();
            let unpacked = site.join(".routelet");
            paths.extend(packages.filter(|package| !package.starts_with(&unpacked)).cloned());
            paths.sort();
            paths.dedup();
        }
        paths
    }
}

fn build_with(manifest: &Manifest, job: &Job<'_>, progress: Progress<'_>) -> Result<Compiled, Fault> {
    let mut examples = BTreeMap::new();
    let mut compiled = Compiled::default();
    for source in job.now {
        let text = fs::read_to_string(job.site.join(source)).unwrap_or_default();
        let example = manifest.example_of(source).ok_or_else(|| manifest.without_stanza(source));
        match example.and_then(|name| params::fault_of(source, &text).map_or(Ok(name), Err)) {
            Ok(name) => {
                examples.insert(source, name);
            }
            Err(fault) => {
                compiled.routes.insert(source.clone(), Err(Box::new(Failure::from(fault))));
            }
        }
    }
    if examples.is_empty() {
        return Ok(compiled);
    }
    let messages = cargo::build(manifest, examples.values().copied(), job, progress)
        .map_err(|error| error.into_fault(Path::new(MANIFEST)))?;
    if let Some(fault) = messages.fault_of_whole_build(job.site) {
        return Err(fault);
    }
    for source in examples.into_keys() {
        compiled.routes.insert(source.clone(), messages.outcome_of(source));
    }
    compiled.warnings = messages.into_warnings();
    Ok(compiled)
}
