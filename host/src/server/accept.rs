//! Takes connections from the listening socket, as many as there is room for in all and for one
//! address. It reads nothing of them.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

mod addresses;

use rustix::process::{Resource, getrlimit};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use self::addresses::{AddressSeat, Addresses};
use crate::config::{Config, ServerLimits};

/// How long accepting rests after the system ran out of what a connection needs, so that it does
/// not spin while it waits for others to close.
const REST: Duration = Duration::from_millis(100);

/// One line a second tells an operator as much as ten would.
const COMPLAINT_GAP: Duration = Duration::from_secs(1);

/// What the system may hold of answers that are not on their way yet: left alone it takes megabytes for each client
/// that reads slowly, and at some hundreds of them it drops packets of all others.
const UNSENT_BYTES_MAX: u32 = 128 << 10;

/// A connection, and its place among those the server holds.
pub(super) struct Accepted {
    pub(super) stream: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) seat: Seat,
}

/// A place among all connections and among those of one address; dropped with the connection.
pub(super) struct Seat {
    _of_all: OwnedSemaphorePermit,
    _of_address: AddressSeat,
}

/// The listening socket and the places left.
pub(super) struct Acceptor {
    listener: TcpListener,
    seats: Arc<Semaphore>,
    addresses: Addresses,
    failed: Complaint,
    crowded: Complaint,
}

impl Acceptor {
    pub(super) fn new(listener: TcpListener, config: &Config) -> Self {
        Self {
            listener,
            seats: Arc::new(Semaphore::new(connections_max(&config.server))),
            addresses: Addresses::new(config.server.connections_per_address, config.trusted_proxies.clone()),
            failed: Complaint::default(),
            crowded: Complaint::default(),
        }
    }

    /// The next connection, once there is room for one; until then clients wait in the system's queue.
    pub(super) async fn next(&mut self) -> Accepted {
        loop {
            let of_all = self.seats.clone().acquire_owned().await.expect("the semaphore is never closed");
            match self.listener.accept().await {
                Ok((stream, peer)) => match self.addresses.seat(peer.ip()) {
                    Some(of_address) => {
                        prepare(&stream);
                        return Accepted { stream, peer, seat: Seat { _of_all: of_all, _of_address: of_address } };
                    }
                    None => self.refuse(stream, peer),
                },
                Err(error) if concerns_one(&error) => {}
                Err(error) => self.rest(&error).await,
            }
        }
    }

    /// Closes a connection of an address that has its share.
    fn refuse(&mut self, stream: TcpStream, peer: SocketAddr) {
        drop(stream);
        if self.crowded.is_due() {
            tracing::warn!(event = "connection_refused", reason = "connections-per-address", client = %peer.ip());
        }
    }

    async fn rest(&mut self, error: &io::Error) {
        if self.failed.is_due() {
            tracing::warn!(event = "accept_failed", reason = %error);
        }
        tokio::time::sleep(REST).await;
    }
}

/// Sends what is written at once, however little, and takes no more than is soon sent. A connection that refuses that
/// has gone again, which its first read tells.
fn prepare(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let _ = SockRef::from(stream).set_tcp_notsent_lowat(UNSENT_BYTES_MAX);
}

/// When something was last complained of.
#[derive(Debug, Default)]
struct Complaint(Option<Instant>);

impl Complaint {
    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let due = self.0.is_none_or(|before| now - before >= COMPLAINT_GAP);
        if due {
            self.0 = Some(now);
        }
        due
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_complaint_is_made_once_a_second() {
        let mut complaint = Complaint::default();
        let mut made = 0;
        for _ in 0..30 {
            made += usize::from(complaint.is_due());
            tokio::time::advance(Duration::from_millis(100)).await;
        }
        assert_eq!(made, 3);
    }
}
