//! The response of another server.

use bytes::Bytes;
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::Error;
use crate::body::{Body, BodyStream};
use crate::respond::IntoResponse;

/// The response of another server, its body still on the way.
///
/// Returned from a handler it is passed on as it is, piece by piece.
///
/// ```no_run
/// use routelet_sdk::prelude::*;
///
/// #[get]
/// async fn mirror() -> Result<client::Response, Problem> {
///     Ok(client::get("https://example.com/large.bin").send().await?)
/// }
/// ```
#[derive(Debug)]
pub struct Response(http::Response<BodyStream>);

impl Response {
    pub(super) fn new(response: http::Response<BodyStream>) -> Self {
        Self(response)
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The header fields.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The next piece of the body, or `None` after the last.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.0.body_mut().next().await.transpose().map_err(Error::Body)
    }

    /// The whole body, of at most 2 MiB; for more, read it by [`chunk`](Self::chunk), or see
    /// [`with_limit`](Self::with_limit).
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let limit_bytes = self.0.body().limit();
        let mut whole = Vec::new();
        while let Some(piece) = self.chunk().await? {
            if piece.len() > limit_bytes - whole.len() {
                return Err(Error::TooLarge);
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.into())
    }

    /// The same response, of whose body at most `limit_bytes` are held in memory.
    pub fn with_limit(self, limit_bytes: usize) -> Self {
        Self(self.0.map(|body| body.with_limit(limit_bytes)))
    }

    /// The whole body as UTF-8.
    pub async fn text(self) -> Result<String, Error> {
        String::from_utf8(self.bytes().await?.into()).map_err(|error| Error::Unexpected(error.to_string()))
    }

    /// The whole body as JSON.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        serde_json::from_slice(&self.bytes().await?).map_err(|error| Error::Unexpected(error.to_string()))
    }

    /// The response in the types of the `http` crate.
    pub fn into_http(self) -> http::Response<BodyStream> {
        self.0
    }
}

/// Passes status, fields and body on. Fields about the other connection are left out (RFC 9110, section 7.6.1).
impl IntoResponse for Response {
    fn into_response(self) -> crate::respond::Response {
        let mut response = self.0.map(Body::from);
        for name in ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"] {
            response.headers_mut().remove(name);
        }
        response
    }
}
