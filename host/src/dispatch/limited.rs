//! A request body on its way to a guest: it fails beyond its size, and when its client is too slow.

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
use tokio::time::{Sleep, sleep};

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

/// A body with a bound of bytes in all and of time between two pieces.
pub(super) struct Limited {
    body: WasiBody,
    bytes_left: Option<u64>,
    gap: Duration,
    /// Runs only while the guest waits for the next piece.
    waiting: Option<Pin<Box<Sleep>>>,
    failed: bool,
    watch: BodyWatch,
}

impl Limited {
    /// Bounds a body by the limits of its route.
    pub(super) fn new(body: WasiBody, limits: &Limits, watch: BodyWatch) -> Self {
        Self { body, bytes_left: limits.request_body_bytes, gap: limits.body_gap, waiting: None, failed: false, watch }
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

    fn poll_gap(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let gap = self.gap;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(gap)));
        match waiting.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => Poll::Ready(Some(Err(self.fail(TOO_SLOW, HttpError::ConnectionReadTimeout)))),
        }
    }
}

impl Body for Limited {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        if self.failed {
            return Poll::Ready(None);
        }
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Pending => self.poll_gap(cx),
            Poll::Ready(Some(Ok(mut frame))) => {
                self.waiting = None;
                frame.trailers_mut().map(headers::strip_trailers);
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                Poll::Ready(Some(self.take(bytes).map(|()| frame)))
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

    #[tokio::test(start_paused = true)]
    async fn a_body_whose_next_piece_is_late_fails() {
        let (mut sender, body) = Channel::<Bytes, HttpError>::new(1);
        let (mut body, watch) = limited(body.boxed_unsync(), None);
        sender.send_data(Bytes::from_static(b"first")).await.expect("is read");
        assert!(matches!(body.frame().await, Some(Ok(_))));
        let asked = tokio::time::Instant::now();
        assert!(matches!(body.frame().await, Some(Err(_))));
        assert_eq!(asked.elapsed(), Limits::default().body_gap);
        assert!(matches!(watch.refusal(), Some(Refusal::BodyTooSlow)));
        assert!(body.frame().await.is_none());
    }
}
