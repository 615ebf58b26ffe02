//! What a client does on its connection, and by when it has to do something else. Pure: the time is
//! an argument, and whoever asks has to act.

use std::time::Duration;

use tokio::time::Instant;

use super::{connection::Protocol, frames::Frames};
use crate::config::ServerLimits;

/// Once told to leave, a client with nothing under way has this long after the last byte in either
/// direction: a round trip to say that it understood (RFC 9113 section 6.8).
const FAREWELL: Duration = Duration::from_millis(750);

/// What a client may send beside payload before the proportion counts: the opening of a connection
/// and its keep-alive over hours. nginx grants the same.
const OVERHEAD_FREE_BYTES: u64 = 1024 * 1024;

/// Of all bytes received one in this many must be payload, either way. Ordinary clients send more
/// payload than overhead; nginx draws the same line.
const OVERHEAD_RATIO: u64 = 8;

/// What a client may demand of the server and not read: as much as it pings in hours.
const DEMANDS_FREE: u64 = 1_000;

/// A client that measures its bandwidth pings once for each few packets.
const PAYLOAD_BYTES_PER_DEMAND: u64 = 1_024;

/// How long a client that demands too much may leave it unread.
const DEMANDS_UNREAD: Duration = Duration::from_secs(2);

/// Nothing is due for so long only where nothing happens; then one look costs nothing.
const LOOK_AGAIN: Duration = Duration::from_hours(1);

/// What follows from a client's conduct so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing, until then.
    GoOn(Instant),
    /// It may finish what is under way and begin nothing new.
    Leave(Reason),
    /// The connection ends now.
    Cut(Reason),
}

/// Why a connection ends. The names of settings, where one decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The head of a request took too long.
    HeaderRead,
    /// Nothing was asked for too long.
    KeepAlive,
    /// It is old.
    ConnectionAge,
    /// It had its share of requests.
    ConnectionRequests,
    /// The client does not read.
    WriteStall,
    /// The client costs more than it brings.
    Http2Flood,
    /// The server ends.
    Drain,
    /// The client was told to leave and stayed.
    Farewell,
}

impl Reason {
    /// How it is called in logs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::HeaderRead => "header-read",
            Self::KeepAlive => "keep-alive",
            Self::ConnectionAge => "connection-age",
            Self::ConnectionRequests => "connection-requests",
            Self::WriteStall => "write-stall",
            Self::Http2Flood => "http2-flood",
            Self::Drain => "drain",
            Self::Farewell => "farewell",
        }
    }
}

/// The account of one connection.
#[derive(Debug)]
pub(super) struct Conduct {
    limits: Limits,
    begun: Instant,
    /// Requests so far.
    requests: usize,
    /// Requests whose answer is not handed over yet.
    under_way: usize,
    /// When the last of them ended.
    idle_since: Instant,
    /// When the head began that is not whole yet. The first head begins with the connection.
    head_since: Option<Instant>,
    /// When bytes last went either way.
    moved: Instant,
    /// Since when the client has not read.
    unread_since: Option<Instant>,
    /// Whether an answer was given up because the client did not take it.
    gave_up: bool,
    leaving: bool,
    received_bytes: u64,
    sent_payload_bytes: u64,
    /// With HTTP/2 only.
    frames: Option<Frames>,
    preface_left: usize,
}

#[derive(Debug)]
struct Limits {
    header_read: Duration,
    keep_alive: Duration,
    connection_age: Duration,
    connection_requests: usize,
    /// That of the answer under way.
    write_stall: Duration,
}

impl Conduct {
    /// A connection that began then.
    pub(super) fn new(protocol: Protocol, limits: &ServerLimits, begun: Instant) -> Self {
        Self {
            limits: Limits {
                header_read: limits.header_read,
                keep_alive: limits.keep_alive,
                connection_age: limits.connection_age,
                connection_requests: limits.connection_requests,
                write_stall: crate::policy::limits::WRITE_STALL,
            },
            begun,
            requests: 0,
            under_way: 0,
            idle_since: begun,
            head_since: Some(begun),
            moved: begun,
            unread_since: None,
            gave_up: false,
            leaving: false,
            received_bytes: 0,
            sent_payload_bytes: 0,
            frames: (protocol == Protocol::Http2).then(Frames::default),
            preface_left: super::sniff::PREFACE.len(),
        }
    }

    /// The client sent bytes.
    pub(super) fn received(&mut self, bytes: &[u8], now: Instant) {
        self.moved = now;
        self.received_bytes += bytes.len() as u64;
        match &mut self.frames {
            None if self.under_way == 0 => _ = self.head_since.get_or_insert(now),
            None => {}
            Some(frames) => {
                let preface = self.preface_left.min(bytes.len());
                self.preface_left -= preface;
                let blocks = frames.blocks;
                frames.read(&bytes[preface..]);
                if frames.blocks > blocks {
                    self.head_since = frames.in_block.then_some(now);
                } else if frames.is_between_heads() {
                    self.head_since = None;
                }
            }
        }
    }

    /// The client took bytes.
    pub(super) fn taken(&mut self, now: Instant) {
        self.moved = now;
        self.unread_since = None;
    }

    /// The client takes no bytes for now.
    pub(super) fn unread(&mut self, now: Instant) {
        self.unread_since.get_or_insert(now);
    }

    /// A request begins; the answer says whether it is the connection's last.
    pub(super) fn request_begins(&mut self) -> bool {
        if self.frames.is_none() {
            self.head_since = None;
        }
        self.requests += 1;
        self.under_way += 1;
        self.requests >= self.limits.connection_requests
    }

    /// Its answer may be left unread for so long.
    pub(super) fn answered(&mut self, write_stall: Duration) {
        // Streams of HTTP/2 have clocks of their own; the connection waits for the most patient.
        let others = if self.under_way > 1 { self.limits.write_stall } else { Duration::ZERO };
        self.limits.write_stall = write_stall.max(others);
    }

    /// A part of an answer's body goes out.
    pub(super) fn sends(&mut self, bytes: usize) {
        self.sent_payload_bytes += bytes as u64;
    }

    /// A request ends, its answer handed over or given up.
    pub(super) fn request_ends(&mut self, now: Instant) {
        self.under_way -= 1;
        self.idle_since = now;
    }

    /// The client did not take an answer, whose stream has been ended.
    pub(super) fn gives_up(&mut self) {
        self.gave_up = true;
    }

    /// Whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.under_way == 0
    }

    /// Whether its requests run in streams, side by side.
    pub(super) fn has_streams(&self) -> bool {
        self.frames.is_some()
    }

    /// The client has been told to leave.
    pub(super) fn leaves(&mut self, now: Instant) {
        self.leaving = true;
        self.moved = now;
    }

    /// What follows now.
    pub(super) fn verdict(&self, now: Instant) -> Verdict {
        if self.gave_up && self.is_idle() {
            return Verdict::Cut(Reason::WriteStall);
        }
        if self.floods(now) {
            return Verdict::Cut(Reason::Http2Flood);
        }
        match self.next() {
            Some((due, verdict)) if now >= due => verdict,
            Some((due, _)) => Verdict::GoOn(due.min(self.look_again(now))),
            None => Verdict::GoOn(self.look_again(now)),
        }
    }

    /// What comes first, and when; a connection that leaves with requests under way is bounded by theirs.
    fn next(&self) -> Option<(Instant, Verdict)> {
        let head = self.head_since.map(|since| (since + self.limits.header_read, Verdict::Cut(Reason::HeaderRead)));
        let unread = self.unread_since.map(|since| (since + self.limits.write_stall, Verdict::Cut(Reason::WriteStall)));
        let end = if self.leaving { self.farewell() } else { Some(self.invitation_to_leave()) };
        [head, unread, end].into_iter().flatten().min_by_key(|(due, _)| *due)
    }

    fn invitation_to_leave(&self) -> (Instant, Verdict) {
        if self.requests >= self.limits.connection_requests {
            return (self.begun, Verdict::Leave(Reason::ConnectionRequests));
        }
        let old = (self.begun + self.limits.connection_age, Verdict::Leave(Reason::ConnectionAge));
        let idle = (self.idle_since + self.limits.keep_alive, Verdict::Leave(Reason::KeepAlive));
        if self.is_idle() && self.head_since.is_none() && idle.0 < old.0 { idle } else { old }
    }

    fn farewell(&self) -> Option<(Instant, Verdict)> {
        let over = self.is_idle() && self.head_since.is_none() && self.unread_since.is_none();
        over.then(|| (self.moved.max(self.idle_since) + FAREWELL, Verdict::Cut(Reason::Farewell)))
    }

    /// Whether a client of HTTP/2 sends what costs much and brings nothing: frames beside payload, or
    /// demands whose answers it does not read.
    fn floods(&self, now: Instant) -> bool {
        let Some(frames) = &self.frames else { return false };
        let payload = frames.payload_bytes + self.sent_payload_bytes;
        if self.received_bytes / OVERHEAD_RATIO > payload + OVERHEAD_FREE_BYTES {
            return true;
        }
        self.unread_since.is_some_and(|since| now >= since + DEMANDS_UNREAD) && self.demands_too_much(frames)
    }

    fn demands_too_much(&self, frames: &Frames) -> bool {
        let payload = frames.payload_bytes + self.sent_payload_bytes;
        frames.demands > DEMANDS_FREE + payload / PAYLOAD_BYTES_PER_DEMAND
    }

    /// Demands left unread are looked at once more in time; all else follows from what happens.
    fn look_again(&self, now: Instant) -> Instant {
        let too_many = self.frames.as_ref().is_some_and(|frames| self.demands_too_much(frames));
        match self.unread_since {
            Some(since) if too_many => since + DEMANDS_UNREAD,
            _ => now + LOOK_AGAIN,
        }
    }
}

#[cfg(test)]
mod tests;
