//! A TOML file as keys and values with their lines. What the keys mean is decided by its readers.

use std::{
    borrow::Cow,
    fmt, fs,
    io::{self, Read},
    path::Path,
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    fault::Fault,
    policy::{bound::Typed, change::Written, units::Unit, wrong::Wrong},
};

/// One key of a table with its value, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) line: u32,
    pub(crate) value: Value,
}

/// A value of a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Boolean(bool),
    List(Vec<Written<Value>>),
    Table(Vec<Entry>),
    /// A number with a fraction, a date, or an integer beyond 64 bits: no key takes one.
    Other(&'static str),
}

impl Value {
    /// How the value is called in a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Boolean(_) => "a boolean",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }

    /// The value as a bound reads it.
    pub(crate) fn typed(&self) -> Typed<'_> {
        match self {
            Self::Text(text) => Typed::Quoted(text),
            Self::Integer(number) => Typed::Number(*number),
            other => Typed::Neither(other.kind()),
        }
    }
}

/// A value as a message shows it: what is short in full, the rest by its kind.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Boolean(boolean) => write!(f, "{boolean}"),
            Self::List(_) | Self::Table(_) | Self::Other(_) => f.write_str(self.kind()),
        }
    }
}

/// Larger settings are a mistake; they are read whole.
pub(crate) const SETTINGS_BYTES_MAX: u64 = 256 * 1024;

/// The text of a settings file; `None` if there is none.
pub(crate) fn text(path: &Path) -> Result<Option<String>, Wrong> {
    bytes(path, SETTINGS_BYTES_MAX)?.map(utf8).transpose()
}

/// The bytes of a settings file as its text.
pub(crate) fn utf8(bytes: Vec<u8>) -> Result<String, Wrong> {
    String::from_utf8(bytes).map_err(|_| Wrong::new("not UTF-8").expected("TOML, which is UTF-8"))
}

/// The bytes of a file of bounded length; `None` if there is none. What is no file is not opened,
/// since opening a pipe would wait for its writer.
pub(crate) fn bytes(path: &Path, most: u64) -> Result<Option<Vec<u8>>, Wrong> {
    let unread = |error: io::Error| Wrong::new(format!("cannot be read: {error}")).way_out("correct its permissions");
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unread(error)),
        Ok(metadata) if !metadata.is_file() => {
            return Err(Wrong::new("not a file").way_out("put a file there"));
        }
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unread)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > most {
        return Err(
            Wrong::new(format!("more than {}", Unit::Bytes.text(most))).expected("a file of text that people write")
        );
    }
    Ok(Some(bytes))
}

/// Reads a file's text: all of its entries, or every place where it is no TOML.
pub(crate) fn read(file: &Path, text: &str) -> Result<Vec<Entry>, Vec<Fault>> {
    let lines = Lines::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(lines.entries(table.get_ref()));
    }
    let fault = |error: &toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        Fault::new(file, format!("not TOML: {}", one_line(error.message())))
            .at_line(lines.at(start))
            .way_out("correct the line")
    };
    Err(errors.iter().map(fault).collect())
}

fn one_line(message: &str) -> Cow<'_, str> {
    match message.contains('\n') {
        true => Cow::Owned(message.lines().collect::<Vec<_>>().join(", ")),
        false => Cow::Borrowed(message),
    }
}

/// Where each line of a text starts.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        Self(std::iter::once(0).chain(ends).collect())
    }

    /// The line of a byte, counted from one.
    fn at(&self, byte: usize) -> u32 {
        let line = self.0.partition_point(|start| *start <= byte);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    fn entries(&self, table: &DeTable<'_>) -> Vec<Entry> {
        let mut ordered: Vec<_> = table.iter().collect();
        ordered.sort_by_key(|(key, _)| key.span().start);
        ordered
            .into_iter()
            .map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                line: self.at(key.span().start),
                value: self.value(value.get_ref()),
            })
            .collect()
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(boolean) => Value::Boolean(*boolean),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or(Value::Other("an integer beyond 64 bits"), Value::Integer),
            DeValue::Float(_) => Value::Other("a number with a fraction"),
            DeValue::Datetime(_) => Value::Other("a date"),
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.item(item)).collect()),
            DeValue::Table(table) => Value::Table(self.entries(table)),
        }
    }

    fn item(&self, item: &Spanned<DeValue<'_>>) -> Written<Value> {
        Written::new(self.value(item.get_ref()), self.at(item.span().start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<Entry> {
        read(Path::new("a.toml"), text).expect("TOML")
    }

    #[test]
    fn keys_keep_their_lines_and_their_order() {
        let read =
            entries("\u{feff}b = 1\r\n\n# note\na = [\n  \"x\",\n  true,\n]\n[t]\nk = { z = 1.5, d = 1979-05-27 }\n");
        let keys: Vec<_> = read.iter().map(|entry| (entry.key.as_str(), entry.line)).collect();
        assert_eq!(keys, [("b", 1), ("a", 4), ("t", 8)]);
        let items = vec![Written::new(Value::Text("x".to_owned()), 5), Written::new(Value::Boolean(true), 6)];
        assert_eq!(read[1].value, Value::List(items));
        let Value::Table(table) = &read[2].value else { panic!("{read:?}") };
        let Value::Table(inner) = &table[0].value else { panic!("{read:?}") };
        let kinds: Vec<_> = inner.iter().map(|entry| (entry.line, entry.value.kind())).collect();
        assert_eq!(kinds, [(9, "a number with a fraction"), (9, "a date")]);
    }

    #[test]
    fn integers_are_read_in_every_base_up_to_64_bits() {
        for (text, value) in [
            ("k = 64", Value::Integer(64)),
            ("k = -1", Value::Integer(-1)),
            ("k = 1_000", Value::Integer(1_000)),
            ("k = 0x10", Value::Integer(16)),
            ("k = 9223372036854775807", Value::Integer(i64::MAX)),
            ("k = 9223372036854775808", Value::Other("an integer beyond 64 bits")),
        ] {
            assert_eq!(entries(text)[0].value, value, "{text}");
        }
    }

    #[test]
    fn every_place_that_is_no_toml_is_told() {
        let faults = read(Path::new("app/segment.toml"), "a = \nb = 1\nb = 2\nc = \"x\n").expect_err("three faults");
        let told: Vec<_> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(told, [Some(1), Some(3), Some(4)], "{faults:?}");
        for fault in &faults {
            let text = fault.to_string();
            assert!(text.starts_with("app/segment.toml:") && text.contains("not TOML"), "{text}");
            assert!(!text.contains('\n'), "{text}");
        }
    }

    #[test]
    fn nesting_too_deep_for_a_stack_is_refused() {
        let depth = 100_000;
        for (open, close) in [("[", "]"), ("{ k = ", " }")] {
            let text = format!("k = {}1{}", open.repeat(depth), close.repeat(depth));
            assert!(read(Path::new("a.toml"), &text).is_err());
        }
        let tables = format!("[{}k]", "k.".repeat(depth));
        assert!(read(Path::new("a.toml"), &tables).is_err());
    }
}
