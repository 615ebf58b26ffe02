//! Carries lines to where they are written, on a thread of its own: a reader that stops must never
//! stop a request. It formats nothing except the one line that counts what it had to drop.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver, SyncSender, TrySendError},
    },
    thread,
    time::{Duration, Instant},
};

use routelet::{config::LogFormat, telemetry::EVENT};
use tracing::Level;

use super::line::Fields;

/// Lines that may wait to be written; a burst of a second at a thousand requests a second.
const LINES_WAITING_MAX: usize = 8_192;
/// How long the end of the program waits for lines that nobody reads.
const LAST_LINES: Duration = Duration::from_secs(1);
/// How often it looks whether there is room for its end.
const FULL_AGAIN_AFTER: Duration = Duration::from_millis(1);

/// The way in: takes a line at once, or drops it and counts.
#[derive(Clone)]
pub(super) struct Sink {
    lines: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

/// Writes what is left when dropped.
pub(super) struct SinkGuard {
    lines: SyncSender<Message>,
    ended: Receiver<()>,
}

enum Message {
    Line(String),
    End,
}

impl Sink {
    /// Starts the thread that writes to `output`.
    pub(super) fn start(format: LogFormat, output: impl Write + Send + 'static) -> io::Result<(Self, SinkGuard)> {
        let (lines, waiting) = mpsc::sync_channel(LINES_WAITING_MAX);
        let (end, ended) = mpsc::channel();
        let dropped = Arc::new(AtomicU64::new(0));
        let counted = dropped.clone();
        thread::Builder::new().name("log".to_owned()).spawn(move || {
            write_all(format, output, &waiting, &counted);
            drop(end);
        })?;
        let guard = SinkGuard { lines: lines.clone(), ended };
        Ok((Self { lines, dropped }, guard))
    }

    /// Hands over one line with its line end.
    pub(super) fn send(&self, line: String) {
        match self.lines.try_send(Message::Line(line)) {
            Ok(()) | Err(TrySendError::Disconnected(_)) => {}
            Err(TrySendError::Full(_)) => {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

impl Drop for SinkGuard {
    fn drop(&mut self) {
        let last_moment = Instant::now() + LAST_LINES;
        while matches!(self.lines.try_send(Message::End), Err(TrySendError::Full(_))) {
            if Instant::now() >= last_moment {
                return;
            }
            thread::sleep(FULL_AGAIN_AFTER);
        }
        // Nothing is ever sent back: the wait ends with the thread or with the time.
        let _ = self.ended.recv_timeout(last_moment - Instant::now());
    }
}

fn write_all(format: LogFormat, mut output: impl Write, waiting: &Receiver<Message>, dropped: &AtomicU64) {
    while let Ok(Message::Line(line)) = waiting.recv() {
        // Nobody is left to tell when standard error itself fails.
        let _ = output.write_all(line.as_bytes());
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let _ = output.write_all(confession(lost).line(format).as_bytes());
        }
    }
    let _ = output.flush();
}

/// Says that lines are missing here.
fn confession(lost: u64) -> Fields {
    let mut fields = Fields::default();
    fields.set(EVENT, "log_lines_dropped");
    fields.set("lines", lost);
    fields.stamp(Level::WARN, "");
    fields
}

#[cfg(test)]
mod tests {
    use std::sync::{Condvar, Mutex};

    use super::*;

    /// An output that blocks until it is opened.
    #[derive(Clone, Default)]
    struct Valve {
        state: Arc<Mutex<Written>>,
        opened: Arc<Condvar>,
    }

    #[derive(Default)]
    struct Written {
        is_open: bool,
        bytes: Vec<u8>,
    }

    impl Valve {
        fn open(&self) {
            self.state.lock().unwrap().is_open = true;
            self.opened.notify_all();
        }
    }

    impl Write for Valve {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let closed = self.state.lock().unwrap();
            let mut written = self.opened.wait_while(closed, |state| !state.is_open).unwrap();
            written.bytes.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_stops_costs_lines_and_never_waits() {
        let valve = Valve::default();
        let (sink, guard) = Sink::start(LogFormat::Json, valve.clone()).unwrap();
        let sent = LINES_WAITING_MAX * 2;
        for number in 0..sent {
            sink.send(format!("{number}\n"));
        }
        valve.open();
        // Once a line goes in again, so does the end.
        while sink.lines.try_send(Message::Line("last\n".to_owned())).is_err() {
            thread::yield_now();
        }
        drop(guard);
        let written = String::from_utf8(valve.state.lock().unwrap().bytes.clone()).unwrap();
        let (counts, lines): (Vec<&str>, Vec<&str>) =
            written.lines().partition(|line| line.contains("log_lines_dropped"));
        let lost: usize = counts
            .iter()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["lines"].as_u64().unwrap())
            .sum::<u64>() as usize;
        assert_eq!(lines.len() + lost, sent + 1);
        assert_eq!(lines.last(), Some(&"last"));
    }
}
