//! `[ceiling]` of a `segment.toml`. What it means for the segments below is decided by the policy.

use super::{Entry, Written, files, reader::Reader, route::REUSE, secrets};
use crate::{
    config::unknown::Keys,
    policy::{OutboundRule, change::CeilingWritten, names::NamePattern, wrong::Wrong},
};

const KEYS: Keys<'_> =
    Keys { table: "[ceiling]", known: &["env", "secrets", "outbound", "kv", "files", "reuse"], later: &[] };

pub(super) fn read(reader: &mut Reader<'_>, table: &Entry) -> CeilingWritten {
    let mut ceiling = CeilingWritten::empty(table.line);
    for entry in reader.table(table) {
        match entry.key.as_str() {
            "env" => ceiling.env = most(reader, entry, NamePattern::parse),
            "secrets" => ceiling.secrets = Some(secrets::at_most(reader, entry)),
            "outbound" => ceiling.outbound = most(reader, entry, OutboundRule::parse),
            "kv" => ceiling.kv = most(reader, entry, NamePattern::parse),
            "files" => ceiling.files = Some(files::most(reader, entry)),
            "reuse" => {
                let reuse = reader.word(entry, REUSE);
                ceiling.reuse = reuse.map(|reuse| Written::new(reuse, entry.line));
            }
            _ => reader.unknown(entry, &KEYS),
        }
    }
    ceiling
}

/// The entries of one kind, at the line of its key.
fn most<T>(reader: &mut Reader<'_>, entry: &Entry, read: impl Fn(&str) -> Result<T, Wrong>) -> Option<Written<Vec<T>>> {
    let entries = reader.each(entry, read);
    let values = entries.into_iter().map(|written| written.value).collect();
    Some(Written::new(values, entry.line))
}
