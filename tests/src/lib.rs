//! What the tests of routelet stand on: guests, sites made of them, and the three ways to reach a site.
//!
//! - [`guests`]: the components of `tests/guests`, built on first use; [`fixtures`]: components written as text.
//! - [`foreign`]: components that tools of others make, or change.
//! - [`site`]: a directory that becomes a loaded site and answers without a socket.
//! - [`server`] and [`client`]: the same site behind a real socket, spoken to byte by byte.
//! - [`frames`]: HTTP/2 by hand, for what no client library sends.
//! - [`log`]: what the library logs meanwhile.
//! - [`binary`]: the program itself, with its signals, flags and output; [`origin`]: a server guests call; [`redis`]: a
//!   real Redis server.
//! - [`raw_requests`]: what clients send that are none, byte by byte; [`raw_frames`]: the same for HTTP/2.
//! - [`tls`]: certificates, and a client that trusts them.
//!
//! It holds no expectation of its own: what is right stands in the tests.

pub mod binary;
pub mod client;
pub mod fixtures;
pub mod foreign;
pub mod frames;
pub mod guests;
pub mod log;
pub mod origin;
pub mod raw_frames;
pub mod raw_requests;
pub mod redis;
pub mod server;
pub mod site;
pub mod tls;

pub use guests::Guest;
pub use site::{Answer, SiteDir, TestSite};

use std::time::Duration;

/// How long an event may take before its test fails. It orders nothing; it only ends a test that hangs. A program
/// that first compiles a site on shared cores takes minutes.
pub const PATIENCE: Duration = Duration::from_mins(10);

/// Waits for what must happen, and fails the test where it does not.
pub async fn eventually<T>(what: &str, event: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, event).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: did not happen within {PATIENCE:?}"),
    }
}
