//! Listens, accepts and speaks HTTP/1 and HTTP/2 until told to stop; then lets what runs end. It
//! knows nothing of routes.

use std::{io, net::SocketAddr, pin::pin};

use futures_util::FutureExt as _;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

mod accept;
mod account;
mod answering;
mod conduct;
mod connection;
mod frames;
mod gate;
mod http;
mod judged;
mod sniff;
mod streams;
mod tls;
mod together;
mod watched;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use self::gate::{GateLimits, framing};
use self::{
    accept::{Accepted, Acceptor},
    connection::{Connection, ConnectionFacts},
    tls::Tls,
};
use crate::{Fault, Site};

/// A site behind a listening socket.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use routelet::{Config, Server, Site};
///
/// let site = Site::load("my-site/dist", Config::default()).await?;
/// let server = Server::bind("127.0.0.1:0", site).await?;
/// println!("listening on {}", server.url());
/// server.run(async { tokio::signal::ctrl_c().await.expect("a signal handler") }).await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
    site: Site,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address is in use, is not this machine's, or may not be taken.
    #[error("the address cannot be taken")]
    Address(#[from] io::Error),
    /// The files of `tls` in the site's settings are no certificate with its key.
    #[error("there is no certificate to serve with")]
    Tls(Fault),
}

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// Everything under way ended by itself.
    Whole,
    /// The grace period was over before that; what still ran was cut off.
    Cut,
}

impl Server {
    /// Reads the certificate, if the site's settings name one, and takes the address; port 0 takes a
    /// free port.
    ///
    /// # Errors
    ///
    /// The certificate or the address is not to be had.
    pub async fn bind(address: impl tokio::net::ToSocketAddrs, site: Site) -> Result<Self, BindError> {
        let tls = Tls::load(&site.config().tls).map_err(BindError::Tls)?;
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        site.listens_on(address);
        Ok(Self { address, listener, tls, site })
    }

    /// Where clients find it: `http://ADDRESS:PORT`, or `https://` where there is a certificate.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The address taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is done, then accepts nothing more and waits for what is under way,
    /// requests and guests alike, for at most the `grace` of the site's settings.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Drained {
        let mut shutdown = pin!(shutdown);
        let mut acceptor = Acceptor::new(self.listener, self.site.config());
        let mut connections = Connections::new(self.site, self.tls);
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(_) = connections.tasks.join_next() => {}
                accepted = acceptor.next() => connections.begin(accepted),
            }
        }
        drop(acceptor);
        connections.drain().await
    }
}

/// Every connection under way; dropping it cuts them off.
struct Connections {
    site: Site,
    tls: Option<Tls>,
    draining: CancellationToken,
    tasks: JoinSet<()>,
}

impl Connections {
    fn new(site: Site, tls: Option<Tls>) -> Self {
        let draining = CancellationToken::new();
        let mut tasks = JoinSet::new();
        if let Some(tls) = tls.clone() {
            tasks.spawn(draining.clone().run_until_cancelled_owned(tls.follow()).map(drop));
        }
        Self { site, tls, draining, tasks }
    }

    fn begin(&mut self, accepted: Accepted) {
        let Accepted { stream, peer, seat } = accepted;
        let connection = greet(stream, peer, self.tls.clone(), self.site.clone(), self.draining.clone());
        self.tasks.spawn(self.site.threads().run(async move {
            connection.await;
            drop(seat);
        }));
    }

    async fn drain(mut self) -> Drained {
        let grace = self.site.config().grace;
        self.draining.cancel();
        let ended = async {
            while self.tasks.join_next().await.is_some() {}
            self.site.guests_ended().await;
        };
        let drained = match tokio::time::timeout(grace, ended).await {
            Ok(()) => Drained::Whole,
            Err(_) => Drained::Cut,
        };
        // Cut here, an answer lacks its end, and its client sees that.
        self.tasks.shutdown().await;
        drained
    }
}

/// One connection, from what lies below HTTP to its end.
async fn greet(stream: TcpStream, peer: SocketAddr, tls: Option<Tls>, site: Site, draining: CancellationToken) {
    // Small answers would wait for the acknowledgement of the one before (RFC 896).
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else {
        let facts = ConnectionFacts { peer, secure: false, protocol: None };
        return Connection { facts, site, draining }.serve(stream).await;
    };
    let limit = site.config().server.tls_handshake;
    let handshake = tokio::time::timeout(limit, tls.handshake(stream));
    match draining.run_until_cancelled(handshake).await {
        Some(Ok(Ok((stream, protocol)))) => {
            let facts = ConnectionFacts { peer, secure: true, protocol: Some(protocol) };
            Connection { facts, site, draining }.serve(stream).await;
        }
        Some(Ok(Err(error))) => tracing::debug!(event = "handshake_failed", client = %peer.ip(), error = %error),
        Some(Err(_)) => tracing::debug!(event = "handshake_failed", client = %peer.ip(), error = "too slow"),
        None => {}
    }
}
