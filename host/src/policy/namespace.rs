//! Where a granted key-value store keeps its keys. Which backend holds them is not decided here.

use std::{fmt, path::Path};

use super::{Owners, change::SegmentChange};

/// One set of keys, which no other namespace can reach.
///
/// In a tree of one owner a store's name is its namespace, whichever segment grants it. Owners who do
/// not trust each other may choose the same names: there a namespace belongs to the directory whose
/// `segment.toml` grants it, and is shared by that segment and all below. What the root segment
/// grants is the same in both, so that a site that gets more owners keeps those stores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Namespace {
    /// The directory it belongs to, relative to the site; `None` for the whole site.
    directory: Option<String>,
    name: String,
}

impl Namespace {
    /// The namespace of a store that the whole site shares.
    pub fn of_site(name: &str) -> Self {
        Self { directory: None, name: name.to_owned() }
    }

    /// The namespace of a store that this directory and all below share.
    pub fn of_directory(directory: &str, name: &str) -> Self {
        Self { directory: Some(directory.to_owned()), name: name.to_owned() }
    }

    /// The namespace of a store that `change` grants; `name` is one that [`names::name`] took.
    ///
    /// [`names::name`]: super::names::name
    pub(super) fn granted(owners: Owners, change: &SegmentChange, name: &str) -> Self {
        if owners == Owners::One || change.at_root {
            return Self::of_site(name);
        }
        // A tree refuses names that are not UTF-8, so that nothing is lost.
        Self::of_directory(&change.file.parent().unwrap_or(Path::new("")).to_string_lossy(), name)
    }
}

/// `NAME`, or `NAME@DIRECTORY`: no name holds an `@`, so that no two namespaces read alike.
impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.directory {
            None => f.write_str(&self.name),
            Some(directory) => write!(f, "{}@{directory}", self.name),
        }
    }
}
