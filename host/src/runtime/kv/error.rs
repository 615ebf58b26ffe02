//! Why an operation on a store fails: what the guest reads of it, and what only the log may hold.

use std::{fmt, time::Duration};

/// Why an operation was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StoreError {
    /// It is beyond a limit: the limit's key, and what there is too much of.
    Beyond(&'static str, String),
    /// The value to increment is no whole number of 64 bits.
    NotANumber,
    /// The sum does not fit into 64 bits.
    Overflow,
    /// The cursor is none that a listing gave.
    Cursor,
    /// It took longer than it may. A write may still have been done.
    Late(Duration),
    /// The store cannot be used now; the reason is for the log alone. A write may have been done.
    Unavailable(String),
}

impl StoreError {
    /// A store that cannot be used now.
    pub(super) fn unavailable(reason: impl fmt::Display) -> Self {
        Self::Unavailable(reason.to_string())
    }
}

/// As a guest reads it: no path, no address, nothing of another guest.
impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beyond(limit, found) => write!(f, "{limit}: {found}"),
            Self::NotANumber => f.write_str("the value is no whole number of 64 bits in decimal digits"),
            Self::Overflow => f.write_str("the sum does not fit into 64 bits"),
            Self::Cursor => f.write_str("the cursor is none of this store"),
            Self::Late(wait) => write!(f, "kv-wait: not done within {wait:?}"),
            Self::Unavailable(_) => f.write_str("the store is not available"),
        }
    }
}
