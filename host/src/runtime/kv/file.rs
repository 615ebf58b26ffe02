//! One namespace in one file: reading it, and committing writes to it together. It blocks, so that
//! its callers are threads made for that.

use std::{collections::HashMap, fs, io, ops::Bound, path::Path};

use redb::{
    Database, Durability, Error, ReadableDatabase as _, ReadableTable, ReadableTableMetadata as _, Table,
    TableDefinition, WriteTransaction,
};

use sha2::{Digest as _, Sha256};

use super::{
    error::StoreError,
    operation::{ABSENT, Change, Entry, Held, PAGE_KEYS, Page, Quota, Write, Written, number},
};

/// Keys, and their values behind eight bytes of revision, the highest first, and a seal.
const ENTRIES: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("entries");
/// The numbers of the namespace as a whole.
const TOTALS: TableDefinition<'static, &str, u64> = TableDefinition::new("totals");
const BYTES: &str = "bytes";
const REVISION: &str = "revision";
const REVISION_BYTES: usize = 8;
/// The beginning of a digest: a disk that flips bits has no chance to hit it, and nobody else writes here.
const SEAL_BYTES: usize = 8;

/// Pages held in memory for one store; the system's own cache holds the rest.
const CACHE_BYTES: usize = 4 * 1024 * 1024;

/// One write of a group, and the most its writer may let the namespace hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) write: Write,
    pub(super) quota: Quota,
}

type Outcome = Result<Written, StoreError>;
type Entries<'t> = Table<'t, &'static [u8], &'static [u8]>;

/// Opens the file, making it where it is not there yet and repairing what a crash has left.
pub(super) fn open(path: &Path) -> Result<Database, Error> {
    let is_new = !path.exists();
    let database = Database::builder().set_cache_size(CACHE_BYTES).create(path)?;
    let write = begin(&database)?;
    write.open_table(ENTRIES)?;
    write.open_table(TOTALS)?;
    write.commit()?;
    if is_new {
        persist_name(path)?;
    }
    Ok(database)
}

/// A new file survives a power cut only once its directory is on the disk as well.
fn persist_name(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(dir) if cfg!(unix) => fs::File::open(dir)?.sync_all(),
        _ => Ok(()),
    }
}

/// Guests choose what is written, so that a checksum alone must not decide whether a commit is whole.
fn begin(database: &Database) -> Result<WriteTransaction, Error> {
    let mut write = database.begin_write()?;
    write.set_durability(Durability::Immediate).expect("no savepoint is ever made");
    write.set_two_phase_commit(true);
    Ok(write)
}

/// The values of these keys, none for a key that has none. More than `most` bytes together are an error.
pub(super) fn values(database: &Database, keys: &[String], most: usize) -> Result<Vec<Option<Entry>>, Trouble> {
    let read = database.begin_read()?;
    let table = read.open_table(ENTRIES)?;
    let mut left = most;
    let mut entries = Vec::with_capacity(keys.len());
    for key in keys {
        let Some(held) = table.get(key.as_bytes())? else {
            entries.push(None);
            continue;
        };
        let (revision, value) = unsealed(key, held.value())?;
        left = left.checked_sub(value.len()).ok_or_else(|| too_much(most))?;
        entries.push(Some(Entry { revision, value: value.to_vec() }));
    }
    Ok(entries)
}

/// The revisions of these keys.
pub(super) fn revisions(database: &Database, keys: &[String]) -> Result<Vec<u64>, Trouble> {
    let read = database.begin_read()?;
    let table = read.open_table(ENTRIES)?;
    keys.iter().map(|key| Ok(held(&table, key)?.0)).collect()
}

/// The keys behind the cursor, which is the last key of the page before.
pub(super) fn page(database: &Database, cursor: Option<&str>) -> Result<Page, Trouble> {
    let read = database.begin_read()?;
    let table = read.open_table(ENTRIES)?;
    let from = cursor.map_or(Bound::Unbounded, |last| Bound::Excluded(last.as_bytes()));
    let mut page = Page::default();
    for entry in table.range::<&[u8]>((from, Bound::Unbounded))? {
        if page.keys.len() == PAGE_KEYS {
            page.cursor = page.keys.last().cloned();
            break;
        }
        let (key, _) = entry?;
        page.keys.push(String::from_utf8(key.value().to_vec()).map_err(|_| damaged())?);
    }
    Ok(page)
}

/// Does all jobs in one durable commit. Each is done wholly or not at all, as its outcome says; if the
/// commit itself fails, none is done.
pub(super) fn commit(database: &Database, jobs: &[Job]) -> Result<Vec<Outcome>, Trouble> {
    let write = begin(database)?;
    let outcomes = {
        let entries = write.open_table(ENTRIES)?;
        let mut totals = write.open_table(TOTALS)?;
        let mut ledger = Ledger::open(entries, &totals)?;
        let outcomes = jobs.iter().map(|job| ledger.perform(job)).collect::<Result<Vec<_>, _>>()?;
        totals.insert(BYTES, ledger.held.bytes)?;
        totals.insert(REVISION, ledger.revision)?;
        outcomes
    };
    write.commit()?;
    Ok(outcomes)
}

/// Why a file could not be worked on.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The operation itself is at fault; the file is well.
    Refused(StoreError),
    /// The file has to be opened anew before it can be used again.
    Broken(Error),
}

impl<E: Into<Error>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

/// The entries under change, and what they come to.
struct Ledger<'t> {
    entries: Entries<'t>,
    held: Held,
    revision: u64,
}

impl<'t> Ledger<'t> {
    fn open(entries: Entries<'t>, totals: &Table<'_, &'static str, u64>) -> Result<Self, Error> {
        let total = |name| Ok::<_, Error>(totals.get(name)?.map_or(0, |total| total.value()));
        let held = Held { keys: entries.len()?, bytes: total(BYTES)? };
        Ok(Self { held, revision: total(REVISION)?, entries })
    }

    fn perform(&mut self, job: &Job) -> Result<Outcome, Error> {
        match &job.write {
            Write::Apply(changes) => self.apply(changes, job.quota, Written::Done),
            Write::Increment { key, delta } => self.increment(key, *delta, job.quota),
            Write::Swap { key, revision, value } => {
                let (found, _) = held(&self.entries, key)?;
                if found != *revision {
                    return Ok(Ok(Written::Stale(found)));
                }
                self.apply(&[Change::Set(key.clone(), value.clone())], job.quota, Written::Done)
            }
        }
    }

    fn increment(&mut self, key: &str, delta: i64, quota: Quota) -> Result<Outcome, Error> {
        let before = match self.entries.get(key.as_bytes())? {
            None => Some(0),
            Some(found) => match unsealed(key, found.value()) {
                Ok((_, value)) => number(value),
                Err(Trouble::Refused(error)) => return Ok(Err(error)),
                Err(Trouble::Broken(error)) => return Err(error),
            },
        };
        let sum = before.map(|before| before.checked_add(delta));
        match sum {
            None => Ok(Err(StoreError::NotANumber)),
            Some(None) => Ok(Err(StoreError::Overflow)),
            Some(Some(sum)) => {
                let change = Change::Set(key.to_owned(), sum.to_string().into_bytes());
                self.apply(&[change], quota, Written::Sum(sum))
            }
        }
    }

    fn apply(&mut self, changes: &[Change], quota: Quota, done: Written) -> Result<Outcome, Error> {
        let after = self.after(changes)?;
        if let Some(beyond) = beyond(self.held, after, quota) {
            return Ok(Err(beyond));
        }
        for change in changes {
            self.make(change)?;
        }
        self.held = after;
        Ok(Ok(done))
    }

    /// What there will be once the changes are made.
    fn after(&self, changes: &[Change]) -> Result<Held, Error> {
        let mut sizes: HashMap<&str, Option<usize>> = HashMap::new();
        let mut after = self.held;
        for change in changes {
            let (key, new) = match change {
                Change::Set(key, value) => (key, Some(value.len())),
                Change::Delete(key) => (key, None),
            };
            let old = match sizes.get(key.as_str()) {
                Some(size) => *size,
                None => held(&self.entries, key)?.1,
            };
            after = after.without(key, old).with(key, new);
            sizes.insert(key, new);
        }
        Ok(after)
    }

    fn make(&mut self, change: &Change) -> Result<(), Error> {
        match change {
            Change::Delete(key) => drop(self.entries.remove(key.as_bytes())?),
            Change::Set(key, value) => {
                self.revision += 1;
                let entry = [&self.revision.to_be_bytes()[..], &seal(key, self.revision, value), value].concat();
                self.entries.insert(key.as_bytes(), entry.as_slice())?;
            }
        }
        Ok(())
    }
}

impl Held {
    fn with(self, key: &str, value: Option<usize>) -> Self {
        let Some(value) = value else { return self };
        Self { keys: self.keys + 1, bytes: self.bytes.saturating_add((key.len() + value) as u64) }
    }

    fn without(self, key: &str, value: Option<usize>) -> Self {
        let Some(value) = value else { return self };
        Self { keys: self.keys.saturating_sub(1), bytes: self.bytes.saturating_sub((key.len() + value) as u64) }
    }
}

/// Whoever adds to what is full is refused; what makes room never is.
fn beyond(before: Held, after: Held, quota: Quota) -> Option<StoreError> {
    let Quota { keys, bytes } = quota;
    if after.keys > before.keys && after.keys > keys {
        return Some(StoreError::Beyond("kv-keys", format!("the store may hold {keys} keys")));
    }
    let too_large = after.bytes > before.bytes && after.bytes > bytes;
    too_large.then(|| StoreError::Beyond("kv-bytes", format!("the store may hold {bytes} bytes")))
}

/// Revision and size of a key's value.
fn held(entries: &impl ReadableTable<&'static [u8], &'static [u8]>, key: &str) -> Result<(u64, Option<usize>), Error> {
    match entries.get(key.as_bytes())? {
        None => Ok((ABSENT, None)),
        Some(found) => split(found.value()).map(|(revision, _, value)| (revision, Some(value.len()))),
    }
}

/// Revision, seal and value of an entry.
fn split(entry: &[u8]) -> Result<(u64, [u8; SEAL_BYTES], &[u8]), Error> {
    let (revision, rest) = entry.split_first_chunk::<REVISION_BYTES>().ok_or_else(damaged)?;
    let (seal, value) = rest.split_first_chunk::<SEAL_BYTES>().ok_or_else(damaged)?;
    Ok((u64::from_be_bytes(*revision), *seal, value))
}

/// Revision and value of an entry that is as it was written. One that is not can still be overwritten.
fn unsealed<'e>(key: &str, entry: &'e [u8]) -> Result<(u64, &'e [u8]), Trouble> {
    let (revision, sealed, value) = split(entry)?;
    match sealed == seal(key, revision, value) {
        true => Ok((revision, value)),
        false => Err(Trouble::Refused(StoreError::unavailable("an entry is not as it was written"))),
    }
}

fn seal(key: &str, revision: u64, value: &[u8]) -> [u8; SEAL_BYTES] {
    let length = (key.len() as u64).to_be_bytes();
    let digest = Sha256::new().chain_update(revision.to_be_bytes()).chain_update(length);
    let digest = digest.chain_update(key).chain_update(value).finalize();
    *digest.first_chunk().expect("a digest is longer")
}

fn damaged() -> Error {
    Error::Corrupted("an entry is not as it was written".to_owned())
}

fn too_much(most: usize) -> Trouble {
    Trouble::Refused(StoreError::Beyond("hostcall-fuel", format!("the values are more than {most} bytes together")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Quota = Quota { keys: u64::MAX, bytes: u64::MAX };

    fn set(key: &str, value: &str) -> Job {
        Job { write: Write::Apply(vec![Change::Set(key.to_owned(), value.into())]), quota: FREE }
    }

    /// Changes the last byte of a key's entry behind the store's back.
    fn flip(database: &Database, key: &str) {
        let write = begin(database).expect("a good file");
        {
            let mut entries = write.open_table(ENTRIES).expect("a good file");
            let mut entry = entries.get(key.as_bytes()).expect("a good file").expect("it is there").value().to_vec();
            *entry.last_mut().expect("it has a revision") ^= 1;
            entries.insert(key.as_bytes(), entry.as_slice()).expect("a good file");
        }
        write.commit().expect("a good file");
    }

    #[test]
    fn a_value_that_changed_on_the_disk_is_never_given_out_and_can_be_replaced() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let database = open(&dir.path().join("s.redb")).expect("a new file");
        commit(&database, &[set("a", "1"), set("b", "1")]).expect("it is written");
        flip(&database, "a");
        let read = |key: &str| values(&database, &[key.to_owned()], 100);
        assert!(matches!(read("a"), Err(Trouble::Refused(StoreError::Unavailable(_)))));
        assert!(matches!(read("b").as_deref(), Ok([Some(Entry { revision: 2, .. })])));
        let add = Job { write: Write::Increment { key: "a".to_owned(), delta: 1 }, quota: FREE };
        let outcomes = commit(&database, &[add]).expect("the file is well");
        assert!(matches!(outcomes[..], [Err(StoreError::Unavailable(_))]), "{outcomes:?}");
        commit(&database, &[set("a", "2")]).expect("it is written");
        assert!(matches!(read("a").as_deref(), Ok([Some(Entry { revision: 3, .. })])));
    }

    #[test]
    fn writes_of_one_group_see_each_other_and_fail_alone() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let database = open(&dir.path().join("s.redb")).expect("a new file");
        let full = Quota { keys: 1, bytes: u64::MAX };
        let second = Job { quota: full, ..set("b", "1") };
        let stale = Job { write: Write::Swap { key: "a".to_owned(), revision: ABSENT, value: vec![] }, quota: FREE };
        let swap = Job { write: Write::Swap { key: "a".to_owned(), revision: 1, value: b"2".to_vec() }, quota: FREE };
        let outcomes = commit(&database, &[set("a", "1"), second, stale, swap]).expect("a good file");
        assert!(matches!(
            outcomes[..],
            [Ok(Written::Done), Err(StoreError::Beyond("kv-keys", _)), Ok(Written::Stale(1)), Ok(Written::Done)]
        ));
        assert_eq!(page(&database, None).ok(), Some(Page { keys: vec!["a".to_owned()], cursor: None }));
    }
}
