//! A body that the host sends, of a response or of a request. The only writer of the host's output streams.

use std::rc::Rc;

use bytes::Bytes;
use futures_util::future::poll_immediate;
use futures_util::{Stream, StreamExt};

use super::{BoxError, ByteStream};
use crate::bindings::imports::wasi::http::types::OutgoingBody;
use crate::bindings::imports::wasi::io::poll::Pollable;
use crate::bindings::imports::wasi::io::streams::{OutputStream, StreamError};
use crate::executor;

/// The receiver is gone, or the host gave the body up.
pub(crate) struct Closed;

/// A body being written. Unless it is finished, the host cuts the connection, so that a broken answer never looks
/// complete.
pub(crate) struct Outgoing {
    pollable: Option<Rc<Pollable>>,
    stream: OutputStream,
    body: OutgoingBody,
}

impl Outgoing {
    /// `body` must not have been written to before.
    pub(crate) fn new(body: OutgoingBody) -> Self {
        let stream = body.write().expect("the stream of a new body has not been taken");
        Self { pollable: None, stream, body }
    }

    /// Writes all of `bytes` if the host takes them at once; says whether it did.
    pub(crate) fn write_at_once(&self, bytes: &[u8]) -> bool {
        let room = self.stream.check_write().unwrap_or(0);
        room >= bytes.len() as u64 && self.stream.write(bytes).is_ok()
    }

    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Closed> {
        while !bytes.is_empty() {
            let room = usize::try_from(self.stream.check_write()?).unwrap_or(usize::MAX);
            let (piece, rest) = bytes.split_at(room.min(bytes.len()));
            if piece.is_empty() {
                self.wait().await;
            } else {
                self.stream.write(piece)?;
                bytes = rest;
            }
        }
        Ok(())
    }

    /// Writes what `stream` yields. `first` is what it already yielded.
    pub(crate) async fn write_stream(
        &mut self,
        first: Option<Bytes>,
        mut stream: ByteStream,
    ) -> Result<(), Unfinished> {
        if let Some(bytes) = first {
            self.write(&bytes).await?;
        }
        while let Some(bytes) = self.next_of(&mut stream).await? {
            self.write(&bytes?).await?;
        }
        Ok(())
    }

    /// Asks the host to pass on what it has before waiting for more: the first event of a slow stream must not sit
    /// in a buffer. Never waits for the flush itself.
    async fn next_of<S>(&self, stream: &mut S) -> Result<Option<S::Item>, Closed>
    where
        S: Stream + Unpin,
    {
        if let Some(item) = poll_immediate(stream.next()).await {
            return Ok(item);
        }
        self.stream.flush()?;
        Ok(stream.next().await)
    }

    async fn wait(&mut self) {
        let pollable = self.pollable.get_or_insert_with(|| Rc::new(self.stream.subscribe()));
        executor::ready(pollable.clone()).await;
    }

    /// Declares the body complete. An error means that its length is not the one announced.
    pub(crate) fn finish(self) -> Result<(), Closed> {
        let Self { pollable, stream, body } = self;
        // The host refuses to finish a body whose stream still lives, and a stream that still has a pollable.
        drop(pollable);
        drop(stream);
        OutgoingBody::finish(body, None).map_err(|_| Closed)
    }
}

/// Why a body was not written to its end.
pub(crate) enum Unfinished {
    Closed,
    Failed(BoxError),
}

impl From<Closed> for Unfinished {
    fn from(Closed: Closed) -> Self {
        Self::Closed
    }
}

impl From<BoxError> for Unfinished {
    fn from(error: BoxError) -> Self {
        Self::Failed(error)
    }
}

impl From<StreamError> for Closed {
    fn from(_: StreamError) -> Self {
        Self
    }
}
