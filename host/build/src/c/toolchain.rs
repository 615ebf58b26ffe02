//! Zig, whose C compiler and C library make WebAssembly, from the machine or from PyPI. It compiles
//! nothing.

use std::{path::PathBuf, process::Command};

use crate::{
    Progress,
    language::{Job, Unready},
    machine::{self, Own},
    pypi,
    toolchains::{ZIG, ZIG_PACKAGE},
};

/// A C compiler that is there.
#[derive(Debug, Clone)]
pub(super) struct Compiler {
    zig: PathBuf,
}

impl Compiler {
    /// The machine's own Zig where it is of the right series, otherwise that of PyPI.
    pub(super) fn have(job: &Job<'_>, progress: Progress<'_>) -> Result<Self, Unready> {
        let folder = match machine::own(ZIG, job) {
            Own::Fit(own) => return Ok(Self { zig: own.program }),
            Own::Missing => pypi::have(ZIG_PACKAGE, None, job, progress)?,
            Own::Unfit(own) => pypi::have(ZIG_PACKAGE, Some(&own), job, progress)?,
        };
        Ok(Self { zig: folder.join("ziglang/zig") })
    }

    /// A call of the compiler in the directory of the site, with what every call has in common.
    pub(super) fn call(&self, job: &Job<'_>) -> Command {
        let mut command = job.environment.command(&self.zig, job.site);
        let cache = pypi::cache("zig-cache", job.site);
        command.env("ZIG_GLOBAL_CACHE_DIR", &cache).env("ZIG_LOCAL_CACHE_DIR", &cache);
        // Functions keep their names, which the host shows where a guest traps.
        command.args(["cc", "--target=wasm32-wasi", "-mexec-model=reactor", "-Os", "-g0"]);
        command
    }
}
