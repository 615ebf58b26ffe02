//! Counts the time a guest really executes. It never stops a guest by itself: the epoch callback asks it.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use rustix::time::{ClockId, clock_gettime};

use super::{threads, turns::Place};

/// Until then the clock on the wall tells execution time well enough; it is twenty times cheaper than to ask the system.
const WALL_TELLS: Duration = Duration::from_micros(100);

thread_local! {
    /// When this thread last asked the system what it has executed.
    static ASKED: Cell<Option<Stopwatch>> = const { Cell::new(None) };
}

/// The execution time one request has spent, and how much it may spend.
///
/// Only time inside polls of the guest's future counts: an epoch runs on while a guest waits for
/// its client or for another server, so ticks would charge for waiting. It is the processor time of
/// the polling thread, since a clock on the wall would charge a guest for its neighbours. A poll
/// begins and ends on one thread, and the epoch callback runs inside it.
#[derive(Debug)]
pub(crate) struct Meter {
    budget: Duration,
    spent_nanos: AtomicU64,
    /// The thread's processor time at the start of the current poll, plus one; zero between polls.
    poll_started: AtomicU64,
}

impl Meter {
    /// A meter with nothing spent yet.
    pub(crate) fn new(budget: Duration) -> Self {
        Self { budget, spent_nanos: AtomicU64::new(0), poll_started: AtomicU64::new(0) }
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
            started => thread_nanos().saturating_sub(started - 1),
        };
        Duration::from_nanos(finished + current)
    }

    /// Whether the budget is used up.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.spent() >= self.budget
    }

    fn begin_poll(&self) -> Stopwatch {
        let watch = threads::poll_under_way().map_or_else(Stopwatch::start, Stopwatch::within);
        self.poll_started.store(watch.thread_nanos + 1, Relaxed);
        watch
    }

    /// What the poll took by itself.
    fn end_poll(&self, watch: &Stopwatch) -> Duration {
        let took = watch.elapsed();
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.poll_started.store(0, Relaxed);
        self.spent_nanos.fetch_add(nanos, Relaxed);
        took
    }
}

/// Execution time since a moment, read on the thread it was started on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopwatch {
    wall: Instant,
    thread_nanos: u64,
}

impl Stopwatch {
    /// Started now. Of what was executed since the system was last asked, a moment ago at most, counts what
    /// [`Stopwatch::within`] says.
    pub(super) fn start() -> Self {
        let wall = Instant::now();
        match ASKED.get() {
            Some(asked) if wall - asked.wall <= WALL_TELLS => Self { wall, ..asked },
            _ => {
                let started = Self { wall, thread_nanos: thread_nanos() };
                ASKED.set(Some(started));
                started
            }
        }
    }

    /// When it was started.
    pub(super) fn started(&self) -> Instant {
        self.wall
    }

    /// Started now, in a poll that began a moment ago and asked the system then: what was executed in between counts
    /// at most where the clock on the wall saw as much go by since.
    fn within(poll: Self) -> Self {
        Self { wall: Instant::now(), ..poll }
    }

    pub(super) fn elapsed(&self) -> Duration {
        let wall = self.wall.elapsed();
        if wall <= WALL_TELLS {
            return wall;
        }
        wall.min(Duration::from_nanos(thread_nanos().saturating_sub(self.thread_nanos)))
    }
}

/// Processor time of this thread since it began.
fn thread_nanos() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or_default()
}

/// A future whose polls are charged to a [`Meter`], and which takes its turn for each of them.
pub(crate) struct Metered<F> {
    guest: F,
    meter: Arc<Meter>,
    place: Place,
}

impl<F: Future + Unpin> Metered<F> {
    /// Charges every poll of `guest` to `meter`, each in a turn of `place`.
    pub(crate) fn new(guest: F, meter: Arc<Meter>, place: Place) -> Self {
        Self { guest, meter, place }
    }
}

impl<F: Future + Unpin> Future for Metered<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if threads::works_for(self.place.lane()).is_pending() {
            // Whoever polls this task moves it now; no other wake-up would come.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let _turn = ready!(self.place.poll_turn(cx));
        let watch = self.meter.begin_poll();
        let polled = Pin::new(&mut self.guest).poll(cx);
        let took = self.meter.end_poll(&watch);
        self.place.lane().paced(took);
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
        let place = super::super::turns::Turns::new(2).lane().place();
        Metered::new(wait, meter.clone(), place).await;
        assert!(meter.spent() < Duration::from_millis(50), "{meter:?}");
    }

    #[test]
    fn the_system_is_asked_once_for_what_is_executed_within_a_moment() {
        // Whoever used this thread before may have asked.
        ASKED.set(None);
        let (first, second) = (Stopwatch::start(), Stopwatch::start());
        assert!(second.wall - first.wall > WALL_TELLS || second.thread_nanos == first.thread_nanos);
        while first.wall.elapsed() <= WALL_TELLS {
            std::hint::spin_loop();
        }
        assert!(Stopwatch::start().thread_nanos > first.thread_nanos, "what was executed since is not charged again");
    }

    #[test]
    fn execution_is_charged_while_it_runs() {
        let meter = Meter::new(Duration::from_millis(5));
        let watch = meter.begin_poll();
        while !meter.is_exhausted() {
            std::hint::spin_loop();
        }
        meter.end_poll(&watch);
        assert!(meter.spent() >= Duration::from_millis(5));
        meter.restart();
        assert!(!meter.is_exhausted());
    }
}
