//! Bodies: what a handler sends ([`Body`]) and what it receives ([`BodyStream`]). Knows no content type.

pub(crate) mod incoming;
pub(crate) mod outgoing;
mod stream;

use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use http::StatusCode;

use crate::problem::Problem;
use crate::respond::{IntoResponse, Response};

pub(crate) use stream::too_large;
pub use stream::{BodyError, BodyStream, LIMIT_BYTES_DEFAULT};

/// Any error a stream of bytes may end with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

pub(crate) type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>>>>;

/// The body of a response, or of an outgoing request.
///
/// ```
/// use routelet_sdk::body::Body;
///
/// assert_eq!(Body::from("hello").len(), Some(5));
/// assert_eq!(Body::empty().len(), Some(0));
/// ```
#[derive(Default)]
pub struct Body(pub(crate) Content);

#[derive(Default)]
pub(crate) enum Content {
    #[default]
    Empty,
    Full(Bytes),
    Stream(Streamed),
}

/// A body in pieces, and the answer if there is not even a first.
///
/// The answer is a pointer, so that a component without streams holds no code for it.
pub(crate) struct Streamed {
    pub(crate) stream: ByteStream,
    pub(crate) failure: fn() -> Response,
}

impl Body {
    /// A body of no bytes.
    pub const fn empty() -> Self {
        Self(Content::Empty)
    }

    /// A body sent piece by piece, each as soon as the stream yields it.
    ///
    /// If the stream yields an error, the body is left unfinished and the host cuts the connection, so that the
    /// client cannot take what it has for the whole.
    ///
    /// ```
    /// use routelet_sdk::body::Body;
    /// use routelet_sdk::prelude::*;
    /// use std::convert::Infallible;
    ///
    /// let body = Body::from_stream(stream::iter(["a", "b"].map(Ok::<_, Infallible>)));
    /// assert_eq!(body.len(), None);
    /// ```
    pub fn from_stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + 'static,
        B: Into<Bytes> + 'static,
        E: Into<BoxError> + 'static,
    {
        let stream = stream.map_ok(Into::into).map_err(Into::into).boxed_local();
        let failure = || Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        Self(Content::Stream(Streamed { stream, failure }))
    }

    /// How many bytes the body holds, if that is known before it is sent.
    pub fn len(&self) -> Option<usize> {
        match &self.0 {
            Content::Empty => Some(0),
            Content::Full(bytes) => Some(bytes.len()),
            Content::Stream(_) => None,
        }
    }

    /// Whether the body is known to hold no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The whole body, for tests of handlers.
    ///
    /// ```
    /// use routelet_sdk::body::Body;
    /// use futures_util::FutureExt;
    ///
    /// let bytes = Body::from("hello").bytes().now_or_never();
    /// assert_eq!(bytes.unwrap().unwrap(), "hello");
    /// ```
    pub async fn bytes(self) -> Result<Bytes, BoxError> {
        match self.0 {
            Content::Empty => Ok(Bytes::new()),
            Content::Full(bytes) => Ok(bytes),
            Content::Stream(Streamed { stream, .. }) => {
                let pieces: Vec<Bytes> = stream.try_collect().await?;
                Ok(pieces.concat().into())
            }
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            Some(bytes) => write!(f, "Body({bytes} bytes)"),
            None => f.write_str("Body(stream)"),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        if bytes.is_empty() { Self::empty() } else { Self(Content::Full(bytes)) }
    }
}

macro_rules! body_from {
    ($($from:ty),+) => {$(
        impl From<$from> for Body {
            fn from(from: $from) -> Self {
                Bytes::from(from).into()
            }
        }
    )+};
}

body_from!(&'static str, &'static [u8], String, Vec<u8>);

impl From<()> for Body {
    fn from((): ()) -> Self {
        Self::empty()
    }
}

impl From<BodyStream> for Body {
    fn from(stream: BodyStream) -> Self {
        Self::from_stream(stream)
    }
}
