//! The key of the code cache, and who may touch what lies there. It reads no entry.

use std::{
    fs::{self, DirBuilder, File, Metadata},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::Path,
};

/// The length of a MAC and of the key that makes it, in bytes.
pub(super) const MAC_BYTES: usize = 32;
/// What the key's file is called.
pub(super) const KEY_FILE: &str = "key";
/// Reading and writing, for everybody but the owner.
const OTHERS: u32 = 0o077;
/// Writing, for everybody but the owner.
const OTHERS_WRITE: u32 = 0o022;

/// Makes the directory for the owner alone, or finds it safe: code others could put there would run
/// with the rights of this process.
pub(super) fn make_private_dir(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    refuse_unless(is_private(&fs::metadata(dir)?), "the directory")
}

/// Whether it belongs to this process's user, and nobody else may write it.
pub(super) fn is_private(found: &Metadata) -> bool {
    is_ours(found) && found.mode() & OTHERS_WRITE == 0
}

fn is_ours(found: &Metadata) -> bool {
    found.uid() == rustix::process::geteuid().as_raw()
}

fn refuse_unless(safe: bool, what: &str) -> io::Result<()> {
    let message = format!("{what} belongs to another user or is open to others; own it, and take their rights away");
    if safe { Ok(()) } else { Err(io::Error::new(io::ErrorKind::PermissionDenied, message)) }
}

/// The key in `dir`, made of the system's randomness on first use.
pub(super) fn of(dir: &Path) -> io::Result<[u8; MAC_BYTES]> {
    let path = dir.join(KEY_FILE);
    match read(&path)? {
        Some(key) => Ok(key),
        None => {
            make(dir)?;
            // Another process may have been first: all of them take the one that lies there.
            read(&path)?.ok_or_else(|| io::Error::other("the key does not stay as it was written"))
        }
    }
}

/// `None` where there is no key, or none of the right length.
fn read(path: &Path) -> io::Result<Option<[u8; MAC_BYTES]>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let found = file.metadata()?;
    refuse_unless(is_ours(&found) && found.mode() & OTHERS == 0, "the key")?;
    let mut key = Vec::new();
    file.take(MAC_BYTES as u64 + 1).read_to_end(&mut key)?;
    match key.try_into() {
        Ok(key) => Ok(Some(key)),
        Err(_) => fs::remove_file(path).map(|()| None),
    }
}

/// Written aside with mode 0600 and linked into its place, which fails where one lies there by now.
fn make(dir: &Path) -> io::Result<()> {
    let mut key = [0; MAC_BYTES];
    File::open("/dev/urandom")?.read_exact(&mut key)?;
    let mut file = super::room::unfinished(dir)?;
    file.write_all(&key)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(dir.join(KEY_FILE)) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        Ok(_) | Err(_) => Ok(()),
    }
}
