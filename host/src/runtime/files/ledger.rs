//! What guests have taken of one directory. Growth is noted before it happens; what was removed is
//! found by counting, and a change is refused only on a fresh count. It knows no guest.

use std::{
    fs::File,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedMutexGuard, OwnedRwLockReadGuard, RwLock},
    time::Instant,
};

use wasmtime_wasi::filesystem::{Dir, FsPerms, OpenMode};

use super::{
    Identity,
    tally::{self, Space},
};

/// How much longer a directory rests between two counts than a count takes: a guest at its limit
/// costs the host a twentieth of a thread, and a small directory is counted within moments.
const REST: u32 = 20;

/// The books of one directory.
pub(super) struct Ledger {
    pub(super) identity: Identity,
    pub(super) directory: Dir,
    /// What is there, at most; nothing before the first count.
    taken: Mutex<Option<Space>>,
    /// Held by every change while it is under way, and alone by a count: a file that is moved while
    /// it is counted could be missed.
    changes: Arc<RwLock<()>>,
    pace: Arc<tokio::sync::Mutex<Pace>>,
    counts: AtomicU64,
    /// Files that guests can write, as long as they are open.
    open: Mutex<Vec<Weak<File>>>,
}

#[derive(Default)]
struct Pace {
    next: Option<Instant>,
}

/// A change under way, for which there is room.
pub(super) struct Change {
    ledger: Arc<Ledger>,
    space: Space,
    _counting_waits: OwnedRwLockReadGuard<()>,
}

impl Change {
    /// The change did not happen, and left nothing.
    pub(super) fn undo(self) {
        let mut taken = lock(&self.ledger.taken);
        *taken = taken.map(|taken| taken.minus(self.space));
    }
}

impl Ledger {
    pub(super) fn new(identity: Identity, directory: File) -> Self {
        Self {
            identity,
            directory: Dir::new(directory, FsPerms::ReadOnly, OpenMode::READ, false),
            taken: Mutex::default(),
            changes: Arc::default(),
            pace: Arc::default(),
            counts: AtomicU64::new(0),
            open: Mutex::default(),
        }
    }

    /// From now on this file is counted until it is closed, whether or not it has a name.
    pub(super) fn opened(&self, file: &Arc<File>) {
        let mut open = lock(&self.open);
        open.retain(|file| file.strong_count() > 0);
        open.push(Arc::downgrade(file));
    }

    /// How many counts were begun so far.
    pub(super) fn counts(&self) -> u64 {
        self.counts.load(Ordering::Acquire)
    }

    /// Waits until no count is under way; none begins before what is returned is dropped.
    pub(super) async fn still(&self) -> OwnedRwLockReadGuard<()> {
        self.changes.clone().read_owned().await
    }

    /// Takes room for a change; nothing if there is none as far as is known.
    pub(super) fn take(self: &Arc<Self>, still: OwnedRwLockReadGuard<()>, space: Space, most: Space) -> Option<Change> {
        let mut taken = lock(&self.taken);
        let held = (*taken)?;
        if !held.has_room(space, most) {
            return None;
        }
        *taken = Some(held.plus(space));
        Some(Change { ledger: self.clone(), space, _counting_waits: still })
    }

    /// Counts anew, unless somebody has done so since `counts` were begun.
    pub(super) async fn count_since(self: &Arc<Self>, counts: u64) {
        let pace = self.pace.clone().lock_owned().await;
        if self.counts() != counts {
            return;
        }
        if let Some(next) = pace.next {
            tokio::time::sleep_until(next).await;
        }
        let alone = self.changes.clone().write_owned().await;
        let ledger = self.clone();
        // The count goes on where its asker goes away: the locks go with it.
        let counted = tokio::task::spawn_blocking(move || {
            ledger.count(pace);
            drop(alone);
        });
        if let Err(broken) = counted.await {
            std::panic::resume_unwind(broken.into_panic());
        }
    }

    fn count(&self, mut pace: OwnedMutexGuard<Pace>) {
        self.counts.fetch_add(1, Ordering::AcqRel);
        let begun = Instant::now();
        let counted = self.counted();
        if let Err(error) = &counted {
            tracing::warn!(event = "files_not_counted", reason = %error);
        }
        *lock(&self.taken) = Some(counted.unwrap_or(Space { bytes: u64::MAX, entries: u64::MAX }));
        pace.next = Some(rested(begun, begun.elapsed()));
    }

    fn counted(&self) -> io::Result<Space> {
        let open: Vec<_> = lock(&self.open).iter().filter_map(Weak::upgrade).collect();
        tally::below(&self.directory.dir, &open)
    }
}

/// When the next count may begin after one that took so long.
fn rested(begun: Instant, took: Duration) -> Instant {
    begun + took * (REST + 1)
}

/// A lock whose holder panicked still guards plain values that are always whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
