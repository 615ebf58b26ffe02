//! What can be asked of one namespace, in the words both backends share. It does nothing itself.

/// A change of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// The key has this value from now on.
    Set(String, Vec<u8>),
    /// The key has no value from now on.
    Delete(String),
}

/// What changes a namespace: wholly or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Write {
    /// All of these changes, in this order.
    Apply(Vec<Change>),
    /// Adds to the number at a key; one that is not there is zero.
    Increment {
        /// The key.
        key: String,
        /// How much is added.
        delta: i64,
    },
    /// Sets a key if it has not changed since this revision.
    Swap {
        /// The key.
        key: String,
        /// The revision it must still have; [`ABSENT`] where it must have no value.
        revision: u64,
        /// Its new value.
        value: Vec<u8>,
    },
}

/// How a write that did not fail has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// It is done, and durable.
    Done,
    /// It is done, and this is the sum.
    Sum(i64),
    /// Nothing was written: the key has this revision now.
    Stale(u64),
}

/// The revision of a key without a value. Every write gives its keys a revision no key of the
/// namespace had before.
pub(super) const ABSENT: u64 = 0;

/// A value with its revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) revision: u64,
    pub(super) value: Vec<u8>,
}

/// Some of the keys of a namespace, and where to go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) keys: Vec<String>,
    pub(super) cursor: Option<String>,
}

/// Keys of one page: short enough to hold, long enough that a hundred pages list a full store.
pub(super) const PAGE_KEYS: usize = 1_000;

/// How much a namespace may hold, as far as the one who writes is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quota {
    pub(super) keys: u64,
    pub(super) bytes: u64,
}

/// How much a namespace holds: its keys, and the bytes of keys and values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) keys: u64,
    pub(super) bytes: u64,
}

/// The number a value spells, in the one way we write numbers.
pub(super) fn number(value: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(value).ok()?;
    text.parse().ok().filter(|number: &i64| number.to_string() == text)
}
