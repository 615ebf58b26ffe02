//! Which threads poll a task: those of the server, or slow ones that the system lets wait behind
//! them. It polls tasks and moves them; how long a route's polls are is for its lane to say.
//!
//! Tasks share threads by their own leave, and the system's scheduler knows nothing of routes. A poll
//! of a few milliseconds (a guest that computes, an instance that is taken down, an answer without
//! end that is copied to the system) holds up whatever waits behind it, and on a busy core even what
//! waits for another thread. So what works for a route whose polls are long of late moves to slow
//! threads, whole: a connection with hyper's reads and writes, a stream, a guest that goes on by
//! itself. The system gives a core to a quick thread as soon as there is work for it, in the middle
//! of a slow poll, and nobody has to be asked.

use std::{
    cell::{Cell, RefCell},
    io,
    panic::resume_unwind,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio_util::task::AbortOnDropHandle;

pub(crate) use super::turns::LONG;
use super::{meter::Stopwatch, turns::Lane};

/// How far slow threads stand back. A tenth of a core is left for them where quick threads want all
/// of it: a route with long polls becomes slow there, and does not stop.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// What slow threads are called.
const SLOW: &str = "slow";

/// After how many polls a thread that is never idle looks for what sockets have brought. By default
/// a request would wait for sixty polls of others, some milliseconds of them.
pub const EVENT_INTERVAL: u32 = 8;

tokio::task_local! {
    static STINT: Stint;
}

/// The threads of one server.
#[derive(Debug, Clone)]
pub(crate) struct Threads(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    slow_threads: usize,
    /// Started when there is something slow; nothing where the system refused.
    slow: OnceLock<Option<SlowThreads>>,
}

/// A runtime that may be given up anywhere, its own threads included.
#[derive(Debug)]
struct SlowThreads(Option<Runtime>);

/// What is known of a task while threads of one kind poll it.
struct Stint {
    is_slow: bool,
    /// Whose work it does now.
    lane: RefCell<Option<Arc<Lane>>>,
    /// Whether that began in the poll under way.
    begins: Cell<bool>,
    /// Whether that ended in the poll under way, which is still charged for it.
    rests: Cell<bool>,
    /// Since when the poll under way goes on.
    poll: Cell<Option<Stopwatch>>,
}

/// A task for as long as threads of one kind poll it.
struct Stay<F>(Option<Pin<Box<F>>>);

enum Left<F: Future> {
    Done(F::Output),
    /// It belongs to the other threads.
    Moves(Pin<Box<F>>, Option<Arc<Lane>>),
}

impl Threads {
    /// That many slow ones, beside those of the runtime around.
    pub(super) fn new(slow_threads: usize) -> Self {
        Self(Arc::new(Inner { slow_threads, slow: OnceLock::new() }))
    }

    /// Polls a task where it belongs at each moment, until it is done. Dropped, it ends the task.
    ///
    /// Whoever runs everything on one thread wants it there, with its clock and its log: nothing moves.
    pub(crate) async fn run<F>(self, task: F) -> F::Output
    where
        F: Future<Output: Send> + Send + 'static,
    {
        if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
            return task.await;
        }
        let (mut task, mut lane) = (Box::pin(task), None);
        loop {
            (task, lane) = match STINT.scope(Stint::new(false, lane), Stay(Some(task))).await {
                Left::Done(output) => return output,
                Left::Moves(task, lane) => (task, lane),
            };
            let Some(slow) = self.slow() else { return task.await };
            let stay = STINT.scope(Stint::new(true, lane), Stay(Some(task)));
            (task, lane) = match AbortOnDropHandle::new(slow.spawn(stay)).await {
                Ok(Left::Done(output)) => return output,
                Ok(Left::Moves(task, lane)) => (task, lane),
                // Nobody else aborts it, and its runtime lives as long as `self`.
                Err(ended) => resume_unwind(ended.into_panic()),
            };
        }
    }

    fn slow(&self) -> Option<&Runtime> {
        let start = || SlowThreads::start(self.0.slow_threads);
        let started = self.0.slow.get_or_init(|| {
            let refused = |error| tracing::warn!(event = "no_slow_threads", reason = %error);
            start().map_err(refused).ok()
        });
        started.as_ref()?.0.as_ref()
    }
}

impl SlowThreads {
    fn start(threads: usize) -> io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        builder
            .worker_threads(threads)
            .event_interval(EVENT_INTERVAL)
            .thread_name(SLOW)
            .on_thread_start(stand_back)
            .enable_all();
        Ok(Self(Some(builder.build()?)))
    }
}

impl Drop for SlowThreads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Lets this thread wait behind all that have not stood back. Elsewhere than on Linux it would be the whole process.
pub(super) fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::warn!(event = "slow_threads_not_slow", reason = %error);
    }
}

/// Says on whose behalf this task goes on. Pending where it has to move to other threads before.
pub(super) fn works_for(lane: &Arc<Lane>) -> Poll<()> {
    STINT.try_with(|stint| stint.works_for(lane)).unwrap_or(Poll::Ready(()))
}

/// Since when the poll of this task goes on, where it is one of [`Threads`].
pub(super) fn poll_under_way() -> Option<Stopwatch> {
    STINT.try_with(|stint| stint.poll.get()).ok().flatten()
}

/// For how long the poll of this task goes on, where it is one of [`Threads`].
pub(crate) fn polled_for() -> Option<Duration> {
    poll_under_way().map(|watch| watch.started().elapsed())
}

/// The time, for what is measured in seconds: when this task's poll began, where it is one of [`Threads`]. To ask the
/// clock a dozen times costs a request without a guest a tenth of its time.
pub(crate) fn about_now() -> tokio::time::Instant {
    poll_under_way().map_or_else(tokio::time::Instant::now, |watch| watch.started().into())
}

/// Says that the request this task worked for is over.
pub(crate) fn rests() {
    // Outside of `run` nobody asks.
    let _ = STINT.try_with(|stint| stint.rests.set(true));
}

impl Stint {
    fn new(is_slow: bool, lane: Option<Arc<Lane>>) -> Self {
        let (begins, rests, poll) = (Cell::new(false), Cell::new(false), Cell::new(None));
        Self { is_slow, lane: RefCell::new(lane), begins, rests, poll }
    }

    fn works_for(&self, lane: &Arc<Lane>) -> Poll<()> {
        let mut noted = self.lane.borrow_mut();
        if noted.as_ref().is_none_or(|noted| !Arc::ptr_eq(noted, lane)) {
            *noted = Some(lane.clone());
            self.begins.set(true);
        }
        // The next request of a connection may begin in the poll that ended its last.
        self.rests.set(false);
        let now = self.poll.get().map_or_else(Instant::now, |watch| watch.started());
        if self.is_slow || lane.may_be_quick(now) { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Charges the lane for all that was done in a poll, hyper's part and the system's included.
    fn polled(&self, took: Duration, ended: Instant) {
        if let Some(lane) = &*self.lane.borrow() {
            lane.used(took, self.begins.take(), ended);
        }
        if self.rests.take() {
            self.lane.take();
        }
    }

    fn is_misplaced(&self, now: Instant) -> bool {
        let is_quick = self.lane.borrow().as_ref().is_none_or(|lane| lane.may_be_quick(now));
        is_quick == self.is_slow
    }
}

impl<F: Future> Future for Stay<F> {
    type Output = Left<F>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Left<F>> {
        let watch = Stopwatch::start();
        STINT.with(|stint| stint.poll.set(Some(watch)));
        let task = self.0.as_mut().expect("polled until it is ready").as_mut();
        let polled = task.poll(cx);
        let took = watch.elapsed();
        let ended = watch.started() + took;
        STINT.with(|stint| {
            stint.polled(took, ended);
            match polled {
                Poll::Ready(output) => Poll::Ready(Left::Done(output)),
                Poll::Pending if stint.is_misplaced(ended) => {
                    let task = self.0.take().expect("it was polled just now");
                    Poll::Ready(Left::Moves(task, stint.lane.take()))
                }
                Poll::Pending => Poll::Pending,
            }
        })
    }
}

#[cfg(test)]
mod tests;
