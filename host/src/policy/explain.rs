//! A policy told value by value, each with the place it was written. Secrets are told by name only.

use std::path::PathBuf;

use serde::Serialize;

use super::{Limits, Owners, Policy};

/// One value of a policy and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// The value as text.
    pub value: String,
    /// The file that wrote it, relative to the site; `None` for a default.
    pub file: Option<PathBuf>,
    /// The line in that file, counted from one.
    pub line: Option<u32>,
    /// Whether it is a limit that no segment below can loosen: one that is written, or with many
    /// owners a default too.
    #[serde(skip)]
    pub binding: bool,
}

impl Policy {
    /// Every value with its key, in the order a person reads them: `reuse`, the limits, then one
    /// entry for each grant: `env.NAME` (its value), `secrets.NAME` (`granted` or `placeholder`),
    /// `outbound.ENTRY` (`granted`), `kv.NAME` (the namespace it opens), `files.PLACE` (the directory
    /// and the access). A kind of which nothing is granted is told once, `env` = `none`.
    pub fn settings(&self) -> Vec<(String, Setting)> {
        let limits = Limits::BOUNDS.iter().map(|bound| (bound.key.to_owned(), bound.text(&self.limits)));
        std::iter::once(("reuse".to_owned(), self.reuse.as_str().to_owned()))
            .chain(limits)
            .chain(self.granted())
            .map(|(key, value)| self.setting(key, value))
            .collect()
    }

    fn granted(&self) -> impl Iterator<Item = (String, String)> {
        let granted = |name: String| (name, "granted".to_owned());
        let grants = &self.grants;
        let env = grants.env.iter();
        let env = env.map(|(name, value)| (name.clone(), value.clone()));
        let secrets = grants.secrets.iter();
        let secrets = secrets.map(|secret| (secret.name.clone(), secret.mode.to_string()));
        let outbound = grants.outbound.iter();
        let outbound = outbound.map(|rule| granted(rule.to_string()));
        let kv = grants.kv.iter();
        let kv = kv.map(|(name, namespace)| (name.clone(), namespace.to_string()));
        let files = grants.files.iter();
        let files = files.map(|grant| (grant.at.clone(), grant.to_string()));
        kind("env", env.collect())
            .into_iter()
            .chain(kind("secrets", secrets.collect()))
            .chain(kind("outbound", outbound.collect()))
            .chain(kind("kv", kv.collect()))
            .chain(kind("files", files.collect()))
    }

    fn setting(&self, key: String, value: String) -> (String, Setting) {
        let origin = self.origin(&key);
        let binds = origin.is_some() || self.owners == Owners::Many;
        let setting = Setting {
            value,
            file: origin.map(|origin| origin.file.clone()),
            line: origin.map(|origin| origin.line),
            binding: binds && Limits::bound(&key).is_some(),
        };
        (key, setting)
    }
}

fn kind(kind: &str, entries: Vec<(String, String)>) -> Vec<(String, String)> {
    if entries.is_empty() {
        return vec![(kind.to_owned(), "none".to_owned())];
    }
    entries.into_iter().map(|(name, value)| (format!("{kind}.{name}"), value)).collect()
}
