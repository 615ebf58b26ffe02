//! What the serving and the compiling process say to each other: messages of a kind, a length and as
//! many bytes. It knows neither process.
//!
//! The one gives its orders and the other answers, once. Kinds not known yet are refused by both sides.

use std::io::{self, Read, Write};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::super::engine::Flavour;

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// For which engine, and within which bounds; the first message.
    Job,
    /// Functions compiled before, if new ones are wanted too; the second. Or new ones, before the code.
    Functions,
    /// The bytes to compile; the last order.
    Component,
    /// What they were compiled to.
    Code,
    /// Why they cannot be compiled.
    Refused,
}

/// Why there is no message.
#[derive(Debug, thiserror::Error)]
pub(super) enum WireError {
    /// No bytes, or fewer than announced.
    #[error("it ends too early")]
    Short(#[source] io::Error),
    /// Bytes that announce no message.
    #[error("it begins with the byte {0}, which no message does")]
    Foreign(u8),
    /// More bytes than anybody has room for.
    #[error("it announces {0} bytes")]
    TooLong(u64),
}

/// What the compiling process has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) flavour: Flavour,
    pub(super) memory_bytes: u64,
    pub(super) cpu_seconds: u64,
}

/// The kind and the length of a message.
const HEAD_BYTES: usize = 9;
const JOB_BYTES: usize = 17;
const KINDS: [(Kind, u8); 5] =
    [(Kind::Job, b'J'), (Kind::Functions, b'F'), (Kind::Component, b'W'), (Kind::Code, b'C'), (Kind::Refused, b'R')];
const FLAVOURS: [(Flavour, u8); 2] = [(Flavour::Sync, b'S'), (Flavour::Concurrent, b'C')];

impl Job {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let flavour = FLAVOURS.iter().find(|(flavour, _)| *flavour == self.flavour).expect("every flavour is listed");
        [&[flavour.1][..], &self.memory_bytes.to_le_bytes(), &self.cpu_seconds.to_le_bytes()].concat()
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; JOB_BYTES] = bytes.try_into().ok()?;
        let flavour = FLAVOURS.iter().find(|(_, byte)| *byte == bytes[0])?.0;
        Some(Self { flavour, memory_bytes: number(&bytes[1..9]), cpu_seconds: number(&bytes[9..]) })
    }
}

fn number(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes.try_into().expect("callers cut eight bytes"))
}

fn head(kind: Kind, length: usize) -> [u8; HEAD_BYTES] {
    let mut head = [0; HEAD_BYTES];
    head[0] = KINDS.iter().find(|(known, _)| *known == kind).expect("every kind is listed").1;
    head[1..].copy_from_slice(&(length as u64).to_le_bytes());
    head
}

fn parse_head(head: [u8; HEAD_BYTES], bytes_max: u64) -> Result<(Kind, u64), WireError> {
    let kind = KINDS.iter().find(|(_, byte)| *byte == head[0]).ok_or(WireError::Foreign(head[0]))?.0;
    let length = number(&head[1..]);
    if length > bytes_max { Err(WireError::TooLong(length)) } else { Ok((kind, length)) }
}

/// Sends one message from the serving process.
pub(super) async fn send(output: &mut (impl AsyncWrite + Unpin), kind: Kind, bytes: &[u8]) -> io::Result<()> {
    output.write_all(&head(kind, bytes.len())).await?;
    output.write_all(bytes).await?;
    output.flush().await
}

/// Receives one message in the serving process.
pub(super) async fn receive(
    input: &mut (impl AsyncRead + Unpin),
    bytes_max: u64,
) -> Result<(Kind, Vec<u8>), WireError> {
    let mut head = [0; HEAD_BYTES];
    input.read_exact(&mut head).await.map_err(WireError::Short)?;
    let (kind, length) = parse_head(head, bytes_max)?;
    // It grows with what comes, not with what is announced.
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes).await.map_err(WireError::Short)?;
    whole(kind, length, bytes)
}

/// Sends one message from the compiling process.
pub(super) fn tell(output: &mut impl Write, kind: Kind, bytes: &[u8]) -> io::Result<()> {
    output.write_all(&head(kind, bytes.len()))?;
    output.write_all(bytes)?;
    output.flush()
}

/// Receives one message in the compiling process.
pub(super) fn hear(input: &mut impl Read, bytes_max: u64) -> Result<(Kind, Vec<u8>), WireError> {
    let mut head = [0; HEAD_BYTES];
    input.read_exact(&mut head).map_err(WireError::Short)?;
    let (kind, length) = parse_head(head, bytes_max)?;
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes).map_err(WireError::Short)?;
    whole(kind, length, bytes)
}

fn whole(kind: Kind, length: u64, bytes: Vec<u8>) -> Result<(Kind, Vec<u8>), WireError> {
    if bytes.len() as u64 == length {
        Ok((kind, bytes))
    } else {
        Err(WireError::Short(io::ErrorKind::UnexpectedEof.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_heard() {
        for (kind, _) in KINDS {
            for bytes in [&b""[..], b"some bytes"] {
                let mut sent = Vec::new();
                tell(&mut sent, kind, bytes).expect("a vector takes everything");
                let (heard, told) = hear(&mut sent.as_slice(), 10).expect("a whole message");
                assert_eq!((heard, told.as_slice()), (kind, bytes));
            }
        }
        for flavour in [Flavour::Sync, Flavour::Concurrent] {
            let job = Job { flavour, memory_bytes: 1 << 30, cpu_seconds: 61 };
            assert_eq!(Job::parse(&job.bytes()), Some(job));
        }
    }

    #[test]
    fn what_is_no_message_is_told_apart() {
        let mut whole = Vec::new();
        tell(&mut whole, Kind::Code, b"code").expect("a vector takes everything");
        let rows: [(&[u8], u64, &str); 5] = [
            (b"", 4, "it ends too early"),
            (&whole[..5], 4, "it ends too early"),
            (&whole[..whole.len() - 1], 4, "it ends too early"),
            (b"listening on ", 4, "it begins with the byte 108, which no message does"),
            (&whole, 3, "it announces 4 bytes"),
        ];
        for (mut bytes, bytes_max, message) in rows {
            let error = hear(&mut bytes, bytes_max).expect_err(message);
            assert_eq!(error.to_string(), message);
        }
    }
}
