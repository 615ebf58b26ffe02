//! What a guest may reach and how much it may use, under the ceilings of the segments above it.
//! Pure: it reads no files and runs nothing.

pub mod bound;
pub mod grants;
pub mod limits;
pub mod outbound;

pub use grants::{Grants, SecretGrant, SecretMode};
pub use limits::Limits;
pub use outbound::OutboundRule;

/// Whose tree a site is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Owners {
    /// One owner: a fault anywhere stops the start; a segment may grant itself what no ceiling
    /// above forbids.
    #[default]
    One,
    /// People who do not trust each other: a fault costs its own subtree only; a grant below the
    /// root needs a ceiling above that covers it.
    Many,
}

/// Whether an instance serves more than one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reuse {
    /// A fresh instance for every request.
    #[default]
    Never,
    /// One request after the other, as long as none fails.
    Serial,
}

/// Grants and limits of one segment, under the ceilings above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How much a guest may use.
    pub limits: Limits,
    /// What a guest may reach.
    pub grants: Grants,
    /// Whether an instance serves more than one request.
    pub reuse: Reuse,
    owners: Owners,
}

impl Policy {
    /// What holds above the root segment: the defaults, and nothing granted.
    pub fn root(owners: Owners) -> Self {
        Self {
            limits: Limits::default(),
            grants: Grants::default(),
            reuse: Reuse::Never,
            owners,
        }
    }

    /// Whose tree this policy is for.
    pub fn owners(&self) -> Owners {
        self.owners
    }
}
