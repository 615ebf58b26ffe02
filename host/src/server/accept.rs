//! Takes connections from the listening socket, as many as there is room for. It reads nothing of them.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use rustix::process::{Resource, getrlimit};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::config::ServerLimits;

/// How long accepting rests after the system ran out of what a connection needs, so that it does
/// not spin while it waits for others to close.
const REST: Duration = Duration::from_millis(100);

/// One line a second tells an operator as much as ten would.
const COMPLAINT_GAP: Duration = Duration::from_secs(1);

/// A connection, and its place among those the server holds.
pub(super) struct Accepted {
    pub(super) stream: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) seat: OwnedSemaphorePermit,
}

/// The listening socket and the places left.
pub(super) struct Acceptor {
    listener: TcpListener,
    seats: Arc<Semaphore>,
    complained: Option<Instant>,
}

impl Acceptor {
    pub(super) fn new(listener: TcpListener, limits: &ServerLimits) -> Self {
        Self { listener, seats: Arc::new(Semaphore::new(connections_max(limits))), complained: None }
    }

    /// The next connection, once there is room for one; until then clients wait in the system's queue.
    pub(super) async fn next(&mut self) -> Accepted {
        loop {
            let seat = self.seats.clone().acquire_owned().await.expect("the semaphore is never closed");
            match self.listener.accept().await {
                Ok((stream, peer)) => return Accepted { stream, peer, seat },
                Err(error) if concerns_one(&error) => {}
                Err(error) => {
                    self.complain(&error);
                    tokio::time::sleep(REST).await;
                }
            }
        }
    }

    fn complain(&mut self, error: &io::Error) {
        let now = Instant::now();
        if self.complained.is_none_or(|before| now - before >= COMPLAINT_GAP) {
            self.complained = Some(now);
            tracing::warn!(event = "accept_failed", reason = %error);
        }
    }
}

/// Whether accepting failed for a connection that has gone again, and not for all.
fn concerns_one(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

/// As many as configured, but no more than half of the descriptors this process may open: files and
/// outbound connections need theirs.
fn connections_max(limits: &ServerLimits) -> usize {
    let descriptors = getrlimit(Resource::Nofile).current;
    let half = descriptors.map_or(usize::MAX, |descriptors| usize::try_from(descriptors / 2).unwrap_or(usize::MAX));
    limits.connections.min(half).max(1)
}
