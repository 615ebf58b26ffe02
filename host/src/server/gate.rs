//! Stands between a socket and HTTP/1: what is no request in order never reaches hyper, which lets
//! pass what other servers refuse. It answers nothing itself.
//!
//! A message whose head is none is replaced by a stand-in, which keeps its place among the
//! pipelined ones; the verdict on it, which [`dispatch`](crate::dispatch) turns into the answer,
//! travels beside. A body that turns out broken fails where it is read. Nothing behind either is
//! looked at.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf as _, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};
use tokio_util::io::poll_read_buf;

pub(super) use self::answered::WhileSound;
use self::framing::Framing;
use crate::{
    config::ServerLimits,
    dispatch::message::{Messages, Verdict},
};

mod answered;
mod chunked;
pub(crate) mod framing;
mod head;

/// How much is read to be judged: an ordinary head, and a small body with it.
const READ_BYTES: usize = 8 * 1024;

/// How much of what a client sends on is read after the last answer. A socket that is closed with
/// bytes unread takes the answer back (RFC 9112 section 9.6).
const LINGER_BYTES_MAX: usize = 64 * 1024;

/// How long a client may take to see the last answer and close.
const LINGER: Duration = Duration::from_secs(2);

/// What hyper reads in place of a head that is none. The method is no client's.
const STAND_IN: &[u8] = b"- / HTTP/1.1\r\nconnection: close\r\n\r\n";

/// How much one message may have of what is held until it is whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GateLimits {
    /// Bytes of a head.
    pub(crate) head_bytes: usize,
    /// Fields of a head.
    pub(crate) fields: usize,
    /// Bytes of a target.
    pub(crate) uri_bytes: usize,
}

impl From<&ServerLimits> for GateLimits {
    fn from(limits: &ServerLimits) -> Self {
        Self { head_bytes: limits.request_head_bytes, fields: limits.headers, uri_bytes: limits.uri_bytes }
    }
}

/// An HTTP/1 connection whose requests are judged before anyone acts on them.
#[derive(Debug)]
pub(super) struct Gate<S> {
    stream: S,
    framing: Framing,
    /// What came and was not handed on; the first `passed` bytes are in order.
    held: BytesMut,
    passed: usize,
    ahead: Ahead,
    verdict: Verdict,
    lingering: Option<Lingering>,
}

/// What comes behind the bytes that have passed.
#[derive(Debug)]
enum Ahead {
    /// What the client sends.
    Messages,
    /// What is left of a stand-in, then nothing.
    StandIn(&'static [u8]),
    /// An error, then nothing.
    BrokenBody,
    /// Nothing; not even an end, which would cancel the answer that is under way.
    Nothing,
}

#[derive(Debug)]
struct Lingering {
    bytes: usize,
    end: Pin<Box<Sleep>>,
}

impl<S> Gate<S> {
    pub(super) fn new(stream: S, limits: GateLimits) -> Self {
        Self {
            stream,
            framing: Framing::new(limits),
            held: BytesMut::new(),
            passed: 0,
            ahead: Ahead::Messages,
            verdict: Verdict::default(),
            lingering: None,
        }
    }

    /// The requests that come out of hyper behind this gate. To be asked once.
    pub(super) fn messages(&self) -> Messages {
        Messages::behind(self.verdict.clone())
    }

    /// Hands on what may be; none where it has to come first.
    fn hand_on(&mut self, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.passed > 0 {
            let bytes = self.passed.min(out.remaining());
            out.put_slice(&self.held[..bytes]);
            self.held.advance(bytes);
            self.passed -= bytes;
            return Poll::Ready(Ok(()));
        }
        match &mut self.ahead {
            Ahead::StandIn(rest) => {
                let bytes = rest.len().min(out.remaining());
                out.put_slice(&rest[..bytes]);
                self.ahead = if bytes == rest.len() { Ahead::Nothing } else { Ahead::StandIn(&rest[bytes..]) };
                Poll::Ready(Ok(()))
            }
            Ahead::BrokenBody => {
                self.ahead = Ahead::Nothing;
                Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "the body is not framed as HTTP demands")))
            }
            Ahead::Messages | Ahead::Nothing => Poll::Pending,
        }
    }

    fn judge(&mut self) {
        let judgement = self.framing.judge(&self.held);
        self.passed = judgement.passed;
        if let Some(wrong) = judgement.wrong {
            self.verdict.pass(wrong.message, wrong.bad);
            self.held.truncate(self.passed);
            self.ahead = if wrong.in_body { Ahead::BrokenBody } else { Ahead::StandIn(STAND_IN) };
        }
    }

    /// Whether all that came belongs to messages that have ended.
    fn is_between_messages(&self) -> bool {
        matches!(self.ahead, Ahead::Messages) && self.held.is_empty() && self.framing.is_between_messages()
    }
}

impl<S: AsyncRead + Unpin> Gate<S> {
    /// Reads content, of which nothing has to be judged, to where it is wanted: as much at once as hyper likes.
    fn poll_content(&mut self, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = out.filled().len();
        let mut content = (&mut self.stream).take(self.framing.content_ahead());
        ready!(Pin::new(&mut content).poll_read(cx, out))?;
        self.framing.judge(&out.filled()[before..]);
        Poll::Ready(Ok(()))
    }

    /// Ready once the client has closed, or has had its time.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let lingering = self.lingering.get_or_insert_with(|| Lingering { bytes: 0, end: Box::pin(sleep(LINGER)) });
        while lingering.bytes < LINGER_BYTES_MAX {
            self.held.clear();
            self.held.reserve(READ_BYTES);
            match poll_read_buf(Pin::new(&mut self.stream), cx, &mut self.held) {
                Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(()),
                Poll::Ready(Ok(bytes)) => lingering.bytes += bytes,
                Poll::Pending => return lingering.end.as_mut().poll(cx),
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gate<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if let Poll::Ready(handed) = this.hand_on(out) {
                return Poll::Ready(handed);
            }
            if !matches!(this.ahead, Ahead::Messages) {
                return Poll::Pending;
            }
            if this.held.is_empty() && this.framing.content_ahead() >= READ_BYTES as u64 {
                return this.poll_content(cx, out);
            }
            this.held.reserve(READ_BYTES);
            if ready!(poll_read_buf(Pin::new(&mut this.stream), cx, &mut this.held))? == 0 {
                return Poll::Ready(Ok(()));
            }
            this.judge();
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gate<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
            if this.is_between_messages() {
                return Poll::Ready(Ok(()));
            }
        }
        this.poll_linger(cx).map(Ok)
    }
}

#[cfg(test)]
mod tests;
