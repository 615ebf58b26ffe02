//! HTTP/2 frames by hand, for what no client library would send (RFC 9113 section 6), and a connection
//! that sends them without knowing what they mean.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, tcp::OwnedReadHalf},
};

/// What a client's connection begins with.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Frame types.
pub const DATA: u8 = 0;
/// The head of a request, or a part of it.
pub const HEADERS: u8 = 1;
/// Settings of the connection.
pub const SETTINGS: u8 = 4;

/// The sender goes, and says why.
pub const GOAWAY: u8 = 7;

/// Flag of HEADERS and DATA: the sender says no more on this stream.
pub const END_STREAM: u8 = 0x1;
/// Flag of HEADERS and CONTINUATION: the head is whole.
pub const END_HEADERS: u8 = 0x4;
/// Flag of HEADERS and DATA: padding follows.
pub const PADDED: u8 = 0x8;

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
    frame(6, 0, 0, b"routelet")
}

/// RST_STREAM with CANCEL.
pub fn reset(stream: u32) -> Vec<u8> {
    frame(3, 0, stream, &8_u32.to_be_bytes())
}

/// WINDOW_UPDATE.
pub fn window_update(stream: u32, bytes: u32) -> Vec<u8> {
    frame(8, 0, stream, &bytes.to_be_bytes())
}

/// PRIORITY.
pub fn priority(stream: u32) -> Vec<u8> {
    frame(2, 0, stream, &[0, 0, 0, 0, 16])
}

/// CONTINUATION without an end.
pub fn continuation(stream: u32, block: &[u8]) -> Vec<u8> {
    frame(9, 0, stream, block)
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

/// RFC 7541 section 6.2.2, for values below 127 bytes.
fn literal(name: u8, value: &str) -> Vec<u8> {
    let length = u8::try_from(value.len()).expect("short values");
    [&[name, length][..], value.as_bytes()].concat()
}

/// A connection for frames.
#[derive(Debug)]
pub struct Framed {
    stream: TcpStream,
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

impl Framed {
    /// Connects and sends these bytes.
    pub async fn opened_with(address: SocketAddr, bytes: &[u8]) -> Self {
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        let _ = stream.write_all(bytes).await;
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

    fn take(&mut self) -> Option<Frame> {
        take(&mut self.seen)
    }
}

/// Reads until the connection ends, and notes the code of a GOAWAY.
async fn read_to_end(mut from: OwnedReadHalf, mut seen: Vec<u8>, told: &mut Option<u32>) {
    while matches!(from.read_buf(&mut seen).await, Ok(1..)) {
        while let Some(frame) = take(&mut seen) {
            if let (GOAWAY, Some(code)) = (frame.kind, frame.payload.get(4..8)) {
                *told = code.try_into().ok().map(u32::from_be_bytes);
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
