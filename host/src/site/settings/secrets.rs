//! Secrets in a `segment.toml`, as a grant or a ceiling writes them: by name, or as a table with the
//! mode. Values are not here.

use super::{
    Entry, Value, Written,
    reader::{Reader, unfit},
};
use crate::{
    config::unknown::Keys,
    policy::{
        OutboundRule, SecretCeiling, SecretGrant, SecretMode, SecretTargets,
        names::{self, NamePattern},
        wrong::Wrong,
    },
};

const KEYS: Keys<'_> = Keys { table: "a secret", known: &["name", "mode", "for"], later: &[] };

/// The secrets a segment grants itself.
pub(super) fn granted(reader: &mut Reader<'_>, entry: &Entry) -> Vec<Written<SecretGrant>> {
    each(reader, entry, names::name, |name, mode| SecretGrant { name, mode })
}

/// The secrets that segments below may grant themselves, at the line of the key.
pub(super) fn at_most(reader: &mut Reader<'_>, entry: &Entry) -> Written<Vec<SecretCeiling>> {
    let most = each(reader, entry, NamePattern::parse, |names, mode| SecretCeiling { names, mode });
    Written::new(most.into_iter().map(|written| written.value).collect(), entry.line)
}

fn each<N, T>(
    reader: &mut Reader<'_>,
    entry: &Entry,
    name: fn(&str) -> Result<N, Wrong>,
    secret: fn(N, SecretMode) -> T,
) -> Vec<Written<T>> {
    let mut secrets = Vec::new();
    for item in reader.list(entry) {
        let read = match &item.value {
            Value::Text(text) => reader.take(item.line, name(text)).map(|name| secret(name, SecretMode::Value)),
            Value::Table(keys) => of_table(reader, item.line, keys, name).map(|(name, mode)| secret(name, mode)),
            other => reader.take(item.line, Err(unfit(&entry.key, other, "names in the list"))),
        };
        secrets.extend(read.map(|secret| Written::new(secret, item.line)));
    }
    secrets
}

/// `{ name = "KEY", mode = "placeholder", for = ["https://api.example.com"] }`
fn of_table<N>(
    reader: &mut Reader<'_>,
    line: u32,
    keys: &[Entry],
    read: fn(&str) -> Result<N, Wrong>,
) -> Option<(N, SecretMode)> {
    let (mut name, mut mode, mut targets) = (None, Some(SecretMode::Value), None);
    for entry in keys {
        match (entry.key.as_str(), &entry.value) {
            ("name", Value::Text(text)) => name = reader.take(line, read(text)),
            ("name", other) => name = reader.take(line, Err(unfit("name", other, "a string"))),
            ("mode", value) => mode = reader.take(entry.line, self::mode(value)),
            ("for", _) => targets = Some((entry.line, reader.each(entry, OutboundRule::parse))),
            _ => reader.unknown(entry, &KEYS),
        }
    }
    if !keys.iter().any(|entry| entry.key == "name") {
        let wrong = Wrong::new("a secret without `name`").way_out("name it, { name = \"KEY\" }");
        reader.take::<()>(line, Err(wrong));
    }
    let mode = match targets {
        Some((line, rules)) => reader.take(line, narrowed(mode?, rules)),
        None => mode,
    };
    Some((name?, mode?))
}

fn mode(mode: &Value) -> Result<SecretMode, Wrong> {
    match mode {
        Value::Text(word) if word == "value" => Ok(SecretMode::Value),
        Value::Text(word) if word == "placeholder" => Ok(SecretMode::Placeholder(SecretTargets::Granted)),
        other => Err(unfit("mode", other, "\"value\", \"placeholder\"")),
    }
}

/// The mode with its targets, which only a secret that the guest does not see can have.
fn narrowed(mode: SecretMode, rules: Vec<Written<OutboundRule>>) -> Result<SecretMode, Wrong> {
    match mode {
        SecretMode::Value => Err(Wrong::new("`for` beside a secret whose value the guest sees")
            .expected("mode = \"placeholder\"")
            .way_out("write that mode, or remove `for`")),
        SecretMode::Placeholder(_) if rules.is_empty() => Err(Wrong::new("`for` without a target")
            .expected("entries as in `outbound`")
            .way_out("name one, or remove `for` to allow every granted target")),
        SecretMode::Placeholder(_) => {
            let rules = rules.into_iter().map(|rule| rule.value).collect();
            Ok(SecretMode::Placeholder(SecretTargets::Only(rules)))
        }
    }
}
