//! `files` of `[grants]` and `[ceiling]`: directories as they are written. Whether they are there
//! is looked at when a route is loaded.

use super::{
    Entry, Value, Written,
    reader::{Reader, unfit},
};
use crate::{
    config::unknown::Keys,
    policy::{
        FilesGrant,
        files::{self, Access, FilesMost},
        wrong::Wrong,
    },
};

const KEYS: Keys<'_> = Keys { table: "a directory", known: &["from", "at", "access"], later: &[] };
const MOST_KEYS: Keys<'_> = Keys { table: "a directory of a ceiling", known: &["from", "access"], later: &[] };
const ACCESS: &[(&str, Access)] = &[("read", Access::Read), ("read-write", Access::ReadWrite)];

/// The directories of `[grants]`. Without `access` one is read only.
pub(super) fn read(reader: &mut Reader<'_>, entry: &Entry) -> Vec<Written<FilesGrant>> {
    each(reader, entry, |reader, line, keys| {
        let from = text(reader, line, keys, "from", files::directory);
        let at = text(reader, line, keys, "at", files::place);
        let access = access(reader, keys, &KEYS);
        Some(FilesGrant { from: from?, at: at?, access: access? })
    })
}

/// The directories of `[ceiling]`, at the line of the key.
pub(super) fn most(reader: &mut Reader<'_>, entry: &Entry) -> Written<Vec<FilesMost>> {
    let entries = each(reader, entry, |reader, line, keys| {
        let from = text(reader, line, keys, "from", files::directory);
        let access = access(reader, keys, &MOST_KEYS);
        Some(FilesMost { from: from?, access: access? })
    });
    Written::new(entries.into_iter().map(|written| written.value).collect(), entry.line)
}

fn each<T>(
    reader: &mut Reader<'_>,
    entry: &Entry,
    read: impl Fn(&mut Reader<'_>, u32, &[Entry]) -> Option<T>,
) -> Vec<Written<T>> {
    let mut values = Vec::new();
    for item in reader.list(entry) {
        let value = match &item.value {
            Value::Table(keys) => read(reader, item.line, keys),
            other => {
                let wrong = unfit("files", other, "tables in the list, such as { from = \"data\", at = \"/data\" }");
                reader.take(item.line, Err(wrong))
            }
        };
        values.extend(value.map(|value| Written::new(value, item.line)));
    }
    values
}

fn text<T>(
    reader: &mut Reader<'_>,
    line: u32,
    keys: &[Entry],
    key: &str,
    read: impl Fn(&str) -> Result<T, Wrong>,
) -> Option<T> {
    let Some(entry) = keys.iter().find(|entry| entry.key == key) else {
        let wrong = Wrong::new(format!("a directory without `{key}`"));
        return reader.take(line, Err(wrong.way_out("write { from = \"data\", at = \"/data\", access = \"read\" }")));
    };
    let value = match &entry.value {
        Value::Text(text) => read(text),
        other => Err(unfit(key, other, "a string")),
    };
    reader.take(entry.line, value)
}

/// The access that is written, and a fault for every key that is not known.
fn access(reader: &mut Reader<'_>, keys: &[Entry], known: &Keys<'_>) -> Option<Access> {
    let mut access = Some(Access::default());
    for entry in keys {
        if !known.known.contains(&entry.key.as_str()) {
            reader.unknown(entry, known);
        } else if entry.key == "access" {
            access = reader.word(entry, ACCESS);
        }
    }
    access
}
