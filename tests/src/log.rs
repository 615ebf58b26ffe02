//! What the library logs while a test runs, line by line. It sees the thread of the test only, so the test runs on a
//! runtime of one thread, as `#[tokio::test]` makes it.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, Once},
};

use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::{DefaultGuard, Interest},
};

/// One line: its fields by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line(BTreeMap<&'static str, String>);

impl Line {
    /// A field, empty where it is absent.
    pub fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// What happened, by its constant name.
    pub fn event(&self) -> &str {
        self.field("event")
    }
}

/// The log from its making to its end.
#[derive(Debug)]
pub struct Recorded {
    lines: Lines,
    _guard: DefaultGuard,
}

type Lines = Arc<Mutex<Vec<Line>>>;

impl Recorded {
    /// Records from now on, on this thread.
    pub fn start() -> Self {
        ask_every_time();
        let lines = Lines::default();
        let guard = tracing::subscriber::set_default(Recorder(lines.clone()));
        Self { lines, _guard: guard }
    }

    /// The lines since the last time, and forgets them.
    pub fn take(&self) -> Vec<Line> {
        std::mem::take(&mut *lock(&self.lines))
    }
}

fn lock(lines: &Lines) -> MutexGuard<'_, Vec<Line>> {
    lines.lock().expect("no panic while held")
}

/// Has every subscriber of a test asked about every event. Without it tracing remembers of a line of code that nobody
/// listens if a thread without a subscriber comes by first, and another test misses what it waits for.
pub fn ask_every_time() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(Undecided).expect("no test sets another");
    });
}

/// Takes nothing, and says so each time anew.
struct Undecided;

impl Subscriber for Undecided {
    fn register_callsite(&self, _metadata: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        false
    }

    fn new_span(&self, _span: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _span: &span::Id, _values: &span::Record<'_>) {}

    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}

    fn event(&self, _event: &Event<'_>) {}

    fn enter(&self, _span: &span::Id) {}

    fn exit(&self, _span: &span::Id) {}
}

struct Recorder(Lines);

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= Level::INFO && metadata.target().starts_with("routelet")
    }

    fn new_span(&self, _span: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _span: &span::Id, _values: &span::Record<'_>) {}

    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        lock(&self.0).push(line);
    }

    fn enter(&self, _span: &span::Id) {}

    fn exit(&self, _span: &span::Id) {}
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
