//! A body that the host delivers, of a request or of a response. The only reader of the host's input streams.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::BodyError;
use crate::bindings::imports::wasi::http::types::{
    ErrorCode, IncomingBody, IncomingRequest, IncomingResponse, http_error_code,
};
use crate::bindings::imports::wasi::io::poll::Pollable;
use crate::bindings::imports::wasi::io::streams::{InputStream, StreamError};
use crate::executor::{self, Ready};

/// The most bytes asked for at once. The host returns what it has, so a larger figure only costs memory.
const READ_BYTES: u64 = 64 * 1024;

/// Opened by the first read, so that a handler which ignores the body pays nothing for it.
pub(crate) enum Incoming {
    Unopened(Owner),
    Open(Open),
    Ended,
}

/// Whose body it is. A body must not outlive its message.
pub(crate) enum Owner {
    Request(Rc<IncomingRequest>),
    Response(IncomingResponse),
}

/// The fields are in the order in which the host wants them dropped: children first.
pub(crate) struct Open {
    waiting: Option<Ready>,
    pollable: Option<Rc<Pollable>>,
    stream: InputStream,
    _body: IncomingBody,
    _owner: Owner,
}

impl Incoming {
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        if let Self::Unopened(_) = self {
            *self = std::mem::replace(self, Self::Ended).open();
        }
        let Self::Open(open) = self else { return Poll::Ready(None) };
        let item = ready!(open.poll_next(cx));
        if !matches!(item, Some(Ok(_))) {
            *self = Self::Ended;
        }
        Poll::Ready(item)
    }

    /// A body that was taken by other means is an empty one.
    fn open(self) -> Self {
        let Self::Unopened(owner) = self else { return self };
        let body = match &owner {
            Owner::Request(request) => request.consume(),
            Owner::Response(response) => response.consume(),
        };
        let Ok(body) = body else { return Self::Ended };
        let Ok(stream) = body.stream() else { return Self::Ended };
        Self::Open(Open { waiting: None, pollable: None, stream, _body: body, _owner: owner })
    }
}

impl Open {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        loop {
            if let Some(waiting) = &mut self.waiting {
                ready!(Pin::new(waiting).poll(cx));
                self.waiting = None;
            }
            match self.stream.read(READ_BYTES) {
                Ok(bytes) if bytes.is_empty() => self.wait(),
                Ok(bytes) => return Poll::Ready(Some(Ok(bytes.into()))),
                Err(StreamError::Closed) => return Poll::Ready(None),
                Err(StreamError::LastOperationFailed(error)) => {
                    return Poll::Ready(Some(Err(why(http_error_code(&error)))));
                }
            }
        }
    }

    /// One pollable serves every wait of a body: subscribing again each time would be a host call more.
    fn wait(&mut self) {
        let pollable = self.pollable.get_or_insert_with(|| Rc::new(self.stream.subscribe()));
        self.waiting = Some(executor::ready(pollable.clone()));
    }
}

fn why(code: Option<ErrorCode>) -> BodyError {
    match code {
        Some(ErrorCode::HttpRequestBodySize(_) | ErrorCode::HttpResponseBodySize(_)) => BodyError::TooLarge,
        Some(code) => BodyError::Interrupted(code.to_string()),
        None => BodyError::Interrupted("the host gives no reason".to_owned()),
    }
}
