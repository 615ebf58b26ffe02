//! Directories granted to guests, as they are written and compared. Whether a directory is there,
//! and what it leads to, is looked at where a site is loaded, not here.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::wrong::Wrong;

/// Every directory of a guest is held open, and compared with the others.
pub const FILES_RULES_MAX: usize = 16;

/// Where a system keeps its devices, its processes and itself: no directory to give to a guest.
const SYSTEM: &[&str] = &["/proc", "/sys", "/dev"];

/// What a guest may do in a directory; ordered from the least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Read and list.
    #[default]
    Read,
    /// Read, and change everything below.
    ReadWrite,
}

impl Access {
    /// The word for it in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWrite => "read-write",
        }
    }
}

/// A directory given to a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesGrant {
    /// The directory: relative to the site, or absolute.
    pub from: PathBuf,
    /// Where the guest finds it; absolute.
    pub at: String,
    /// What the guest may do in it.
    pub access: Access,
}

impl FilesGrant {
    /// The key it is explained under.
    pub fn key(&self) -> String {
        format!("files.{}", self.at)
    }

    /// The words that grant it.
    pub fn written(&self) -> String {
        let Self { from, at, access } = self;
        format!("{{ from = {:?}, at = {at:?}, access = {:?} }}", from.display().to_string(), access.as_str())
    }

    /// Whether one of the two holds the other, on the host or for the guest: what one of them
    /// forbids could then be done through the other.
    pub fn overlaps(&self, other: &Self) -> bool {
        let nested = |one: &Path, other: &Path| one.starts_with(other) || other.starts_with(one);
        nested(&self.from, &other.from) || nested(Path::new(&self.at), Path::new(&other.at))
    }
}

/// As `explain` tells it, behind the place in the guest.
impl fmt::Display for FilesGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.from.display(), self.access.as_str())
    }
}

/// What a ceiling writes for directories: this one and those below it, with at most this access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesMost {
    /// The directory.
    pub from: PathBuf,
    /// The most access.
    pub access: Access,
}

impl FilesMost {
    /// Whether it covers a grant.
    pub fn covers(&self, grant: &FilesGrant) -> bool {
        grant.from.starts_with(&self.from) && grant.access <= self.access
    }
}

/// Reads the directory of a grant or a ceiling: absolute, or relative to the site. A path that
/// climbs, that is the site or the root itself, or that belongs to the system is refused.
pub fn directory(text: &str) -> Result<PathBuf, Wrong> {
    let wrong =
        |expected: &str, way_out: &str| Err(Wrong::new(format!("from = {text:?}")).expected(expected).way_out(way_out));
    let names: Vec<&str> = text.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
    if text.contains('\0') || names.contains(&"..") {
        return wrong("a path without `..`", "name the directory itself, below the site or absolute");
    }
    if names.is_empty() {
        return wrong("a directory below the site or below the root", "name the one directory that is needed");
    }
    let root = if text.starts_with('/') { "/" } else { "" };
    let path = PathBuf::from(format!("{root}{}", names.join("/")));
    if SYSTEM.iter().any(|system| path.starts_with(system)) {
        return wrong("a directory outside /proc, /sys and /dev", "grant a directory of files");
    }
    Ok(path)
}

/// Reads the place of a directory in the guest.
pub fn place(text: &str) -> Result<String, Wrong> {
    let names: Vec<&str> = text.split('/').skip(1).collect();
    let plain = |name: &&str| !matches!(*name, "" | "." | "..") && !name.contains('\0');
    let is_root = text == "/";
    if is_root || (text.starts_with('/') && names.iter().all(plain)) {
        return Ok(text.to_owned());
    }
    Err(Wrong::new(format!("at = {text:?}"))
        .expected("an absolute path such as \"/data\", without `.`, `..` and a final `/`")
        .way_out("write the path by which the guest opens it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_named_and_never_climbed_to() {
        for (text, read) in [
            ("data", Some("data")),
            ("./data/", Some("data")),
            ("data//of/./a", Some("data/of/a")),
            ("/srv/data", Some("/srv/data")),
            ("/process", Some("/process")),
            ("/devices", Some("/devices")),
            ("..data", Some("..data")),
            ("", None),
            (".", None),
            ("./", None),
            ("/", None),
            ("//", None),
            ("/.", None),
            ("..", None),
            ("../data", None),
            ("data/../..", None),
            ("data/..", None),
            ("/srv/../etc", None),
            ("/proc", None),
            ("/proc/self", None),
            ("//proc/./self", None),
            ("/sys", None),
            ("/dev/shm", None),
            ("da\0ta", None),
        ] {
            assert_eq!(directory(text).ok(), read.map(PathBuf::from), "{text:?}");
        }
    }

    #[test]
    fn a_place_in_the_guest_is_absolute_and_plain() {
        for (text, taken) in [
            ("/", true),
            ("/data", true),
            ("/var/lib/data", true),
            ("", false),
            ("data", false),
            ("/data/", false),
            ("//data", false),
            ("/./data", false),
            ("/data/..", false),
            ("/da\0ta", false),
        ] {
            assert_eq!(place(text).is_ok(), taken, "{text:?}");
        }
    }

    #[test]
    fn two_grants_overlap_where_one_holds_the_other_on_either_side() {
        let grant = |from: &str, at: &str| FilesGrant { from: from.into(), at: at.to_owned(), access: Access::Read };
        for (one, other, overlap) in [
            (grant("a", "/a"), grant("b", "/b"), false),
            (grant("a", "/a"), grant("ab", "/ab"), false),
            (grant("a", "/a"), grant("a", "/b"), true),
            (grant("a", "/a"), grant("a/b", "/b"), true),
            (grant("a", "/a"), grant("b", "/a/b"), true),
            (grant("a", "/"), grant("b", "/b"), true),
            (grant("/a", "/a"), grant("a", "/b"), false),
        ] {
            assert_eq!((one.overlaps(&other), other.overlaps(&one)), (overlap, overlap), "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_ceiling_covers_what_lies_in_it_with_no_more_access() {
        let most = |from: &str, access| FilesMost { from: from.into(), access };
        let grant = |from: &str, access| FilesGrant { from: from.into(), at: "/x".to_owned(), access };
        use Access::{Read, ReadWrite};
        for (most, grant, covered) in [
            (most("data", Read), grant("data", Read), true),
            (most("data", ReadWrite), grant("data/a", Read), true),
            (most("data", ReadWrite), grant("data/a", ReadWrite), true),
            (most("data", Read), grant("data", ReadWrite), false),
            (most("data/a", Read), grant("data", Read), false),
            (most("data", Read), grant("database", Read), false),
            (most("data", Read), grant("/data", Read), false),
        ] {
            assert_eq!(most.covers(&grant), covered, "{most:?} {grant:?}");
        }
    }
}
