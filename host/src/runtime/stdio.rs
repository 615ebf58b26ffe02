//! What a guest prints becomes bounded log lines, tagged with its route and request. It reads nothing in.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Instant,
};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::{
    cli::{IsTerminal, StdoutStream},
    p2::{OutputStream, Pollable, StreamError},
};

use super::heard::{self, Heard};
use crate::policy::Limits;

/// The most a guest may hand over in one write; more is written in several.
const WRITE_BYTES_MAX: usize = 16 << 10;

/// What all guests of one route may log, and who they are.
#[derive(Debug)]
pub(crate) struct RouteLog {
    route: Arc<str>,
    line_bytes_max: usize,
    request_bytes_max: usize,
    lines_per_second: u32,
    bucket: Mutex<Bucket>,
}

/// Lines that may still be logged now; refilled as time passes.
#[derive(Debug)]
struct Bucket {
    lines: f64,
    refilled: Instant,
    dropped: u64,
}

impl RouteLog {
    /// The log of the route with this pattern.
    pub(crate) fn new(route: Arc<str>, limits: &Limits) -> Self {
        Self {
            route,
            line_bytes_max: limits.log_line_bytes,
            request_bytes_max: limits.log_request_bytes,
            lines_per_second: limits.log_rate,
            bucket: Mutex::new(Bucket { lines: f64::from(limits.log_rate), refilled: Instant::now(), dropped: 0 }),
        }
    }

    /// Takes leave to log one line: how many were dropped since the last one, or nothing if this one must be.
    fn take_line(&self) -> Option<u64> {
        let mut bucket = lock(&self.bucket);
        let now = Instant::now();
        let rate = f64::from(self.lines_per_second);
        bucket.lines = (bucket.lines + now.duration_since(bucket.refilled).as_secs_f64() * rate).min(rate);
        bucket.refilled = now;
        if bucket.lines < 1.0 {
            bucket.dropped += 1;
            return None;
        }
        bucket.lines -= 1.0;
        Some(std::mem::take(&mut bucket.dropped))
    }

    fn emit(&self, request_id: &str, stream: &'static str, text: impl FnOnce() -> String) {
        let Some(dropped) = self.take_line() else { return };
        if dropped > 0 {
            tracing::warn!(event = "guest_lines_dropped", route = %self.route, lines = dropped, reason = "log-rate");
        }
        tracing::info!(event = "guest", request_id, route = %self.route, stream, text = text());
    }
}

/// Standard output and standard error of one instance.
#[derive(Debug, Clone)]
pub(crate) struct GuestOutput {
    log: Arc<RouteLog>,
    request: Arc<Mutex<RequestLog>>,
}

#[derive(Debug, Default)]
struct RequestLog {
    request_id: Arc<str>,
    heard: Heard,
    bytes_left: usize,
    /// Whether something was left out already, which is told once.
    capped: bool,
    out: Vec<u8>,
    err: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
enum Stream {
    Out,
    Err,
}

impl Stream {
    fn name(self) -> &'static str {
        match self {
            Self::Out => "stdout",
            Self::Err => heard::STDERR,
        }
    }
}

impl GuestOutput {
    /// The output of an instance of this route.
    pub(crate) fn new(log: Arc<RouteLog>) -> Self {
        Self { log, request: Arc::default() }
    }

    /// From now on lines belong to this request, which has its own bound of bytes.
    pub(crate) fn begin_request(&self, request_id: &Arc<str>, heard: &Heard) {
        let mut request = lock(&self.request);
        request.request_id = request_id.clone();
        request.heard = heard.clone();
        request.bytes_left = self.log.request_bytes_max;
        request.capped = false;
    }

    /// Logs what was printed without a final line end.
    pub(crate) fn end_request(&self) {
        let mut request = lock(&self.request);
        for stream in [Stream::Out, Stream::Err] {
            let rest = std::mem::take(request.buffer(stream));
            if !rest.is_empty() {
                self.emit(&request, stream, &rest, false);
            }
        }
    }

    /// A handle on standard output, for the guest.
    pub(crate) fn stdout(&self) -> OutputHandle {
        OutputHandle(self.clone(), Stream::Out)
    }

    /// A handle on standard error, for the guest.
    pub(crate) fn stderr(&self) -> OutputHandle {
        OutputHandle(self.clone(), Stream::Err)
    }

    fn print(&self, stream: Stream, bytes: &[u8]) {
        let mut request = lock(&self.request);
        let granted = bytes.len().min(request.bytes_left);
        if granted < bytes.len() && !std::mem::replace(&mut request.capped, true) {
            tracing::warn!(event = "guest_output_capped", request_id = %request.request_id, route = %self.log.route, reason = "log-request");
        }
        request.bytes_left -= granted;
        let request = &mut *request;
        for piece in bytes[..granted].split_inclusive(|byte| *byte == b'\n') {
            self.print_piece(request, stream, piece);
        }
    }

    /// Adds a piece that ends a line or ends the write; a line over its bound is logged in part.
    fn print_piece(&self, request: &mut RequestLog, stream: Stream, piece: &[u8]) {
        let ends = piece.last() == Some(&b'\n');
        let text = if ends { &piece[..piece.len() - 1] } else { piece };
        let line_bytes_max = self.log.line_bytes_max;
        let buffer = request.buffer(stream);
        let room = line_bytes_max.saturating_sub(buffer.len());
        let truncated = text.len() > room || buffer.len() > line_bytes_max;
        // One byte beyond the bound remembers that something was cut until the line ends.
        buffer.extend_from_slice(&text[..text.len().min(room + 1)]);
        if ends {
            let mut line = std::mem::take(buffer);
            line.truncate(line_bytes_max);
            self.emit(request, stream, &line, truncated);
        } else {
            buffer.truncate(line_bytes_max + 1);
        }
    }

    fn emit(&self, request: &RequestLog, stream: Stream, line: &[u8], truncated: bool) {
        let mark = if truncated { " [truncated]" } else { "" };
        let text = || format!("{}{mark}", String::from_utf8_lossy(line));
        request.heard.line(stream.name(), text);
        self.log.emit(&request.request_id, stream.name(), text);
    }
}

impl RequestLog {
    fn buffer(&mut self, stream: Stream) -> &mut Vec<u8> {
        match stream {
            Stream::Out => &mut self.out,
            Stream::Err => &mut self.err,
        }
    }
}

/// A lock whose holder panicked still guards plain values that are always whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One of a guest's two output streams.
#[derive(Debug, Clone)]
pub(crate) struct OutputHandle(GuestOutput, Stream);

impl IsTerminal for OutputHandle {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for OutputHandle {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for OutputHandle {
    fn write(&mut self, bytes: Bytes) -> Result<(), StreamError> {
        self.0.print(self.1, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StreamError> {
        Ok(())
    }

    fn check_write(&mut self) -> Result<usize, StreamError> {
        Ok(WRITE_BYTES_MAX)
    }
}

#[async_trait::async_trait]
impl Pollable for OutputHandle {
    async fn ready(&mut self) {}
}

impl AsyncWrite for OutputHandle {
    fn poll_write(self: Pin<&mut Self>, _cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let taken = bytes.len().min(WRITE_BYTES_MAX);
        self.0.print(self.1, &bytes[..taken]);
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
