//! Calls of cargo, rustc and rustup, with what they say passed on as it comes. It never interprets a
//! manifest.

use std::{path::PathBuf, process::Command};

use super::{manifest::Manifest, messages::Messages};
use crate::{
    Progress, ToolError,
    language::Job,
    process::{Line, failed, lines_of, output, said_by},
    toolchains::RUST_TARGET,
};

const INSTALL_RUST: &str = "install Rust: `curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh`";

/// Builds the named examples of the site's package in one call; those that can be built are,
/// whatever becomes of the others.
pub(crate) fn build<'a>(
    manifest: &Manifest,
    examples: impl Iterator<Item = &'a str>,
    job: &Job<'_>,
    progress: Progress<'_>,
) -> Result<Messages, ToolError> {
    let mut command = command(job)?;
    command.args(["build", "--release", "--keep-going", "--target", RUST_TARGET]);
    command.args(["--message-format", "json", "--package", &manifest.package]);
    command.arg("--manifest-path").arg(job.site.join("Cargo.toml"));
    command.arg("--target-dir").arg(job.site.join(".routelet/target"));
    command.args(examples.flat_map(|name| ["--example", name]));
    if job.offline {
        command.arg("--offline");
    }
    // One seat, whatever cargo starts: it keeps within the cores by itself.
    let _seat = job.seats.take();
    let mut messages = Messages::new(job.site, &manifest.workspace_root);
    let status = lines_of(&mut command, &mut |line| match line {
        Line::Stdout(line) => messages.read(line),
        Line::Stderr(line) => {
            messages.hear(line);
            progress(line);
        }
    })?;
    messages.finish(status.success());
    Ok(messages)
}

/// Makes sure that Rust's standard library for components is there, in the toolchain that counts in
/// the site's directory.
pub(crate) fn have_target(job: &Job<'_>, progress: Progress<'_>) -> Result<(), ToolError> {
    tool(job, "cargo")?;
    let rustc = tool(job, "rustc")?;
    let mut ask = job.environment.command(&rustc, job.site);
    ask.args(["--print", "target-libdir", "--target", RUST_TARGET]);
    let answer = output(&mut ask)?;
    if !answer.status.success() {
        let way_out = format!(
            "`rustup show` in {} names the toolchain that counts there, `rustup update` brings it up to date",
            job.site.display()
        );
        return Err(failed(&ask, &answer.stderr, &way_out));
    }
    let libraries = PathBuf::from(String::from_utf8_lossy(&answer.stdout).trim());
    if libraries.is_dir() { Ok(()) } else { add_target(job, progress) }
}

/// A call of the site's cargo, still without arguments.
pub(crate) fn command(job: &Job<'_>) -> Result<Command, ToolError> {
    let cargo = tool(job, "cargo")?;
    Ok(job.environment.command(&cargo, job.site))
}

fn add_target(job: &Job<'_>, progress: Progress<'_>) -> Result<(), ToolError> {
    let way_out = format!("run `rustup target add {RUST_TARGET}` in {}", job.site.display());
    let Some(rustup) = job.environment.find("rustup") else {
        return Err(ToolError::Missing {
            tool: "rustup",
            needed_for: format!("it, to add the target {RUST_TARGET} that the Rust in PATH lacks"),
            way_out: format!("install the target by the way Rust came, or {INSTALL_RUST}"),
        });
    };
    let mut command = job.environment.command(&rustup, job.site);
    command.args(["target", "add", RUST_TARGET]);
    if job.offline {
        let said = b"the target is not installed, and --offline forbids to fetch it";
        return Err(failed(&command, said, &way_out));
    }
    progress(&format!("adding the Rust target {RUST_TARGET}: rustup target add {RUST_TARGET}"));
    said_by(&mut command, progress, &way_out)
}

fn tool(job: &Job<'_>, tool: &'static str) -> Result<PathBuf, ToolError> {
    job.environment.find(tool).ok_or_else(|| ToolError::Missing {
        tool,
        needed_for: format!("it, to build {}", job.now[0].display()),
        way_out: INSTALL_RUST.to_owned(),
    })
}
