//! How many lines the failures of one route may write, so that a route that fails all the time fills no log. What
//! a line says is not its business.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Lines about failures of one route in a second. A hundred show what goes wrong; beyond it they are counted.
pub(crate) const FAILURE_LINES_PER_SECOND: u64 = 100;

/// The lines that the failures of all routes of a server wrote of late.
///
/// What a route was not allowed to write is told in one line for each second: with the first failure of any route
/// in a later one, at the latest at the end of the server.
#[derive(Debug, Clone, Default)]
pub(crate) struct FailureLog(Arc<Mutex<Second>>);

/// Failures by route since `begun`; no more routes than failed in a second.
#[derive(Debug, Default)]
struct Second {
    begun: Option<Instant>,
    failures: HashMap<Box<str>, u64>,
}

impl FailureLog {
    /// Has the line about a failure of this route written, or only counts it.
    pub(crate) fn tell(&self, route: &str, write: impl FnOnce()) {
        let (past, may_write) = self.0.lock().unwrap_or_else(PoisonError::into_inner).enter(route, Instant::now());
        drop(past);
        if may_write {
            write();
        }
    }
}

impl Second {
    /// Counts a failure: the second before this one, where it has ended, and whether the failure may write.
    fn enter(&mut self, route: &str, now: Instant) -> (Self, bool) {
        let is_over = self.begun.is_none_or(|begun| now - begun >= Duration::from_secs(1));
        let past = if is_over {
            mem::replace(self, Self { begun: Some(now), failures: HashMap::new() })
        } else {
            Self::default()
        };
        let failures = match self.failures.get_mut(route) {
            Some(failures) => failures,
            None => self.failures.entry(route.into()).or_default(),
        };
        *failures += 1;
        (past, *failures <= FAILURE_LINES_PER_SECOND)
    }
}

/// Tells what was left out. The lines belong to no request, though one may be under way.
impl Drop for Second {
    fn drop(&mut self) {
        for (route, failures) in &self.failures {
            let lines = failures.saturating_sub(FAILURE_LINES_PER_SECOND);
            if lines > 0 {
                tracing::warn!(parent: None, event = "failure_lines_dropped", route = %route, lines);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use routelet_tests::log::Recorded;

    use super::*;

    /// Events in order, the dropped ones with their route and number.
    fn told(log: &Recorded) -> Vec<String> {
        let lines = log.take().into_iter();
        lines.map(|line| format!("{} {} {}", line.event(), line.field("route"), line.field("lines"))).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_route_writes_so_many_lines_a_second_and_the_rest_is_counted_once() {
        let log = Recorded::start();
        let failures = FailureLog::default();
        let fails = |route: &str, times: u64| {
            let mut written = 0;
            (0..times).for_each(|_| failures.tell(route, || written += 1));
            written
        };
        assert_eq!((fails("/a", 100), fails("/a", 1), fails("/a", 50)), (100, 0, 0));
        assert_eq!(fails("/b", 3), 3, "another route has lines of its own");
        tokio::time::advance(Duration::from_millis(999)).await;
        assert_eq!((fails("/a", 1), told(&log)), (0, vec![]));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(fails("/b", 1), 1);
        assert_eq!(told(&log), ["failure_lines_dropped /a 52"]);
        assert_eq!((fails("/a", 101), told(&log)), (100, vec![]));
        drop(failures);
        assert_eq!(told(&log), ["failure_lines_dropped /a 1"], "nothing is lost at the end");
    }
}
