//! Settings and secrets from the host's store (`wasi:config`). The same values are in the environment; a route that
//! reads them there runs on hosts without that draft as well.

use std::fmt;

use crate::bindings::config::wasi::config::store;

/// The value of `key`, if the policy grants it.
///
/// ```no_run
/// use routelet_sdk::prelude::*;
///
/// #[get]
/// async fn greeting() -> Result<String, Problem> {
///     Ok(routelet_sdk::config::get("GREETING")?.unwrap_or_else(|| "hello".to_owned()))
/// }
/// ```
pub fn get(key: &str) -> Result<Option<String>, Error> {
    store::get(key).map_err(|error| match error {
        store::Error::Upstream(reason) | store::Error::Io(reason) => Error(reason),
    })
}

/// The host's store failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the host's configuration store failed: {}", self.0)
    }
}

impl std::error::Error for Error {}
