//! Component bytes to compiled code, through a cache on disk. It links and runs nothing.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use wasmtime::{Engine, component::Component};

/// The length of a MAC and of the key that makes it, in bytes.
const MAC_BYTES: usize = 32;

/// Compiled code on disk, so that a restart does not compile again.
///
/// An entry is native code, which runs with the rights of this process. So an entry counts only
/// under a MAC over its name and content whose key lies beside the entries, readable by the owner
/// alone; whatever fails that check is compiled again and replaced.
#[derive(Debug)]
pub(crate) struct CodeCache {
    dir: PathBuf,
    key: [u8; MAC_BYTES],
}

impl CodeCache {
    /// Opens the cache in `dir`, which is made if it does not exist.
    pub(crate) fn open(dir: &Path) -> io::Result<Self> {
        make_private_dir(dir)?;
        Ok(Self { dir: dir.to_owned(), key: key(&dir.join("key"))? })
    }

    /// The compiled form of `bytes` for `engine`: from the cache, else compiled and put there.
    pub(crate) fn component(&self, engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Component> {
        let name = entry_name(engine, bytes);
        let path = self.dir.join(&name);
        if let Some(code) = self.read(&path, &name)
            && let Ok(component) = load_own_code(engine, &code)
        {
            return Ok(component);
        }
        let component = Component::from_binary(engine, bytes)?;
        if let Err(error) = self.write(&path, &name, &component.serialize()?) {
            tracing::warn!(event = "code_cache_not_written", reason = %error, dir = %self.dir.display());
        }
        Ok(component)
    }

    fn read(&self, path: &Path, name: &str) -> Option<Vec<u8>> {
        let mut entry = fs::read(path).ok()?;
        let mac = entry.get(..MAC_BYTES)?.to_vec();
        entry.drain(..MAC_BYTES);
        self.mac(name, &entry).verify_slice(&mac).ok()?;
        Some(entry)
    }

    /// Written aside, made durable and renamed, so that no reader ever sees half an entry.
    fn write(&self, path: &Path, name: &str, code: &[u8]) -> io::Result<()> {
        let mut entry = tempfile::NamedTempFile::new_in(&self.dir)?;
        io::Write::write_all(&mut entry, &self.mac(name, code).finalize().into_bytes())?;
        io::Write::write_all(&mut entry, code)?;
        entry.as_file().sync_all()?;
        entry.persist(path)?;
        Ok(())
    }

    fn mac(&self, name: &str, code: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(name.as_bytes());
        mac.update(code);
        mac
    }
}

/// The one place where bytes become code without the compiler.
#[expect(unsafe_code, reason = "wasmtime cannot tell foreign bytes from its own")]
fn load_own_code(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: `deserialize` must be given what `Component::serialize` of this wasmtime made. `code`
    // comes from `CodeCache::read`, which checked a MAC over the entry's name and content. Only this
    // module makes that MAC, only over what `serialize` returned, under a key that only the owner of
    // this process can read; the name binds the wasmtime version, the engine's settings and the
    // component's bytes.
    unsafe { Component::deserialize(engine, code) }
}

/// Binds an entry to the component's bytes, to the engine's settings and to wasmtime's version.
fn entry_name(engine: &Engine, bytes: &[u8]) -> String {
    let mut settings = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut settings);
    format!("{}-{:016x}", hex(&Sha256::digest(bytes)), settings.finish())
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn make_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// The key in `path`, made of the system's randomness on first use.
fn key(path: &Path) -> io::Result<[u8; MAC_BYTES]> {
    match fs::read(path) {
        Ok(bytes) => match bytes.try_into() {
            Ok(key) => Ok(key),
            Err(_) => new_key(path),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => new_key(path),
        Err(error) => Err(error),
    }
}

/// Temporary files are made with mode 0600; a rename keeps that.
fn new_key(path: &Path) -> io::Result<[u8; MAC_BYTES]> {
    let mut key = [0; MAC_BYTES];
    io::Read::read_exact(&mut fs::File::open("/dev/urandom")?, &mut key)?;
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    io::Write::write_all(&mut file, &key)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(dir: &Path) -> PathBuf {
        let entries = fs::read_dir(dir).expect("the cache is a directory");
        let mut paths = entries.map(|entry| entry.expect("readable").path());
        paths.find(|path| path.file_name() != Some("key".as_ref())).expect("one entry was written")
    }

    #[test]
    fn an_entry_counts_only_as_it_was_written() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let cache = CodeCache::open(dir.path()).expect("opens");
        let engine = Engine::default();
        let bytes = wat::parse_str("(component)").expect("a component");
        cache.component(&engine, &bytes).expect("compiles");

        let path = entry(dir.path());
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        assert!(cache.read(&path, &name).is_some(), "what was written is read back");
        assert!(cache.read(&path, "another").is_none(), "an entry is bound to its name");

        let whole = fs::read(&path).expect("readable");
        let mut flipped = whole.clone();
        flipped[MAC_BYTES + 100] ^= 1;
        for bad in [flipped, whole[..whole.len() / 2].to_vec(), vec![], vec![0; 10]] {
            fs::write(&path, &bad).expect("writable");
            assert!(cache.read(&path, &name).is_none());
            cache.component(&engine, &bytes).expect("is compiled again");
            assert_eq!(fs::read(&path).expect("readable").len(), whole.len(), "and replaced");
        }
    }

    #[test]
    fn another_key_makes_every_entry_foreign() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let engine = Engine::default();
        let bytes = wat::parse_str("(component)").expect("a component");
        let first = CodeCache::open(dir.path()).expect("opens");
        first.component(&engine, &bytes).expect("compiles");
        let path = entry(dir.path());
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();

        fs::remove_file(dir.path().join("key")).expect("removable");
        let second = CodeCache::open(dir.path()).expect("opens");
        assert!(second.read(&path, &name).is_none());
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a temporary directory");
        CodeCache::open(dir.path()).expect("opens");
        let mode = fs::metadata(dir.path().join("key")).expect("exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
