//! Calls of cargo, rustc and rustup, with what they say passed on as it comes. It never interprets a
//! manifest.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc,
    thread,
};

use super::{manifest::Manifest, messages::Messages};
use crate::{Progress, ToolError, language::Job};

const TARGET: &str = "wasm32-wasip2";
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
    command.args(["build", "--release", "--keep-going", "--target", TARGET]);
    command.args(["--message-format", "json", "--package", &manifest.package]);
    command.arg("--manifest-path").arg(job.site.join("Cargo.toml"));
    command.arg("--target-dir").arg(job.site.join(".routelet/target"));
    command.args(examples.flat_map(|name| ["--example", name]));
    if job.offline {
        command.arg("--offline");
    }
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
    ask.args(["--print", "target-libdir", "--target", TARGET]);
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

/// Runs a command that has little to say, to its end.
pub(crate) fn output(command: &mut Command) -> Result<Output, ToolError> {
    command.stdin(Stdio::null());
    command.output().map_err(|source| start_error(command, source))
}

fn add_target(job: &Job<'_>, progress: Progress<'_>) -> Result<(), ToolError> {
    let way_out = format!("run `rustup target add {TARGET}` in {}", job.site.display());
    let Some(rustup) = job.environment.find("rustup") else {
        return Err(ToolError::Missing {
            tool: "rustup",
            needed_for: format!("it, to add the target {TARGET} that the Rust in PATH lacks"),
            way_out: format!("install the target by the way Rust came, or {INSTALL_RUST}"),
        });
    };
    let mut command = job.environment.command(&rustup, job.site);
    command.args(["target", "add", TARGET]);
    if job.offline {
        let said = b"the target is not installed, and --offline forbids to fetch it";
        return Err(failed(&command, said, &way_out));
    }
    progress(&format!("adding the Rust target {TARGET}: rustup target add {TARGET}"));
    let mut said = String::new();
    let status = lines_of(&mut command, &mut |line| {
        let (Line::Stdout(line) | Line::Stderr(line)) = line;
        line.clone_into(&mut said);
        progress(line);
    })?;
    if status.success() { Ok(()) } else { Err(failed(&command, said.as_bytes(), &way_out)) }
}

fn tool(job: &Job<'_>, tool: &'static str) -> Result<PathBuf, ToolError> {
    job.environment.find(tool).ok_or_else(|| ToolError::Missing {
        tool,
        needed_for: format!("it, to build {}", job.now[0].display()),
        way_out: INSTALL_RUST.to_owned(),
    })
}

fn start_error(command: &Command, source: std::io::Error) -> ToolError {
    ToolError::Start { tool: PathBuf::from(command.get_program()), source }
}

fn failed(command: &Command, said: &[u8], way_out: &str) -> ToolError {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    let words: Vec<_> = [program.to_string_lossy()].into_iter().chain(arguments).collect();
    ToolError::Failed {
        command: words.join(" "),
        said: String::from_utf8_lossy(said).trim().to_owned(),
        way_out: way_out.to_owned(),
    }
}

enum Line<'a> {
    Stdout(&'a str),
    Stderr(&'a str),
}

/// Runs a command to its end and hands over each line as it is written.
fn lines_of(command: &mut Command, receive: &mut dyn FnMut(Line<'_>)) -> Result<ExitStatus, ToolError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Running(command.spawn().map_err(|source| start_error(command, source))?);
    let (sender, lines) = mpsc::sync_channel(LINES_WAITING_MAX);
    let stdout = child.0.stdout.take().map(|pipe| (true, Box::new(pipe) as Pipe));
    let stderr = child.0.stderr.take().map(|pipe| (false, Box::new(pipe) as Pipe));
    thread::scope(|scope| {
        for (is_stdout, pipe) in stdout.into_iter().chain(stderr) {
            let sender = sender.clone();
            scope.spawn(move || forward(pipe, is_stdout, &sender));
        }
        drop(sender);
        for (is_stdout, line) in lines {
            receive(if is_stdout { Line::Stdout(&line) } else { Line::Stderr(&line) });
        }
    });
    child.0.wait().map_err(|source| start_error(command, source))
}

/// A tool that writes faster than its lines are shown waits for them.
const LINES_WAITING_MAX: usize = 1024;

type Pipe = Box<dyn Read + Send>;

fn forward(pipe: Pipe, is_stdout: bool, sender: &mpsc::SyncSender<(bool, String)>) {
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if sender.send((is_stdout, text)).is_err() {
            return;
        }
        line.clear();
    }
}

/// A child process that does not outlive its reader, even where that one panics.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail where the child has ended, which is the ordinary case.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
