//! Bodies made piece by piece. Holds no piece back.

use bytes::Bytes;
use futures_util::Stream;

use crate::body::{Body, BoxError};
use crate::pipe::{self, Sender};
use crate::respond::{IntoResponse, Response};

/// A body that is sent piece by piece, each as soon as it is there.
///
/// An error leaves the body unfinished, and the host cuts the connection: the client never takes a part for the
/// whole. Before the first piece it is a 500 instead.
///
/// ```
/// use routelet_sdk::prelude::*;
/// use std::time::Duration;
///
/// #[get]
/// async fn countdown() -> StreamBody {
///     StreamBody::new(async |mut out| {
///         for second in (0..3).rev() {
///             out.write(format!("{second}\n")).await?;
///             sleep(Duration::from_secs(1)).await;
///         }
///         Ok(())
///     })
/// }
/// ```
#[derive(Debug)]
pub struct StreamBody(Body);

impl StreamBody {
    /// The body that `write` writes. It runs while the body is sent, and waits whenever the client is slower.
    pub fn new<F>(write: F) -> Self
    where
        F: AsyncFnOnce(BodyWriter) -> Result<(), BoxError> + 'static,
    {
        Self(Body::from_stream(pipe::stream(async move |sender| write(BodyWriter(sender)).await)))
    }

    /// The body that `stream` yields.
    ///
    /// ```
    /// use routelet_sdk::prelude::*;
    ///
    /// #[post]
    /// async fn echo(body: BodyStream) -> StreamBody {
    ///     StreamBody::from_stream(body)
    /// }
    /// ```
    pub fn from_stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + 'static,
        B: Into<Bytes> + 'static,
        E: Into<BoxError> + 'static,
    {
        Self(Body::from_stream(stream))
    }
}

impl IntoResponse for StreamBody {
    fn into_response(self) -> Response {
        Response::new(self.0)
    }
}

impl From<StreamBody> for Body {
    fn from(stream: StreamBody) -> Self {
        stream.0
    }
}

/// Where the body of a [`StreamBody`] is written to.
///
/// ```
/// use routelet_sdk::body::BoxError;
/// use routelet_sdk::prelude::*;
/// use routelet_sdk::respond::BodyWriter;
///
/// async fn row(out: &mut BodyWriter, number: u32) -> Result<(), BoxError> {
///     out.write(format!("{number},{}\n", number * number)).await
/// }
///
/// #[get]
/// async fn squares() -> impl IntoResponse {
///     let rows = StreamBody::new(async |mut out| {
///         for number in 0..1000 {
///             row(&mut out, number).await?;
///         }
///         Ok(())
///     });
///     ([("content-type", "text/csv")], rows)
/// }
/// ```
pub struct BodyWriter(Sender<Bytes>);

impl BodyWriter {
    /// Sends `bytes`, and waits until the host has taken them.
    pub async fn write(&mut self, bytes: impl Into<Bytes>) -> Result<(), BoxError> {
        self.0.send(bytes.into()).await;
        Ok(())
    }
}
