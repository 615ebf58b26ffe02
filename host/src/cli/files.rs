//! Files that were named on the command line, and what to say when they cannot be used.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use routelet::Fault;
use tempfile::NamedTempFile;

/// The whole file.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, Fault> {
    fs::read(file).map_err(|error| unusable(file, &error, "a file to read"))
}

/// Puts `bytes` in the place of `file` in one step: whoever reads it finds the old or the new.
pub(super) fn replace(file: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let directory = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let write = || {
        let mut unfinished = NamedTempFile::new_in(directory)?;
        unfinished.write_all(bytes)?;
        if let Ok(existing) = fs::metadata(file) {
            unfinished.as_file().set_permissions(existing.permissions())?;
        }
        unfinished.as_file().sync_all()?;
        unfinished.persist(file).map_err(|error| error.error)
    };
    write().map(drop).map_err(|error| unusable(file, &error, "a place to write to"))
}

/// A directory that has to be there.
pub(super) fn directory(path: &Path) -> Result<(), Fault> {
    let found = fs::metadata(path).map_err(|error| unusable(path, &error, "a directory"))?;
    if found.is_dir() {
        return Ok(());
    }
    let error = io::Error::from(io::ErrorKind::NotADirectory);
    Err(unusable(path, &error, "a directory"))
}

/// What is wrong with a file the system refuses.
fn unusable(file: &Path, error: &io::Error, expected: &str) -> Fault {
    let (found, way_out) = match error.kind() {
        io::ErrorKind::NotFound => ("does not exist".to_owned(), "check the path"),
        io::ErrorKind::PermissionDenied => {
            ("is not accessible: permission denied".to_owned(), "give the user who runs this access")
        }
        io::ErrorKind::IsADirectory => ("is a directory".to_owned(), "name a file in it"),
        io::ErrorKind::NotADirectory => ("is no directory".to_owned(), "name the directory"),
        _ => (format!("is not accessible: {error}"), "correct that and try again"),
    };
    Fault::new(file, found).expected(expected).way_out(way_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_file_is_whole_and_keeps_its_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("route.wasm");
        fs::write(&file, "old").unwrap();
        let before = fs::metadata(&file).unwrap().permissions();
        replace(&file, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().permissions(), before);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let shown = |fault: Fault| fault.to_string().replace(&folder.path().display().to_string(), "DIR");
        assert_eq!(
            shown(read(&missing).unwrap_err()),
            "DIR/missing: does not exist; expected a file to read; check the path"
        );
        assert_eq!(
            shown(read(folder.path()).unwrap_err()),
            "DIR: is a directory; expected a file to read; name a file in it"
        );
        assert_eq!(
            shown(directory(&missing).unwrap_err()),
            "DIR/missing: does not exist; expected a directory; check the path"
        );
        fs::write(&missing, "").unwrap();
        assert_eq!(
            shown(directory(&missing).unwrap_err()),
            "DIR/missing: is no directory; expected a directory; name the directory"
        );
        assert_eq!(
            shown(replace(&missing.join("x"), b"").unwrap_err()),
            "DIR/missing/x: is no directory; expected a place to write to; name the directory"
        );
    }
}
