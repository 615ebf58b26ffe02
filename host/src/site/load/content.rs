//! A component's file to its bytes' digest, and to the bytes where the digest does not do. It judges
//! neither.

use std::{
    collections::HashMap,
    fs::File,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use sha2::{Digest as _, Sha256};

use super::super::tree;
use crate::{
    Fault,
    runtime::{
        contract::Contract,
        known::{Digest, Findings, Identity},
    },
};

/// The components' files of one load.
pub(super) struct Contents<'a> {
    dir: &'a Path,
    known: Arc<Findings>,
    /// What this load found out of files that have come to rest.
    digests: Mutex<HashMap<Identity, Digest>>,
}

/// What a file holds.
pub(super) struct Content {
    pub(super) digest: Digest,
    /// How many bytes it has.
    pub(super) length: u64,
    /// All of them, or none where they were not read.
    pub(super) bytes: Vec<u8>,
}

impl<'a> Contents<'a> {
    pub(super) fn new(dir: &'a Path, known: Arc<Findings>) -> Self {
        Self { dir, known, digests: Mutex::default() }
    }

    /// What a file of at most `bytes_max` bytes holds, read only if it has changed since an earlier load.
    pub(super) fn of(&self, file: &Path, bytes_max: u64) -> Result<Content, Vec<Fault>> {
        let (opened, identity) = self.opened(file)?;
        match self.digest(&identity) {
            Some(digest) if identity.bytes <= bytes_max => {
                Ok(Content { digest, length: identity.bytes, bytes: Vec::new() })
            }
            _ => self.read(file, opened, identity, bytes_max),
        }
    }

    /// The same with its bytes, whatever it holds by now.
    pub(super) fn whole(&self, file: &Path, content: Content, bytes_max: u64) -> Result<Content, Vec<Fault>> {
        if content.bytes.len() as u64 == content.length {
            return Ok(content);
        }
        let (opened, identity) = self.opened(file)?;
        self.read(file, opened, identity, bytes_max)
    }

    /// What a component promises that was prepared by an earlier load.
    pub(super) fn contract(&self, digest: &Digest) -> Option<&Arc<Contract>> {
        self.known.contracts.get(digest)
    }

    /// Which files hold what.
    pub(super) fn digests(&self) -> HashMap<Identity, Digest> {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn opened(&self, file: &Path) -> Result<(File, Identity), Vec<Fault>> {
        let opened = tree::open(self.dir, file).map_err(|fault| vec![fault])?;
        let found = opened.metadata().map_err(|error| vec![Fault::new(file, format!("cannot be read: {error}"))])?;
        Ok((opened, Identity::of(&found)))
    }

    fn digest(&self, identity: &Identity) -> Option<Digest> {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(digest) = self.known.digests.get(identity) {
            digests.insert(*identity, *digest);
        }
        digests.get(identity).copied()
    }

    fn read(&self, file: &Path, opened: File, identity: Identity, bytes_max: u64) -> Result<Content, Vec<Fault>> {
        let begun = SystemTime::now();
        let bytes = tree::read_whole(opened, file, bytes_max).map_err(|fault| vec![fault])?;
        let digest = Sha256::digest(&bytes).into();
        if identity.is_settled(begun) {
            self.digests.lock().unwrap_or_else(PoisonError::into_inner).insert(identity, digest);
        }
        Ok(Content { digest, length: bytes.len() as u64, bytes })
    }
}
