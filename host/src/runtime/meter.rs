//! Counts the time a guest really executes. It never stops a guest by itself: the epoch callback asks it.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// The execution time one request has spent, and how much it may spend.
///
/// Only time inside polls of the guest's future counts: an epoch runs on while a guest waits for
/// its client or for another server, so ticks would charge for waiting.
#[derive(Debug)]
pub(crate) struct Meter {
    origin: Instant,
    budget: Duration,
    spent_nanos: AtomicU64,
    /// Nanoseconds from `origin` to the start of the current poll, plus one; zero between polls.
    poll_started: AtomicU64,
}

impl Meter {
    /// A meter with nothing spent yet.
    pub(crate) fn new(budget: Duration) -> Self {
        Self { origin: Instant::now(), budget, spent_nanos: AtomicU64::new(0), poll_started: AtomicU64::new(0) }
    }

    /// Forgets what an earlier request on the same instance has spent.
    pub(crate) fn restart(&self) {
        self.spent_nanos.store(0, Relaxed);
    }

    /// Execution time so far, the poll under way included.
    pub(crate) fn spent(&self) -> Duration {
        let finished = self.spent_nanos.load(Relaxed);
        let current = match self.poll_started.load(Relaxed) {
            0 => 0,
            started => self.now_nanos().saturating_sub(started - 1),
        };
        Duration::from_nanos(finished + current)
    }

    /// Whether the budget is used up.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.spent() >= self.budget
    }

    fn now_nanos(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn begin_poll(&self) {
        self.poll_started.store(self.now_nanos() + 1, Relaxed);
    }

    fn end_poll(&self) {
        let spent = u64::try_from(self.spent().as_nanos()).unwrap_or(u64::MAX);
        self.poll_started.store(0, Relaxed);
        self.spent_nanos.store(spent, Relaxed);
    }
}

/// A future whose polls are charged to a [`Meter`].
pub(crate) struct Metered<F> {
    guest: F,
    meter: Arc<Meter>,
}

impl<F: Future + Unpin> Metered<F> {
    /// Charges every poll of `guest` to `meter`.
    pub(crate) fn new(guest: F, meter: Arc<Meter>) -> Self {
        Self { guest, meter }
    }
}

impl<F: Future + Unpin> Future for Metered<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.meter.begin_poll();
        let polled = Pin::new(&mut self.guest).poll(cx);
        self.meter.end_poll();
        polled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_is_not_charged() {
        let meter = Arc::new(Meter::new(Duration::from_secs(1)));
        let wait = Box::pin(async {
            for _ in 0..50 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
        Metered::new(wait, meter.clone()).await;
        assert!(meter.spent() < Duration::from_millis(50), "{meter:?}");
    }

    #[test]
    fn execution_is_charged_while_it_runs() {
        let meter = Meter::new(Duration::from_millis(5));
        meter.begin_poll();
        while !meter.is_exhausted() {
            std::hint::spin_loop();
        }
        meter.end_poll();
        assert!(meter.spent() >= Duration::from_millis(5));
        meter.restart();
        assert!(!meter.is_exhausted());
    }
}
