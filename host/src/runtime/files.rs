//! Directories granted to guests: what a server and a route hold of them, and what one guest has
//! open. It decides no policy, and looks at no tree of routes.
//!
//! `view` is what a guest calls, over wasmtime's own file system; `room` and `ledger` keep what it
//! writes within its limits, `tally` counts what lies in a directory, `streams` bound its reads and
//! writes, `seats` what it holds open.

use std::{
    collections::HashMap,
    fs::File,
    io,
    os::unix::fs::MetadataExt as _,
    sync::{Arc, Mutex, PoisonError, Weak, atomic::AtomicBool},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime_wasi::filesystem::{Descriptor, FsPerms, OpenMode};

use crate::policy::{FilesGrant, Policy, files::Access};

mod caller;
mod ledger;
mod room;
mod seats;
mod streams;
mod tally;
#[cfg(test)]
mod tests;
mod view;

use ledger::Ledger;
use tally::Space;

pub(crate) use view::{FilesView, GuestFiles, HasFiles};

/// Calls of one route that may be under way at a time: each takes a thread for as long as the disk needs.
const ROUTE_CALLS_MAX: usize = 8;
/// Calls of all routes: a quarter of the threads the async runtime keeps for such work, so that
/// loading a site and serving its own files always find one.
const SERVER_CALLS_MAX: usize = 128;

/// Which directory it is, however it is named.
pub(crate) type Identity = (u64, u64);

/// A directory as a load found it.
#[derive(Debug)]
pub(crate) struct Found {
    /// The grant that names it.
    pub(crate) grant: FilesGrant,
    /// The directory, open.
    pub(crate) directory: File,
    /// Which directory it is.
    pub(crate) identity: Identity,
}

impl Found {
    /// What was opened for a grant.
    pub(crate) fn new(grant: FilesGrant, directory: File) -> io::Result<Self> {
        let found = directory.metadata()?;
        Ok(Self { grant, directory, identity: (found.dev(), found.ino()) })
    }
}

/// What all routes of a server share: one ledger for each directory, and leave to work with files.
pub(crate) struct SharedFiles {
    ledgers: Mutex<HashMap<Identity, Weak<Ledger>>>,
    calls: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl SharedFiles {
    /// Nothing granted yet; guests may hold `open` files and directories at a time.
    pub(crate) fn new(open: usize) -> Self {
        Self {
            ledgers: Mutex::default(),
            calls: Arc::new(Semaphore::new(SERVER_CALLS_MAX)),
            open: Arc::new(Semaphore::new(open)),
        }
    }

    /// The ledger of a directory, the same for all who are granted it.
    fn ledger(&self, identity: Identity, directory: File) -> Arc<Ledger> {
        let mut ledgers = self.ledgers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ledger) = ledgers.get(&identity).and_then(Weak::upgrade) {
            return ledger;
        }
        ledgers.retain(|_, ledger| ledger.strong_count() > 0);
        let ledger = Arc::new(Ledger::new(identity, directory));
        ledgers.insert(identity, Arc::downgrade(&ledger));
        ledger
    }
}

/// What all guests of one route share.
pub(crate) struct FilesRoute {
    pattern: Arc<str>,
    directories: Vec<Directory>,
    most: Space,
    turns: Turns,
    open: [Arc<Semaphore>; 2],
    told_ungranted: AtomicBool,
}

struct Directory {
    grant: FilesGrant,
    ledger: Arc<Ledger>,
}

impl FilesRoute {
    /// The directories of the route at `pattern`, within the limits of its policy.
    pub(crate) fn new(shared: &SharedFiles, pattern: Arc<str>, policy: &Policy, found: Vec<Found>) -> Self {
        let limits = &policy.limits;
        let directories = found.into_iter().map(|found| Directory::new(shared, found));
        Self {
            pattern,
            directories: directories.collect(),
            most: Space { bytes: limits.files_bytes, entries: limits.files_count },
            turns: Turns([Arc::new(Semaphore::new(ROUTE_CALLS_MAX)), shared.calls.clone()]),
            open: [Arc::new(Semaphore::new(limits.files_open)), shared.open.clone()],
            told_ungranted: AtomicBool::new(false),
        }
    }

    /// Which directories these are, in the order of the grants.
    pub(crate) fn identities(&self) -> impl Iterator<Item = Identity> {
        self.directories.iter().map(|directory| directory.ledger.identity)
    }
}

impl Directory {
    fn new(shared: &SharedFiles, found: Found) -> Self {
        Self { ledger: shared.ledger(found.identity, found.directory), grant: found.grant }
    }

    /// The directory for one guest. All of them share one open directory of the system.
    fn descriptor(&self) -> Descriptor {
        let (perms, mode) = match self.grant.access {
            Access::Read => (FsPerms::ReadOnly, OpenMode::READ),
            Access::ReadWrite => (FsPerms::ReadWrite, OpenMode::READ | OpenMode::WRITE),
        };
        let mut dir = self.ledger.directory.clone();
        (dir.perms, dir.open_mode) = (perms, mode);
        Descriptor::Dir(dir)
    }
}

/// Leave to work with files, first of the route, then of the server; both in the order of asking.
#[derive(Clone)]
struct Turns([Arc<Semaphore>; 2]);

/// Leave for one call.
type Turn = [OwnedSemaphorePermit; 2];

impl Turns {
    async fn take(&self) -> Turn {
        let [route, server] = &self.0;
        let open = "these semaphores are never closed";
        [route.clone().acquire_owned().await.expect(open), server.clone().acquire_owned().await.expect(open)]
    }
}
