//! Reads along with the frames of an HTTP/2 client, to count what they cost against what they bring.
//! It keeps no frame and refuses none. Pure: it sees bytes and knows no socket.

/// RFC 9113 section 4.1.
const HEAD_BYTES: usize = 9;

/// Frame types of RFC 9113 section 6 that are told apart.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const CONTINUATION: u8 = 9;

/// Flags of RFC 9113 section 6.
const ACK: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;

/// The frames of one connection so far.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// Bytes of request bodies and header blocks: what a connection is for. Padding is not.
    pub(super) payload_bytes: u64,
    /// Frames the server has to answer by one of its own: PING and SETTINGS.
    pub(super) demands: u64,
    /// Header blocks begun so far.
    pub(super) blocks: u64,
    /// Whether a header block has begun and not ended.
    pub(super) in_block: bool,
    head: [u8; HEAD_BYTES],
    head_bytes: usize,
    left: Left,
}

/// What is left of the frame under way.
#[derive(Debug, Default)]
struct Left {
    bytes: usize,
    /// Of these, bytes that count as payload, the padding's length not yet taken off.
    pays: bool,
    /// The next byte says how much padding there is.
    padding_follows: bool,
    ends_block: bool,
}

impl Frames {
    /// Reads on, after the connection's preface.
    pub(super) fn read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            bytes = if self.left.bytes == 0 { self.read_head(bytes) } else { self.read_rest(bytes) };
        }
    }

    /// Whether the client has greeted (RFC 9113 section 3.4) and no header block is under way.
    pub(super) fn is_between_heads(&self) -> bool {
        (self.demands > 0 || self.blocks > 0) && !self.in_block
    }

    fn read_head<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let taken = bytes.len().min(HEAD_BYTES - self.head_bytes);
        let (head, rest) = bytes.split_at(taken);
        self.head[self.head_bytes..self.head_bytes + taken].copy_from_slice(head);
        self.head_bytes += taken;
        if self.head_bytes == HEAD_BYTES {
            self.head_bytes = 0;
            self.begin();
        }
        rest
    }

    fn begin(&mut self) {
        let [long, middle, short, kind, flags, ..] = self.head;
        let bytes = u32::from_be_bytes([0, long, middle, short]) as usize;
        let is_block = matches!(kind, HEADERS | CONTINUATION);
        self.left = Left {
            bytes,
            pays: is_block || kind == DATA,
            padding_follows: flags & PADDED != 0 && matches!(kind, DATA | HEADERS),
            ends_block: is_block && flags & END_HEADERS != 0,
        };
        if matches!(kind, PING | SETTINGS) && flags & ACK == 0 {
            self.demands += 1;
        }
        if kind == HEADERS {
            self.blocks += 1;
            self.in_block = true;
        }
        self.end_if_whole();
    }

    fn read_rest<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        if self.left.padding_follows {
            self.left.padding_follows = false;
            let padding = u64::from(bytes[0]);
            self.payload_bytes = self.payload_bytes.saturating_sub(padding + 1);
        }
        let (seen, rest) = bytes.split_at(bytes.len().min(self.left.bytes));
        if self.left.pays {
            self.payload_bytes += seen.len() as u64;
        }
        self.left.bytes -= seen.len();
        self.end_if_whole();
        rest
    }

    fn end_if_whole(&mut self) {
        if self.left.bytes == 0 && self.left.ends_block {
            self.in_block = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
        [&length[1..], &[kind, flags, 0, 0, 0, 1], payload].concat()
    }

    /// Payload bytes, demands, blocks, and whether a block is open.
    fn counted(frames: &[Vec<u8>], step: usize) -> (u64, u64, u64, bool) {
        let mut read = Frames::default();
        for piece in frames.concat().chunks(step) {
            read.read(piece);
        }
        (read.payload_bytes, read.demands, read.blocks, read.in_block)
    }

    #[test]
    fn frames_are_counted_however_they_are_cut() {
        let padded = [&[200][..], b"x", &[0; 200]].concat();
        let rows = [
            (vec![], (0, 0, 0, false)),
            (vec![frame(DATA, 0, b"hello")], (5, 0, 0, false)),
            (vec![frame(DATA, 0, b"")], (0, 0, 0, false)),
            (vec![frame(DATA, 0, &[1; 999]), frame(DATA, PADDED, &padded)], (1_000, 0, 0, false)),
            (vec![frame(PING, 0, &[0; 8]), frame(PING, ACK, &[0; 8])], (0, 1, 0, false)),
            (vec![frame(SETTINGS, 0, &[]), frame(SETTINGS, ACK, &[])], (0, 1, 0, false)),
            (vec![frame(8, 0, &[0, 0, 0, 1]), frame(2, 0, &[0; 5]), frame(99, 0xff, &[7; 50])], (0, 0, 0, false)),
            (vec![frame(HEADERS, 0, b"abc")], (3, 0, 1, true)),
            (vec![frame(HEADERS, END_HEADERS, b"abc")], (3, 0, 1, false)),
            (vec![frame(HEADERS, END_HEADERS, b"")], (0, 0, 1, false)),
            (vec![frame(HEADERS, 0, b"abc"), frame(CONTINUATION, END_HEADERS, b"de")], (5, 0, 1, false)),
            (vec![frame(HEADERS, 0, b"abc"), frame(CONTINUATION, 0, b"de")], (5, 0, 1, true)),
        ];
        for (frames, expected) in rows {
            for step in [1, 2, 9, 10, 4_096] {
                assert_eq!(counted(&frames, step), expected, "{frames:?} in steps of {step}");
            }
        }
    }

    #[test]
    fn a_block_is_open_from_its_first_frame_head_to_its_last_byte() {
        let headers = frame(HEADERS, END_HEADERS, b"abc");
        for (bytes, open) in [(8, false), (9, true), (11, true), (12, false)] {
            let mut read = Frames::default();
            read.read(&headers[..bytes]);
            assert_eq!(read.in_block, open, "after {bytes} bytes");
        }
    }
}
