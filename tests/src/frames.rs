//! HTTP/2 frames by hand, for what no client library would send (RFC 9113 section 6), and a connection
//! that sends them without knowing what they mean.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, tcp::OwnedReadHalf},
};

/// What a client's connection begins with.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Frame types.
pub const DATA: u8 = 0;
/// The head of a request, or a part of it.
pub const HEADERS: u8 = 1;
/// What a stream depends on; nobody heeds it any more.
pub const PRIORITY: u8 = 2;
/// The sender gives a stream up, and says why.
pub const RST_STREAM: u8 = 3;
/// Settings of the connection.
pub const SETTINGS: u8 = 4;
/// A server announces an answer; no client does.
pub const PUSH_PROMISE: u8 = 5;
/// A question for a sign of life.
pub const PING: u8 = 6;
/// The sender goes, and says why.
pub const GOAWAY: u8 = 7;
/// Leave to send more.
pub const WINDOW_UPDATE: u8 = 8;
/// More of a head.
pub const CONTINUATION: u8 = 9;

/// Flag of SETTINGS and PING: an answer to one.
pub const ACK: u8 = 0x1;

/// Flag of HEADERS and DATA: the sender says no more on this stream.
pub const END_STREAM: u8 = 0x1;
/// Flag of HEADERS and CONTINUATION: the head is whole.
pub const END_HEADERS: u8 = 0x4;
/// Flag of HEADERS and DATA: padding follows.
pub const PADDED: u8 = 0x8;
/// Flag of HEADERS: what the stream depends on comes first.
pub const PRIORITISED: u8 = 0x20;

/// The setting of how much may be sent on a stream at first.
pub const INITIAL_WINDOW_SIZE: u16 = 4;

/// One frame.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("frames are short").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// SETTINGS.
pub fn settings(values: &[(u16, u32)]) -> Vec<u8> {
    let entry = |(name, value): &(u16, u32)| [&name.to_be_bytes()[..], &value.to_be_bytes()].concat();
    frame(SETTINGS, 0, 0, &values.iter().map(entry).collect::<Vec<_>>().concat())
}

/// PING.
pub fn ping() -> Vec<u8> {
    frame(PING, 0, 0, b"routelet")
}

/// RST_STREAM with CANCEL.
pub fn reset(stream: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes())
}

/// WINDOW_UPDATE.
pub fn window_update(stream: u32, bytes: u32) -> Vec<u8> {
    frame(WINDOW_UPDATE, 0, stream, &bytes.to_be_bytes())
}

/// PRIORITY.
pub fn priority(stream: u32) -> Vec<u8> {
    frame(PRIORITY, 0, stream, &[0, 0, 0, 0, 16])
}

/// CONTINUATION without an end.
pub fn continuation(stream: u32, block: &[u8]) -> Vec<u8> {
    frame(CONTINUATION, 0, stream, block)
}

/// The header block of a GET, in RFC 7541's literal form.
pub fn get(path: &str) -> Vec<u8> {
    request(0x82, path)
}

/// The header block of a POST.
pub fn post(path: &str) -> Vec<u8> {
    request(0x83, path)
}

/// RFC 7541 appendix A: 0x86 is the scheme, 4 names the path, 1 the authority.
fn request(method: u8, path: &str) -> Vec<u8> {
    [&[method, 0x86][..], &literal(4, path), &literal(1, "localhost")].concat()
}

/// A name of the static table and a value (RFC 7541 section 6.2.2).
fn literal(name: u8, value: &str) -> Vec<u8> {
    [vec![name], text(value.as_bytes())].concat()
}

/// A field as one of a header block, its name spelled out (RFC 7541 section 6.2.2).
pub fn field(name: &[u8], value: &[u8]) -> Vec<u8> {
    [vec![0], text(name), text(value)].concat()
}

/// A text without Huffman's code (RFC 7541 section 5.2).
fn text(bytes: &[u8]) -> Vec<u8> {
    [integer(bytes.len()), bytes.to_vec()].concat()
}

/// A number with a prefix of seven bits (RFC 7541 section 5.1).
fn integer(number: usize) -> Vec<u8> {
    const PREFIX_MAX: usize = 0x7f;
    if number < PREFIX_MAX {
        return vec![number as u8];
    }
    let (mut bytes, mut rest) = (vec![PREFIX_MAX as u8], number - PREFIX_MAX);
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

/// A connection for frames.
#[derive(Debug)]
pub struct Framed<S = TcpStream> {
    stream: S,
    seen: Vec<u8>,
}

/// One frame as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its type.
    pub kind: u8,
    /// Its flags.
    pub flags: u8,
    /// Its stream.
    pub stream: u32,
    /// What it carries.
    pub payload: Vec<u8>,
}

impl Frame {
    /// The error code of a RST_STREAM or a GOAWAY.
    pub fn code(&self) -> Option<u32> {
        let at = match self.kind {
            RST_STREAM => 0,
            GOAWAY => 4,
            _ => return None,
        };
        self.payload.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
    }

    /// Whether nothing follows on its stream.
    pub fn ends_stream(&self) -> bool {
        self.kind == RST_STREAM || (matches!(self.kind, DATA | HEADERS) && self.flags & END_STREAM != 0)
    }

    /// The status of an answer whose head this is: the first field, in one of the forms that say a status which was
    /// not said before on the connection.
    pub fn status(&self) -> Option<u16> {
        /// RFC 7541 appendix A, from index 8 on.
        const INDEXED: [u16; 7] = [200, 204, 206, 304, 400, 404, 500];
        // The encoder's table may be said to have another size before (section 6.3).
        let resized = self.payload.iter().take_while(|byte| matches!(byte, 0x20..=0x3f)).count();
        match self.payload[resized..] {
            _ if self.kind != HEADERS => None,
            [index @ 0x88..=0x8e, ..] => Some(INDEXED[usize::from(index - 0x88)]),
            [0x48, length, ref rest @ ..] => digits(length, rest).parse().ok(),
            _ => None,
        }
    }
}

/// A text of digits, in Huffman's code or without (RFC 7541 section 5.2 and appendix B).
fn digits(length: u8, bytes: &[u8]) -> String {
    let bytes = bytes.iter().take(usize::from(length & 0x7f));
    if length & 0x80 == 0 {
        return bytes.map(|byte| char::from(*byte)).collect();
    }
    let mut bits: String = bytes.map(|byte| format!("{byte:08b}")).collect();
    let mut text = String::new();
    while let Some((digit, used)) = digit(&bits) {
        text.push(digit);
        bits.drain(..used);
    }
    text
}

/// 0 to 2 have five bits from 0 on, 3 to 9 six bits from 25 on.
fn digit(bits: &str) -> Option<(char, usize)> {
    let number = |bits: Option<&str>| bits.and_then(|bits| u32::from_str_radix(bits, 2).ok());
    let short = number(bits.get(..5)).filter(|number| *number <= 2).map(|number| (number, 5));
    let long = number(bits.get(..6)).filter(|number| (25..=31).contains(number)).map(|number| (number - 22, 6));
    short.or(long).and_then(|(number, used)| Some((char::from_digit(number, 10)?, used)))
}

impl Framed {
    /// Connects and sends these bytes.
    pub async fn opened_with(address: SocketAddr, bytes: &[u8]) -> Self {
        Self::over(TcpStream::connect(address).await.expect("the server listens"), bytes).await
    }

    /// Sends waves of bytes until the connection ends, reading what comes or leaving it unread. Says the
    /// code of the GOAWAY that came.
    pub async fn flood(self, mut wave: impl FnMut(u32) -> Vec<u8>, reads: bool) -> Option<u32> {
        let (from, mut to) = self.stream.into_split();
        let mut told = None;
        let reading =
            async { if reads { read_to_end(from, self.seen, &mut told).await } else { std::future::pending().await } };
        let writing = async {
            for round in 0.. {
                if to.write_all(&wave(round)).await.is_err() {
                    return;
                }
            }
        };
        tokio::select! {
            () = reading => {}
            () = writing => {}
        }
        told
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Framed<S> {
    /// Sends these bytes over a connection that is there.
    pub async fn over(mut stream: S, bytes: &[u8]) -> Self {
        let _ = stream.write_all(bytes).await;
        let _ = stream.flush().await;
        Self { stream, seen: Vec::new() }
    }

    /// The next frame; none once the connection has ended.
    pub async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.take() {
                return Some(frame);
            }
            if !matches!(self.stream.read_buf(&mut self.seen).await, Ok(1..)) {
                return None;
            }
        }
    }

    /// All frames until the connection ends.
    pub async fn to_close(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        frames
    }

    /// Sends bytes; a server that has closed is found out by reading.
    pub async fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
        let _ = self.stream.flush().await;
    }

    fn take(&mut self) -> Option<Frame> {
        take(&mut self.seen)
    }
}

/// Reads until the connection ends, and notes the code of a GOAWAY.
async fn read_to_end(mut from: OwnedReadHalf, mut seen: Vec<u8>, told: &mut Option<u32>) {
    while matches!(from.read_buf(&mut seen).await, Ok(1..)) {
        while let Some(frame) = take(&mut seen) {
            if frame.kind == GOAWAY {
                *told = frame.code();
            }
        }
    }
}

fn take(seen: &mut Vec<u8>) -> Option<Frame> {
    let [long, middle, short, kind, flags, id @ ..] = *seen.first_chunk::<9>()?;
    let length = u32::from_be_bytes([0, long, middle, short]) as usize;
    let whole = seen.get(9..9 + length)?;
    let frame = Frame { kind, flags, stream: u32::from_be_bytes(id), payload: whole.to_vec() };
    seen.drain(..9 + length);
    Some(frame)
}
