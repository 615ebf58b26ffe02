//! Node.js, and the packages that the SDK's build needs, in the site's own cache. It builds nothing.

use std::{fs, path::Path, process::Command};

use crate::{
    Progress, ToolError,
    language::{Job, Unready},
    process::{output, said_by},
    sdk,
};

/// What componentize-js and esbuild run on.
const NODE_MAJOR_MIN: u32 = 20;
const INSTALL_NODE: &str = "install Node.js 20 or later: https://nodejs.org/en/download, or `apt install nodejs npm`";

const REACH: &str = "look whether the npm registry can be reached, or build elsewhere";
const FETCH: &str = "the packages are not all in npm's cache; run `routelet build SITE` once without --offline";

/// Makes sure that Node.js and the packages are there; fetches the packages on first use.
pub(super) fn have(job: &Job<'_>, progress: Progress<'_>) -> Result<(), Unready> {
    let mut ask = node(job).map_err(skipped)?;
    ask.arg("--version");
    let version = output(&mut ask).map_err(skipped)?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    if major(&version).is_none_or(|major| major < NODE_MAJOR_MIN) {
        let reason = format!("node is {version}; expected {NODE_MAJOR_MIN} or later; {INSTALL_NODE}");
        return Err(Unready::Skipped(reason));
    }
    packages(job, progress)
}

/// The SDK's build program, with its scratch below `folder`.
pub(super) fn driver(job: &Job<'_>, folder: &str) -> Result<Command, ToolError> {
    let sdk = sdk::folder(job.site).join("guest-sdk");
    let mut command = node(job)?;
    command.arg(sdk.join("js/build/driver.mjs")).arg(sdk.join("wit")).arg(job.site.join(folder).join("scratch"));
    Ok(command)
}

/// A call of Node.js in the site, still without arguments.
fn node(job: &Job<'_>) -> Result<Command, ToolError> {
    tool(job, "node")
}

fn tool(job: &Job<'_>, tool: &'static str) -> Result<Command, ToolError> {
    let program = job.environment.find(tool).ok_or_else(|| ToolError::Missing {
        tool,
        needed_for: format!("it, to build {}", job.now[0].display()),
        way_out: INSTALL_NODE.to_owned(),
    })?;
    Ok(job.environment.command(&program, job.site))
}

/// Exactly those of the SDK's lock file, beside the unpacked SDK, where its modules find them.
fn packages(job: &Job<'_>, progress: Progress<'_>) -> Result<(), Unready> {
    let sdk = sdk::folder(job.site).join("guest-sdk/js");
    let home = job.site.join(".routelet");
    let wanted = fs::read(sdk.join("package-lock.json")).map_err(|error| unreadable(&sdk, &error))?;
    let stamp = home.join("node_modules/.routelet-lock");
    if fs::read(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    for name in ["package.json", "package-lock.json"] {
        fs::copy(sdk.join(name), home.join(name)).map_err(|error| unreadable(&home, &error))?;
    }
    let mut npm = tool(job, "npm").map_err(skipped)?;
    npm.current_dir(&home).args([
        "install",
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
    if job.offline {
        npm.arg("--offline");
    } else {
        progress("fetching what TypeScript and JavaScript routes are built with, from the npm registry: npm install");
    }
    said_by(&mut npm, progress, if job.offline { FETCH } else { REACH }).map_err(skipped)?;
    fs::write(&stamp, wanted).map_err(|error| unreadable(&stamp, &error))
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn skipped(error: ToolError) -> Unready {
    let way_out = error.way_out();
    Unready::Skipped(if way_out.is_empty() { error.to_string() } else { format!("{error}; {way_out}") })
}

fn unreadable(file: &Path, error: &std::io::Error) -> Unready {
    Unready::Skipped(format!("{}: {error}; make room, or give the user who builds access", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_as_node_prints_it() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major("20.1"), None);
        assert_eq!(major(""), None);
    }
}
