//! What one segment's settings ask of the policy above it, as written and with lines. Whether it
//! may have it is decided when the policy is narrowed.

use std::path::PathBuf;

use super::{
    FilesGrant, Limits, OutboundRule, Reuse, SecretCeiling, SecretGrant, bound::Bound, files::FilesMost,
    names::NamePattern, units::Amount,
};

/// A value and the line it was written in, counted from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<T> {
    /// The value.
    pub value: T,
    /// Its line.
    pub line: u32,
}

impl<T> Written<T> {
    /// A value written in this line.
    pub fn new(value: T, line: u32) -> Self {
        Self { value, line }
    }
}

/// What one `segment.toml` asks for.
#[derive(Debug, Clone, Default)]
pub struct SegmentChange {
    /// The file, relative to the site.
    pub file: PathBuf,
    /// Whether it is the root segment's, which belongs to the operator.
    pub at_root: bool,
    /// The limits it writes, each at most once.
    pub limits: Vec<Written<LimitChange>>,
    /// What it grants to itself and to the segments below.
    pub grants: GrantsWritten,
    /// What the segments below may grant themselves at most.
    pub ceiling: Option<CeilingWritten>,
    /// The reuse it asks for its directory's own route.
    pub reuse: Option<Written<Reuse>>,
}

/// One limit, and how much of it; the amount lies within the limit's range.
#[derive(Debug, Clone, Copy)]
pub struct LimitChange {
    /// Which limit.
    pub bound: &'static Bound<Limits>,
    /// How much.
    pub amount: Amount,
}

/// The grants one segment writes.
#[derive(Debug, Clone, Default)]
pub struct GrantsWritten {
    /// Variables: name and value.
    pub env: Vec<Written<(String, String)>>,
    /// Secrets.
    pub secrets: Vec<Written<SecretGrant>>,
    /// Outbound targets.
    pub outbound: Vec<Written<OutboundRule>>,
    /// Names of key-value stores.
    pub kv: Vec<Written<String>>,
    /// Directories.
    pub files: Vec<Written<FilesGrant>>,
}

/// The ceiling one segment writes. A kind it leaves out is empty.
#[derive(Debug, Clone)]
pub struct CeilingWritten {
    /// The line of `[ceiling]`.
    pub line: u32,
    /// Names of variables.
    pub env: Option<Written<Vec<NamePattern>>>,
    /// Secrets, and how much of them.
    pub secrets: Option<Written<Vec<SecretCeiling>>>,
    /// Outbound targets.
    pub outbound: Option<Written<Vec<OutboundRule>>>,
    /// Names of key-value stores.
    pub kv: Option<Written<Vec<NamePattern>>>,
    /// Directories.
    pub files: Option<Written<Vec<FilesMost>>>,
    /// The most reuse.
    pub reuse: Option<Written<Reuse>>,
}

impl CeilingWritten {
    /// A ceiling that allows nothing, begun in this line.
    pub fn empty(line: u32) -> Self {
        Self { line, env: None, secrets: None, outbound: None, kv: None, files: None, reuse: None }
    }
}
