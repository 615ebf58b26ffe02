//! Tells a panic as a line like any other, with the request it met; the hook of the standard library
//! would write lines that nobody's log reader understands. It stops no panic.

use std::{backtrace::Backtrace, panic::PanicHookInfo};

/// Writes the line. Only where `RUST_BACKTRACE` is set does it hold the calls that led there.
pub(super) fn tell(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("a panic without a text");
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = Backtrace::capture();
    let backtrace =
        matches!(backtrace.status(), std::backtrace::BacktraceStatus::Captured).then(|| backtrace.to_string());
    tracing::error!(event = "panic", location, message, backtrace);
}

#[cfg(test)]
mod tests {
    use std::{
        panic::{catch_unwind, set_hook, take_hook},
        sync::Arc,
        thread,
    };

    use routelet::telemetry;

    use super::{super::layer::tests::lines, *};

    /// Has the panics of this thread told as lines while it acts, and those of other tests as before.
    fn while_told(act: impl FnOnce()) {
        let (here, before) = (thread::current().id(), Arc::new(take_hook()));
        let others = before.clone();
        set_hook(Box::new(move |panic| if thread::current().id() == here { tell(panic) } else { others(panic) }));
        act();
        drop(take_hook());
        set_hook(Box::new(move |panic| before(panic)));
    }

    #[test]
    fn a_panic_is_one_line_that_names_its_place_and_its_request() {
        let mut place = 0;
        let lines = lines(|| {
            while_told(|| {
                let span = telemetry::request_span("r1", "GET");
                place = line!() + 1;
                let ended = span.in_scope(|| catch_unwind(|| panic!("at {}", "last")));
                assert!(ended.is_err());
            });
        });
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!((&line["level"], &line["event"]), (&"ERROR".into(), &"panic".into()));
        assert_eq!((&line["message"], &line["request_id"]), (&"at last".into(), &"r1".into()));
        let told = line["location"].as_str().expect("text");
        assert!(told.contains(&format!("panics.rs:{place}:")), "{told}");
    }
}
