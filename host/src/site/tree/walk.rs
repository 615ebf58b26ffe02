//! One folder after the other, names only: what is there, in a settled order and within bounds. It
//! does not know what the names mean.

use std::{
    fs::{self, DirEntry, FileType},
    io,
    path::{Path, PathBuf},
};

use super::{Bounds, faults};
use crate::Fault;

/// A scan of a site's directory under way.
pub(super) struct Walk<'s> {
    /// The directory; every other path here is below it.
    pub(super) site: &'s Path,
    pub(super) bounds: Bounds,
    pub(super) faults: Vec<Fault>,
    entries: usize,
    over: bool,
}

/// One name in a folder; it is UTF-8 and no symbolic link.
pub(super) struct Entry {
    pub(super) file: PathBuf,
    pub(super) name: String,
    pub(super) kind: FileType,
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
        Self { site, bounds, faults: Vec::new(), entries: 0, over: false }
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Notes the fault of a bound that was passed, and leaves the rest unseen.
    pub(super) fn stop(&mut self, fault: Fault) {
        if !self.over {
            self.fault(fault);
        }
        self.over = true;
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
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
                    entries.extend(self.entry(folder, entry, &skip));
                    if self.over {
                        break;
                    }
                }
            }
            Err(error) => self.fault(faults::unreadable(folder, &error)),
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        entries
    }

    fn entry(&mut self, folder: &Path, entry: io::Result<DirEntry>, skip: impl Fn(&str) -> bool) -> Option<Entry> {
        self.entries += 1;
        if self.entries > self.bounds.entries {
            self.stop(faults::too_many_entries(folder, self.bounds.entries));
            return None;
        }
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
            return None;
        }
        Some(Entry { file, name, kind })
    }
}
