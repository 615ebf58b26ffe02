//! Runs what fetches from a registry, and says how far it is while that says nothing itself. It knows no registry.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    Progress, ToolError,
    process::{Heard, Line, failed, heard_of},
};

/// Something on its way.
pub(crate) struct Fetch<'a> {
    /// As people call it: `fetching ziglang==0.17.0`.
    pub(crate) doing: &'a str,
    /// The folder that grows while it comes.
    pub(crate) arrives_in: PathBuf,
}

/// A person who sees nothing for longer takes it for stuck.
const SILENCE_MAX: Duration = Duration::from_secs(3);
/// A folder that holds more is told as "more than", since looking at it has to stay cheap.
const FILES_MAX: usize = 100_000;
const MEGABYTE: u64 = 1_000_000;

impl Fetch<'_> {
    /// Runs the command, whose lines are all for people; the last of them is the reason where it fails.
    pub(crate) fn run(&self, command: &mut Command, progress: Progress<'_>, way_out: &str) -> Result<(), ToolError> {
        let started = Instant::now();
        let mut said = String::new();
        let status = heard_of(command, SILENCE_MAX, &mut |heard| match heard {
            Heard::Line(Line::Stdout(line) | Line::Stderr(line)) => {
                line.clone_into(&mut said);
                progress(line);
            }
            Heard::Silence => progress(&self.far(started.elapsed())),
        })?;
        if status.success() { Ok(()) } else { Err(failed(command, said.as_bytes(), way_out)) }
    }

    fn far(&self, elapsed: Duration) -> String {
        let (bytes, is_all) = size_of(&self.arrives_in);
        let more = if is_all { "" } else { "more than " };
        format!("still {}: {more}{} MB on disk after {} s", self.doing, bytes / MEGABYTE, elapsed.as_secs())
    }
}

/// The size of what lies below a folder, and whether that was all of it. Files come and go meanwhile.
fn size_of(folder: &Path) -> (u64, bool) {
    let mut bytes = 0;
    let mut files = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            files += 1;
            if files > FILES_MAX {
                return (bytes, false);
            }
            match entry.metadata() {
                Ok(found) if found.is_dir() => folders.push(entry.path()),
                Ok(found) => bytes += found.len(),
                Err(_) => {}
            }
        }
    }
    (bytes, true)
}
