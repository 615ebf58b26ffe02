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
pub(crate) struct Entry(Vec<u8>);

impl Entry {
    /// The code as it was read.
    pub(crate) fn code(&self) -> &[u8] {
        &self.0[..self.0.len() - MAC_BYTES]
    }
}

/// An entry whose MAC was right when its file was read through, none of which is held in memory.
#[derive(Debug)]
pub(super) struct EntryFile {
    /// Leads to the very file that was read, wherever its name leads by now.
    pub(super) path: PathBuf,
    _file: File,
}

/// An entry's file is read through in pieces of so many bytes.
const PIECE_BYTES: usize = 256 << 10;

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
    pub(crate) fn entry(&self, name: &str) -> Option<Entry> {
        let (mut file, _) = self.opened(name)?;
        let mut content = Vec::new();
        file.read_to_end(&mut content).ok()?;
        let (code, mac) = content.split_at_checked(content.len().checked_sub(MAC_BYTES)?)?;
        self.mac(name).chain_update(code).verify_slice(mac).ok()?;
        Some(Entry(content))
    }

    /// As [`entry`](Self::entry), for what is to be mapped instead of held; `None` too where the system
    /// has no paths to open files.
    pub(super) fn entry_file(&self, name: &str) -> Option<EntryFile> {
        let (mut file, bytes) = self.opened(name)?;
        let mut mac = self.mac(name);
        let mut code = (&mut file).take(bytes.checked_sub(MAC_BYTES as u64)?);
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            match code.read(&mut piece).ok()? {
                0 => break,
                read => mac.update(&piece[..read]),
            }
        }
        let mut kept = Vec::new();
        (&mut file).take(MAC_BYTES as u64 + 1).read_to_end(&mut kept).ok()?;
        mac.verify_slice(&kept).ok()?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        path.exists().then_some(EntryFile { path, _file: file })
    }

    /// Whether there is an entry of that name, which may turn out not to count. It is as if used: what
    /// is asked for is about to be.
    pub(super) fn has(&self, name: &str) -> bool {
        self.opened(name).is_some_and(|(_, bytes)| bytes > MAC_BYTES as u64)
    }

    /// The file of an entry that nobody else could have written, and its length.
    fn opened(&self, name: &str) -> Option<(File, u64)> {
        let file = File::open(self.dir.join(name)).ok()?;
        let found = file.metadata().ok()?;
        if !key::is_private(&found) {
            return None;
        }
        // What is used is evicted last; an entry that cannot be marked is merely evicted sooner.
        let _ = file.set_modified(SystemTime::now());
        Some((file, found.len()))
    }

    /// Puts code there. Failing to costs the time to compile it again, no more.
    pub(crate) fn keep(&self, name: &str, code: &[u8]) {
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
        entry.write_all(&self.mac(name).chain_update(code).finalize().into_bytes())?;
        entry.as_file().sync_all()?;
        entry.persist(self.dir.join(name))?;
        Ok(())
    }

    /// The MAC of an entry of that name, before its code.
    fn mac(&self, name: &str) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.chain_update(name)
    }
}

/// Binds an entry to the component's bytes, to the engine's settings and to wasmtime's version.
pub(super) fn entry_name(engine: &Engine, bytes: &[u8]) -> String {
    entry_name_of(engine, &Sha256::digest(bytes).into())
}

/// [`entry_name`], of bytes whose SHA-256 is known.
pub(super) fn entry_name_of(engine: &Engine, digest: &[u8; 32]) -> String {
    format!("{}-{:016x}", hex(digest), settings_of(engine))
}

/// Tells engines apart whose code is not the same, by wasmtime's version too.
pub(crate) fn settings_of(engine: &Engine) -> u64 {
    let mut settings = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut settings);
    settings.finish()
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
