//! How a command ends. It gives the endings names; their numbers belong to `main`.

use std::{error::Error, fmt, io};

use routelet::Fault;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked for is done, or every request was answered before the end.
    Done,
    /// It could not be done, or the grace period was too short.
    Failed,
    /// What was typed makes no sense.
    Misused,
    /// A second signal asked not to wait.
    SecondSignal,
}

/// Why a command ended before it was done.
#[derive(Debug)]
pub(crate) struct Stop {
    /// How it ended.
    pub(crate) exit: Exit,
    /// What to tell people about it, a line each.
    pub(crate) reasons: Vec<String>,
}

impl Stop {
    /// It failed, for a reason with its way out.
    pub(crate) fn failed(reason: impl fmt::Display) -> Self {
        Self { exit: Exit::Failed, reasons: vec![reason.to_string()] }
    }

    /// What was typed makes no sense.
    pub(crate) fn misused(reason: impl fmt::Display) -> Self {
        Self { exit: Exit::Misused, reasons: vec![reason.to_string()] }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::failed(fault)
    }
}

impl From<Vec<Fault>> for Stop {
    fn from(faults: Vec<Fault>) -> Self {
        Self { exit: Exit::Failed, reasons: faults.iter().map(Fault::to_string).collect() }
    }
}

/// Results that nobody can take.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            // `routelet routes | head` has seen enough.
            return Self { exit: Exit::Done, reasons: Vec::new() };
        }
        Self::failed(format_args!("standard output cannot be written: {error}; make room or redirect it"))
    }
}

/// The whole chain of an error, outermost first.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
