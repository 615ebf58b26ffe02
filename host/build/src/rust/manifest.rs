//! What the site's `Cargo.toml` says, as cargo understands it: which route is which example. It never
//! changes the file.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde::Deserialize;

use super::cargo;
use crate::{Fault, language::Job, process::output};

/// The manifest of a site with Rust routes.
pub(crate) const MANIFEST: &str = "Cargo.toml";

/// The site's package, read through cargo, for one content of its manifest.
#[derive(Debug)]
pub(crate) struct Manifest {
    text: String,
    pub(crate) package: String,
    /// Where the compiler runs, to which the paths in its messages are relative.
    pub(crate) workspace_root: PathBuf,
    /// Examples by their source, absolute.
    examples: BTreeMap<PathBuf, String>,
    local_dependencies: Vec<PathBuf>,
    site: PathBuf,
}

impl Manifest {
    /// Asks cargo about the package of the site.
    pub(crate) fn read(job: &Job<'_>) -> Result<Self, Fault> {
        let path = job.site.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(|error| missing(job, &error))?;
        let metadata = metadata(job)?;
        let package = metadata
            .packages
            .into_iter()
            .find(|package| package.manifest_path == path)
            .ok_or_else(|| no_package(job))?;
        let examples = package.targets.into_iter().filter(Target::is_route);
        let dependencies = package.dependencies.into_iter();
        Ok(Self {
            text,
            package: package.name,
            workspace_root: metadata.workspace_root,
            examples: examples.map(|target| (target.src_path, target.name)).collect(),
            local_dependencies: dependencies.filter_map(|dependency| dependency.path).collect(),
            site: job.site.to_owned(),
        })
    }

    /// Whether the file still says what was read.
    pub(crate) fn is_current(&self, job: &Job<'_>) -> bool {
        fs::read_to_string(job.site.join(MANIFEST)).is_ok_and(|text| text == self.text)
    }

    /// The example that `source` is built as.
    pub(crate) fn example_of(&self, source: &Path) -> Option<&str> {
        self.examples.get(&self.site.join(source)).map(String::as_str)
    }

    /// Directories of packages outside the registry, which change while a site is being written.
    pub(crate) fn local_dependencies(&self) -> impl Iterator<Item = &PathBuf> {
        self.local_dependencies.iter()
    }

    /// The fault of a route that cargo knows nothing of, with the very lines that are missing.
    pub(crate) fn without_stanza(&self, source: &Path) -> Fault {
        let names: Vec<_> = self.examples.values().map(String::as_str).collect();
        Fault::new(
            source,
            "no [[example]] of Cargo.toml with crate-type cdylib builds it",
            "",
            format!("add to Cargo.toml:\n{}", stanza(source, &names).text),
        )
    }
}

/// The lines of `Cargo.toml` that make one source a component.
#[derive(Debug)]
pub(crate) struct Stanza {
    /// The source as the manifest spells it.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The stanza of `source`, under a name that none of `taken` has.
pub(crate) fn stanza<T: AsRef<str>>(source: &Path, taken: &[T]) -> Stanza {
    let path = source.to_string_lossy().replace('\\', "/");
    let name = example_name(source, taken);
    let quoted = toml_edit::Value::from(path.as_str());
    let text = format!("[[example]]\nname = \"{name}\"\ncrate-type = [\"cdylib\"]\npath = {quoted}\n");
    Stanza { path, text }
}

/// A name out of the directories of the route; numbered where another route has it already.
fn example_name<T: AsRef<str>>(source: &Path, taken: &[T]) -> String {
    let directories = source.parent().into_iter().flat_map(Path::components).skip(1);
    let words: Vec<_> =
        directories.map(|part| word(&part.as_os_str().to_string_lossy())).filter(|word| !word.is_empty()).collect();
    let name = if words.is_empty() { "index".to_owned() } else { words.join("-") };
    // The file of an example spells `-` as `_`, so two names that differ in that alone collide.
    let free = |name: &String| !taken.iter().any(|other| other.as_ref().replace('_', "-") == *name);
    let numbered = (2_u32..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.clone()).chain(numbered).find(free).unwrap_or(name)
}

fn word(directory: &str) -> String {
    let kept = |letter: char| letter.is_ascii_alphanumeric();
    let words: Vec<_> = directory.split(|letter| !kept(letter)).filter(|word| !word.is_empty()).collect();
    words.join("-").to_ascii_lowercase()
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    crate_types: Vec<String>,
    src_path: PathBuf,
}

#[derive(Deserialize)]
struct Dependency {
    path: Option<PathBuf>,
}

impl Target {
    fn is_route(&self) -> bool {
        let has = |list: &[String], word: &str| list.iter().any(|entry| entry == word);
        has(&self.kind, "example") && has(&self.crate_types, "cdylib")
    }
}

fn metadata(job: &Job<'_>) -> Result<Metadata, Fault> {
    let tool = |error: crate::ToolError| error.into_fault(Path::new(MANIFEST));
    let mut command = cargo::command(job).map_err(tool)?;
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    command.arg("--manifest-path").arg(job.site.join(MANIFEST));
    command.stdin(Stdio::null());
    let answer = output(&mut command).map_err(tool)?;
    if !answer.status.success() {
        return Err(refused(&String::from_utf8_lossy(&answer.stderr), job.site));
    }
    serde_json::from_slice(&answer.stdout).map_err(|error| {
        Fault::new(
            MANIFEST,
            format!("`cargo metadata` answered something else than its documented format: {error}"),
            "format version 1",
            "update cargo: `rustup update`",
        )
    })
}

/// What cargo has against the manifest, with the line it names.
pub(crate) fn refused(said: &str, site: &Path) -> Fault {
    let place = said.lines().find_map(|line| line.trim().strip_prefix("--> "));
    let line = place.and_then(|place| place.rsplit(':').nth(1)?.parse().ok());
    let inside = format!("{}/", site.display());
    let way_out = match said.contains("--offline") {
        true => {
            "run `cargo fetch --target wasm32-wasip2` in the site, which fetches what it names, or build without --offline"
        }
        false => "correct it as cargo says",
    };
    let found = format!("cargo refuses it: {}", said.trim().replace(&inside, ""));
    Fault::new(MANIFEST, found, "", way_out).at_line(line)
}

fn missing(job: &Job<'_>, error: &std::io::Error) -> Fault {
    let stanza = stanza::<&str>(&job.now[0], &[]).text;
    Fault::new(
        MANIFEST,
        format!("cannot be read: {error}"),
        format!("the package that {} is an example of", job.now[0].display()),
        format!("write one with a dependency on routelet-sdk and the stanza\n{stanza}"),
    )
}

fn no_package(job: &Job<'_>) -> Fault {
    Fault::new(
        MANIFEST,
        "it describes no package of its own",
        format!("a [package] that {} is an example of", job.now[0].display()),
        "add a [package] table; a workspace elsewhere may list the site as a member",
    )
}
