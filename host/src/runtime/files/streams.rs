//! Streams over files: each read and write waits for its turn, and each write for its room. How
//! bytes come from and to a file is wasmtime's own.

use std::{fs::File, mem, pin::Pin, sync::Arc};

use bytes::Bytes;
use wasmtime_wasi::p2::{
    DynInputStream, DynOutputStream, InputStream, OutputStream, Pollable, StreamError, StreamResult,
};

use super::{
    Turns,
    room::{Room, Wanted},
};

/// What one read takes when a guest waits without having asked for a number of bytes.
const READ_AHEAD_BYTES: usize = 4096;
/// The most one write takes; more is written in several.
const WRITE_BYTES_MAX: usize = 64 * 1024;

type Work<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A file being read.
pub(super) struct FileReader {
    state: Reading,
    turns: Turns,
}

enum Reading {
    Idle(DynInputStream),
    Busy(Work<(DynInputStream, StreamResult<Bytes>)>),
    Read(DynInputStream, StreamResult<Bytes>),
    Closed,
}

impl FileReader {
    pub(super) fn new(stream: DynInputStream, turns: Turns) -> Self {
        Self { state: Reading::Idle(stream), turns }
    }

    /// Begins to read where nothing is under way.
    fn begin(&mut self, size: usize) {
        self.state = match mem::replace(&mut self.state, Reading::Closed) {
            Reading::Idle(mut stream) => {
                let turns = self.turns.clone();
                Reading::Busy(Box::pin(async move {
                    let _turn = turns.take().await;
                    let read = stream.blocking_read(size).await;
                    (stream, read)
                }))
            }
            other => other,
        };
    }

    /// Ends what is under way. Where this is given up, the work is not lost.
    async fn settle(&mut self) {
        if let Reading::Busy(work) = &mut self.state {
            let (stream, read) = work.await;
            self.state = Reading::Read(stream, read);
        }
    }

    fn taken(&mut self, stream: DynInputStream, mut bytes: Bytes, size: usize) -> Bytes {
        let taken = bytes.split_to(size.min(bytes.len()));
        self.state = if bytes.is_empty() { Reading::Idle(stream) } else { Reading::Read(stream, Ok(bytes)) };
        taken
    }
}

#[async_trait::async_trait]
impl InputStream for FileReader {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if size > 0 {
            self.begin(size);
        }
        match mem::replace(&mut self.state, Reading::Closed) {
            Reading::Read(stream, Ok(bytes)) => Ok(self.taken(stream, bytes, size)),
            Reading::Read(_, Err(error)) => Err(error),
            Reading::Closed => Err(StreamError::Closed),
            waiting => {
                self.state = waiting;
                Ok(Bytes::new())
            }
        }
    }

    async fn blocking_read(&mut self, size: usize) -> StreamResult<Bytes> {
        if size > 0 {
            self.begin(size);
        }
        self.settle().await;
        // Not `begin` again: what was read is there, or the error.
        match mem::replace(&mut self.state, Reading::Closed) {
            Reading::Read(stream, Ok(bytes)) => Ok(self.taken(stream, bytes, size)),
            Reading::Read(_, Err(error)) => Err(error),
            Reading::Closed => Err(StreamError::Closed),
            idle => {
                self.state = idle;
                Ok(Bytes::new())
            }
        }
    }

    async fn cancel(&mut self) {
        self.settle().await;
    }
}

#[async_trait::async_trait]
impl Pollable for FileReader {
    async fn ready(&mut self) {
        self.begin(READ_AHEAD_BYTES);
        self.settle().await;
    }
}

/// A file being written.
pub(super) struct FileWriter {
    state: Writing,
    file: Arc<File>,
    /// The place of the next byte; none for the file's end.
    at: Option<u64>,
    room: Room,
}

enum Writing {
    Idle(DynOutputStream),
    Busy(Work<StreamResult<DynOutputStream>>),
    Failed(StreamError),
    Closed,
}

impl FileWriter {
    pub(super) fn new(stream: DynOutputStream, file: Arc<File>, at: Option<u64>, room: Room) -> Self {
        Self { state: Writing::Idle(stream), file, at, room }
    }

    /// What the next bytes need room for; the place moves on.
    fn advance(&mut self, bytes: u64) -> Wanted {
        match &mut self.at {
            None => Wanted::More(bytes),
            Some(at) => {
                *at = at.saturating_add(bytes);
                Wanted::UpTo(self.file.clone(), *at)
            }
        }
    }

    fn failure(&mut self) -> StreamResult<()> {
        match mem::replace(&mut self.state, Writing::Closed) {
            Writing::Failed(error) => Err(error),
            Writing::Closed => Err(StreamError::Closed),
            fine => {
                self.state = fine;
                Ok(())
            }
        }
    }
}

#[async_trait::async_trait]
impl OutputStream for FileWriter {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.failure()?;
        if bytes.len() > WRITE_BYTES_MAX {
            return Err(StreamError::trap("a write of more bytes than were permitted"));
        }
        let Writing::Idle(mut stream) = mem::replace(&mut self.state, Writing::Closed) else {
            return Err(StreamError::trap("a write before the last one ended"));
        };
        let wanted = self.advance(bytes.len() as u64);
        let room = self.room.clone();
        self.state = Writing::Busy(Box::pin(async move {
            let change = room.take(&wanted).await;
            let _change = change.map_err(|full| StreamError::LastOperationFailed(full.into()))?;
            let _turn = room.turns.take().await;
            stream.blocking_write_and_flush(bytes).await?;
            Ok(stream)
        }));
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.failure()
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        self.failure()?;
        Ok(if matches!(self.state, Writing::Idle(_)) { WRITE_BYTES_MAX } else { 0 })
    }

    async fn cancel(&mut self) {
        self.ready().await;
    }
}

#[async_trait::async_trait]
impl Pollable for FileWriter {
    async fn ready(&mut self) {
        if let Writing::Busy(work) = &mut self.state {
            self.state = match work.await {
                Ok(stream) => Writing::Idle(stream),
                Err(error) => Writing::Failed(error),
            };
        }
    }
}
