//! The body of every answer, whoever made it: the host, a guest or a file.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::Full;
use tower_http::services::fs::ServeFileSystemResponseBody;

use crate::runtime::body::{BrokenBody, GuestBody};

/// The body of a response.
///
/// An error means that the answer is not whole: the server then ends the connection (HTTP/1) or
/// the stream (HTTP/2) so that the client sees it (RFC 9112 section 8, RFC 9113 section 5.4.2).
pub struct Body(Inner);

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
        Self(Inner::Whole(Full::default()))
    }

    /// These bytes.
    pub(crate) fn of(bytes: impl Into<Bytes>) -> Self {
        Self(Inner::Whole(Full::new(bytes.into())))
    }
}

impl From<GuestBody> for Body {
    fn from(body: GuestBody) -> Self {
        Self(Inner::Guest(body))
    }
}

impl From<ServeFileSystemResponseBody> for Body {
    fn from(body: ServeFileSystemResponseBody) -> Self {
        Self(Inner::File(body))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.0 {
            Inner::Whole(body) => Pin::new(body).poll_frame(cx).map_err(|never| match never {}),
            Inner::Guest(body) => Pin::new(body).poll_frame(cx).map_err(|error| BodyError::Guest(error.into())),
            Inner::File(body) => Pin::new(body).poll_frame(cx).map_err(BodyError::File),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Inner::Whole(body) => body.is_end_stream(),
            Inner::Guest(body) => body.is_end_stream(),
            Inner::File(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
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
