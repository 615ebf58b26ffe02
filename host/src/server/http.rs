//! How HTTP/1 and HTTP/2 are spoken, within the limits of the whole server. How long a client may
//! take is no matter of hyper's timers but of its conduct: they know neither pauses nor floods.

use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper_util::rt::TokioTimer;

use super::streams::Streams;
use crate::config::ServerLimits;

/// What hyper reads at once of a body that comes fast, and collects of an answer before it waits for the client: as
/// much as guests write at once, so that each turn of either takes one piece. Two of a body wait at most for a guest
/// that does not read. It is more where a head may be larger.
const BUFFER_BYTES: usize = 64 * 1024;

/// What waits in one stream for a client that reads slowly: four frames.
const STREAM_BUFFER_BYTES: usize = 64 * 1024;

/// A client that does not answer a ping for so long has gone.
const PONG: Duration = Duration::from_secs(20);

pub(super) fn http1(limits: &ServerLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_headers(limits.headers)
        .max_header_size(limits.request_head_bytes)
        .max_buf_size(limits.request_head_bytes.max(BUFFER_BYTES));
    http
}

pub(super) fn http2(limits: &ServerLimits, streams: Streams) -> http2::Builder<Streams> {
    let mut http = http2::Builder::new(streams);
    http.timer(TokioTimer::new())
        .keep_alive_interval(limits.keep_alive)
        .keep_alive_timeout(PONG)
        .max_concurrent_streams(limits.h2_streams)
        .initial_stream_window_size(limits.h2_stream_window_bytes)
        .initial_connection_window_size(limits.h2_connection_window_bytes)
        .max_pending_accept_reset_streams(limits.h2_pending_resets)
        .max_local_error_reset_streams(limits.h2_local_resets)
        .max_send_buf_size(STREAM_BUFFER_BYTES)
        .max_header_list_size(u32::try_from(limits.request_head_bytes).unwrap_or(u32::MAX));
    http
}
