//! Python, and the package that freezes a route together with an interpreter, in the site's own cache. It
//! builds nothing.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{self, Command},
};

use super::FOLDER;
use crate::{
    Progress, ToolError,
    language::{Job, Unready},
    process::{output, said_by},
    sdk,
};

/// The release this one was tested with; it carries CPython 3.14 for components.
pub(super) const PACKAGE: &str = "componentize-py==0.25.1";
/// What componentize-py runs on.
const MINOR_MIN: u32 = 10;
const INSTALL_PYTHON: &str =
    "install Python 3.10 or later with pip: https://www.python.org/downloads, or `apt install python3 python3-pip`";
pub(super) const WHILE_FETCHING: &str = "look whether PyPI can be reached and `python3 -m pip --version` answers (`apt install python3-pip`), or build \
     elsewhere";

/// Makes sure that Python and the package are there; fetches the package on first use. Returns Python's version.
pub(super) fn have(job: &Job<'_>, progress: Progress<'_>) -> Result<String, Unready> {
    let mut ask = python(job).map_err(skipped)?;
    ask.args(["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
    let version = output(&mut ask).map_err(skipped)?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    if minor(&version).is_none_or(|minor| minor < MINOR_MIN) {
        let found = if version.is_empty() { "of an unknown version" } else { &version };
        return Err(Unready::Skipped(format!("python3 is {found}; expected 3.{MINOR_MIN} or later; {INSTALL_PYTHON}")));
    }
    if place(job.site).is_dir() {
        return Ok(version);
    }
    if job.offline {
        return Err(Unready::Skipped(format!(
            "{PACKAGE} is not in {FOLDER}, and --offline forbids to fetch it; build once without --offline"
        )));
    }
    progress(&format!("fetching {PACKAGE}, which Python routes are built with, from PyPI: pip install"));
    install(job, &place(job.site), &["--no-deps", "--only-binary", ":all:", PACKAGE], progress)
        .map_err(|error| error.into_skipped())?;
    Ok(version)
}

/// The SDK's build program, still to be started.
pub(super) fn driver(job: &Job<'_>, packages: Option<&Path>) -> Result<Command, ToolError> {
    let sdk = sdk::folder(job.site).join("guest-sdk");
    let home = job.site.join(FOLDER);
    let mut command = python(job)?;
    command.arg("-B").arg(sdk.join("python/build/driver.py"));
    command.arg(sdk.join("wit")).arg(home.join("scratch")).arg(sdk.join("python/src")).args(packages);
    command.env("PYTHONPATH", place(job.site)).env("PYTHONIOENCODING", "utf-8");
    // Without it, componentize-py would add what happens to be installed on this machine.
    command.env("VIRTUAL_ENV", home.join("nothing-else"));
    Ok(command)
}

/// Why pip installed nothing.
#[derive(Debug)]
pub(super) enum NotInstalled {
    Tool(ToolError),
    Folder(PathBuf, io::Error),
}

impl NotInstalled {
    fn into_skipped(self) -> Unready {
        match self {
            Self::Tool(error) => skipped(error),
            Self::Folder(folder, error) => Unready::Skipped(format!(
                "{}: {error}; make room, or give the user who builds access",
                folder.display()
            )),
        }
    }
}

/// Has pip install into `folder`, which is complete or not there at all, whenever this program is stopped.
pub(super) fn install(job: &Job<'_>, folder: &Path, what: &[&str], progress: Progress<'_>) -> Result<(), NotInstalled> {
    let unfinished = folder.with_extension(format!("{}.part", process::id()));
    let mut pip = python(job).map_err(NotInstalled::Tool)?;
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-compile"]);
    pip.arg("--target").arg(&unfinished).args(what).env("PIP_ROOT_USER_ACTION", "ignore");
    let installed = said_by(&mut pip, progress, WHILE_FETCHING).map_err(NotInstalled::Tool);
    let placed = installed.and_then(|()| {
        fs::create_dir_all(&unfinished)
            .and_then(|()| fs::rename(&unfinished, folder))
            .map_err(|error| NotInstalled::Folder(folder.to_owned(), error))
    });
    placed.inspect_err(|_| {
        // Best effort: the error that matters is the one being reported.
        let _ = fs::remove_dir_all(&unfinished);
    })
}

fn place(site: &Path) -> PathBuf {
    site.join(FOLDER).join(PACKAGE.replace("==", "-"))
}

fn python(job: &Job<'_>) -> Result<Command, ToolError> {
    let program = job.environment.find("python3").ok_or_else(|| ToolError::Missing {
        tool: "python3",
        needed_for: format!("it, to build {}", job.now[0].display()),
        way_out: INSTALL_PYTHON.to_owned(),
    })?;
    Ok(job.environment.command(&program, job.site))
}

fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("3.")?.parse().ok()
}

fn skipped(error: ToolError) -> Unready {
    let way_out = error.way_out();
    Unready::Skipped(if way_out.is_empty() { error.to_string() } else { format!("{error}; {way_out}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minor_version_is_read_as_python_prints_it() {
        assert_eq!(minor("3.11"), Some(11));
        assert_eq!(minor("2.7"), None);
        assert_eq!(minor(""), None);
    }
}
