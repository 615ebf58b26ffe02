//! One folder after the other, names only: what is there, in a settled order and within bounds. It
//! does not know what the names mean.

use std::{
    fs::{self, DirEntry, FileType},
    io,
    path::{Path, PathBuf},
};

use super::{
    Bounds, faults,
    shares::{Counted, Shares},
};
use crate::Fault;

/// A scan of a site's directory under way.
pub(super) struct Walk<'s> {
    /// The directory; every other path here is below it.
    pub(super) site: &'s Path,
    pub(super) bounds: Bounds,
    pub(super) faults: Vec<Fault>,
    pub(super) shares: Shares,
}

/// One name in a folder; it is UTF-8.
pub(super) struct Entry {
    pub(super) file: PathBuf,
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Folder,
    File,
    /// A symbolic link, whose fault is noted already.
    Link,
    /// A pipe, a socket or a device.
    Odd,
}

impl Kind {
    fn of(found: FileType) -> Self {
        match found {
            _ if found.is_dir() => Self::Folder,
            _ if found.is_file() => Self::File,
            _ if found.is_symlink() => Self::Link,
            _ => Self::Odd,
        }
    }
}

/// What a name at the top of a site's directory stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Top {
    Folder,
    Absent,
    /// A fault, noted already.
    Refused,
}

impl<'s> Walk<'s> {
    pub(super) fn new(site: &'s Path, bounds: Bounds) -> Self {
        Self { site, bounds, faults: Vec::new(), shares: Shares::default() }
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Takes one route into account; false where the share of `file` is cut off for having too many.
    pub(super) fn counts_route(&mut self, file: &Path) -> bool {
        let over = self.shares.count(Counted::Route, file, self.bounds.routes);
        if let Some(share) = over {
            self.fault(faults::too_many_routes(&share, self.bounds.routes));
        }
        !self.shares.is_cut(file)
    }

    fn counts_entry(&mut self, folder: &Path) -> bool {
        let over = self.shares.count(Counted::Entry, folder, self.bounds.entries);
        if let Some(share) = over {
            self.fault(faults::too_many_entries(&share, self.bounds.entries));
        }
        !self.shares.is_cut(folder)
    }

    /// The level below `depth`, unless it is too deep for this folder to be looked into.
    pub(super) fn one_deeper(&mut self, depth: usize, folder: &Entry) -> Option<usize> {
        if depth < self.bounds.depth {
            return Some(depth + 1);
        }
        self.fault(faults::too_deep(&folder.file, self.bounds.depth));
        None
    }

    /// Whether the site's directory has a folder of this name.
    pub(super) fn top(&mut self, name: &str) -> Top {
        match fs::symlink_metadata(self.site.join(name)) {
            Ok(found) if found.is_dir() => Top::Folder,
            Ok(found) if found.is_symlink() => {
                self.fault(faults::symbolic_link(name.as_ref()));
                Top::Refused
            }
            Ok(_) => Top::Absent,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Top::Absent,
            Err(error) => {
                self.fault(faults::unreadable(name.as_ref(), &error));
                Top::Refused
            }
        }
    }

    /// The names in a folder, sorted, without those to skip; what cannot be used is a fault.
    pub(super) fn entries_of(&mut self, folder: &Path, skip: impl Fn(&str) -> bool) -> Vec<Entry> {
        let mut entries = Vec::new();
        match fs::read_dir(self.site.join(folder)) {
            Ok(found) => {
                for entry in found {
                    // The listing of a folder that has too much in it is given up.
                    if !self.counts_entry(folder) {
                        return Vec::new();
                    }
                    entries.extend(self.entry(folder, entry, &skip));
                }
            }
            Err(error) => self.fault(faults::unreadable(folder, &error)),
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        entries
    }

    fn entry(&mut self, folder: &Path, entry: io::Result<DirEntry>, skip: impl Fn(&str) -> bool) -> Option<Entry> {
        let found = entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?)));
        let (name, kind) = found.map_err(|error| self.fault(faults::unreadable(folder, &error))).ok()?;
        let file = folder.join(&name);
        let Ok(name) = name.into_string() else {
            self.fault(faults::not_utf8(&file));
            return None;
        };
        if skip(&name) {
            return None;
        }
        if kind.is_symlink() {
            self.fault(faults::symbolic_link(&file));
        }
        Some(Entry { file, name, kind: Kind::of(kind) })
    }
}
