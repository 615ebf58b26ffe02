//! The conduct of one connection, shared by all that see a part of it: its bytes, its requests and
//! whoever judges them. It decides nothing.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::task::AtomicWaker;

use super::conduct::Conduct;
use crate::runtime::threads;

/// A share of the account; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Account(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    conduct: Mutex<Conduct>,
    /// Woken by what changes outside the connection's own task.
    judge: AtomicWaker,
}

impl Account {
    pub(super) fn new(conduct: Conduct) -> Self {
        Self(Arc::new(Inner { conduct: Mutex::new(conduct), judge: AtomicWaker::new() }))
    }

    /// Reads or writes the account; nobody else does meanwhile.
    pub(super) fn with<T>(&self, entry: impl FnOnce(&mut Conduct) -> T) -> T {
        entry(&mut self.0.conduct.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whoever judges wants to be woken.
    pub(super) fn judged_by(&self, waker: &std::task::Waker) {
        self.0.judge.register(waker);
    }

    /// A request begins, and lasts as long as what is returned. Also says whether it is the last one.
    pub(super) fn request(&self) -> (UnderWay, bool) {
        let is_last = self.with(Conduct::request_begins);
        (UnderWay(self.clone()), is_last)
    }

    /// An answer was given up because the client did not take it.
    pub(super) fn gives_up(&self) {
        self.with(Conduct::gives_up);
        self.0.judge.wake();
    }
}

/// One request under way; dropped with the last of its answer.
#[derive(Debug)]
pub(super) struct UnderWay(Account);

impl UnderWay {
    pub(super) fn account(&self) -> &Account {
        &self.0
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        threads::rests();
        let now = threads::about_now();
        let wakes = self.0.with(|conduct| {
            conduct.request_ends(now);
            conduct.is_idle() && conduct.has_streams()
        });
        if wakes {
            self.0.0.judge.wake();
        }
    }
}
