//! A body that arrives: a stream with a limit on what may be held in memory at once. Decodes nothing.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use http::StatusCode;

use super::incoming::Incoming;
use super::{BoxError, ByteStream};
use crate::problem::Problem;

/// How many bytes of a body an extractor holds in memory unless the attribute says otherwise: enough for any form
/// or JSON document of ordinary size, and small beside the 64 MiB a guest has by default.
pub const LIMIT_BYTES_DEFAULT: usize = 2 * 1024 * 1024;

/// A body as it arrives: the request's as an extractor, or the response's of an outgoing request.
///
/// It is a [`Stream`] of [`Bytes`] without a limit of its own (the host has one), so that an upload of any size
/// can pass through a small guest. What collects it, [`bytes`](Self::bytes) and the extractors, stops at the limit.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[post]
/// async fn count(mut body: BodyStream) -> Result<String, Problem> {
///     let mut bytes = 0;
///     while let Some(piece) = body.next().await {
///         bytes += piece?.len();
///     }
///     Ok(format!("{bytes} bytes\n"))
/// }
/// ```
pub struct BodyStream {
    source: Source,
    limit_bytes: usize,
    upload: Option<Upload>,
}

/// What is still being sent while this body arrives: a server may answer before it has read the whole request.
pub(crate) type Upload = Pin<Box<dyn Future<Output = Result<(), BoxError>>>>;

enum Source {
    Host(Incoming),
    Given(ByteStream),
}

impl BodyStream {
    pub(crate) fn from_host(incoming: Incoming) -> Self {
        Self::new(Source::Host(incoming))
    }

    fn new(source: Source) -> Self {
        Self { source, limit_bytes: LIMIT_BYTES_DEFAULT, upload: None }
    }

    /// The same body, whose reader also drives `upload`.
    pub(crate) fn beside(self, upload: Upload) -> Self {
        Self { upload: Some(upload), ..self }
    }

    /// The same body, of which at most `limit_bytes` are held in memory.
    ///
    /// ```
    /// use routelet_sdk::body::BodyStream;
    /// use futures_util::FutureExt;
    ///
    /// let body = BodyStream::from("hello").with_limit(4);
    /// assert_eq!(body.bytes().now_or_never().unwrap().unwrap_err().status(), 413);
    /// ```
    pub fn with_limit(self, limit_bytes: usize) -> Self {
        Self { limit_bytes, ..self }
    }

    /// The most bytes that are held in memory.
    pub fn limit(&self) -> usize {
        self.limit_bytes
    }

    /// The whole body. 413 if it is larger than the limit, 400 if it breaks off.
    pub async fn bytes(mut self) -> Result<Bytes, Problem> {
        let Some(first) = self.next().await else { return Ok(Bytes::new()) };
        let first = self.within_limit(first?, 0)?;
        let Some(second) = self.next().await else { return Ok(first) };
        let mut whole = BytesMut::from(first);
        whole.extend(self.within_limit(second?, whole.len())?);
        while let Some(piece) = self.next().await {
            let piece = self.within_limit(piece?, whole.len())?;
            whole.extend(piece);
        }
        Ok(whole.freeze())
    }

    fn within_limit(&self, piece: Bytes, held_bytes: usize) -> Result<Bytes, Problem> {
        if piece.len() > self.limit_bytes.saturating_sub(held_bytes) {
            return Err(too_large(self.limit_bytes));
        }
        Ok(piece)
    }
}

pub(crate) fn too_large(limit_bytes: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE).detail(format!("the body is larger than {limit_bytes} bytes"))
}

impl Stream for BodyStream {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(Poll::Ready(outcome)) = self.upload.as_mut().map(|upload| upload.as_mut().poll(cx)) {
            self.upload = None;
            outcome.map_err(|error| BodyError::Interrupted(error.to_string()))?;
        }
        match &mut self.source {
            Source::Host(incoming) => incoming.poll_next(cx),
            Source::Given(stream) => stream
                .poll_next_unpin(cx)
                .map(|item| item.map(|piece| piece.map_err(|error| BodyError::Interrupted(error.to_string())))),
        }
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyStream(at most {} bytes in memory)", self.limit_bytes)
    }
}

/// A body given in one piece, for tests of handlers and extractors.
impl<B: Into<Bytes>> From<B> for BodyStream {
    fn from(bytes: B) -> Self {
        let bytes = bytes.into();
        let piece = (!bytes.is_empty()).then_some(Ok(bytes));
        Self::new(Source::Given(stream::iter(piece).boxed_local()))
    }
}

/// Why a body ended before its end.
///
/// Where a handler returns [`Problem`], `?` makes 413 or 400 of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyError {
    /// The body passed a limit of the host.
    TooLarge,
    /// The sender went away, or did not keep to HTTP.
    Interrupted(String),
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the body is larger than the host accepts"),
            Self::Interrupted(reason) => write!(f, "the body broke off: {reason}"),
        }
    }
}

impl std::error::Error for BodyError {}

impl BodyError {
    /// The answer to a request whose body ended so: 413 or 400.
    ///
    /// ```
    /// use routelet_sdk::body::BodyError;
    ///
    /// assert_eq!(BodyError::TooLarge.into_problem().status(), 413);
    /// ```
    pub fn into_problem(self) -> Problem {
        match self {
            Self::TooLarge => Problem::new(StatusCode::PAYLOAD_TOO_LARGE).detail(self.to_string()),
            Self::Interrupted(_) => Problem::new(StatusCode::BAD_REQUEST).detail("the body broke off"),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn an_upload_that_breaks_off_breaks_the_body_beside_it() {
        let upload = std::future::ready(Err("out of paper".into()));
        let mut body = BodyStream::from("hello").beside(Box::pin(upload));
        let broken = BodyError::Interrupted("out of paper".to_owned());
        assert_eq!(body.next().now_or_never(), Some(Some(Err(broken))));
    }

    #[test]
    fn an_upload_that_takes_long_holds_nothing_up() {
        let mut body = BodyStream::from("hello").beside(Box::pin(std::future::pending()));
        assert_eq!(body.next().now_or_never(), Some(Some(Ok("hello".into()))));
        assert_eq!(body.next().now_or_never(), Some(None));
    }
}
