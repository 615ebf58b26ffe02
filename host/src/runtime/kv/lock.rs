//! The directory of embedded stores, which one server at a time may use. It opens no store.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::fault::Fault;

/// A directory that is ours until this is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(super) struct DirectoryLock {
    _file: File,
}

/// Why a directory of stores cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DirectoryError {
    /// Another server has it.
    #[error("the stores in {} are used by another server", .0.display())]
    InUse(PathBuf),
    /// It cannot be made or written.
    #[error("the stores in {} cannot be opened: {error}", .dir.display())]
    Unusable {
        /// The directory.
        dir: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl DirectoryError {
    /// The same for a person.
    pub(crate) fn fault(&self) -> Fault {
        match self {
            Self::InUse(dir) => Fault::new(dir, "holds key-value stores that another server is using")
                .expected("a directory for each server")
                .way_out("stop the other server, or name another place by [kv] url; servers share stores by redis://"),
            Self::Unusable { dir, error } => Fault::new(dir, format!("cannot hold key-value stores: {error}"))
                .expected("a directory that this server may write to")
                .way_out("correct its permissions, or name another place by [kv] url"),
        }
    }
}

impl DirectoryLock {
    /// Takes the directory, making it where it is not there yet.
    pub(super) fn take(dir: &Path) -> Result<Self, DirectoryError> {
        let unusable = |error| DirectoryError::Unusable { dir: dir.to_owned(), error };
        make(dir).map_err(unusable)?;
        let file = File::options().create(true).truncate(false).write(true).open(dir.join("lock")).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(DirectoryError::InUse(dir.to_owned())),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

/// What stores hold is for this server alone.
fn make(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_taken_once_and_free_again_afterwards() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let stores = dir.path().join("a/b");
        let first = DirectoryLock::take(&stores).expect("nobody has it");
        let second = DirectoryLock::take(&stores).expect_err("it is taken");
        assert!(second.fault().to_string().contains("that another server is using"), "{second}");
        drop(first);
        assert!(DirectoryLock::take(&stores).is_ok());
    }

    #[test]
    fn what_is_no_directory_is_told() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let error = DirectoryLock::take(&file.path().join("kv")).expect_err("a file lies in the way");
        assert!(error.fault().to_string().contains("cannot hold key-value stores"), "{error}");
    }
}
