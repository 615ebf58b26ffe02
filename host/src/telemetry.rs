//! The names in our log lines, in one place, so that every line about one thing is found by one
//! name. It writes nothing: whoever runs the server decides where lines go.
//!
//! A line is an event with a constant name and values as fields; text of a client or a guest is
//! only ever a value. Fields of the request's span belong to every line written within it.

use tracing::{Span, field::Empty};

/// When the line was written, RFC 3339 in UTC.
pub const TIME: &str = "time";
/// `ERROR`, `WARN`, `INFO`, `DEBUG` or `TRACE`.
pub const LEVEL: &str = "level";
/// What happened: a constant name such as `request` or `guest`.
pub const EVENT: &str = "event";
/// The request it happened in; the client reads the same id in an error page.
pub const REQUEST_ID: &str = "request_id";
/// The pattern of the route, never the path that was asked for.
pub const ROUTE: &str = "route";
/// The request's method.
pub const METHOD: &str = "method";
/// The status of the response.
pub const STATUS: &str = "status";
/// Why the server answered in a guest's stead, or why something was refused.
pub const REASON: &str = "reason";
/// How long it took, in milliseconds.
pub const DURATION_MS: &str = "duration_ms";
/// The output of a guest that an event `guest` carries: `stdout` or `stderr`.
pub const STREAM: &str = "stream";
/// One line of a guest's output.
pub const TEXT: &str = "text";

/// The fields that lead a line, in their order; all others follow by name.
pub const LEADING: [&str; 11] =
    [TIME, LEVEL, EVENT, REQUEST_ID, ROUTE, METHOD, STATUS, REASON, DURATION_MS, STREAM, TEXT];

/// The span of one request, whose fields are filled in as they become known.
pub fn request_span(request_id: &str, method: &str) -> Span {
    tracing::info_span!(
        "request",
        request_id,
        method,
        route = Empty,
        status = Empty,
        reason = Empty,
        duration_ms = Empty,
    )
}
