//! A stream on which an answer that took a while to make lets pass once what else is ready, so that answers leave
//! together. It changes no byte.
//!
//! A client that waits sleeps, and to wake it costs the sender more than to send. Where a dozen requests are ready, the
//! first answer wakes it, and it is still awake for the others if they follow at once.

use std::{
    io::{self, IoSlice},
    ops::Range,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::runtime::threads::{LONG, polled_for};

/// What polls took whose answers are worth waiting with. A guest that is used again, or none at all, takes less; beside
/// what takes more it is no matter what a wake-up costs, and whoever waits for it has waited long enough.
const WORTH_WAITING: Range<Duration> = Duration::from_micros(12)..LONG;

/// A stream, and whether what is being written has let others pass.
#[derive(Debug)]
pub(super) struct Together<S> {
    stream: S,
    has_let_pass: bool,
}

impl<S> Together<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, has_let_pass: false }
    }

    /// Pending once where it is worth it: the task goes to the end of its thread's queue.
    fn poll_turn(&mut self, cx: &Context<'_>) -> Poll<()> {
        if !std::mem::take(&mut self.has_let_pass) && polled_for().is_some_and(|took| WORTH_WAITING.contains(&took)) {
            self.has_let_pass = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Together<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Together<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_turn(cx));
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_turn(cx));
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashSet,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering::Relaxed},
        },
        time::Instant,
    };

    use tokio::io::AsyncWriteExt;

    use super::*;
    use crate::runtime::handler::Census;

    /// How often the task of a write is polled, and whether another that was ready came first.
    async fn written_after(work: Duration) -> (usize, bool) {
        let others = Arc::new(AtomicUsize::new(0));
        let counted = others.clone();
        let writing = async move {
            let (near, _far) = tokio::io::duplex(64);
            let mut stream = Together::new(near);
            let begun = Instant::now();
            let other = tokio::spawn(async move { counted.fetch_add(1, Relaxed) });
            while begun.elapsed() < work {
                std::hint::spin_loop();
            }
            let mut polls = 0;
            let mut write = std::pin::pin!(stream.write_all(b"answer"));
            std::future::poll_fn(|cx| {
                polls += 1;
                write.as_mut().poll(cx)
            })
            .await
            .expect("it is open");
            let others = others.load(Relaxed);
            other.await.expect("no panic");
            (polls, others > 0)
        };
        tokio::spawn(Census::new(2, 0).threads().run(writing)).await.expect("no panic")
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn an_answer_that_took_a_while_lets_pass_once_what_is_ready() {
        let mut ways = HashSet::new();
        // A thread that is held up takes longer than it was told to, and then waits for nobody.
        for _ in 0..1_000 {
            if ways.insert(written_after(WORTH_WAITING.start).await) && ways.contains(&(2, true)) {
                break;
            }
        }
        assert!(ways.contains(&(2, true)) && ways.is_subset(&HashSet::from([(2, true), (1, false)])), "{ways:?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn an_answer_that_took_long_waits_for_nobody() {
        assert_eq!(written_after(WORTH_WAITING.end).await, (1, false));
    }

    #[tokio::test]
    async fn outside_of_the_servers_threads_nothing_waits() {
        assert_eq!(written_after(WORTH_WAITING.start).await, (1, false));
    }
}
