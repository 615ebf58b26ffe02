//! How HTTP/1 and HTTP/2 are spoken, within the limits of the whole server.

use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::config::ServerLimits;

/// hyper refuses smaller buffers.
const BUFFER_BYTES_MIN: usize = 8192;

pub(super) fn http1(limits: &ServerLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        .max_headers(limits.headers)
        .max_header_size(limits.request_head_bytes)
        .max_buf_size(limits.request_head_bytes.max(BUFFER_BYTES_MIN));
    http
}

pub(super) fn http2(limits: &ServerLimits) -> http2::Builder<TokioExecutor> {
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .max_concurrent_streams(limits.h2_streams)
        .initial_stream_window_size(limits.h2_stream_window_bytes)
        .initial_connection_window_size(limits.h2_connection_window_bytes)
        .max_pending_accept_reset_streams(limits.h2_pending_resets)
        .max_local_error_reset_streams(limits.h2_local_resets)
        .max_header_list_size(u32::try_from(limits.request_head_bytes).unwrap_or(u32::MAX));
    http
}
