//! Has the requests of one connection answered, and enters them in its account from their head to
//! the last byte of their answer. What the answer is, is dispatch's to say.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use hyper::{
    HeaderMap, Request, Response, Version,
    body::Incoming,
    header::{CONNECTION, HeaderValue},
};

use super::{account::UnderWay, streams::Clock};
use crate::{
    Body, BodyError, Site,
    dispatch::{Origin, respond_to},
};

/// The most a stream hands out at once: one frame of HTTP/2 as clients take them by default (RFC 9113
/// section 6.5.2), so that what waits for a slow client is bounded.
const PIECE_BYTES: usize = 16 * 1024;

/// One request of a connection. With HTTP/2 its stream has a clock.
pub(super) async fn answer(
    site: &Site,
    origin: Origin,
    request: Request<Incoming>,
    (under_way, is_last): (UnderWay, bool),
    clock: Option<Clock>,
) -> Result<Response<Outgoing>, Infallible> {
    let is_http1 = request.version() <= Version::HTTP_11;
    let mut response = respond_to(site, origin, request).await;
    if is_last && is_http1 {
        say_goodbye(response.headers_mut());
    }
    let write_stall = response.body().write_stall();
    under_way.account().with(|conduct| conduct.answered(write_stall));
    Ok(response.map(|body| Outgoing { body, rest: Bytes::new(), write_stall, clock, under_way }))
}

/// RFC 9112 section 9.6.
fn say_goodbye(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
}

/// An answer's body on its way out.
pub(super) struct Outgoing {
    body: Body,
    /// What is left of a chunk handed out in pieces.
    rest: Bytes,
    write_stall: Duration,
    clock: Option<Clock>,
    under_way: UnderWay,
}

impl Outgoing {
    /// The next frame; with HTTP/2, no larger than a piece.
    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(self.piece()))));
        }
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) if self.clock.is_some() => Poll::Ready(Some(Ok(self.cut(frame)))),
            other => other,
        }
    }

    fn cut(&mut self, frame: Frame<Bytes>) -> Frame<Bytes> {
        match frame.into_data() {
            Ok(chunk) => {
                self.rest = chunk;
                Frame::data(self.piece())
            }
            Err(trailers) => trailers,
        }
    }

    fn piece(&mut self) -> Bytes {
        self.rest.split_to(self.rest.len().min(PIECE_BYTES))
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Some(clock) = &self.clock {
            clock.stop();
        }
        let next = self.next(cx);
        if let Poll::Ready(Some(Ok(frame))) = &next {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            self.under_way.account().with(|conduct| conduct.sends(bytes));
            if let Some(clock) = &self.clock {
                clock.run(self.write_stall);
            }
        }
        next
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, mut hint) = (self.rest.len() as u64, self.body.size_hint());
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(hint.lower() + rest);
        hint
    }
}
