//! What earlier loads of a site found out about its components, so that a start reads only what has
//! changed: which bytes a file holds, and what they promise. It opens no component and judges none.
//!
//! A file is known by its [`Identity`]. What its owner can set, such as its length and the time of
//! its last change, would not do; `ctime`, the system's own note of the last change to a file or its
//! attributes, can be set by nobody but the system. Its clock moves in steps, so a file could change
//! twice within one: a file whose `ctime` is not older than [`RACY`] is read again next time, as git
//! does with its index.
//!
//! It is kept as an entry of the code cache, under the MAC of those: who could forge it could forge
//! the code as well. It counts for the program that wrote it and for no other, whose rules may differ.

use std::{
    collections::HashMap,
    env,
    fs::{self, Metadata},
    os::unix::fs::MetadataExt as _,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    component::{CodeCache, hex},
    contract::{Contract, WrittenContract},
};

/// The SHA-256 of a component's bytes.
pub(crate) type Digest = [u8; 32];

/// How old the last change of a file is before it counts as known: file systems keep times in steps
/// of two seconds at most.
const RACY: Duration = Duration::from_secs(3);

/// What tells one state of a file from every other: where it is, and when it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
    /// Its length.
    pub(crate) bytes: u64,
    /// Seconds and nanoseconds, as the two below.
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Identity {
    /// The identity of an open file; it has to be taken before the file is read.
    pub(crate) fn of(found: &Metadata) -> Self {
        Self {
            device: found.dev(),
            inode: found.ino(),
            bytes: found.len(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        }
    }

    /// Whether whatever is written from now on gets another identity.
    pub(crate) fn is_settled(&self, now: SystemTime) -> bool {
        let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let (seconds, nanoseconds) = self.changed;
        let changed =
            Duration::new(u64::try_from(seconds).unwrap_or_default(), u32::try_from(nanoseconds).unwrap_or_default());
        changed + RACY < now
    }
}

/// What one load found out: of files, and of the components in them that can be served.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// What a file holds.
    pub(crate) digests: HashMap<Identity, Digest>,
    /// What a component promises that was compiled and linked.
    pub(crate) contracts: HashMap<Digest, Arc<Contract>>,
}

/// The findings of the last load, here and in the cache.
#[derive(Debug)]
pub(crate) struct Known {
    findings: ArcSwap<Findings>,
    kept: Option<Kept>,
}

/// Where findings are kept.
#[derive(Debug)]
struct Kept {
    cache: Arc<CodeCache>,
    name: String,
    program: String,
}

impl Known {
    /// What `cache` has of the site in `dir`, as far as this program wrote it under these `rules`.
    pub(crate) fn open(cache: Option<Arc<CodeCache>>, dir: &Path, rules: &str) -> Self {
        let kept = cache.and_then(|cache| Some(Kept { cache, name: name_of(dir), program: program(rules)? }));
        let findings = kept.as_ref().and_then(Kept::read).unwrap_or_default();
        Self { findings: ArcSwap::from_pointee(findings), kept }
    }

    /// What is known now.
    pub(crate) fn findings(&self) -> Arc<Findings> {
        self.findings.load_full()
    }

    /// From now on this is known, and nothing else.
    pub(crate) fn replace(&self, findings: Findings) {
        if *self.findings.load_full() == findings {
            return;
        }
        if let Some(kept) = &self.kept {
            kept.write(&findings);
        }
        self.findings.store(Arc::new(findings));
    }
}

/// Each site has an entry of its own.
fn name_of(dir: &Path) -> String {
    let dir = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    format!("site-{}", hex(&Sha256::digest(dir.as_os_str().as_encoded_bytes())))
}

/// Names this very program, by its file: a version number would stay the same while rules change.
fn program(rules: &str) -> Option<String> {
    let file = fs::metadata(env::current_exe().ok()?).ok()?;
    Some(format!("{} {:?} {rules}", env!("CARGO_PKG_VERSION"), Identity::of(&file)))
}

/// Findings as they are kept.
#[derive(Serialize, Deserialize)]
struct Written {
    program: String,
    digests: Vec<(Identity, Digest)>,
    contracts: Vec<(Digest, WrittenContract)>,
}

impl Kept {
    fn read(&self) -> Option<Findings> {
        let entry = self.cache.entry(&self.name)?;
        let written: Written = serde_json::from_slice(entry.code()).ok()?;
        if written.program != self.program {
            return None;
        }
        let contracts =
            written.contracts.into_iter().map(|(digest, contract)| Some((digest, Arc::new(contract.read()?))));
        Some(Findings { digests: written.digests.into_iter().collect(), contracts: contracts.collect::<Option<_>>()? })
    }

    fn write(&self, findings: &Findings) {
        let contracts = findings.contracts.iter().map(|(digest, contract)| (*digest, (&**contract).into()));
        let written = Written {
            program: self.program.clone(),
            digests: findings.digests.iter().map(|(identity, digest)| (*identity, *digest)).collect(),
            contracts: contracts.collect(),
        };
        let text = serde_json::to_vec(&written).expect("it is numbers, texts and lists of them");
        self.cache.keep(&self.name, &text);
    }
}

#[cfg(test)]
mod tests;
