//! What lies in a directory, counted: sizes of files, and how many entries there are. It changes nothing.

use std::{
    collections::HashSet,
    fs::File,
    io,
    os::{fd::AsFd, unix::fs::MetadataExt as _},
    sync::Arc,
};

use rustix::{
    fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, openat, statat},
    io::Errno,
};

use crate::policy::limits::COUNT_MAX;

/// Directories below one another that are counted; deeper trees are taken for full, since each
/// level takes a descriptor while it is counted.
const DEPTH_MAX: usize = 64;

/// Room in a directory, taken or to be taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Space {
    /// Sizes of files together, holes included.
    pub(super) bytes: u64,
    /// Files, directories and links.
    pub(super) entries: u64,
}

impl Space {
    /// One more entry.
    pub(super) const ENTRY: Self = Self { bytes: 0, entries: 1 };

    pub(super) fn plus(self, other: Self) -> Self {
        Self { bytes: self.bytes.saturating_add(other.bytes), entries: self.entries.saturating_add(other.entries) }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self { bytes: self.bytes.saturating_sub(other.bytes), entries: self.entries.saturating_sub(other.entries) }
    }

    /// Whether `wanted` more fits below `most`. What is not wanted more of may be over its bound.
    pub(super) fn has_room(self, wanted: Self, most: Self) -> bool {
        let fits = |held: u64, wanted: u64, most: u64| wanted == 0 || held.saturating_add(wanted) <= most;
        fits(self.bytes, wanted.bytes, most.bytes) && fits(self.entries, wanted.entries, most.entries)
    }
}

/// All that is below `directory`, and the files among `open` that have no name any more but are
/// there until they are closed. A file with several names is counted once.
pub(super) fn below(directory: &File, open: &[Arc<File>]) -> io::Result<Space> {
    let mut tally = Tally::default();
    tally.directory(directory.as_fd(), DEPTH_MAX)?;
    for file in open {
        let found = file.metadata()?;
        if found.nlink() == 0 && tally.seen.insert((found.dev(), found.ino())) {
            tally.space = tally.space.plus(Space { bytes: found.len(), entries: 1 });
        }
    }
    Ok(tally.space)
}

#[derive(Default)]
struct Tally {
    space: Space,
    /// Files with several names, or none.
    seen: HashSet<(u64, u64)>,
}

impl Tally {
    fn directory(&mut self, directory: impl AsFd, levels: usize) -> io::Result<()> {
        let levels = levels.checked_sub(1).ok_or_else(|| io::Error::other("directories too deep to be counted"))?;
        for entry in Dir::read_from(&directory)? {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            match statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW) {
                // Gone in the meantime: somebody outside the server tidies up.
                Err(Errno::NOENT) => {}
                Err(error) => return Err(error.into()),
                Ok(found) if self.entry(&found)? => {
                    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                    self.directory(openat(&directory, name, flags, Mode::empty())?, levels)?;
                }
                Ok(_) => {}
            }
        }
        Ok(())
    }

    /// Counts one entry; whether it is a directory.
    fn entry(&mut self, found: &Stat) -> io::Result<bool> {
        self.space.entries += 1;
        if self.space.entries > COUNT_MAX {
            return Err(io::Error::other("more entries than any limit allows"));
        }
        let kind = FileType::from_raw_mode(found.st_mode);
        let again =
            found.st_nlink > 1 && kind == FileType::RegularFile && !self.seen.insert((found.st_dev, found.st_ino));
        if kind == FileType::RegularFile && !again {
            let bytes = u64::try_from(found.st_size).unwrap_or(u64::MAX);
            self.space = self.space.plus(Space { bytes, entries: 0 });
        }
        Ok(kind == FileType::Directory)
    }
}
