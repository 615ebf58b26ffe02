//! The body of a guest's answer, as the server reads it. It holds the admission until it ends, and
//! ends the guest when nobody reads any more.

use std::{
    future::ready,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Acquire},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use http::{HeaderMap, HeaderName, header};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, BodyStream, Full, StreamBody};
use tokio::task::{AbortHandle, coop::unconstrained};
use wasmtime_wasi_http::{Error, WasiBody};

use super::admission::Admission;

/// What a guest sends, chunk by chunk as it is produced.
///
/// Dropped before its end (the client went away), it cancels the guest. Read to its end, it leaves
/// the guest running for what it does after the answer, until its wall time is over. The end is
/// also reached with the last byte of a declared length, since nobody reads on from there.
pub(crate) struct GuestBody {
    inner: WasiBody,
    ended: bool,
    /// Bytes still to come of a declared length.
    declared_left: Option<u64>,
    task: Option<AbortHandle>,
    /// Set where the guest ended without finishing this body and the body itself cannot tell.
    truncated: Option<Arc<AtomicBool>>,
    _admission: Admission,
}

impl GuestBody {
    /// The body of a guest that has ended already; `None` where it is not whole.
    ///
    /// What the guest wrote waits in `inner`, which holds two chunks at most. Taken together its
    /// length is known and it goes out in one piece.
    pub(super) fn of_ended_guest(inner: WasiBody, admission: Admission) -> Option<Self> {
        // Without tokio's budget: in a task that has used it up, what is there would look as if it were not.
        let collected = unconstrained(inner.collect()).now_or_never()?.ok()?;
        let inner = match collected.trailers() {
            Some(_) => collected.map_err(|never| match never {}).boxed_unsync(),
            None => Full::new(collected.to_bytes()).map_err(|never| match never {}).boxed_unsync(),
        };
        Some(Self { inner, ended: false, declared_left: None, task: None, truncated: None, _admission: admission })
    }

    /// The body of a guest that has ended and was asked for a head alone.
    ///
    /// RFC 9110 section 9.3.2: such a head may declare the length that GET would have, and no byte comes. The runtime
    /// takes that for a body that broke off, so what became of it is not looked at.
    pub(super) fn unread(admission: Admission) -> Self {
        let inner = Full::default().map_err(|never| match never {}).boxed_unsync();
        Self { inner, ended: true, declared_left: None, task: None, truncated: None, _admission: admission }
    }

    /// The body of a guest that goes on in `task`; its head may declare its length.
    pub(super) fn of_running_guest(
        inner: WasiBody,
        declared_bytes: Option<u64>,
        admission: Admission,
        task: AbortHandle,
        truncated: Option<Arc<AtomicBool>>,
    ) -> Self {
        Self { inner, ended: false, declared_left: declared_bytes, task: Some(task), truncated, _admission: admission }
    }

    /// Whether it ends without a byte. Waits for the first one, or for the end, or so long; nothing of it is lost.
    pub(crate) async fn is_empty(&mut self, patience: Duration) -> bool {
        let Ok(first) = tokio::time::timeout(patience, self.inner.frame()).await else {
            return false;
        };
        let Some(first) = first else {
            self.inner = Full::default().map_err(|never| match never {}).boxed_unsync();
            return true;
        };
        let nothing = Full::default().map_err(|never| match never {}).boxed_unsync();
        let rest = BodyStream::new(std::mem::replace(&mut self.inner, nothing));
        self.inner = StreamBody::new(stream::once(ready(first)).chain(rest)).boxed_unsync();
        false
    }

    /// Gives the body up without cancelling the guest, whose writes fail from now on.
    pub(crate) fn detach(mut self) {
        self.task = None;
    }

    /// What may go out of a frame: nothing beyond the declared length, and no trailer that speaks of the message itself.
    fn vetted(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, Error> {
        let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
        if let Some(left) = &mut self.declared_left {
            *left = left.checked_sub(bytes).ok_or_else(|| {
                self.ended = true;
                Error::HttpResponseBodySize(None)
            })?;
        }
        Ok(match frame.into_trailers() {
            Ok(mut trailers) => {
                strip_unfit_trailers(&mut trailers);
                Frame::trailers(trailers)
            }
            Err(data) => data,
        })
    }

    fn end(&mut self) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        self.ended = true;
        self.task = None;
        match &self.truncated {
            Some(truncated) if truncated.load(Acquire) => Poll::Ready(Some(Err(Error::HttpResponseIncomplete))),
            _ => Poll::Ready(None),
        }
    }
}

impl Body for GuestBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(None) => self.end(),
            Poll::Ready(Some(Err(error))) => {
                self.ended = true;
                Poll::Ready(Some(Err(error)))
            }
            Poll::Ready(Some(Ok(frame))) => {
                let vetted = self.vetted(frame);
                Poll::Ready(Some(vetted))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended || (self.truncated.is_none() && self.inner.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for GuestBody {
    fn drop(&mut self) {
        if self.declared_left == Some(0) {
            return;
        }
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

/// Fields that say how a message is framed, routed, authorised or read, which a trailer comes too late for (RFC 9110
/// section 6.5.1). What speaks of the connection is kept from guests already.
const NOT_IN_TRAILERS: [HeaderName; 14] = [
    header::AUTHORIZATION,
    header::CACHE_CONTROL,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::CONTENT_TYPE,
    header::COOKIE,
    header::EXPECT,
    header::HOST,
    header::MAX_FORWARDS,
    header::PROXY_AUTHORIZATION,
    header::SET_COOKIE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
];

/// Removes what no trailer may say, of a client's or of a guest's.
pub(crate) fn strip_unfit_trailers(trailers: &mut HeaderMap) {
    for name in &NOT_IN_TRAILERS {
        trailers.remove(name);
    }
}

/// What the guest's HTTP says of a body that broke off.
#[derive(Debug, thiserror::Error)]
#[error("{0:?}")]
pub struct BrokenBody(Error);

impl From<Error> for BrokenBody {
    fn from(error: Error) -> Self {
        Self(error)
    }
}
