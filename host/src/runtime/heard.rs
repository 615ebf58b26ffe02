//! The last lines that the guest of one request printed, for the person who is writing it. It keeps
//! nothing for whoever did not ask, and logs nothing.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// As many lines as fit on a page; the end of a stack trace, where the cause stands, comes last in some
/// languages and first in others.
const LINES_MAX: usize = 100;
/// As much of them together as a page may hold.
const BYTES_MAX: usize = 64 << 10;

/// What is heard of one request's guest. Clones hear the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard(Option<Arc<Mutex<Tail>>>);

#[derive(Debug, Default)]
struct Tail {
    lines: VecDeque<Line>,
    bytes: usize,
}

/// One line of a guest's output.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    stream: &'static str,
    text: String,
}

impl Heard {
    /// Hears nothing, and costs nothing.
    pub(crate) fn nothing() -> Self {
        Self(None)
    }

    /// Hears the last lines of both streams.
    pub(crate) fn last_lines() -> Self {
        Self(Some(Arc::default()))
    }

    /// A line was printed.
    pub(super) fn line(&self, stream: &'static str, text: impl FnOnce() -> String) {
        let Some(mut tail) = self.tail() else { return };
        let text = text();
        tail.bytes += text.len();
        tail.lines.push_back(Line { stream, text });
        while tail.lines.len() > LINES_MAX || tail.bytes > BYTES_MAX {
            let Some(oldest) = tail.lines.pop_front() else { return };
            tail.bytes -= oldest.text.len();
        }
    }

    /// Whether anything was heard on standard error.
    pub(crate) fn complaints(&self) -> bool {
        self.tail().is_some_and(|tail| tail.lines.iter().any(|line| line.stream == STDERR))
    }

    /// What was heard, a line each.
    pub(crate) fn text(&self) -> String {
        let lines = self.tail().map(|tail| tail.lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>());
        lines.unwrap_or_default().join("\n")
    }

    /// Lines are whole whoever panicked.
    fn tail(&self) -> Option<MutexGuard<'_, Tail>> {
        Some(self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The name of the stream on which programs say what is wrong.
pub(super) const STDERR: &str = "stderr";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_no_more_than_there_is_room_for() {
        let heard = Heard::last_lines();
        for number in 0..2 * LINES_MAX {
            heard.line("stdout", || number.to_string());
        }
        let text = heard.text();
        assert_eq!((text.lines().next(), text.lines().count()), (Some("100"), LINES_MAX));
        assert!(!heard.complaints());
        for letter in ["a", "b", "c"] {
            heard.line(STDERR, || letter.repeat(BYTES_MAX / 2));
        }
        assert_eq!(heard.text().len(), BYTES_MAX + 1, "the last two and what is between them");
        assert!(heard.complaints());
        heard.line(STDERR, || "d".repeat(BYTES_MAX + 1));
        assert_eq!(heard.text(), "");
    }

    #[test]
    fn who_asks_for_nothing_hears_nothing() {
        let heard = Heard::nothing();
        heard.line(STDERR, || unreachable!("nobody listens"));
        assert_eq!((heard.text().as_str(), heard.complaints()), ("", false));
    }
}
