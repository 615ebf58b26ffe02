//! One guest's use of key-value stores: which it may open, how often, how large, how long. The
//! operations themselves are the backends'.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Stores,
    error::StoreError,
    operation::{Change, Entry, Page, Quota, Write, Written},
};
use crate::policy::{Limits, Namespace, Policy, names};

/// Distinct missing grants logged for one request; further ones tell nobody more.
const DENIALS_LOGGED_MAX: usize = 8;

/// What all guests of one route share of stores.
pub(crate) struct StoreRoute {
    pattern: Arc<str>,
    stores: Stores,
    granted: BTreeMap<String, Namespace>,
    limits: Limits,
}

impl StoreRoute {
    /// The stores that `policy` grants to the route at `pattern`.
    pub(crate) fn new(stores: &Stores, pattern: Arc<str>, policy: &Policy) -> Self {
        let (granted, limits) = (policy.grants.kv.clone(), policy.limits.clone());
        Self { pattern, stores: stores.clone(), granted, limits }
    }
}

/// One guest's way to its stores. It counts anew for each request.
pub(crate) struct Session {
    route: Arc<StoreRoute>,
    request_id: Arc<str>,
    operations_left: usize,
    denied: Vec<String>,
    is_failure_logged: bool,
}

/// Why a name opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenError {
    /// No store can have this name.
    NoSuchStore,
    /// It is not granted, whether there is one or not.
    Denied,
}

impl Session {
    /// The way of a guest that has no request yet.
    pub(crate) fn new(route: Arc<StoreRoute>) -> Self {
        let operations_left = route.limits.kv_operations;
        Self { route, request_id: Arc::default(), operations_left, denied: Vec::new(), is_failure_logged: false }
    }

    /// From now on the guest works on behalf of this request.
    pub(crate) fn begin_request(&mut self, request_id: &Arc<str>) {
        *self = Self { request_id: request_id.clone(), ..Self::new(self.route.clone()) };
    }

    /// The namespace behind a name.
    pub(super) fn open(&mut self, name: &str) -> Result<Namespace, OpenError> {
        if let Some(namespace) = self.route.granted.get(name) {
            return Ok(namespace.clone());
        }
        if !names::is_name(name) {
            return Err(OpenError::NoSuchStore);
        }
        self.log_denial(name);
        Err(OpenError::Denied)
    }

    /// The values of keys, none for each that has none.
    pub(super) async fn values(&mut self, of: &Namespace, keys: Vec<String>) -> Result<Vec<Option<Entry>>, StoreError> {
        self.count(keys.len())?;
        self.check_keys(&keys)?;
        let route = self.route.clone();
        let most = route.limits.hostcall_fuel_bytes;
        self.done(of, route.stores.values(of, keys, most)).await
    }

    /// The revision of a key.
    pub(super) async fn revision(&mut self, of: &Namespace, key: String) -> Result<u64, StoreError> {
        self.count(1)?;
        self.check_key(&key)?;
        let route = self.route.clone();
        let found = self.done(of, route.stores.revisions(of, vec![key])).await?;
        found.first().copied().ok_or_else(|| StoreError::unavailable("a revision is missing"))
    }

    /// One page of keys.
    pub(super) async fn page(&mut self, of: &Namespace, cursor: Option<String>) -> Result<Page, StoreError> {
        self.count(1)?;
        let route = self.route.clone();
        self.done(of, route.stores.page(of, cursor)).await
    }

    /// Writes, and ends when that is durable.
    pub(super) async fn write(&mut self, of: &Namespace, write: Write) -> Result<Written, StoreError> {
        self.check_write(&write)?;
        let route = self.route.clone();
        let quota = Quota { keys: route.limits.kv_keys, bytes: route.limits.kv_bytes };
        self.done(of, route.stores.write(of, write, quota)).await
    }

    fn check_write(&mut self, write: &Write) -> Result<(), StoreError> {
        match write {
            Write::Apply(changes) => {
                self.count(changes.len())?;
                changes.iter().try_for_each(|change| match change {
                    Change::Set(key, value) => self.check_key(key).and_then(|()| self.check_value(value)),
                    Change::Delete(key) => self.check_key(key),
                })
            }
            Write::Increment { key, .. } => {
                self.count(1)?;
                self.check_key(key)
            }
            Write::Swap { key, value, .. } => {
                self.count(1)?;
                self.check_key(key).and_then(|()| self.check_value(value))
            }
        }
    }

    /// Counts before anything is done, refused operations too; an empty batch is one.
    fn count(&mut self, operations: usize) -> Result<(), StoreError> {
        let most = self.route.limits.kv_operations;
        let left = self.operations_left.checked_sub(operations.max(1));
        self.operations_left = left.unwrap_or(0);
        let beyond = || StoreError::Beyond("kv-operations", format!("a request may do {most} operations"));
        left.map(drop).ok_or_else(beyond)
    }

    fn check_keys(&self, keys: &[String]) -> Result<(), StoreError> {
        keys.iter().try_for_each(|key| self.check_key(key))
    }

    fn check_key(&self, key: &str) -> Result<(), StoreError> {
        bounded("kv-key", "key", key.len(), self.route.limits.kv_key_bytes)
    }

    fn check_value(&self, value: &[u8]) -> Result<(), StoreError> {
        bounded("kv-value", "value", value.len(), self.route.limits.kv_value_bytes)
    }

    /// What came of an operation, by its deadline; a store that fails is logged once for each request.
    async fn done<T>(
        &mut self,
        of: &Namespace,
        operation: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let wait = self.route.limits.kv_wait;
        let done = tokio::time::timeout(wait, operation).await.unwrap_or(Err(StoreError::Late(wait)));
        match &done {
            Err(StoreError::Unavailable(reason)) => self.log_failure(of, reason),
            Err(late @ StoreError::Late(_)) => self.log_failure(of, &late.to_string()),
            Ok(_) | Err(_) => {}
        }
        done
    }

    fn log_failure(&mut self, of: &Namespace, reason: &str) {
        if !std::mem::replace(&mut self.is_failure_logged, true) {
            let (request_id, route) = (&self.request_id, &self.route.pattern);
            tracing::error!(event = "kv_failed", %request_id, %route, store = %of, %reason);
        }
    }

    fn log_denial(&mut self, name: &str) {
        let missing = format!("kv = [\"{name}\"]");
        if self.denied.len() < DENIALS_LOGGED_MAX && !self.denied.contains(&missing) {
            let (request_id, route) = (&self.request_id, &self.route.pattern);
            tracing::warn!(event = "kv_denied", %request_id, %route, %missing);
            self.denied.push(missing);
        }
    }
}

fn bounded(limit: &'static str, what: &str, bytes: usize, most: usize) -> Result<(), StoreError> {
    match bytes <= most {
        true => Ok(()),
        false => Err(StoreError::Beyond(limit, format!("a {what} may have {most} bytes, this one has {bytes}"))),
    }
}
