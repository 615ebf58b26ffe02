//! The limits of the whole server, which no segment can change. Enforcing them is the server's duty.

use std::time::Duration;

use crate::policy::{
    bound::{Range, bounds},
    limits::{COUNT_MAX, HELD_BYTES_MAX, STREAM_BYTES_MAX, TIME_MAX},
};

/// Descriptors are finite; the server lowers this to half of what the system lets it open.
pub const CONNECTIONS: usize = 10_000;
/// An office behind one address, with six connections a browser; nobody takes all alone.
pub const CONNECTIONS_PER_ADDRESS: usize = 512;
/// Every slot reserves address space for an instance's memories.
pub const CONCURRENCY: usize = 512;
/// The first bytes, which say what a client speaks, fit one packet.
pub const SNIFF: Duration = Duration::from_secs(5);
/// Two or three round trips and a signature.
pub const TLS_HANDSHAKE: Duration = Duration::from_secs(10);
/// A whole head, however slowly it trickles.
pub const HEADER_READ: Duration = Duration::from_secs(10);
/// As long as people read a page; a new connection costs them a round trip.
pub const KEEP_ALIVE: Duration = Duration::from_secs(60);
/// Long-lived clients come back, and may then reach another server.
pub const CONNECTION_AGE: Duration = Duration::from_hours(1);
/// As connection age, for busy clients.
pub const CONNECTION_REQUESTS: usize = 10_000;
/// Holds the cookies of honest sites four times over.
pub const REQUEST_HEAD_BYTES: usize = 32 * 1024;
/// Hashing and logging a field costs; browsers send twenty.
pub const HEADERS: usize = 100;
/// What other servers accept.
pub const URI_BYTES: usize = 8 * 1024;
/// Enough for a page and its parts; memory is streams times window.
pub const H2_STREAMS: u32 = 100;
/// One stream's share of what a connection may have under way.
pub const H2_STREAM_WINDOW_BYTES: u32 = 64 * 1024;
/// A connection's bytes under way, over all its streams.
pub const H2_CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;
/// Resets a client may have pending; more is an attack.
pub const H2_PENDING_RESETS: usize = 20;
/// Resets a client may provoke; more is an attack.
pub const H2_LOCAL_RESETS: usize = 1_024;
/// Outbound connections of all routes together; the server lowers this to a quarter of the descriptors
/// that the system lets it open.
pub const OUTBOUND_CONNECTIONS: usize = 1_024;
/// Some hundred components of interpreters, thousands of others.
pub const CODE_CACHE_BYTES: u64 = 2 << 30;
/// Files of all guests together, as many as outbound connections.
pub const OPEN_FILES: usize = 1_024;

const TIME: Range = Range::new(1, TIME_MAX.as_millis() as u64);
const COUNT: Range = Range::new(1, COUNT_MAX);
/// A head shorter than this would refuse ordinary browsers.
const HEAD: Range = Range::new(1_024, HELD_BYTES_MAX);
/// RFC 9113 section 6.9.1: a window holds at most 2^31-1 bytes; below the initial one peers stall.
const WINDOW: Range = Range::new(65_535, 0x7fff_ffff);

bounds! {
    /// How much all clients together, or one connection, may use of the server.
    pub struct ServerLimits {
        /// Connections at a time.
        connections: usize = CONNECTIONS, "connections" Count COUNT;
        /// Connections of one client address at a time; with IPv6, of one network of 64 bits.
        connections_per_address: usize = CONNECTIONS_PER_ADDRESS, "connections-per-address" Count COUNT;
        /// Guests at a time, over all routes.
        concurrency: usize = CONCURRENCY, "concurrency" Count Range::new(1, 10_000);
        /// Time for the first bytes, which tell HTTP/1 from HTTP/2.
        sniff: Duration = SNIFF, "sniff" Time TIME;
        /// Time for a TLS handshake.
        tls_handshake: Duration = TLS_HANDSHAKE, "tls-handshake" Time TIME;
        /// Time for a whole request head, from its first byte; for the first head from the connection's begin.
        header_read: Duration = HEADER_READ, "header-read" Time TIME;
        /// Time a connection may stay open with no request under way.
        keep_alive: Duration = KEEP_ALIVE, "keep-alive" Time TIME;
        /// Age at which a connection takes no further request.
        connection_age: Duration = CONNECTION_AGE, "connection-age" Time TIME;
        /// Requests of one connection, after which it takes no further one.
        connection_requests: usize = CONNECTION_REQUESTS, "connection-requests" Count COUNT;
        /// Bytes of request line and header fields together.
        request_head_bytes: usize = REQUEST_HEAD_BYTES, "request-head" Bytes HEAD;
        /// Header fields of a request.
        headers: usize = HEADERS, "headers" Count Range::new(1, 10_000);
        /// Bytes of a request's target.
        uri_bytes: usize = URI_BYTES, "uri" Bytes Range::new(1, HELD_BYTES_MAX);
        /// Streams at a time on one HTTP/2 connection.
        h2_streams: u32 = H2_STREAMS, "h2-streams" Count COUNT;
        /// Bytes under way on one stream.
        h2_stream_window_bytes: u32 = H2_STREAM_WINDOW_BYTES, "h2-stream-window" Bytes WINDOW;
        /// Bytes under way on one connection.
        h2_connection_window_bytes: u32 = H2_CONNECTION_WINDOW_BYTES, "h2-connection-window" Bytes WINDOW;
        /// Resets a client may have pending.
        h2_pending_resets: usize = H2_PENDING_RESETS, "h2-pending-resets" Count COUNT;
        /// Resets a client may provoke.
        h2_local_resets: usize = H2_LOCAL_RESETS, "h2-local-resets" Count COUNT;
        /// Outbound connections at a time, over all routes.
        outbound_connections: usize = OUTBOUND_CONNECTIONS, "outbound-connections" Count COUNT;
        /// Bytes of compiled code kept on disk.
        code_cache_bytes: u64 = CODE_CACHE_BYTES, "code-cache" Bytes Range::new(0, STREAM_BYTES_MAX);
        /// Files and directories guests hold open at a time, over all routes.
        open_files: usize = OPEN_FILES, "open-files" Count COUNT;
    }
}
