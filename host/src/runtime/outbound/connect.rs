//! From a vetted target to an open connection: resolves a name once, drops the addresses the policy
//! does not reach, connects to one that is left, and speaks TLS where the scheme asks for it. It
//! knows nothing of HTTP.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt, select_ok};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{DnsName, ServerName},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_rustls::TlsConnector;
use wasmtime_wasi_http::Error;

use super::{
    deadline::{Deadlines, until},
    error,
    target::{Host, Scheme, Target},
};

/// A second address is tried if the first has not answered for this long (RFC 8305 section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);
/// Addresses of one name that are tried; a name with hundreds must not open hundreds of connections.
const ATTEMPTS_MAX: usize = 6;

/// Turns names into addresses.
pub(crate) trait Resolve: Send + Sync {
    /// All addresses of a name. A lookup may outlive its caller, who cannot stop the system's
    /// resolver; `place` is therefore given back by the lookup itself, when it ends.
    fn resolve(&self, name: &str, place: OwnedSemaphorePermit) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The system's resolver.
pub(crate) struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str, place: OwnedSemaphorePermit) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let name = name.to_owned();
        let lookup = tokio::task::spawn_blocking(move || {
            let addresses = std::net::ToSocketAddrs::to_socket_addrs(&(name.as_str(), 0));
            drop(place);
            addresses.map(|addresses| addresses.map(|address| address.ip()).collect())
        });
        async { lookup.await.unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into())) }.boxed()
    }
}

/// What a connection is read from and written to.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The trust in certificate authorities that browsers share, and HTTP/1.1 as the only protocol.
pub(super) fn public_tls() -> ClientConfig {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
    tls(roots)
}

/// TLS that trusts these authorities.
pub(super) fn tls(roots: RootCertStore) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring offers the suites of both protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

/// All addresses of a target, each once. A literal is its own address, and no resolver hears of it.
pub(super) async fn addresses(
    target: &Target,
    resolver: &dyn Resolve,
    places: &Arc<Semaphore>,
) -> Result<Vec<IpAddr>, Error> {
    let name = match &target.host {
        Host::Address(address) => return Ok(vec![*address]),
        Host::Name(name) => name,
    };
    let place = places.clone().acquire_owned().await.map_err(|_| Error::DnsTimeout)?;
    let found = resolver.resolve(name, place).await.map_err(|error| error::from_lookup(&error))?;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found.into_iter().map(|address| address.to_canonical()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

/// Connects to the first of these addresses that answers.
pub(super) async fn dial(addresses: &[IpAddr], port: u16) -> Result<TcpStream, Error> {
    let stream = race(addresses, move |address| TcpStream::connect(SocketAddr::new(address, port)))
        .await
        .map_err(|error| error::from_connect(&error))?;
    // Small requests must not wait for an acknowledgement; if it cannot be set, they merely do.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// Tries each address a little after the one before it, so that one that swallows packets does not
/// use up the time of all. The losers are dropped, and so closed.
async fn race<S, F>(addresses: &[IpAddr], connect: impl Fn(IpAddr) -> F + Copy + Send) -> io::Result<S>
where
    F: Future<Output = io::Result<S>> + Send,
{
    let attempts = (0..).zip(addresses).take(ATTEMPTS_MAX).map(|(turn, address)| {
        Box::pin(async move {
            tokio::time::sleep(ATTEMPT_DELAY * turn).await;
            connect(*address).await
        })
    });
    select_ok(attempts).await.map(|(stream, _)| stream)
}

/// The stream to speak HTTP over: the connection itself, or TLS on it with the certificate checked
/// against the target's host.
pub(super) async fn secure(
    stream: TcpStream,
    target: &Target,
    tls: Arc<ClientConfig>,
    deadlines: &Deadlines,
) -> Result<Box<dyn Stream>, Error> {
    if target.scheme == Scheme::Http {
        return Ok(Box::new(stream));
    }
    let handshake = handshake(stream, server_name(&target.host)?, tls);
    until(deadlines.due(deadlines.tls), Error::ConnectionTimeout, handshake).await
}

async fn handshake(
    stream: impl Stream + 'static,
    name: ServerName<'static>,
    tls: Arc<ClientConfig>,
) -> Result<Box<dyn Stream>, Error> {
    let stream = TlsConnector::from(tls).connect(name, stream).await;
    stream.map(|stream| Box::new(stream) as Box<dyn Stream>).map_err(|error| error::from_handshake(&error))
}

fn server_name(host: &Host) -> Result<ServerName<'static>, Error> {
    match host {
        Host::Address(address) => Ok(ServerName::from(*address)),
        Host::Name(name) => {
            let name = DnsName::try_from(name.clone()).map_err(|_| Error::HttpRequestUriInvalid)?;
            Ok(ServerName::DnsName(name))
        }
    }
}
