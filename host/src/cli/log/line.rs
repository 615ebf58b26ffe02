//! One log line, and its two forms. It knows nothing of where it goes.

use std::fmt::Write;

use routelet::{
    config::LogFormat,
    telemetry::{DURATION_MS, EVENT, LEADING, LEVEL, METHOD, REQUEST_ID, ROUTE, STATUS, TEXT, TIME},
};
use serde_json::Value;
use tracing::{
    Level,
    field::{Field, Visit},
};
use tracing_subscriber::fmt::{
    format::Writer,
    time::{FormatTime, SystemTime},
};

/// Values by field name: a handful, made for each request, so that a list is quicker than a map.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// The value of one field.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// Sets one field.
    pub(super) fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        match self.0.iter_mut().find(|(found, _)| *found == name) {
            Some((_, old)) => *old = value.into(),
            None => self.0.push((name, value.into())),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.0.iter().position(|(found, _)| *found == name)?;
        Some(self.0.swap_remove(at).1)
    }

    /// What is left, by name.
    fn take_rest(&mut self) -> Vec<(&'static str, Value)> {
        let mut rest = std::mem::take(&mut self.0);
        rest.sort_unstable_by_key(|(name, _)| *name);
        rest
    }

    /// Takes over the fields of `outer` that are not there yet.
    pub(super) fn inherit(&mut self, outer: &Self) {
        for (name, value) in &outer.0 {
            if self.get(name).is_none() {
                self.0.push((name, value.clone()));
            }
        }
    }

    /// Completes the fields to those of a line.
    pub(super) fn stamp(&mut self, level: Level, target: &'static str) {
        let mut now = String::new();
        // Writing to a string cannot fail, and a clock before 1970 only costs the time.
        let _ = SystemTime.format_time(&mut Writer::new(&mut now));
        self.set(TIME, now);
        self.set(LEVEL, level.as_str());
        if self.get(EVENT).is_none() {
            self.set(EVENT, target);
        }
    }

    /// The line, with its line end.
    pub(super) fn line(mut self, format: LogFormat) -> String {
        let mut line = match format {
            LogFormat::Json => self.json(),
            LogFormat::Pretty => self.pretty(),
        };
        line.push('\n');
        line
    }

    fn json(&mut self) -> String {
        let leading = LEADING.map(|name| self.take(name).map(|value| (name, value)));
        let rest = self.take_rest();
        let members: Vec<String> = leading
            .into_iter()
            .flatten()
            .chain(rest)
            .map(|(name, value)| format!("{}:{value}", Value::from(name)))
            .collect();
        format!("{{{}}}", members.join(","))
    }

    /// `12:30:01.250 WARN  event route key=value: text`, without a control character.
    fn pretty(&mut self) -> String {
        let mut take = |name| self.take(name).map(|value| plain(&value));
        let time = take(TIME).unwrap_or_default();
        let clock = time.get("2026-01-01T".len().."2026-01-01T00:00:00.000".len());
        let (level, event) = (take(LEVEL).unwrap_or_default(), take(EVENT).unwrap_or_default());
        let mut line = format!("{} {level:<5} {event}", clock.unwrap_or_default());
        for name in [METHOD, ROUTE, STATUS] {
            if let Some(value) = take(name) {
                let _ = write!(line, " {value}");
            }
        }
        if let Some(duration_ms) = take(DURATION_MS) {
            let _ = write!(line, " {duration_ms} ms");
        }
        let text = take(TEXT).or_else(|| take("message"));
        let request_id = take(REQUEST_ID);
        for (name, value) in self.take_rest() {
            let _ = write!(line, " {name}={}", plain(&value));
        }
        if let Some(request_id) = request_id {
            let _ = write!(line, " id={request_id}");
        }
        if let Some(text) = text {
            let _ = write!(line, ": {text}");
        }
        line
    }
}

/// A value as people read it. Control characters are escaped: a guest's output must not steer the
/// terminal of whoever reads the log.
fn plain(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_direction_mark(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Marks that reverse the direction of text, with which a line can be made to read as another.
fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.set(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field.name(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&'static str, Value)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.set(name, value.clone());
        }
        fields
    }

    #[test]
    fn json_leads_with_the_promised_fields() {
        let line = fields(&[
            ("attempt", 2.into()),
            (TEXT, "a \"b\"\u{1b}[31m".into()),
            (EVENT, "guest".into()),
            (LEVEL, "INFO".into()),
            (TIME, "2026-01-02T03:04:05.678901Z".into()),
            (ROUTE, "/users/[id]".into()),
        ]);
        assert_eq!(
            line.line(LogFormat::Json),
            "{\"time\":\"2026-01-02T03:04:05.678901Z\",\"level\":\"INFO\",\"event\":\"guest\",\
             \"route\":\"/users/[id]\",\"text\":\"a \\\"b\\\"\\u001b[31m\",\"attempt\":2}\n"
        );
    }

    #[test]
    fn pretty_shows_no_control_character() {
        let line = fields(&[
            (TIME, "2026-01-02T03:04:05.678901Z".into()),
            (LEVEL, "WARN".into()),
            (EVENT, "request".into()),
            (METHOD, "GET".into()),
            (ROUTE, "/a".into()),
            (STATUS, 504.into()),
            (DURATION_MS, 12.into()),
            ("reason", "cpu".into()),
            (REQUEST_ID, "r1".into()),
            (TEXT, "x\u{1b}[2J\r\n\u{202e}y".into()),
        ]);
        assert_eq!(
            line.line(LogFormat::Pretty),
            "03:04:05.678 WARN  request GET /a 504 12 ms reason=cpu id=r1: \
             x\\u{1b}[2J\\u{d}\\u{a}\\u{202e}y\n"
        );
    }

    #[test]
    fn inner_fields_win_over_those_of_the_span() {
        let mut inner = fields(&[(ROUTE, "/inner".into())]);
        inner.inherit(&fields(&[(ROUTE, "/outer".into()), (METHOD, "GET".into())]));
        assert_eq!(inner.get(ROUTE), Some(&"/inner".into()));
        assert_eq!(inner.get(METHOD), Some(&"GET".into()));
    }
}
