//! Node.js, and the packages that the SDK's build needs, in the site's own cache. It builds nothing.

use std::{fs, path::Path, process::Command};

use crate::{
    Progress, ToolError,
    fetch::Fetch,
    language::{Job, Unready},
    machine, sdk,
    toolchains::{NODE, NPM_LOCK, NPM_MEGABYTES, Program},
};

const REACH: &str = "look whether the npm registry can be reached, or build elsewhere";
const FETCH: &str = "the packages are not all in npm's cache; run `routelet build SITE` once without --offline";

/// Makes sure that Node.js and the packages are there; fetches the packages on first use.
pub(super) fn have(job: &Job<'_>, progress: Progress<'_>) -> Result<(), Unready> {
    machine::required(NODE, job)?;
    packages(job, progress)
}

/// The SDK's build program, with its scratch below `folder`.
pub(super) fn driver(job: &Job<'_>, folder: &str) -> Result<Command, ToolError> {
    let sdk = sdk::folder(job.site).join("guest-sdk");
    let mut command = machine::call(NODE, job)?;
    command.arg(sdk.join("js/build/driver.mjs")).arg(sdk.join("wit")).arg(job.site.join(folder).join("scratch"));
    Ok(command)
}

/// It comes with Node.js, and any release that does will do.
const NPM: Program = Program { name: "npm", ..NODE };

/// Exactly those of the SDK's lock file, beside the unpacked SDK, where its modules find them.
fn packages(job: &Job<'_>, progress: Progress<'_>) -> Result<(), Unready> {
    let lock = sdk::folder(job.site).join(NPM_LOCK);
    let home = job.site.join(".routelet");
    let wanted = fs::read(&lock).map_err(|error| unreadable(&lock, &error))?;
    let stamp = home.join("node_modules/.routelet-lock");
    if fs::read(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    for name in ["package.json", "package-lock.json"] {
        fs::copy(lock.with_file_name(name), home.join(name)).map_err(|error| unreadable(&home, &error))?;
    }
    let mut npm = machine::call(NPM, job).map_err(Unready::from_tool)?;
    npm.current_dir(&home).args([
        "install",
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
    let (doing, way_out) = if job.offline {
        npm.arg("--offline");
        ("installing the npm packages from npm's cache", FETCH)
    } else {
        progress(&format!(
            "fetching what TypeScript and JavaScript routes are built with, from the npm registry: npm install, \
             {NPM_MEGABYTES} MB"
        ));
        ("fetching the npm packages", REACH)
    };
    let fetch = Fetch { doing, arrives_in: home.join("node_modules") };
    fetch.run(&mut npm, progress, way_out).map_err(Unready::from_tool)?;
    fs::write(&stamp, wanted).map_err(|error| unreadable(&stamp, &error))
}

fn unreadable(file: &Path, error: &std::io::Error) -> Unready {
    Unready::Skipped(format!("{}: {error}; make room, or give the user who builds access", file.display()))
}
