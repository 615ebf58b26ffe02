//! Loads the code of a table's components before anybody asks for it, one after the other, by a thread
//! that stands back. It compiles nothing, and nobody waits for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::{prepared::Prepared, threads};

/// Loading under way; it ends with the component at hand when this is dropped.
#[derive(Debug)]
pub(crate) struct Warming {
    stop: Arc<AtomicBool>,
}

impl Warming {
    /// Begins with the first. `None` where there is none, or no thread for it: requests load what they need.
    pub(crate) fn of(components: Vec<Prepared>) -> Option<Self> {
        if components.is_empty() {
            return None;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let warm = move || {
            threads::stand_back();
            let left = components.iter().take_while(|_| !stopped.load(Ordering::Relaxed));
            left.for_each(Prepared::warm);
        };
        thread::Builder::new().name("warming".into()).spawn(warm).ok()?;
        Some(Self { stop })
    }
}

impl Drop for Warming {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
