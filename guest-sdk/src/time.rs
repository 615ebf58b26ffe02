//! Waiting for a moment, and for a future only so long. Measures no time itself: `std::time` does.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};

use crate::bindings::imports::wasi::clocks::monotonic_clock;
use crate::executor;

/// Waits for `duration`. The guest is not charged for the time.
///
/// ```no_run
/// use routelet_sdk::prelude::*;
/// use std::time::Duration;
///
/// # async fn example() {
/// sleep(Duration::from_millis(200)).await;
/// # }
/// ```
pub async fn sleep(duration: Duration) {
    let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    executor::ready(Rc::new(monotonic_clock::subscribe_duration(nanoseconds))).await;
}

/// Waits for `future`, but no longer than `duration`; the future is dropped when the time is up.
///
/// ```no_run
/// use routelet_sdk::prelude::*;
/// use routelet_sdk::time::timeout;
/// use std::time::Duration;
///
/// # async fn answer() {}
/// # async fn example() -> Result<(), Problem> {
/// timeout(Duration::from_secs(1), answer())
///     .await
///     .map_err(|_| Problem::new(StatusCode::GATEWAY_TIMEOUT))
/// # }
/// ```
pub async fn timeout<F: Future>(duration: Duration, future: F) -> Result<F::Output, Elapsed> {
    match select(pin!(future), pin!(sleep(duration))).await {
        Either::Left((output, _)) => Ok(output),
        Either::Right(((), _)) => Err(Elapsed),
    }
}

/// The time of a [`timeout`] was up first.
///
/// ```
/// assert_eq!(routelet_sdk::time::Elapsed.to_string(), "the time allowed is up");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time allowed is up")
    }
}

impl std::error::Error for Elapsed {}
