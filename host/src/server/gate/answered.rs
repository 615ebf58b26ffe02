//! The body of an answer to a request that may yet turn out broken: then it must not look whole.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use hyper::body::{Body, Frame, SizeHint};

use crate::dispatch::message::Judged;

/// A body that fails once its request is known to be none.
#[derive(Debug)]
pub(in crate::server) struct WhileSound<B> {
    body: B,
    /// None where the answer says already what is wrong.
    request: Option<Judged>,
}

/// The request was none.
#[derive(Debug, thiserror::Error)]
pub(in crate::server) enum Unsound<E> {
    /// It turned out broken behind its head.
    #[error("the request's body is not framed as HTTP demands")]
    Request,
    /// The answer failed by itself.
    #[error(transparent)]
    Answer(E),
}

impl<B> WhileSound<B> {
    pub(in crate::server) fn new(body: B, request: Judged) -> Self {
        Self { body, request: Some(request).filter(|request| request.bad().is_none()) }
    }
}

impl<B: Body + Unpin> Body for WhileSound<B> {
    type Data = B::Data;
    type Error = Unsound<B::Error>;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, Self::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx).map_err(Unsound::Answer);
        match self.request.as_ref().and_then(Judged::bad) {
            Some(_) if frame.is_ready() => Poll::Ready(Some(Err(Unsound::Request))),
            _ => frame,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
