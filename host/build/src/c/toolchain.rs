//! Zig, whose C compiler and C library make WebAssembly, from the machine or from PyPI. It compiles
//! nothing.

use std::{path::PathBuf, process::Command};

use crate::{
    Progress,
    language::{Job, Unready},
    process::output,
    pypi::{self, Package},
};

/// The release this program is tested with.
const ZIG: Package = Package {
    name: "ziglang",
    version: "0.17.0",
    what: "zig cc, which compiles C for WebAssembly (100 MB; the first build then makes its C library, a minute)",
};
/// Zig changes from one of these to the next.
const SERIES: &str = "0.17.";

/// A C compiler that is there.
#[derive(Debug, Clone)]
pub(super) struct Compiler {
    zig: PathBuf,
}

impl Compiler {
    /// The machine's own Zig where it is of the right series, otherwise that of PyPI.
    pub(super) fn have(job: &Job<'_>, progress: Progress<'_>) -> Result<Self, Unready> {
        if let Some(zig) = job.environment.find("zig") {
            let version = output(job.environment.command(&zig, job.site).arg("version"));
            if version.is_ok_and(|answer| answer.stdout.starts_with(SERIES.as_bytes())) {
                return Ok(Self { zig });
            }
        }
        let folder = pypi::have(ZIG, job, progress)?;
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
