//! Stores in files: one for each namespace, so that a broken one is nobody else's. What is acknowledged
//! is on the disk; writes that come while another is under way are committed together.

use std::{
    collections::HashMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use redb::Database;
use sha2::{Digest as _, Sha256};
use tokio::{
    sync::{OnceCell, OwnedSemaphorePermit, Semaphore, oneshot},
    time::Instant,
};
use tokio_util::task::TaskTracker;

use super::{
    error::StoreError,
    file::{self, Job, Trouble},
    lock::{DirectoryError, DirectoryLock},
    operation::{Entry, Page, Quota, Write, Written},
};
use crate::policy::Namespace;

/// Threads that read at a time, over all stores: a disk serves no more at once.
const READS_MAX: usize = 16;
/// Threads that commit at a time, over all stores: apart from the readers, whom a slow disk must not hold up.
const COMMITS_MAX: usize = 16;
/// Writes of one store that wait for the commit before theirs; further ones wait for a seat.
const WRITES_WAITING_MAX: usize = 64;
/// Open files of stores; each costs a descriptor and some memory for as long as the server runs.
const STORES_MAX: usize = 1_024;
/// A store that broke is left alone for a moment, since opening one may mean reading it whole.
const REOPEN_AFTER: Duration = Duration::from_secs(1);

/// All stores of a directory.
pub(super) struct Embedded {
    dir: PathBuf,
    lock: OnceCell<DirectoryLock>,
    stores: Mutex<HashMap<Namespace, Arc<Store>>>,
    reads: Arc<Semaphore>,
    commits: Arc<Semaphore>,
    /// The tasks that commit; they end by themselves once nothing waits for them.
    committing: TaskTracker,
}

/// One store, opened when it is first used.
struct Store {
    path: PathBuf,
    state: tokio::sync::Mutex<State>,
    queue: Mutex<Queue>,
    seats: Arc<Semaphore>,
}

enum State {
    Closed,
    Open(Arc<Database>),
    Broken { since: Instant, reason: String },
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Whether a task is at it, which takes what waits until nothing does.
    is_served: bool,
}

/// A write before its commit. Its seat is free when it is answered.
struct Waiting {
    job: Job,
    answer: oneshot::Sender<Result<Written, StoreError>>,
    _seat: OwnedSemaphorePermit,
}

impl Embedded {
    /// The stores of a directory, which is not touched before the first of them is used.
    pub(super) fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            lock: OnceCell::new(),
            stores: Mutex::default(),
            reads: Arc::new(Semaphore::new(READS_MAX)),
            commits: Arc::new(Semaphore::new(COMMITS_MAX)),
            committing: TaskTracker::new(),
        }
    }

    /// Makes the directory ours, unless it is already.
    pub(super) async fn open(&self) -> Result<(), DirectoryError> {
        let take = || async {
            let dir = self.dir.clone();
            blocking(move || DirectoryLock::take(&dir)).await
        };
        self.lock.get_or_try_init(take).await.map(|_| ())
    }

    pub(super) async fn values(
        &self,
        namespace: &Namespace,
        keys: Vec<String>,
        most: usize,
    ) -> Result<Vec<Option<Entry>>, StoreError> {
        self.read(namespace, move |database| file::values(database, &keys, most)).await
    }

    pub(super) async fn revisions(&self, namespace: &Namespace, keys: Vec<String>) -> Result<Vec<u64>, StoreError> {
        self.read(namespace, move |database| file::revisions(database, &keys)).await
    }

    pub(super) async fn page(&self, namespace: &Namespace, cursor: Option<String>) -> Result<Page, StoreError> {
        self.read(namespace, move |database| file::page(database, cursor.as_deref())).await
    }

    /// Ends when the write is on the disk.
    pub(super) async fn write(&self, namespace: &Namespace, write: Write, quota: Quota) -> Result<Written, StoreError> {
        let store = self.store(namespace).await?;
        let seat = permit(&store.seats).await?;
        let (answer, answered) = oneshot::channel();
        if store.take_in(Waiting { job: Job { write, quota }, answer, _seat: seat }) {
            self.committing.spawn(serve(store, self.commits.clone()));
        }
        answered.await.map_err(|_| StoreError::unavailable("its commit was given up"))?
    }

    async fn read<T: Send + 'static>(
        &self,
        namespace: &Namespace,
        read: impl FnOnce(&Database) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.store(namespace).await?;
        let database = store.database().await?;
        let permit = permit(&self.reads).await?;
        store.look(blocking_caught(move || (read(&database), drop(permit)).0).await).await
    }

    async fn store(&self, namespace: &Namespace) -> Result<Arc<Store>, StoreError> {
        self.open().await.map_err(StoreError::unavailable)?;
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = stores.get(namespace) {
            return Ok(store.clone());
        }
        if stores.len() >= STORES_MAX {
            return Err(StoreError::unavailable(format_args!("{STORES_MAX} stores are open already")));
        }
        let store = Arc::new(Store::new(self.dir.join(file_name(namespace))));
        stores.insert(namespace.clone(), store.clone());
        Ok(store)
    }
}

impl Store {
    fn new(path: PathBuf) -> Self {
        Self {
            path,
            state: tokio::sync::Mutex::new(State::Closed),
            queue: Mutex::default(),
            seats: Arc::new(Semaphore::new(WRITES_WAITING_MAX)),
        }
    }

    /// The open database; of two that come at once, one opens it.
    async fn database(&self) -> Result<Arc<Database>, StoreError> {
        let mut state = self.state.lock().await;
        match &*state {
            State::Open(database) => return Ok(database.clone()),
            State::Broken { since, reason } if since.elapsed() < REOPEN_AFTER => {
                return Err(StoreError::unavailable(reason));
            }
            State::Closed | State::Broken { .. } => {}
        }
        let path = self.path.clone();
        match blocking_caught(move || file::open(&path)).await {
            Ok(Ok(database)) => {
                let database = Arc::new(database);
                *state = State::Open(database.clone());
                Ok(database)
            }
            Ok(Err(error)) => Err(broken(&mut state, &self.path, error.to_string())),
            Err(panicked) => Err(broken(&mut state, &self.path, panicked)),
        }
    }

    /// What came of working on the file; one that is broken is closed, to be opened anew later.
    async fn look<T>(&self, worked: Result<Result<T, Trouble>, String>) -> Result<T, StoreError> {
        let reason = match worked {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(Trouble::Refused(error))) => return Err(error),
            Ok(Err(Trouble::Broken(error))) => error.to_string(),
            Err(panicked) => panicked,
        };
        Err(broken(&mut *self.state.lock().await, &self.path, reason))
    }

    /// Lets a write wait; whether somebody has to be sent to serve it.
    fn take_in(&self, waiting: Waiting) -> bool {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.waiting.push(waiting);
        !std::mem::replace(&mut queue.is_served, true)
    }

    /// All that waits; when nothing does, nobody serves it from now on.
    fn take_out(&self) -> Vec<Waiting> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = std::mem::take(&mut queue.waiting);
        queue.is_served = !waiting.is_empty();
        waiting
    }

    async fn commit(&self, jobs: Vec<Job>, commits: &Arc<Semaphore>) -> Result<Vec<Outcome>, StoreError> {
        let database = self.database().await?;
        let permit = permit(commits).await?;
        self.look(blocking_caught(move || (file::commit(&database, &jobs), drop(permit)).0).await).await
    }
}

type Outcome = Result<Written, StoreError>;

/// Commits what waits, group by group, until nothing does.
async fn serve(store: Arc<Store>, commits: Arc<Semaphore>) {
    loop {
        let (jobs, answers): (Vec<_>, Vec<_>) =
            store.take_out().into_iter().map(|waiting| (waiting.job, (waiting.answer, waiting._seat))).unzip();
        if jobs.is_empty() {
            return;
        }
        let outcomes = match store.commit(jobs, &commits).await {
            Ok(outcomes) => outcomes,
            Err(error) => vec![Err(error); answers.len()],
        };
        for ((answer, _seat), outcome) in answers.into_iter().zip(outcomes) {
            // Whoever asked may be gone by now; what was written stays.
            let _ = answer.send(outcome);
        }
    }
}

fn broken(state: &mut State, path: &Path, reason: String) -> StoreError {
    tracing::error!(event = "kv_store_broken", file = %path.display(), %reason);
    *state = State::Broken { since: Instant::now(), reason: reason.clone() };
    StoreError::Unavailable(reason)
}

/// A file name for a namespace, one for each even where the file system knows no case: lower-case
/// letters, digits and a few signs stand for themselves, the rest is percent-encoded.
fn file_name(namespace: &Namespace) -> String {
    /// Room below the 255 bytes of common file systems for a digest and an ending.
    const PLAIN_BYTES_MAX: usize = 160;
    let text = namespace.to_string();
    let mut name = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'@' => name.push(char::from(byte)),
            _ => write!(name, "%{byte:02x}").expect("writing to a string does not fail"),
        }
    }
    if name.len() > PLAIN_BYTES_MAX {
        name.truncate(PLAIN_BYTES_MAX);
        // No plain name holds a `~`, so that nobody can choose one that reads like this.
        name.push('~');
        Sha256::digest(text).iter().for_each(|byte| write!(name, "{byte:02x}").expect("as above"));
    }
    name + ".redb"
}

async fn permit(seats: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, StoreError> {
    seats.clone().acquire_owned().await.map_err(|_| StoreError::unavailable("the server ends"))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

/// A damaged file may make its reader panic: that is the end of the operation, not of the server.
async fn blocking_caught<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|_| "the file is damaged: reading it panicked".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The namespace of a store that is granted in a directory, or in the root.
    fn namespace(directory: &str, name: &str) -> Namespace {
        match directory {
            "" => Namespace::of_site(name),
            directory => Namespace::of_directory(directory, name),
        }
    }

    #[test]
    fn every_namespace_has_a_file_of_its_own() {
        let long = "d".repeat(200);
        let longer = "d".repeat(201);
        for (directory, name, file) in [
            ("", "sessions", "sessions.redb"),
            ("", "Sessions", "%53essions.redb"),
            ("app/a", "sessions", "sessions@app%2fa.redb"),
            ("app/[id]", "s", "s@app%2f%5bid%5d.redb"),
            ("app/a%2fb", "s", "s@app%2fa%252fb.redb"),
            ("app/é", "s", "s@app%2f%c3%a9.redb"),
        ] {
            assert_eq!(file_name(&namespace(directory, name)), file);
        }
        let (long, longer) = (file_name(&namespace(&long, "s")), file_name(&namespace(&longer, "s")));
        assert_ne!(long, longer);
        assert!(long.len() < 255 && long.contains('~'), "{long}");
    }
}
