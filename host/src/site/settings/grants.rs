//! `[grants]` of a `segment.toml`. Ceilings are checked by the policy, values of secrets are not here.

use super::{
    Entry, Value, Written, files,
    reader::{Reader, unfit},
};
use crate::{
    config::unknown::Keys,
    policy::{OutboundRule, SecretGrant, SecretMode, change::GrantsWritten, names, wrong::Wrong},
};

const KEYS: Keys<'_> = Keys { table: "[grants]", known: &["env", "secrets", "outbound", "kv", "files"], later: &[] };

const SECRET_KEYS: Keys<'_> = Keys { table: "a secret", known: &["name", "mode"], later: &[] };

pub(super) fn read(reader: &mut Reader<'_>, table: &Entry) -> GrantsWritten {
    let mut grants = GrantsWritten::default();
    for entry in reader.table(table) {
        match entry.key.as_str() {
            "env" => grants.env = env(reader, entry),
            "secrets" => grants.secrets = secrets(reader, entry),
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

fn secrets(reader: &mut Reader<'_>, entry: &Entry) -> Vec<Written<SecretGrant>> {
    let mut secrets = Vec::new();
    for item in reader.list(entry) {
        let name = match &item.value {
            Value::Text(name) => reader.take(item.line, names::name(name)),
            Value::Table(keys) => named(reader, item.line, keys),
            other => reader.take(item.line, Err(unfit("secrets", other, "names in the list"))),
        };
        let mode = SecretMode::Value;
        secrets.extend(name.map(|name| Written::new(SecretGrant { name, mode }, item.line)));
    }
    secrets
}

/// The long form, whose mode a later release acts on.
fn named(reader: &mut Reader<'_>, line: u32, keys: &[Entry]) -> Option<String> {
    let mut name = None;
    for entry in keys {
        match (entry.key.as_str(), &entry.value) {
            ("name", Value::Text(text)) => name = reader.take(line, names::name(text)),
            ("name", other) => name = reader.take(line, Err(unfit("name", other, "a string"))),
            ("mode", mode) => {
                reader.take(entry.line, self::mode(mode));
            }
            _ => reader.unknown(entry, &SECRET_KEYS),
        }
    }
    if !keys.iter().any(|entry| entry.key == "name") {
        let wrong = Wrong::new("a secret without `name`").way_out("name it, { name = \"KEY\" }");
        reader.take::<()>(line, Err(wrong));
    }
    name
}

fn mode(mode: &Value) -> Result<(), Wrong> {
    match mode {
        Value::Text(word) if word == "value" => Ok(()),
        Value::Text(word) if word == "placeholder" => {
            Err(Wrong::new("secret mode \"placeholder\" is not offered by this release yet")
                .expected("a guest that may see the secret itself")
                .way_out("remove the mode, or the secret"))
        }
        other => Err(unfit("mode", other, "\"value\"")),
    }
}
