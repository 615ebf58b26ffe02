//! The body of every answer, whoever made it: the host, a guest or a file.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::Full;
use tower_http::services::fs::ServeFileSystemResponseBody;

use crate::{
    policy::limits::WRITE_STALL,
    runtime::body::{BrokenBody, GuestBody},
};

/// The body of a response.
///
/// An error means that the answer is not whole: the server then ends the connection (HTTP/1) or
/// the stream (HTTP/2) so that the client sees it (RFC 9112 section 8, RFC 9113 section 5.4.2).
pub struct Body {
    inner: Inner,
    write_stall: Option<Duration>,
}

enum Inner {
    Whole(Full<Bytes>),
    Guest(GuestBody),
    File(ServeFileSystemResponseBody),
}

/// Why a body ended early.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The guest failed, or left its body unfinished.
    #[error("the guest did not finish its response body")]
    Guest(#[source] BrokenBody),
    /// The file could not be read to its end.
    #[error("the file could not be read to its end")]
    File(#[source] std::io::Error),
}

impl Body {
    /// No bytes.
    pub(crate) fn empty() -> Self {
        Inner::Whole(Full::default()).into()
    }

    /// These bytes.
    pub(crate) fn of(bytes: impl Into<Bytes>) -> Self {
        Inner::Whole(Full::new(bytes.into())).into()
    }

    /// The client has so long to take any of it, unless that was said before.
    pub(crate) fn or_write_stall(&mut self, write_stall: Duration) {
        self.write_stall.get_or_insert(write_stall);
    }

    /// How long a client may leave what it was sent unread: the limit `write-stall` of the segment it
    /// comes from. Whoever writes to the client holds it to that.
    pub fn write_stall(&self) -> Duration {
        self.write_stall.unwrap_or(WRITE_STALL)
    }
}

impl From<Inner> for Body {
    fn from(inner: Inner) -> Self {
        Self { inner, write_stall: None }
    }
}

impl From<GuestBody> for Body {
    fn from(body: GuestBody) -> Self {
        Inner::Guest(body).into()
    }
}

impl From<ServeFileSystemResponseBody> for Body {
    fn from(body: ServeFileSystemResponseBody) -> Self {
        Inner::File(body).into()
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.inner {
            Inner::Whole(body) => Pin::new(body).poll_frame(cx).map_err(|never| match never {}),
            Inner::Guest(body) => Pin::new(body).poll_frame(cx).map_err(|error| BodyError::Guest(error.into())),
            Inner::File(body) => Pin::new(body).poll_frame(cx).map_err(BodyError::File),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.inner {
            Inner::Whole(body) => body.is_end_stream(),
            Inner::Guest(body) => body.is_end_stream(),
            Inner::File(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.inner {
            Inner::Whole(body) => body.size_hint(),
            Inner::Guest(body) => body.size_hint(),
            Inner::File(body) => body.size_hint(),
        }
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}
