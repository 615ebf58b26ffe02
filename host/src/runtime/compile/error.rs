//! How compiling can fail, told apart by what the owner of a component can do about it.

use std::{
    io,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::ExitStatus,
    time::Duration,
};

use rustix::process::Signal;

use super::CompileBounds;
use crate::{fault::Fault, policy::units::Unit};

/// Why there is no code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CompileError {
    /// The compiler refuses the component.
    #[error("does not compile: {0}")]
    Refused(String),
    /// It takes too long.
    #[error("takes more than {} to compile", time(*.0))]
    TimeSpent(Duration),
    /// It takes too much memory.
    #[error("takes more than {} of memory to compile", Unit::Bytes.text(*.0))]
    MemorySpent(u64),
    /// It becomes too much code.
    #[error("compiles to {found} bytes of code")]
    CodeTooLong {
        /// The bytes announced.
        found: u64,
        /// The most that is taken.
        max: u64,
    },
    /// The compiling process ended in mid-work.
    #[error("broke the process that compiled it: {0}")]
    Broke(String),
    /// The compiling process said something else.
    #[error("got no answer from the process that compiled it: {0}")]
    Garbled(String),
    /// There is no compiling process.
    #[error("has no compiler: {} does not start: {error}", .program.display())]
    NotStarted {
        /// The program.
        program: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The engine does not take the code.
    #[error("compiles to code this server cannot load: {0:#}")]
    NotLoaded(wasmtime::Error),
}

/// What the standard library says before it gives up an allocation.
const OUT_OF_MEMORY: [&str; 2] = ["memory allocation of", "Cannot allocate memory"];

impl CompileError {
    /// What the end of a compiling process says by itself; `None` where it ended well.
    pub(super) fn of_ending(status: ExitStatus, words: &str, bounds: CompileBounds) -> Option<Self> {
        if status.success() {
            return None;
        }
        let signal = status.signal().and_then(Signal::from_named_raw);
        Some(if OUT_OF_MEMORY.iter().any(|sign| words.contains(sign)) {
            Self::MemorySpent(bounds.memory_bytes)
        } else if signal == Some(Signal::XCPU) {
            Self::TimeSpent(bounds.time)
        } else {
            Self::Broke(format!("{status}{}", said(words)))
        })
    }

    /// Whether it comes of the component and its bounds, so that trying again is in vain. Time depends
    /// on the machine as well; but to find out whether it has become faster may cost all of it again.
    pub(crate) fn is_lasting(&self) -> bool {
        match self {
            Self::Refused(_) | Self::TimeSpent(_) | Self::MemorySpent(_) | Self::CodeTooLong { .. } => true,
            Self::Broke(_) | Self::Garbled(_) | Self::NotStarted { .. } | Self::NotLoaded(_) => false,
        }
    }

    /// The same as a fault of the component's file.
    pub(crate) fn fault(&self, file: &Path) -> Fault {
        let fault = Fault::new(file, self.to_string());
        match self {
            Self::Refused(_) => fault.way_out("build it with a current toolchain, without features beyond WASI 0.2"),
            Self::TimeSpent(max) => beyond(fault, &time(*max), "compile-time"),
            Self::MemorySpent(max) => beyond(fault, &Unit::Bytes.text(*max), "compile-memory"),
            Self::CodeTooLong { max, .. } => {
                beyond(fault, &format!("{max} bytes, a quarter of `compile-memory`"), "compile-memory")
            }
            Self::Broke(_) | Self::Garbled(_) => {
                fault.way_out("a later reload tries again; if it stays so, build it smaller or with another toolchain")
            }
            Self::NotStarted { .. } | Self::NotLoaded(_) => {
                fault.way_out("let its compiler be this server's own program")
            }
        }
    }
}

fn time(time: Duration) -> String {
    Unit::Time.text(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

fn beyond(fault: Fault, max: &str, limit: &str) -> Fault {
    fault.expected(format!("at most {max}")).way_out(format!("make it smaller, or raise `{limit}` in its segment.toml"))
}

/// The first line of what the process said, which names the cause where there is one.
fn said(words: &str) -> String {
    match words.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => format!(", after `{}`", printable(line)),
        None => String::new(),
    }
}

/// A message on its way to people: one line, and nothing that steers a terminal.
pub(super) fn printable(text: &str) -> String {
    text.split(char::is_control).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}
