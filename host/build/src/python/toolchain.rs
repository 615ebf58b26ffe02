//! Python, and the package that freezes a route together with an interpreter, in the site's own cache. It
//! builds nothing.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::FOLDER;
use crate::{
    Progress, ToolError,
    language::{Job, Unready},
    machine, pypi, sdk,
    toolchains::{COMPONENTIZE_PY, PYTHON},
};

/// What is there.
#[derive(Debug)]
pub(super) struct Toolchain {
    /// Of this machine's Python: `3.11`.
    pub(super) version: String,
    /// Where the package lies.
    pub(super) package: PathBuf,
}

/// Makes sure that Python and the package are there; fetches the package on first use.
pub(super) fn have(job: &Job<'_>, progress: Progress<'_>) -> Result<Toolchain, Unready> {
    let (major, minor) = machine::required(PYTHON, job)?.version;
    let package = pypi::have(COMPONENTIZE_PY, None, job, progress)?;
    Ok(Toolchain { version: format!("{major}.{minor}"), package })
}

/// The SDK's build program, still to be started.
pub(super) fn driver(job: &Job<'_>, toolchain: &Path, packages: Option<&Path>) -> Result<Command, ToolError> {
    let sdk = sdk::folder(job.site).join("guest-sdk");
    let home = job.site.join(FOLDER);
    let mut command = machine::call(PYTHON, job)?;
    command.arg("-B").arg(sdk.join("python/build/driver.py"));
    command.arg(sdk.join("wit")).arg(home.join("scratch")).arg(sdk.join("python/src")).args(packages);
    command.env("PYTHONPATH", toolchain).env("PYTHONIOENCODING", "utf-8");
    // Without it, componentize-py would add what happens to be installed on this machine.
    command.env("VIRTUAL_ENV", home.join("nothing-else"));
    Ok(command)
}
