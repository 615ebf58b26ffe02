//! Runs other programs and hands on what they say as they say it. It knows none of them.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::{Progress, ToolError};

/// Runs a command that has little to say, to its end.
pub(crate) fn output(command: &mut Command) -> Result<Output, ToolError> {
    command.stdin(Stdio::null());
    command.output().map_err(|source| start_error(command, source))
}

/// Runs a command whose lines are all for people; the last of them is the reason where it fails.
pub(crate) fn said_by(command: &mut Command, progress: Progress<'_>, way_out: &str) -> Result<(), ToolError> {
    let mut said = String::new();
    let status = lines_of(command, &mut |line| {
        let (Line::Stdout(line) | Line::Stderr(line)) = line;
        line.clone_into(&mut said);
        progress(line);
    })?;
    if status.success() { Ok(()) } else { Err(failed(command, said.as_bytes(), way_out)) }
}

pub(crate) fn start_error(command: &Command, source: std::io::Error) -> ToolError {
    ToolError::Start { tool: PathBuf::from(command.get_program()), source }
}

pub(crate) fn failed(command: &Command, said: &[u8], way_out: &str) -> ToolError {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    let words: Vec<_> = [program.to_string_lossy()].into_iter().chain(arguments).collect();
    ToolError::Failed {
        command: words.join(" "),
        said: String::from_utf8_lossy(said).trim().to_owned(),
        way_out: way_out.to_owned(),
    }
}

pub(crate) enum Line<'a> {
    Stdout(&'a str),
    Stderr(&'a str),
}

/// Runs a command to its end and hands over each line as it is written.
pub(crate) fn lines_of(command: &mut Command, receive: &mut dyn FnMut(Line<'_>)) -> Result<ExitStatus, ToolError> {
    heard_of(command, Duration::MAX, &mut |heard| match heard {
        Heard::Line(line) => receive(line),
        Heard::Silence => {}
    })
}

/// What there is to hear of a command that runs.
pub(crate) enum Heard<'a> {
    Line(Line<'a>),
    /// Nothing for as long as one is ready to hear nothing.
    Silence,
}

/// The same, and says so whenever the command has written nothing for `silence_max`.
pub(crate) fn heard_of(
    command: &mut Command,
    silence_max: Duration,
    receive: &mut dyn FnMut(Heard<'_>),
) -> Result<ExitStatus, ToolError> {
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
        loop {
            match lines.recv_timeout(silence_max) {
                Ok((true, line)) => receive(Heard::Line(Line::Stdout(&line))),
                Ok((false, line)) => receive(Heard::Line(Line::Stderr(&line))),
                Err(mpsc::RecvTimeoutError::Timeout) => receive(Heard::Silence),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
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
#[derive(Debug)]
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail where the child has ended, which is the ordinary case.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
