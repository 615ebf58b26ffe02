//! Turns events and the spans around them into lines. It keeps nothing beyond a span's life.

use routelet::config::LogFormat;
use tracing::{
    Event, Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use super::{line::Fields, sink::Sink};

/// Writes one line for each event.
pub(super) struct LineLayer {
    format: LogFormat,
    sink: Sink,
}

impl LineLayer {
    /// A layer that hands lines of this format to `sink`.
    pub(super) fn new(format: LogFormat, sink: Sink) -> Self {
        Self { format, sink }
    }
}

impl<S> Layer<S> for LineLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, spans: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = spans.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, spans: Context<'_, S>) {
        if let Some(span) = spans.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, spans: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in spans.event_scope(event).into_iter().flatten() {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.inherit(outer);
            }
        }
        fields.stamp(*event.metadata().level(), event.metadata().target());
        self.sink.send(fields.line(self.format));
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use routelet::telemetry;
    use serde_json::Value;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    /// Standard error, kept.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines that `act` logs.
    pub(in super::super) fn lines(act: impl FnOnce()) -> Vec<Value> {
        let written = Written::default();
        let (sink, guard) = Sink::start(LogFormat::Json, written.clone()).unwrap();
        let subscriber = tracing_subscriber::registry().with(LineLayer::new(LogFormat::Json, sink));
        routelet_tests::log::ask_every_time();
        tracing::subscriber::with_default(subscriber, act);
        drop(guard);
        let bytes = written.0.lock().unwrap();
        let text = str::from_utf8(&bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn an_event_carries_what_its_span_learnt() {
        let lines = lines(|| {
            let span = telemetry::request_span("r1", "GET");
            let _entered = span.enter();
            span.record("route", "/users/[id]");
            tracing::info!(event = "guest", stream = "stdout", text = "hello");
        });
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["event"], "guest");
        assert_eq!(line["request_id"], "r1");
        assert_eq!(line["method"], "GET");
        assert_eq!(line["route"], "/users/[id]");
        assert_eq!(line["stream"], "stdout");
        assert_eq!(line["text"], "hello");
        assert_eq!(line.get("status"), None);
    }

    #[test]
    fn an_event_without_a_name_is_called_by_its_origin() {
        let lines = lines(|| tracing::warn!(target: "hyper", "strange {}", 1));
        assert_eq!(lines[0]["event"], "hyper");
        assert_eq!(lines[0]["message"], "strange 1");
    }
}
