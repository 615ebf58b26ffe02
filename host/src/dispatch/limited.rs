//! A request body on its way to a guest: it fails beyond its size, and when its client is too slow. It
//! answers nobody.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use super::{headers, message::Judged, refusal::Refusal};
use crate::{
    policy::Limits,
    runtime::{HttpError, WasiBody},
};

/// Tells why a body failed, to whoever waits for the guest that read it.
#[derive(Debug, Clone, Default)]
pub(super) struct BodyWatch {
    failure: Arc<AtomicU8>,
    judged: Option<Judged>,
}

const TOO_LARGE: u8 = 1;
const TOO_SLOW: u8 = 2;

impl BodyWatch {
    /// Over the body of a request that may have come through a gate, which judges it as well.
    pub(super) fn judged(judged: Option<Judged>) -> Self {
        Self { judged, ..Self::default() }
    }

    /// What the client must hear if no answer has been sent yet.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        match self.failure.load(Ordering::Relaxed) {
            TOO_LARGE => Some(Refusal::BodyTooLarge),
            TOO_SLOW => Some(Refusal::BodyTooSlow),
            _ => self.judged.as_ref().and_then(Judged::bad).map(Refusal::from),
        }
    }
}

/// The rate of a body is taken over this much waiting for it: shorter pauses are the network's.
const RATE_SPAN: Duration = Duration::from_secs(15);

/// A body with a bound of bytes in all, of time between two pieces, and of bytes a second.
pub(super) struct Limited {
    body: WasiBody,
    bytes_left: Option<u64>,
    gap: Duration,
    pace: Option<Pace>,
    waiting: Option<Wait>,
    failed: bool,
    watch: BodyWatch,
}

/// The guest waits for the next piece. Only this time is the client's to answer for.
struct Wait {
    since: Instant,
    too_slow: Pin<Box<Sleep>>,
}

/// What came in the time waited for it, since this was last looked at.
struct Pace {
    bytes_a_second: u64,
    waited: Duration,
    bytes: u64,
}

impl Pace {
    fn new(bytes_a_second: u64) -> Self {
        Self { bytes_a_second, waited: Duration::ZERO, bytes: 0 }
    }

    /// A piece came after a wait: whether that was fast enough. Each span begins anew.
    fn keeps(&mut self, waited: Duration, bytes: u64) -> bool {
        self.waited += waited;
        self.bytes += bytes;
        if self.waited < RATE_SPAN {
            return true;
        }
        let kept = self.has_enough();
        *self = Self::new(self.bytes_a_second);
        kept
    }

    /// How long the next piece may take; as long as it likes where enough came for this span.
    fn patience(&self) -> Duration {
        if self.has_enough() { Duration::MAX } else { RATE_SPAN.saturating_sub(self.waited) }
    }

    fn has_enough(&self) -> bool {
        self.bytes >= self.bytes_a_second.saturating_mul(RATE_SPAN.as_secs())
    }
}

impl Limited {
    /// Bounds a body by the limits of its route.
    pub(super) fn new(body: WasiBody, limits: &Limits, watch: BodyWatch) -> Self {
        Self {
            body,
            bytes_left: limits.request_body_bytes,
            gap: limits.body_gap,
            pace: limits.body_rate_bytes.map(Pace::new),
            waiting: None,
            failed: false,
            watch,
        }
    }

    fn take(&mut self, bytes: usize) -> Result<(), HttpError> {
        let Some(left) = &mut self.bytes_left else { return Ok(()) };
        match left.checked_sub(bytes as u64) {
            Some(rest) => {
                *left = rest;
                Ok(())
            }
            None => Err(self.fail(TOO_LARGE, HttpError::HttpRequestBodySize(None))),
        }
    }

    fn fail(&mut self, why: u8, error: HttpError) -> HttpError {
        self.watch.failure.store(why, Ordering::Relaxed);
        self.failed = true;
        error
    }

    fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let patience = self.pace.as_ref().map_or(self.gap, |pace| pace.patience().min(self.gap));
        let waiting = self.waiting.get_or_insert_with(|| Wait::begin(patience));
        match waiting.too_slow.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => Poll::Ready(Some(Err(self.too_slow()))),
        }
    }

    fn end_wait(&mut self, bytes: usize) -> Result<(), HttpError> {
        let waited = self.waiting.take().map_or(Duration::ZERO, |waiting| waiting.since.elapsed());
        let keeps = self.pace.as_mut().is_none_or(|pace| pace.keeps(waited, bytes as u64));
        if keeps { Ok(()) } else { Err(self.too_slow()) }
    }

    fn too_slow(&mut self) -> HttpError {
        self.fail(TOO_SLOW, HttpError::ConnectionReadTimeout)
    }
}

impl Wait {
    fn begin(patience: Duration) -> Self {
        Self { since: Instant::now(), too_slow: Box::pin(sleep(patience)) }
    }
}

impl Body for Limited {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        // A body that has come up to its length is asked for nothing: it would say so only after another turn of the
        // connection, and the guest would wait for that.
        if self.failed || self.body.is_end_stream() {
            return Poll::Ready(None);
        }
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Pending => self.poll_wait(cx),
            Poll::Ready(Some(Ok(mut frame))) => {
                frame.trailers_mut().map(headers::strip_trailers);
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                let kept = self.end_wait(bytes).and_then(|()| self.take(bytes));
                Poll::Ready(Some(kept.map(|()| frame)))
            }
            other => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.failed || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use http_body_util::{BodyExt, Channel, Full};

    use super::*;

    fn limited(body: WasiBody, request_body_bytes: Option<u64>) -> (Limited, BodyWatch) {
        let watch = BodyWatch::default();
        let limits = Limits { request_body_bytes, ..Limits::default() };
        (Limited::new(body, &limits, watch.clone()), watch)
    }

    fn of(bytes: &'static [u8]) -> WasiBody {
        Full::new(Bytes::from_static(bytes)).map_err(|never| match never {}).boxed_unsync()
    }

    #[tokio::test]
    async fn a_body_passes_up_to_its_limit_and_fails_beyond() {
        for (max, passes) in [(Some(5), true), (Some(4), false), (Some(0), false), (None, true)] {
            let (body, watch) = limited(of(b"12345"), max);
            assert_eq!(body.collect().await.is_ok(), passes, "{max:?}");
            assert_eq!(watch.refusal().is_none(), passes, "{max:?}");
        }
    }

    /// Sends pieces of so many bytes, each so long after the one before; says after how many the body failed.
    async fn trickled(limits: &Limits, bytes: usize, gap: Duration, pieces: usize) -> Option<usize> {
        let (mut sender, body) = Channel::<Bytes, HttpError>::new(1);
        let mut body = Limited::new(body.boxed_unsync(), limits, BodyWatch::default());
        let sending = tokio::spawn(async move {
            for _ in 0..pieces {
                sleep(gap).await;
                let _ = sender.send_data(vec![0; bytes].into()).await;
            }
        });
        let mut read = 0;
        while let Some(frame) = body.frame().await {
            if frame.is_err() {
                sending.abort();
                return Some(read);
            }
            read += 1;
        }
        None
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_slower_than_its_rate_fails() {
        let rate = |bytes| Limits { body_rate_bytes: bytes, ..Limits::default() };
        let second = Duration::from_secs(1);
        for (limits, bytes, fails_after) in [
            (rate(Some(1_024)), 1_100, None),
            (rate(Some(1_024)), 1_023, Some(14)),
            (rate(Some(1_024)), 1, Some(14)),
            (rate(Some(1)), 2, None),
            (rate(None), 1, None),
        ] {
            let failed = trickled(&limits, bytes, second, 40).await;
            assert_eq!(failed, fails_after, "{bytes} bytes a second, limit {:?}", limits.body_rate_bytes);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_counts_only_while_a_guest_waits() {
        let (mut sender, body) = Channel::<Bytes, HttpError>::new(1);
        let mut body = Limited::new(body.boxed_unsync(), &Limits::default(), BodyWatch::default());
        for _ in 0..10 {
            sender.send_data(Bytes::from_static(b"x")).await.expect("it is read");
            sleep(Duration::from_secs(60)).await;
            assert!(matches!(body.frame().await, Some(Ok(_))));
        }
    }

    /// A body that knows its length, as hyper's, whose end comes later than its last byte.
    struct Declared(Option<Bytes>);

    impl Body for Declared {
        type Data = Bytes;
        type Error = HttpError;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
            self.0.take().map_or(Poll::Pending, |bytes| Poll::Ready(Some(Ok(Frame::data(bytes)))))
        }

        fn is_end_stream(&self) -> bool {
            self.0.is_none()
        }
    }

    #[tokio::test]
    async fn the_end_behind_a_declared_length_is_not_waited_for() {
        let (mut body, _) = limited(Declared(Some(Bytes::from_static(b"all"))).boxed_unsync(), None);
        assert!(matches!(body.frame().await, Some(Ok(_))));
        assert!(matches!(body.frame().now_or_never(), Some(None)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_whose_next_piece_is_late_fails() {
        let (mut sender, body) = Channel::<Bytes, HttpError>::new(1);
        let (mut body, watch) = limited(body.boxed_unsync(), None);
        sender.send_data(Bytes::from_static(b"first")).await.expect("is read");
        assert!(matches!(body.frame().await, Some(Ok(_))));
        let asked = Instant::now();
        assert!(matches!(body.frame().await, Some(Err(_))));
        assert_eq!(asked.elapsed(), Limits::default().body_gap);
        assert!(matches!(watch.refusal(), Some(Refusal::BodyTooSlow)));
        assert!(body.frame().await.is_none());
    }
}
