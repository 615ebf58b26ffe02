//! Components that did not compile, so that the same bytes are not compiled in vain at every reload. It
//! compiles nothing, and what does compile is no business of it.
//!
//! What comes of the bytes and their bounds alone is remembered as long as the server runs: other
//! bytes, other bounds or a new start try again. What may have been the machine's doing (a compiling
//! process that was killed or did not start, code that does not load) rests for twenty times as long
//! as the attempt took, so that trying again and again costs a twentieth of a core.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::super::compile::{CompileBounds, CompileError};

/// As many failures as are remembered, each of them a message; beyond that the oldest is forgotten,
/// which costs one compilation more.
const REMEMBERED_MAX: usize = 1_024;
/// How many times as long as it took a failure that may not last is left alone.
const REST: u32 = 20;

/// What was to be compiled: bytes for an engine, by their name in the cache, and what it could take.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Attempt {
    pub(super) name: String,
    pub(super) bounds: CompileBounds,
}

/// The failures of one server.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<HashMap<Attempt, Failure>>);

#[derive(Debug)]
struct Failure {
    error: Arc<CompileError>,
    ended: Instant,
    /// Until when it counts; as long as the server runs where there is no end.
    until: Option<Instant>,
}

impl Failures {
    /// How the same attempt failed, where it is not worth another one now.
    pub(super) fn of(&self, attempt: &Attempt, now: Instant) -> Option<Arc<CompileError>> {
        let failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failure = failures.get(attempt)?;
        failure.until.is_none_or(|until| now < until).then(|| failure.error.clone())
    }

    /// Remembers how an attempt ended that took so long.
    pub(super) fn remember(&self, attempt: Attempt, error: &Arc<CompileError>, took: Duration, ended: Instant) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED_MAX && !failures.contains_key(&attempt) {
            let oldest = failures.iter().min_by_key(|(_, failure)| failure.ended).map(|(oldest, _)| oldest.clone());
            oldest.map(|oldest| failures.remove(&oldest));
        }
        let until = if error.is_lasting() { None } else { Some(ended + took * REST) };
        failures.insert(attempt, Failure { error: error.clone(), ended, until });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: CompileBounds = CompileBounds { time: Duration::from_mins(1), memory_bytes: 1 << 30 };
    const TOOK: Duration = Duration::from_secs(3);

    fn attempt(name: impl ToString) -> Attempt {
        Attempt { name: name.to_string(), bounds: BOUNDS }
    }

    fn failed(error: CompileError) -> (Failures, Instant) {
        let (failures, ended) = (Failures::default(), Instant::now());
        failures.remember(attempt("a"), &Arc::new(error), TOOK, ended);
        (failures, ended)
    }

    #[test]
    fn what_the_bytes_are_to_blame_for_lasts_for_these_bytes_within_these_bounds() {
        for error in [
            CompileError::Refused("no".to_owned()),
            CompileError::TimeSpent(BOUNDS.time),
            CompileError::MemorySpent(BOUNDS.memory_bytes),
            CompileError::CodeTooLong { found: 2, max: 1 },
        ] {
            let (told, (failures, ended)) = (error.to_string(), failed(error));
            let later = ended + Duration::from_hours(1_000);
            assert_eq!(failures.of(&attempt("a"), later).map(|error| error.to_string()), Some(told));
            assert!(failures.of(&attempt("b"), later).is_none(), "other bytes");
            let wider = CompileBounds { time: BOUNDS.time * 2, ..BOUNDS };
            assert!(failures.of(&Attempt { bounds: wider, ..attempt("a") }, later).is_none(), "other bounds");
        }
    }

    #[test]
    fn what_the_machine_may_be_to_blame_for_rests_twenty_times_as_long_as_it_took() {
        for error in [
            CompileError::Broke("signal: 9 (SIGKILL)".to_owned()),
            CompileError::Garbled("it ends too early".to_owned()),
            CompileError::NotStarted { program: "x".into(), error: std::io::ErrorKind::WouldBlock.into() },
            CompileError::NotLoaded(wasmtime::Error::msg("no")),
        ] {
            let (failures, ended) = failed(error);
            assert!(failures.of(&attempt("a"), ended + TOOK * REST - Duration::from_millis(1)).is_some());
            assert!(failures.of(&attempt("a"), ended + TOOK * REST).is_none());
        }
    }

    #[test]
    fn the_oldest_failure_makes_room_for_one_too_many() {
        let (failures, begun) = (Failures::default(), Instant::now());
        let error = Arc::new(CompileError::Refused("no".to_owned()));
        for at in 0..=REMEMBERED_MAX {
            let ended = begun + Duration::from_secs(at as u64);
            failures.remember(attempt(at), &error, TOOK, ended);
            failures.remember(attempt(at), &error, TOOK, ended);
        }
        assert!(failures.of(&attempt(0), begun).is_none());
        assert!((1..=REMEMBERED_MAX).all(|at| failures.of(&attempt(at), begun).is_some()));
    }
}
