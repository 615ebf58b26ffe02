//! How long each step of an outgoing exchange may take. A guest may shorten what its policy allows,
//! never lengthen it. Nothing is connected or read here.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use wasmtime_wasi_http::{Error, RequestOptions};

use crate::policy::Limits;

/// The shortest wait a guest can ask for. Zero would mean "fail at once" to one timer and panic
/// another; a millisecond is as good as zero and has neither trouble.
const WAIT_MIN: Duration = Duration::from_millis(1);

/// The waits of one exchange, and the moment it must be over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deadlines {
    /// Until connected: waiting for a free connection and resolving the name included.
    pub(super) connect: Duration,
    /// For the TLS handshake.
    pub(super) tls: Duration,
    /// From the request to the head of its response.
    pub(super) first_byte: Duration,
    /// Between two pieces of the response's body.
    pub(super) gap: Duration,
    /// When everything must be over.
    pub(super) end: Instant,
}

impl Deadlines {
    /// The deadlines of an exchange that starts now.
    pub(super) fn start(limits: &Limits, wanted: Option<RequestOptions>) -> Self {
        let wanted = wanted.unwrap_or_default();
        Self {
            connect: lower(limits.outbound_connect, wanted.connect_timeout),
            tls: lower(limits.outbound_tls, wanted.connect_timeout),
            first_byte: lower(limits.outbound_first_byte, wanted.first_byte_timeout),
            gap: lower(limits.outbound_gap, wanted.between_bytes_timeout),
            end: Instant::now() + limits.outbound_total,
        }
    }

    /// The moment `wait` is over, or the whole exchange if that is sooner.
    pub(super) fn due(&self, wait: Duration) -> Instant {
        self.end.min(Instant::now() + wait)
    }
}

/// Runs a step until `due`; what is still under way then is dropped and `late` is the outcome.
pub(super) async fn until<T>(
    due: Instant,
    late: Error,
    step: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    timeout_at(due, step).await.unwrap_or(Err(late))
}

fn lower(limit: Duration, wanted: Option<Duration>) -> Duration {
    wanted.map_or(limit, |wanted| wanted.max(WAIT_MIN).min(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_guest_may_only_lower_a_deadline() {
        let (limit, second) = (Duration::from_secs(5), Duration::from_secs(1));
        let rows = [
            (None, limit),
            (Some(second), second),
            (Some(limit), limit),
            (Some(Duration::ZERO), WAIT_MIN),
            (Some(Duration::from_nanos(1)), WAIT_MIN),
            (Some(Duration::from_secs(600)), limit),
            (Some(Duration::from_nanos(u64::MAX)), limit),
            (Some(Duration::MAX), limit),
        ];
        for (wanted, expected) in rows {
            let limits = Limits { outbound_connect: limit, outbound_tls: limit, ..Limits::default() };
            let options = RequestOptions { connect_timeout: wanted, ..RequestOptions::default() };
            let deadlines = Deadlines::start(&limits, Some(options));
            assert_eq!((deadlines.connect, deadlines.tls), (expected, expected), "{wanted:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn every_wait_ends_with_the_exchange() {
        let limits = Limits { outbound_total: Duration::from_secs(2), ..Limits::default() };
        let deadlines = Deadlines::start(&limits, None);
        assert_eq!(deadlines.due(Duration::from_secs(1)), Instant::now() + Duration::from_secs(1));
        assert_eq!(deadlines.due(Duration::from_secs(9)), Instant::now() + Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_step_is_dropped() {
        let started = Instant::now();
        let late = until(started + Duration::from_secs(3), Error::DnsTimeout, std::future::pending::<Result<(), _>>());
        assert!(matches!(late.await, Err(Error::DnsTimeout)));
        assert_eq!(started.elapsed(), Duration::from_secs(3));
    }
}
