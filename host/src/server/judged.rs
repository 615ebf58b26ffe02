//! A connection under the verdicts on its client's conduct: it goes on, is told to leave, or is cut.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use hyper_util::server::graceful::GracefulConnection;
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::{
    account::Account,
    conduct::{Reason, Verdict},
};
use crate::runtime::threads::about_now;

/// How a connection ended.
#[derive(Debug)]
pub(super) enum End {
    /// Both sides had finished, or one had broken it off.
    OfItself(hyper::Result<()>),
    /// The server cut it.
    Cut(Reason),
}

/// A connection and all that may end it.
pub(super) struct Judged<C> {
    connection: Pin<Box<C>>,
    account: Account,
    timer: Pin<Box<Sleep>>,
    /// Until the server drains.
    draining: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl<C: GracefulConnection<Error = hyper::Error>> Judged<C> {
    pub(super) fn new(connection: C, account: Account, draining: CancellationToken) -> Self {
        Self {
            connection: Box::pin(connection),
            account,
            timer: Box::pin(sleep_until(Instant::now())),
            draining: Some(Box::pin(draining.cancelled_owned())),
        }
    }

    fn tell_to_leave(&mut self, reason: Reason) {
        tracing::debug!(event = "connection_leaves", reason = reason.name());
        self.connection.as_mut().graceful_shutdown();
        self.account.with(|conduct| conduct.leaves(Instant::now()));
    }

    fn poll_draining(&mut self, cx: &mut Context<'_>) {
        if self.draining.as_mut().is_some_and(|draining| draining.as_mut().poll(cx).is_ready()) {
            self.draining = None;
            self.tell_to_leave(Reason::Drain);
        }
    }

    /// Ready where the next verdict is to be asked for at once.
    fn poll_timer(&mut self, until: Instant, cx: &mut Context<'_>) -> Poll<()> {
        // A timer that is early asks once too often, which is cheaper than to set it for each request.
        if until < self.timer.deadline() || self.timer.is_elapsed() {
            self.timer.as_mut().reset(until);
        }
        self.timer.as_mut().poll(cx)
    }
}

impl<C: GracefulConnection<Error = hyper::Error>> Future for Judged<C> {
    type Output = End;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<End> {
        self.account.judged_by(cx.waker());
        self.poll_draining(cx);
        let mut now = about_now();
        loop {
            if let Poll::Ready(ended) = self.connection.as_mut().poll(cx) {
                return Poll::Ready(End::OfItself(ended));
            }
            match self.account.with(|conduct| conduct.verdict(now)) {
                Verdict::Cut(reason) => return Poll::Ready(End::Cut(reason)),
                Verdict::Leave(reason) => self.tell_to_leave(reason),
                Verdict::GoOn(until) if self.poll_timer(until, cx).is_pending() => return Poll::Pending,
                // The timer knows that it is later.
                Verdict::GoOn(_) => now = Instant::now(),
            }
        }
    }
}
