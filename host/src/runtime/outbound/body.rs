//! The body of a response on its way to the guest: counted, timed, and ended by an error where it
//! breaks off. It holds no more than the piece under way.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};
use wasmtime_wasi_http::Error;

use super::{deadline::Deadlines, error};

/// What a response's body may be and take.
#[derive(Debug, Clone, Copy)]
pub(super) struct ResponseBounds {
    /// Bytes of the head, and of the trailers.
    pub(super) head_bytes: usize,
    /// Bytes of the body.
    pub(super) body_bytes: u64,
}

/// The body of a response. After its first error it is over, and its connection closed.
pub(super) struct ResponseBody {
    incoming: Option<Incoming>,
    bounds: ResponseBounds,
    bytes_left: u64,
    deadlines: Deadlines,
    late: Pin<Box<Sleep>>,
}

impl ResponseBody {
    /// Refused at once is a body that declares more bytes than it may have.
    pub(super) fn new(incoming: Incoming, bounds: ResponseBounds, deadlines: Deadlines) -> Result<Self, Error> {
        let declared = incoming.size_hint().exact();
        if declared.is_some_and(|bytes| bytes > bounds.body_bytes) {
            return Err(Error::HttpResponseBodySize(declared));
        }
        let late = Box::pin(tokio::time::sleep_until(deadlines.due(deadlines.gap)));
        Ok(Self { incoming: Some(incoming), bounds, bytes_left: bounds.body_bytes, deadlines, late })
    }

    fn poll_incoming(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Some(incoming) = &mut self.incoming else {
            return Poll::Ready(None);
        };
        match Pin::new(incoming).poll_frame(cx) {
            Poll::Ready(Some(frame)) => Poll::Ready(Some(match frame {
                Ok(frame) => self.count(frame),
                Err(error) => Err(error::from_exchange(&error, self.bounds.head_bytes)),
            })),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                ready!(self.late.as_mut().poll(cx));
                Poll::Ready(Some(Err(self.lateness())))
            }
        }
    }

    fn count(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, Error> {
        let bytes = frame.data_ref().map_or(0, |piece| piece.len() as u64);
        let over = Error::HttpResponseBodySize(None);
        self.bytes_left = self.bytes_left.checked_sub(bytes).ok_or(over)?;
        let due = self.deadlines.due(self.deadlines.gap);
        self.late.as_mut().reset(due);
        Ok(frame)
    }

    fn lateness(&self) -> Error {
        if Instant::now() >= self.deadlines.end { Error::HttpResponseTimeout } else { Error::ConnectionReadTimeout }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = ready!(self.poll_incoming(cx));
        if !matches!(frame, Some(Ok(_))) {
            self.incoming = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}
