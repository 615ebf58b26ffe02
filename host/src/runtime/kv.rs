//! The key-value stores of guests: which one a name opens, what a guest may do with it, and how much.
//! Nothing else in the crate keeps anything for a guest; it decides no grant of its own.
//!
//! An operation passes, in this order: `wit` (a guest's call), `session` (grant, limits, deadline), then
//! a backend: `embedded` (a `file` for each namespace, in a directory under `lock`) or `remote`.

use std::sync::Arc;

mod embedded;
mod error;
mod file;
mod lock;
mod operation;
mod remote;
mod session;
pub(crate) mod wit;

pub(crate) use lock::DirectoryError;
pub(crate) use remote::UrlError;
pub(crate) use session::{Session, StoreRoute};
pub(crate) use wit::Bucket;

use crate::{config::StoresSource, policy::Namespace};
use embedded::Embedded;
use error::StoreError;
use operation::{Entry, Page, Quota, Write, Written};
use remote::Remote;

/// All stores of a server, by their namespaces; they stay as they are when a site is loaded anew.
#[derive(Clone)]
pub(crate) struct Stores(Arc<Backend>);

enum Backend {
    Nowhere,
    Embedded(Embedded),
    Remote(Box<Remote>),
}

impl Stores {
    /// The stores at this place. Nothing is opened and nobody is called yet.
    pub(crate) fn at(source: &StoresSource) -> Result<Self, UrlError> {
        Ok(Self(Arc::new(match source {
            StoresSource::Nowhere => Backend::Nowhere,
            StoresSource::Directory(dir) => Backend::Embedded(Embedded::new(dir.clone())),
            StoresSource::Redis(url) => Backend::Remote(Box::new(Remote::new(url)?)),
        })))
    }

    /// Takes possession of the stores before the first request does. A server that cannot be reached
    /// now is logged and no error: it may come later.
    pub(crate) async fn open(&self) -> Result<(), DirectoryError> {
        match &*self.0 {
            Backend::Nowhere => Ok(()),
            Backend::Embedded(stores) => stores.open().await,
            Backend::Remote(stores) => {
                stores.greet().await;
                Ok(())
            }
        }
    }

    async fn values(&self, of: &Namespace, keys: Vec<String>, most: usize) -> Result<Vec<Option<Entry>>, StoreError> {
        match &*self.0 {
            Backend::Nowhere => Err(nowhere()),
            Backend::Embedded(stores) => stores.values(of, keys, most).await,
            Backend::Remote(stores) => stores.values(of, keys, most).await,
        }
    }

    async fn revisions(&self, of: &Namespace, keys: Vec<String>) -> Result<Vec<u64>, StoreError> {
        match &*self.0 {
            Backend::Nowhere => Err(nowhere()),
            Backend::Embedded(stores) => stores.revisions(of, keys).await,
            Backend::Remote(stores) => stores.revisions(of, keys).await,
        }
    }

    async fn page(&self, of: &Namespace, cursor: Option<String>) -> Result<Page, StoreError> {
        match &*self.0 {
            Backend::Nowhere => Err(nowhere()),
            Backend::Embedded(stores) => stores.page(of, cursor).await,
            Backend::Remote(stores) => stores.page(of, cursor).await,
        }
    }

    async fn write(&self, of: &Namespace, write: Write, quota: Quota) -> Result<Written, StoreError> {
        match &*self.0 {
            Backend::Nowhere => Err(nowhere()),
            Backend::Embedded(stores) => stores.write(of, write, quota).await,
            Backend::Remote(stores) => stores.write(of, write, quota).await,
        }
    }
}

/// A site that grants stores and has no place for them does not load, so that this is never met.
fn nowhere() -> StoreError {
    StoreError::unavailable("no place for stores is set")
}
