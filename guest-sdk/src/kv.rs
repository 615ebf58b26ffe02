//! Key-value stores of the host (`wasi:keyvalue`). A segment's `[grants] kv = ["sessions"]` says which stores a route
//! may open; what one request writes, every later one reads. A call ends when the host has answered: a write is
//! durable by then.
//!
//! ```no_run
//! use routelet_sdk::{kv::Store, prelude::*};
//!
//! #[get]
//! async fn visits() -> Result<String, Problem> {
//!     let count = Store::open("counters")?.increment("visits", 1)?;
//!     Ok(format!("visit number {count}\n"))
//! }
//! ```

use std::{collections::VecDeque, fmt};

use crate::bindings::kv::wasi::keyvalue::{atomics, batch, store};

/// An open store.
#[derive(Debug)]
pub struct Store(store::Bucket);

impl Store {
    /// Opens the store of this name, if the policy grants it.
    pub fn open(name: &str) -> Result<Self, Error> {
        Ok(Self(store::open(name)?))
    }

    /// The value of a key, if it has one.
    ///
    /// ```no_run
    /// # use routelet_sdk::kv::{Error, Store};
    /// # fn look(store: &Store) -> Result<(), Error> {
    /// let theme = store.get("theme")?.unwrap_or_else(|| b"light".to_vec());
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.0.get(key)?)
    }

    /// Gives a key this value, whatever it had.
    pub fn set(&self, key: &str, value: impl AsRef<[u8]>) -> Result<(), Error> {
        Ok(self.0.set(key, value.as_ref())?)
    }

    /// Takes a key and its value away, if they are there.
    pub fn delete(&self, key: &str) -> Result<(), Error> {
        Ok(self.0.delete(key)?)
    }

    /// Whether a key has a value.
    pub fn exists(&self, key: &str) -> Result<bool, Error> {
        Ok(self.0.exists(key)?)
    }

    /// All keys, in no certain order, fetched page by page. A key that is written meanwhile may be missing.
    ///
    /// ```no_run
    /// # use routelet_sdk::kv::{Error, Store};
    /// # fn look(store: &Store) -> Result<(), Error> {
    /// for key in store.list() {
    ///     println!("{}", key?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> Keys<'_> {
        Keys { store: self, page: VecDeque::new(), next: Next::First }
    }

    /// Adds to the whole number at a key, which begins at zero, and returns the sum. Of requests that do so at
    /// once, none is lost.
    pub fn increment(&self, key: &str, delta: i64) -> Result<i64, Error> {
        Ok(atomics::increment(&self.0, key, delta)?)
    }

    /// Begins a change that is made only if nobody else changes the key meanwhile.
    ///
    /// ```no_run
    /// # use routelet_sdk::kv::{Error, Store};
    /// /// Takes the lock, unless somebody has it.
    /// fn lock(store: &Store) -> Result<bool, Error> {
    ///     let lock = store.compare_and_swap("lock")?;
    ///     if lock.current()?.is_some() {
    ///         return Ok(false);
    ///     }
    ///     Ok(lock.swap("taken")?.is_ok())
    /// }
    /// ```
    pub fn compare_and_swap(&self, key: &str) -> Result<CompareAndSwap, Error> {
        Ok(CompareAndSwap(atomics::Cas::new(&self.0, key)?))
    }

    /// Makes a new value of the old one, again and again until nobody came between, and returns it.
    ///
    /// ```no_run
    /// # use routelet_sdk::kv::{Error, Store};
    /// # fn add(store: &Store) -> Result<(), Error> {
    /// store.update("log", |old| [&old.unwrap_or_default()[..], b"one more line\n"].concat())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn update<V: AsRef<[u8]>>(&self, key: &str, mut make: impl FnMut(Option<Vec<u8>>) -> V) -> Result<V, Error> {
        let mut swap = self.compare_and_swap(key)?;
        loop {
            let value = make(swap.current()?);
            match swap.swap(&value)? {
                Ok(()) => return Ok(value),
                Err(fresh) => swap = fresh,
            }
        }
    }

    /// The values of several keys, in their order, by one call of the host.
    pub fn get_many(&self, keys: &[impl AsRef<str>]) -> Result<Vec<Pair>, Error> {
        Ok(batch::get_many(&self.0, &owned(keys))?)
    }

    /// Gives several keys their values, by one call of the host.
    ///
    /// ```no_run
    /// # use routelet_sdk::kv::{Error, Store};
    /// # fn write(store: &Store) -> Result<(), Error> {
    /// store.set_many([("theme", "dark"), ("language", "en")])?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_many<K: Into<String>, V: Into<Vec<u8>>>(
        &self,
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Result<(), Error> {
        let values: Vec<_> = values.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        Ok(batch::set_many(&self.0, &values)?)
    }

    /// Takes several keys away, by one call of the host.
    pub fn delete_many(&self, keys: &[impl AsRef<str>]) -> Result<(), Error> {
        Ok(batch::delete_many(&self.0, &owned(keys))?)
    }
}

/// A key, and its value if it has one.
pub type Pair = (String, Option<Vec<u8>>);

fn owned(keys: &[impl AsRef<str>]) -> Vec<String> {
    keys.iter().map(|key| key.as_ref().to_owned()).collect()
}

/// A change of one key that is made only if nobody else has changed the key since it was looked at.
#[derive(Debug)]
pub struct CompareAndSwap(atomics::Cas);

impl CompareAndSwap {
    /// The value of the key now; the swap is held against it.
    pub fn current(&self) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.0.current()?)
    }

    /// Gives the key this value. Where somebody came between nothing is written, and what is returned begins anew.
    pub fn swap(self, value: impl AsRef<[u8]>) -> Result<Result<(), Self>, Error> {
        match atomics::swap(self.0, value.as_ref()) {
            Ok(()) => Ok(Ok(())),
            Err(atomics::CasError::CasFailed(fresh)) => Ok(Err(Self(fresh))),
            Err(atomics::CasError::StoreError(error)) => Err(error.into()),
        }
    }
}

/// The keys of a store; see [`Store::list`]. It ends after an error.
#[derive(Debug)]
pub struct Keys<'s> {
    store: &'s Store,
    page: VecDeque<String>,
    next: Next,
}

#[derive(Debug)]
enum Next {
    First,
    Behind(String),
    Nothing,
}

impl Keys<'_> {
    fn turn(&mut self) -> Result<(), Error> {
        let cursor = match std::mem::replace(&mut self.next, Next::Nothing) {
            Next::First => None,
            Next::Behind(cursor) => Some(cursor),
            Next::Nothing => return Ok(()),
        };
        let page = self.store.0.list_keys(cursor.as_deref())?;
        self.page = page.keys.into();
        self.next = page.cursor.map_or(Next::Nothing, Next::Behind);
        Ok(())
    }
}

impl Iterator for Keys<'_> {
    type Item = Result<String, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        // A page may be empty and yet not be the last.
        while self.page.is_empty() && !matches!(self.next, Next::Nothing) {
            if let Err(error) = self.turn() {
                return Some(Err(error));
            }
        }
        self.page.pop_front().map(Ok)
    }
}

/// Why a store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// No store can have this name.
    NoSuchStore,
    /// The policy does not grant the store: `[grants] kv` of a `segment.toml` names the ones that are.
    AccessDenied,
    /// Something else, in the host's words: a limit, a value that is no number, a store out of order.
    Other(String),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NoSuchStore => Self::NoSuchStore,
            store::Error::AccessDenied => Self::AccessDenied,
            store::Error::Other(text) => Self::Other(text),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchStore => f.write_str("there is no such store"),
            Self::AccessDenied => f.write_str("the store is not granted"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Error {}
