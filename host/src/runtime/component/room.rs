//! Room in the code cache: what is evicted for a new entry, and what a killed process left behind.
//! It knows nothing of what entries hold.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use tempfile::NamedTempFile;

use super::key::KEY_FILE;

/// What the name of a file begins with while it is being written.
const UNFINISHED: &str = ".unfinished-";

/// A file being written, locked as long as its writer lives.
pub(super) fn unfinished(dir: &Path) -> io::Result<NamedTempFile> {
    let file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(dir)?;
    file.as_file().lock()?;
    Ok(file)
}

/// Removes what writers left that were killed: nobody holds its lock.
pub(super) fn clear_unfinished(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) && is_abandoned(&entry.path()) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn is_abandoned(path: &Path) -> bool {
    match File::open(path).map(|file| file.try_lock()) {
        Ok(Err(TryLockError::WouldBlock)) => false,
        Ok(Ok(()) | Err(TryLockError::Error(_))) | Err(_) => true,
    }
}

/// Evicts what was used longest ago until `bytes` more fit below `bytes_max`; false where they never
/// do. An entry that is in use stays in use: its name goes, the file with its last user.
pub(super) fn make(dir: &Path, bytes: u64, bytes_max: u64) -> io::Result<bool> {
    if bytes > bytes_max {
        return Ok(false);
    }
    let mut kept = kept(dir)?;
    kept.sort();
    let mut held: u64 = kept.iter().map(|entry| entry.bytes).sum();
    let mut oldest = kept.into_iter();
    while held + bytes > bytes_max {
        let Some(entry) = oldest.next() else { break };
        remove(&entry.path)?;
        held -= entry.bytes;
    }
    Ok(true)
}

/// In the order of eviction.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    used: SystemTime,
    path: PathBuf,
    bytes: u64,
}

fn kept(dir: &Path) -> io::Result<Vec<Kept>> {
    let mut kept = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_ours = name != KEY_FILE && !name.to_string_lossy().starts_with(UNFINISHED);
        // One that has just been evicted by another process takes no room.
        if let Ok(found) = entry.metadata()
            && is_ours
            && found.is_file()
        {
            kept.push(Kept { used: found.modified()?, path: entry.path(), bytes: found.len() });
        }
    }
    Ok(kept)
}

/// Another process may have been faster.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
