//! The packages of the site's `requirements.txt`, in the site's own cache. It judges none of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::FOLDER;
use crate::{
    Fault, Progress,
    language::{Job, Unready},
    pypi::{NotInstalled, Order},
    record::digest,
};

/// What Python routes of a site may import beside the site itself.
pub(super) const REQUIREMENTS: &str = "requirements.txt";

/// The packages as they are installed; none where the site asks for none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Packages(Option<PathBuf>);

impl Packages {
    pub(super) fn folder(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    /// Tells one set of packages from another.
    pub(super) fn stamp(&self) -> String {
        let name = self.0.as_ref().and_then(|folder| folder.file_name());
        name.map_or_else(|| "no packages".to_owned(), |name| name.to_string_lossy().into_owned())
    }
}

/// Makes sure that the packages are there; fetches them where the list or Python's version has changed.
pub(super) fn have(job: &Job<'_>, version: &str, progress: Progress<'_>) -> Result<Packages, Unready> {
    let text = fs::read_to_string(job.site.join(REQUIREMENTS)).unwrap_or_default();
    if !text.lines().any(asks) {
        return Ok(Packages(None));
    }
    let stamp = digest(format!("{version}\n{text}").as_bytes());
    let folder = job.site.join(FOLDER).join(format!("packages-{}", &stamp[..16]));
    if folder.is_dir() {
        return Ok(Packages(Some(folder)));
    }
    if job.offline {
        return Err(Unready::Fault(Fault::new(
            REQUIREMENTS,
            format!("its packages are not in {FOLDER}, and --offline forbids to fetch them"),
            "",
            "build once without --offline",
        )));
    }
    progress("fetching the packages of requirements.txt, which Python routes import, from PyPI: pip install");
    let what = "the packages of requirements.txt";
    Order { what, arguments: &["-r", REQUIREMENTS], folder: &folder }.install(job, progress).map_err(fault)?;
    Ok(Packages(Some(folder)))
}

fn asks(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

fn fault(error: NotInstalled) -> Fault {
    match error {
        NotInstalled::Tool(error) => {
            let correct = "correct it as pip says, or look whether PyPI can be reached";
            Fault::new(REQUIREMENTS, format!("pip installs nothing: {error}"), "", correct)
        }
        NotInstalled::Folder(folder, error) => {
            Fault::new(folder, error.to_string(), "", "make room, or give the user who builds access")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blank_lines_ask_for_nothing() {
        for (line, expected) in [("", false), ("  # jinja2", false), ("jinja2==3.1", true), (" -r more.txt", true)] {
            assert_eq!(asks(line), expected, "{line:?}");
        }
    }
}
