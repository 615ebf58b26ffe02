//! Runs the streams of an HTTP/2 connection, and ends those whose client does not take its answer:
//! flow control holds such an answer back without the connection standing still.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use hyper::rt::Executor;
use tokio::time::{Instant, Sleep, sleep_until};

use super::{account::Account, conduct::Reason};
use crate::runtime::threads::Threads;

/// The clock of one answer: it runs while a piece handed out has not been taken.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock(Arc<Mutex<Option<Instant>>>);

impl Clock {
    /// A piece is handed out, and must be taken within `write_stall`.
    pub(super) fn run(&self, write_stall: Duration) {
        self.set(Some(Instant::now() + write_stall));
    }

    /// Everything handed out was taken.
    pub(super) fn stop(&self) {
        self.set(None);
    }

    fn set(&self, due: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = due;
    }

    fn due(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the streams of one connection.
#[derive(Debug, Clone)]
pub(super) struct Streams {
    account: Account,
    threads: Threads,
    /// hyper asks the service for an answer and then has it run, one request after the other; here
    /// the clock waits between the two.
    next: Arc<Mutex<Option<Clock>>>,
}

impl Streams {
    pub(super) fn new(account: Account, threads: Threads) -> Self {
        Self { account, threads, next: Arc::default() }
    }

    /// The clock of the stream that is started next.
    pub(super) fn next_clock(&self) -> Clock {
        let clock = Clock::default();
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(clock.clone());
        clock
    }
}

impl<F> Executor<F> for Streams
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let clock = self.next.lock().unwrap_or_else(PoisonError::into_inner).take();
        let clock = clock.unwrap_or_default();
        let stream = Clocked { stream: Box::pin(stream), clock, timer: None, account: self.account.clone() };
        tokio::spawn(self.threads.clone().run(stream));
    }
}

/// A stream that ends when its clock has run down. hyper then resets it, and its guest ends with it.
struct Clocked<F> {
    stream: Pin<Box<F>>,
    clock: Clock,
    timer: Option<Pin<Box<Sleep>>>,
    account: Account,
}

impl<F> Clocked<F> {
    fn poll_clock(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(due) = self.clock.due() else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if timer.deadline() != due {
            timer.as_mut().reset(due);
        }
        timer.as_mut().poll(cx)
    }
}

impl<F: Future<Output = ()>> Future for Clocked<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.stream.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        if self.poll_clock(cx).is_ready() {
            tracing::debug!(event = "stream_ended", reason = Reason::WriteStall.name());
            self.account.gives_up();
            return Poll::Ready(());
        }
        Poll::Pending
    }
}
