//! A file of a site, read so that nothing else can be read in its stead. It knows no routes.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, Read as _},
    os::fd::OwnedFd,
    path::{Component, Path},
};

use rustix::{
    fs::{CWD, Mode, OFlags, openat},
    io::Errno,
};

use super::faults;
use crate::Fault;

/// The whole of a file below a site's directory, if it has at most `bytes_max` bytes.
///
/// The site's own path may lead through links; below it every name is opened from the folder
/// before it and no link is followed, so that a file or folder exchanged since the tree was
/// scanned is refused instead of leading elsewhere. Opening never waits, and what turns out to be
/// a pipe or a device is not read.
pub fn read(site: &Path, file: &Path, bytes_max: u64) -> Result<Vec<u8>, Fault> {
    read_whole(open(site, file)?, file, bytes_max)
}

/// The whole of `file`, which is open already, if it has at most `bytes_max` bytes.
pub(in crate::site) fn read_whole(opened: File, file: &Path, bytes_max: u64) -> Result<Vec<u8>, Fault> {
    let unreadable = |error: io::Error| refused(file, Refused::Io(error));
    let mut bytes = Vec::new();
    let read = opened.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if read as u64 > bytes_max {
        return Err(refused(file, Refused::TooLarge { bytes_max }));
    }
    Ok(bytes)
}

/// A file below a site's directory, opened as [`read`] does it.
pub fn open(site: &Path, file: &Path) -> Result<File, Fault> {
    let opened = open_below(site, file).map_err(|error| refused(file, error))?;
    let found = opened.metadata().map_err(|error| refused(file, Refused::Io(error)))?;
    if found.is_file() { Ok(opened) } else { Err(refused(file, Refused::Irregular)) }
}

/// A folder below another, opened as [`read`] opens a file.
pub(in crate::site) fn open_folder(root: &Path, folder: &Path) -> Result<File, Refused> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut at = openat(CWD, root, flags, Mode::empty()).map_err(io_error)?;
    for name in names_of(folder)? {
        at = open_name(&at, name, flags)?;
    }
    Ok(at.into())
}

/// Why a file is not read.
#[derive(Debug)]
pub(in crate::site) enum Refused {
    Link,
    Irregular,
    TooLarge { bytes_max: u64 },
    Io(io::Error),
}

fn open_below(site: &Path, file: &Path) -> Result<File, Refused> {
    let folder = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut at = openat(CWD, site, folder, Mode::empty()).map_err(io_error)?;
    let mut names = names_of(file)?.into_iter().peekable();
    while let Some(name) = names.next() {
        at = match names.peek() {
            Some(_) => open_name(&at, name, folder)?,
            // A pipe without a writer must not hold up the load.
            None => open_name(&at, name, OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK)?,
        };
    }
    Ok(at.into())
}

fn open_name(folder: &OwnedFd, name: &OsStr, flags: OFlags) -> Result<OwnedFd, Refused> {
    match openat(folder, name, flags | OFlags::NOFOLLOW, Mode::empty()) {
        Ok(opened) => Ok(opened),
        Err(Errno::LOOP) => Err(Refused::Link),
        // What Linux answers for a link where a folder is asked for.
        Err(Errno::NOTDIR) => Err(Refused::Link),
        // A socket, or a device without a driver.
        Err(Errno::NXIO) => Err(Refused::Irregular),
        Err(error) => Err(io_error(error)),
    }
}

/// The plain names a path consists of; anything else could lead out of the site.
fn names_of(file: &Path) -> Result<Vec<&OsStr>, Refused> {
    let name = |component| match component {
        Component::Normal(name) => Ok(name),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => Err(Refused::Link),
    };
    file.components().map(name).collect()
}

fn io_error(error: Errno) -> Refused {
    Refused::Io(error.into())
}

fn refused(file: &Path, why: Refused) -> Fault {
    match why {
        Refused::Link => faults::symbolic_link(file),
        Refused::Irregular => faults::irregular(file),
        Refused::TooLarge { bytes_max } => faults::too_large(file, bytes_max),
        Refused::Io(error) => faults::unreadable(file, &error),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink, process::Command};

    use super::*;

    const BYTES_MAX: u64 = 5;

    /// What reading a file of a site says.
    fn told(site: &Path, file: &str) -> String {
        match read(site, file.as_ref(), BYTES_MAX) {
            Ok(bytes) => String::from_utf8(bytes).unwrap(),
            Err(fault) => fault.found,
        }
    }

    #[test]
    fn only_a_file_of_the_site_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let (outside, site) = (folder.path().join("outside"), folder.path().join("site"));
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("secret"), "!").unwrap();
        fs::create_dir_all(site.join("app/[id]")).unwrap();
        fs::write(site.join("app/[id]/route.wasm"), "wasm").unwrap();
        fs::write(site.join("app/five"), "12345").unwrap();
        fs::write(site.join("app/six"), "123456").unwrap();
        symlink(&outside, site.join("app/folder")).unwrap();
        symlink(outside.join("secret"), site.join("app/file")).unwrap();
        symlink("[id]", site.join("app/inside")).unwrap();
        assert!(Command::new("mkfifo").arg(site.join("app/pipe")).status().unwrap().success());
        let absolute = outside.join("secret");
        for (file, expected) in [
            ("app/[id]/route.wasm", "wasm"),
            ("app/five", "12345"),
            ("app/six", "has more than 5 bytes"),
            ("app/folder/secret", "is a symbolic link"),
            ("app/file", "is a symbolic link"),
            ("app/inside/route.wasm", "is a symbolic link"),
            ("../outside/secret", "is a symbolic link"),
            (absolute.to_str().unwrap(), "is a symbolic link"),
            ("app/pipe", "is neither a file nor a folder"),
            ("app", "is neither a file nor a folder"),
            ("app/none", "cannot be read: No such file or directory (os error 2)"),
        ] {
            assert_eq!(told(&site, file), expected, "{file}");
        }
        symlink(&site, folder.path().join("current")).unwrap();
        assert_eq!(told(&folder.path().join("current"), "app/five"), "12345");
    }
}
