//! Reads values of a settings file and collects what is wrong with them. Which keys there are is
//! told by its callers.

use std::path::Path;

use super::{Entry, Value};
use crate::{
    config::unknown::Keys,
    fault::Fault,
    policy::{change::Written, wrong::Wrong},
};

pub(super) struct Reader<'f> {
    file: &'f Path,
    faults: Vec<Fault>,
}

impl<'f> Reader<'f> {
    pub(super) fn new(file: &'f Path) -> Self {
        Self { file, faults: Vec::new() }
    }

    /// What was read, unless anything was wrong.
    pub(super) fn ended<T>(self, read: T) -> Result<T, Vec<Fault>> {
        if self.faults.is_empty() { Ok(read) } else { Err(self.faults) }
    }

    /// The value, or a fault at this line.
    pub(super) fn take<T>(&mut self, line: u32, read: Result<T, Wrong>) -> Option<T> {
        read.map_err(|wrong| self.faults.push(wrong.at(self.file, Some(line)))).ok()
    }

    pub(super) fn unknown(&mut self, entry: &Entry, keys: &Keys<'_>) {
        self.take::<()>(entry.line, Err(keys.unknown(&entry.key)));
    }

    /// The entries of a table; none if it is something else.
    pub(super) fn table<'e>(&mut self, entry: &'e Entry) -> &'e [Entry] {
        let read = match &entry.value {
            Value::Table(entries) => Ok(entries.as_slice()),
            other => Err(unfit(&entry.key, other, "a table")),
        };
        self.take(entry.line, read).unwrap_or_default()
    }

    /// The items of a list; none if it is something else.
    pub(super) fn list<'e>(&mut self, entry: &'e Entry) -> &'e [Written<Value>] {
        let read = match &entry.value {
            Value::List(items) => Ok(items.as_slice()),
            other => Err(unfit(&entry.key, other, "a list")),
        };
        self.take(entry.line, read).unwrap_or_default()
    }

    /// A list of strings, each read on; items that are wrong are left out.
    pub(super) fn each<T>(&mut self, entry: &Entry, read: impl Fn(&str) -> Result<T, Wrong>) -> Vec<Written<T>> {
        let mut values = Vec::new();
        for item in self.list(entry) {
            let value = match &item.value {
                Value::Text(text) => read(text),
                other => Err(unfit(&entry.key, other, "strings in the list")),
            };
            values.extend(self.take(item.line, value).map(|value| Written::new(value, item.line)));
        }
        values
    }

    /// One word of a few.
    pub(super) fn word<T: Copy>(&mut self, entry: &Entry, words: &[(&str, T)]) -> Option<T> {
        let found =
            words.iter().find(|(word, _)| entry.value == Value::Text((*word).to_owned())).map(|(_, meaning)| *meaning);
        let known: Vec<_> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
        let read = found.ok_or_else(|| unfit(&entry.key, &entry.value, &known.join(", ")));
        self.take(entry.line, read)
    }
}

/// A value of a type or a meaning that its key does not take.
pub(super) fn unfit(key: &str, value: &Value, expected: &str) -> Wrong {
    Wrong::new(format!("{key} = {value}")).expected(expected).way_out("correct the value or remove the key")
}
