//! `[grants]` of a `segment.toml`. Ceilings are checked by the policy, values of secrets are not here.

use super::{
    Entry, Value, Written, files,
    reader::{Reader, unfit},
    secrets,
};
use crate::{
    config::unknown::Keys,
    policy::{OutboundRule, change::GrantsWritten, names, wrong::Wrong},
};

const KEYS: Keys<'_> = Keys { table: "[grants]", known: &["env", "secrets", "outbound", "kv", "files"], later: &[] };

pub(super) fn read(reader: &mut Reader<'_>, table: &Entry) -> GrantsWritten {
    let mut grants = GrantsWritten::default();
    for entry in reader.table(table) {
        match entry.key.as_str() {
            "env" => grants.env = env(reader, entry),
            "secrets" => grants.secrets = secrets::granted(reader, entry),
            "files" => grants.files = files::read(reader, entry),
            "outbound" => grants.outbound = reader.each(entry, OutboundRule::parse),
            "kv" => grants.kv = reader.each(entry, names::name),
            _ => reader.unknown(entry, &KEYS),
        }
    }
    grants
}

fn env(reader: &mut Reader<'_>, table: &Entry) -> Vec<Written<(String, String)>> {
    let mut env = Vec::new();
    for entry in reader.table(table) {
        let value = variable(entry);
        let variable = reader.take(entry.line, value);
        env.extend(variable.map(|variable| Written::new(variable, entry.line)));
    }
    env
}

fn variable(entry: &Entry) -> Result<(String, String), Wrong> {
    let name = names::name(&entry.key)?;
    match &entry.value {
        Value::Text(text) if text.contains('\0') => Err(Wrong::new(format!("the value of {name} holds a NUL"))
            .expected("text that programs can read")
            .way_out("remove it")),
        Value::Text(text) => Ok((name, text.clone())),
        other => Err(unfit(&entry.key, other, "a string")),
    }
}
