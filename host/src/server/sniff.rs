//! Tells HTTP/2 with prior knowledge from HTTP/1 by the first bytes of a connection, and gives the
//! bytes it took back. It judges nothing else of them.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};

use super::connection::Protocol;

/// What every HTTP/2 connection of a client begins with (RFC 9113 section 3.4).
pub(super) const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Reads until the protocol is certain, which for HTTP/1 is the first byte that is not the preface's.
///
/// # Errors
///
/// The stream is broken, or ended with fewer bytes than that.
pub(super) async fn protocol_of<S>(mut stream: S) -> io::Result<(Protocol, Replayed<S>)>
where
    S: AsyncRead + Unpin,
{
    let mut first = Vec::with_capacity(PREFACE.len());
    loop {
        match PREFACE.strip_prefix(first.as_slice()) {
            None => return Ok((Protocol::Http1, Replayed { first, given: 0, stream })),
            Some([]) => return Ok((Protocol::Http2, Replayed { first, given: 0, stream })),
            Some(rest) => {
                let wanted = rest.len() as u64;
                if (&mut stream).take(wanted).read_buf(&mut first).await? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
    }
}

/// A stream whose first bytes were read already and are read once more.
#[derive(Debug)]
pub(super) struct Replayed<S> {
    first: Vec<u8>,
    given: usize,
    stream: S,
}

impl<S> Replayed<S> {
    /// A stream of which nothing was read.
    pub(super) fn nothing(stream: S) -> Self {
        Self { first: Vec::new(), given: 0, stream }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Replayed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.given == self.first.len() {
            return Pin::new(&mut self.stream).poll_read(cx, into);
        }
        let rest = &self.first[self.given..];
        let bytes = rest.len().min(into.remaining());
        into.put_slice(&rest[..bytes]);
        self.given += bytes;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Replayed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    /// Sends the pieces one by one, each only once the one before was read.
    async fn sniffed(pieces: &[&str]) -> io::Result<(Protocol, String)> {
        let (mut client, server) = tokio::io::duplex(1);
        let sniffing = tokio::spawn(async move {
            let (protocol, mut stream) = protocol_of(server).await?;
            let mut all = String::new();
            stream.read_to_string(&mut all).await?;
            Ok((protocol, all))
        });
        for piece in pieces {
            client.write_all(piece.as_bytes()).await?;
        }
        drop(client);
        sniffing.await.expect("it does not panic")
    }

    #[tokio::test]
    async fn the_first_bytes_tell_the_protocol_and_are_read_again() {
        for (pieces, expected) in [
            (&["GET / HTTP/1.1\r\n\r\n"][..], Protocol::Http1),
            (&["P", "OST / HTTP/1.1\r\n\r\n"], Protocol::Http1),
            (&["PRI * HTTP/2.0\r\n\r\nSM\r\n\r", "GET"], Protocol::Http1),
            (&["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], Protocol::Http2),
            (&["PRI * HT", "TP/2.0\r\n\r\nSM\r\n\r\nframes"], Protocol::Http2),
        ] {
            let (protocol, all) = sniffed(pieces).await.expect("a protocol");
            assert_eq!((protocol, all), (expected, pieces.concat()), "{pieces:?}");
        }
    }

    #[tokio::test]
    async fn a_stream_that_ends_before_it_is_certain_has_no_protocol() {
        for pieces in [&[][..], &["P"], &["PRI * HTTP/2.0\r\n"]] {
            assert!(sniffed(pieces).await.is_err(), "{pieces:?}");
        }
    }
}
