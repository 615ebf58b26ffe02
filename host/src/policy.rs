//! What a guest may reach and how much it may use, under the ceilings of the segments above it.
//! Pure: it reads no files and runs nothing.
//!
//! Reading order: [`change`] is what one segment's file asks for, [`Policy::narrowed`] the one step
//! down the tree that grants or refuses it, [`Policy::settings`] the result told to a person.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
};

pub mod bound;
mod ceiling;
pub mod change;
pub mod explain;
pub mod files;
pub mod grants;
pub mod limits;
pub mod names;
mod namespace;
mod narrow;
pub mod outbound;
pub mod secret;
pub mod units;
pub mod wrong;

pub use change::SegmentChange;
pub use explain::Setting;
pub use files::FilesGrant;
pub use grants::Grants;
pub use limits::Limits;
pub use namespace::Namespace;
pub use outbound::OutboundRule;
pub use secret::{SecretCeiling, SecretGrant, SecretMode, Targets as SecretTargets};

use ceiling::Ceilings;

/// Grants and limits of one segment, under the ceilings above it.
///
/// Two are equal if they say the same in the same places; what a guest notices is only in
/// `limits`, `grants` and `reuse`.
///
/// ```
/// use routelet::policy::{Owners, Policy, SegmentChange};
///
/// let above = Policy::root(Owners::One);
/// let policy = above.narrowed(&SegmentChange::default()).expect("it asks for nothing");
/// assert_eq!(policy.limits, above.limits);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How much a guest may use.
    pub limits: Limits,
    /// What a guest may reach.
    pub grants: Grants,
    /// Whether an instance serves more than one request.
    pub reuse: Reuse,
    owners: Owners,
    ceilings: Ceilings,
    /// Where each written value comes from, by the key it is explained under.
    origins: BTreeMap<String, Origin>,
    /// The limits that the operator wrote, by key.
    chosen: BTreeSet<&'static str>,
}

impl Policy {
    /// What holds above the root segment: the defaults, and nothing granted.
    pub fn root(owners: Owners) -> Self {
        Self {
            limits: Limits::default(),
            grants: Grants::default(),
            reuse: Reuse::Never,
            owners,
            ceilings: Ceilings::default(),
            origins: BTreeMap::new(),
            chosen: BTreeSet::new(),
        }
    }

    /// Where the value explained under `key` was written; `None` for a default. Keys are those of
    /// [`Policy::settings`].
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.origins.get(key)
    }

    /// Whether the operator wrote this limit, here or above: with many owners in the root segment,
    /// with one owner anywhere.
    pub fn is_chosen(&self, key: &str) -> bool {
        self.chosen.contains(key)
    }
}

/// The place a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file, relative to the site.
    pub file: PathBuf,
    /// The line, counted from one.
    pub line: u32,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

/// Whose tree a site is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Owners {
    /// One owner: a fault anywhere stops the start; a segment may grant itself what no ceiling
    /// above forbids.
    #[default]
    One,
    /// People who do not trust each other: a fault costs its own subtree only; below the root a grant
    /// needs a ceiling above that covers it, and the default of a limit binds unless the root wrote one.
    Many,
}

/// Whether an instance serves more than one request; ordered from the least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reuse {
    /// A fresh instance for every request.
    #[default]
    Never,
    /// One request after the other, as long as none fails.
    Serial,
}

impl Reuse {
    /// The word for it in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Serial => "serial",
        }
    }
}

#[cfg(test)]
mod tests;
