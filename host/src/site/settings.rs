//! One `segment.toml`: its text to what it asks of the policy above it and to the options of its
//! directory's own route. Whether it may have what it asks for is decided by the policy.

use std::path::Path;

use crate::{
    config::{
        document::{self, Entry, Value},
        unknown::Keys,
    },
    fault::Fault,
    policy::{
        Limits, SegmentChange,
        change::{LimitChange, Written},
    },
};

mod ceiling;
mod files;
mod grants;
mod reader;
mod route;
mod secrets;

use super::tree;

use reader::Reader;
pub use route::{FetchCache, RouteSettings, StaticParam, StaticParams};

/// The name of the file.
pub const SEGMENT_FILE: &str = "segment.toml";

const TABLES: Keys<'_> = Keys { table: "segment.toml", known: &["limits", "grants", "ceiling", "route"], later: &[] };

/// Limits that have their place in the format, but nothing to bound in this release.
const LIMITS_LATER: &[&str] = &["cache-object", "cache-vary"];

/// What one `segment.toml` says.
#[derive(Debug, Clone, Default)]
pub struct SegmentSettings {
    /// What it asks for, for this segment and those below.
    pub change: SegmentChange,
    /// Options of this directory's own route.
    pub route: RouteSettings,
}

impl SegmentSettings {
    /// Reads the text of a file; `file` is its path relative to the site, `at_root` says whether
    /// it is the root segment's. All that is wrong with it is reported together.
    pub fn parse(file: &Path, text: &str, at_root: bool) -> Result<Self, Vec<Fault>> {
        let entries = document::read(file, text)?;
        let mut reader = Reader::new(file);
        let mut settings = Self::default();
        settings.change.file = file.to_owned();
        settings.change.at_root = at_root;
        for entry in &entries {
            settings.take(&mut reader, entry);
        }
        reader.ended(settings)
    }

    /// Reads a file of the site below `site`, as [`SegmentSettings::parse`] does with its text.
    pub fn load(site: &Path, file: &Path, at_root: bool) -> Result<Self, Vec<Fault>> {
        let bytes = tree::read(site, file, document::SETTINGS_BYTES_MAX).map_err(|fault| vec![fault])?;
        let text = document::utf8(bytes).map_err(|wrong| vec![wrong.at(file, None)])?;
        Self::parse(file, &text, at_root)
    }

    fn take(&mut self, reader: &mut Reader<'_>, entry: &Entry) {
        match entry.key.as_str() {
            "limits" => self.change.limits = limits(reader, entry),
            "grants" => self.change.grants = grants::read(reader, entry),
            "ceiling" => self.change.ceiling = Some(ceiling::read(reader, entry)),
            "route" => {
                let (route, reuse) = route::read(reader, entry);
                self.route = route;
                self.change.reuse = reuse;
            }
            _ => reader.unknown(entry, &TABLES),
        }
    }
}

fn limits(reader: &mut Reader<'_>, table: &Entry) -> Vec<Written<LimitChange>> {
    let known: Vec<_> = Limits::BOUNDS.iter().map(|bound| bound.key).collect();
    let keys = Keys { table: "[limits]", known: &known, later: LIMITS_LATER };
    let mut limits = Vec::new();
    for entry in reader.table(table) {
        match Limits::bound(&entry.key) {
            Some(bound) => {
                let amount = reader.take(entry.line, bound.settle(entry.value.typed()));
                limits.extend(amount.map(|amount| Written::new(LimitChange { bound, amount }, entry.line)));
            }
            None => reader.unknown(entry, &keys),
        }
    }
    limits
}

#[cfg(test)]
mod tests;
