//! From vetted addresses to an open stream: connects to one of them, and speaks TLS where the scheme
//! asks for it. It resolves no names and knows nothing of HTTP.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures_util::future::select_ok;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{DnsName, ServerName},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
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
            if turn > 0 {
                tokio::time::sleep(ATTEMPT_DELAY * turn).await;
            }
            connect(*address).await
        })
    });
    select_ok(attempts).await.map(|(stream, _)| stream)
}

/// The stream to speak HTTP over: the connection itself, or TLS on it with the certificate checked
/// against the target's host.
pub(super) async fn secure(
    stream: impl Stream + 'static,
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::time::Instant;

    use super::*;

    fn addresses(count: u8) -> Vec<IpAddr> {
        (1..=count).map(|last| IpAddr::from([192, 0, 2, last])).collect()
    }

    /// Connects as `connect` says; gives what came of it, and after how many milliseconds which
    /// addresses were tried.
    async fn raced<F>(
        count: u8,
        connect: impl Fn(IpAddr) -> F + Copy + Send + Sync,
    ) -> (io::Result<IpAddr>, Vec<(u128, IpAddr)>)
    where
        F: Future<Output = io::Result<IpAddr>> + Send,
    {
        let (started, tried) = (Instant::now(), Mutex::new(Vec::new()));
        let connected = race(&addresses(count), |address| {
            tried.lock().expect("no attempt panics").push((started.elapsed().as_millis(), address));
            connect(address)
        })
        .await;
        (connected, tried.into_inner().expect("no attempt panics"))
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_answers_at_once_is_the_only_one_tried() {
        let (connected, tried) = raced(3, async |address| Ok(address)).await;
        assert_eq!(connected.expect("a connection"), addresses(1)[0]);
        assert_eq!(tried, [(0, addresses(1)[0])]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_swallows_packets_does_not_hold_up_the_next() {
        let last = addresses(2)[1];
        let (connected, tried) = raced(2, async |address| {
            if address != last {
                std::future::pending::<()>().await;
            }
            Ok(address)
        })
        .await;
        assert_eq!(connected.expect("a connection"), last);
        assert_eq!(tried.last(), Some(&(250, last)));
    }

    #[tokio::test(start_paused = true)]
    async fn of_many_addresses_a_few_are_tried() {
        let refused = async |_| Err(io::ErrorKind::ConnectionRefused.into());
        let (connected, tried) = raced(200, refused).await;
        assert!(matches!(connected, Err(error) if error.kind() == io::ErrorKind::ConnectionRefused));
        assert_eq!(tried.len(), ATTEMPTS_MAX);
    }
}
