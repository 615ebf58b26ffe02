//! Compiled code on disk: what is there, whether it counts, what is put there. It makes no code of
//! the bytes it keeps.

use std::{
    fs::File,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read, Write},
    os::fd::AsRawFd,
    path::{Path, PathBuf},
    time::SystemTime,
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use wasmtime::Engine;

use super::{
    key::{self, MAC_BYTES},
    room,
};

/// Compiled code on disk, so that a restart does not compile again.
///
/// An entry is native code, which runs with the rights of this process. So an entry counts only
/// under a MAC over its name and content whose key lies beside the entries, readable by the owner
/// alone; whatever fails that check is compiled again and replaced.
#[derive(Debug)]
pub(crate) struct CodeCache {
    dir: PathBuf,
    key: [u8; MAC_BYTES],
    bytes_max: u64,
}

/// An entry whose MAC was right when it was read: the code, and behind it the MAC.
#[derive(Debug)]
pub(super) struct Entry {
    file: File,
    content: Vec<u8>,
}

impl Entry {
    /// The code as it was read.
    pub(super) fn code(&self) -> &[u8] {
        &self.content[..self.content.len() - MAC_BYTES]
    }

    /// A path to the very file that was read, wherever its name leads by now.
    pub(super) fn mapped_path(&self) -> Option<PathBuf> {
        let path = PathBuf::from(format!("/proc/self/fd/{}", self.file.as_raw_fd()));
        path.exists().then_some(path)
    }
}

impl CodeCache {
    /// Opens the cache in `dir`, which is made if it does not exist, and clears away what a killed
    /// process left half-written.
    ///
    /// # Errors
    ///
    /// The directory cannot be made or read; or it, or the key in it, is another user's or open to
    /// the writes of others.
    pub(crate) fn open(dir: &Path, bytes_max: u64) -> io::Result<Self> {
        key::make_private_dir(dir)?;
        room::clear_unfinished(dir)?;
        Ok(Self { dir: dir.to_owned(), key: key::of(dir)?, bytes_max })
    }

    /// The entry of that name, if it is there, nobody else could have written it, and its MAC is right.
    pub(super) fn entry(&self, name: &str) -> Option<Entry> {
        let mut file = File::open(self.dir.join(name)).ok()?;
        if !key::is_private(&file.metadata().ok()?) {
            return None;
        }
        let mut content = Vec::new();
        file.read_to_end(&mut content).ok()?;
        let (code, mac) = content.split_at_checked(content.len().checked_sub(MAC_BYTES)?)?;
        self.mac(name, code).verify_slice(mac).ok()?;
        // What is used is evicted last; an entry that cannot be marked is merely evicted sooner.
        let _ = file.set_modified(SystemTime::now());
        Some(Entry { file, content })
    }

    /// Puts code there. Failing to costs the time to compile it again, no more.
    pub(super) fn keep(&self, name: &str, code: &[u8]) {
        if let Err(error) = self.write(name, code) {
            tracing::warn!(event = "code_cache_not_written", reason = %error, dir = %self.dir.display());
        }
    }

    /// Written aside, made durable and renamed, so that no reader ever sees half an entry.
    fn write(&self, name: &str, code: &[u8]) -> io::Result<()> {
        let bytes = (code.len() + MAC_BYTES) as u64;
        if !room::make(&self.dir, bytes, self.bytes_max)? {
            return Ok(());
        }
        let mut entry = room::unfinished(&self.dir)?;
        entry.write_all(code)?;
        entry.write_all(&self.mac(name, code).finalize().into_bytes())?;
        entry.as_file().sync_all()?;
        entry.persist(self.dir.join(name))?;
        Ok(())
    }

    fn mac(&self, name: &str, code: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(name.as_bytes());
        mac.update(code);
        mac
    }
}

/// Binds an entry to the component's bytes, to the engine's settings and to wasmtime's version.
pub(super) fn entry_name(engine: &Engine, bytes: &[u8]) -> String {
    let mut settings = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut settings);
    format!("{}-{:016x}", hex(&Sha256::digest(bytes)), settings.finish())
}

/// Bytes as lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
