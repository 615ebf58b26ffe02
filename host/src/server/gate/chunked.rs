//! The framing of a chunked body (RFC 9112 section 7.1): where chunks, and the trailers behind them,
//! begin and end. It keeps no bytes and changes none.

use super::{
    GateLimits,
    head::{field, line_end, whole_line},
};
use crate::dispatch::message::BadMessage;

/// What the line before a chunk may have: a size, and extensions that nobody reads.
const SIZE_LINE_BYTES_MAX: usize = 4 * 1024;
/// No more hexadecimal digits fit a number of 63 bits.
const SIZE_DIGITS_MAX: usize = 15;

/// Where in a chunked body the reading is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Chunked {
    /// At the line before a chunk.
    #[default]
    Size,
    /// In a chunk, so many bytes before its end.
    Data(u64),
    /// Behind a chunk's bytes, before the end of their line.
    DataEnd,
    /// Behind the last chunk, after so many fields in so many bytes.
    Trailers { fields: usize, bytes: usize },
    /// Behind it all.
    End,
}

impl Chunked {
    /// How many bytes from the front of `bytes` are in order, as far as one part of the body goes;
    /// none where a line is not whole yet.
    pub(super) fn step(&mut self, bytes: &[u8], limits: &GateLimits) -> Result<usize, BadMessage> {
        match *self {
            Self::Size => self.size(bytes),
            Self::Data(left) => {
                let step = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                let left = left - step as u64;
                *self = if left == 0 { Self::DataEnd } else { Self::Data(left) };
                Ok(step)
            }
            Self::DataEnd => self.data_end(bytes),
            Self::Trailers { fields, bytes: before } => self.trailer(bytes, fields, before, limits),
            Self::End => Ok(0),
        }
    }

    /// How many of the bytes to come are in order whatever they are.
    pub(super) fn content_ahead(&self) -> u64 {
        match self {
            Self::Data(left) => *left,
            Self::Size | Self::DataEnd | Self::Trailers { .. } | Self::End => 0,
        }
    }

    fn size(&mut self, bytes: &[u8]) -> Result<usize, BadMessage> {
        let Some(end) = line_end(bytes) else {
            return unfinished(bytes, SIZE_LINE_BYTES_MAX);
        };
        if end > SIZE_LINE_BYTES_MAX {
            return Err(NO_SIZE);
        }
        *self = match chunk_size(whole_line(&bytes[..=end])?)? {
            0 => Self::Trailers { fields: 0, bytes: 0 },
            size => Self::Data(size),
        };
        Ok(end + 1)
    }

    fn data_end(&mut self, bytes: &[u8]) -> Result<usize, BadMessage> {
        match bytes {
            [] | [b'\r'] => Ok(0),
            [b'\r', b'\n', ..] => {
                *self = Self::Size;
                Ok(2)
            }
            _ => Err(BadMessage::Malformed("a chunk is longer than its size")),
        }
    }

    fn trailer(
        &mut self,
        bytes: &[u8],
        fields: usize,
        before: usize,
        limits: &GateLimits,
    ) -> Result<usize, BadMessage> {
        let left = limits.head_bytes.saturating_sub(before);
        let Some(end) = line_end(bytes) else {
            return unfinished(bytes, left);
        };
        let line = whole_line(&bytes[..=end])?;
        if line.is_empty() {
            *self = Self::End;
            return Ok(2);
        }
        if end >= left || fields == limits.fields {
            return Err(BadMessage::HeadTooLarge);
        }
        field(line)?;
        *self = Self::Trailers { fields: fields + 1, bytes: before + end + 1 };
        Ok(end + 1)
    }
}

const NO_SIZE: BadMessage = BadMessage::Malformed("the size of a chunk is none");

fn unfinished(bytes: &[u8], most: usize) -> Result<usize, BadMessage> {
    if bytes.len() > most { Err(NO_SIZE) } else { Ok(0) }
}

/// Hexadecimal digits and nothing else before the extensions; no whitespace, which RFC 9112 section
/// 7.1.1 calls bad and readers treat differently.
fn chunk_size(line: &[u8]) -> Result<u64, BadMessage> {
    let digits = line.iter().position(|byte| *byte == b';').unwrap_or(line.len());
    let (digits, extensions) = line.split_at(digits);
    let whole = (1..=SIZE_DIGITS_MAX).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit);
    let readable = extensions.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~' | 0x80..));
    let digits = std::str::from_utf8(digits).ok().filter(|_| whole && readable);
    digits.and_then(|digits| u64::from_str_radix(digits, 16).ok()).ok_or(NO_SIZE)
}
