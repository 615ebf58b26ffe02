//! Listens, accepts and speaks HTTP/1 and HTTP/2 until told to stop; then lets what runs end. It
//! knows nothing of routes.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use crate::{
    Body, Site,
    config::ServerLimits,
    dispatch::{ClientAddress, respond},
};

/// How long accepting rests after the system ran out of what a connection needs, so that it does
/// not spin while it waits for others to close.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// A site behind a listening socket.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use routelet::{Config, Server, Site};
///
/// let site = Site::load("my-site/dist", Config::default()).await?;
/// let server = Server::bind("127.0.0.1:0", site).await?;
/// println!("http://{}", server.local_addr());
/// server.run(async { tokio::signal::ctrl_c().await.expect("a signal handler") }).await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    site: Site,
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
    /// Takes the address; port 0 takes a free port.
    ///
    /// # Errors
    ///
    /// The address is in use, is not this machine's, or may not be taken.
    pub async fn bind(address: impl tokio::net::ToSocketAddrs, site: Site) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        Ok(Self { address: listener.local_addr()?, listener, site })
    }

    /// The address taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is done, then accepts nothing more and waits for what is under way,
    /// requests and guests alike, for at most the `grace` of the site's settings.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Drained {
        let graceful = GracefulShutdown::new();
        let connections = Arc::new(Semaphore::new(connections_max(&self.site.config().server)));
        let http = http(&self.site.config().server);
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                accepted = accept(&self.listener, &connections) => {
                    let (stream, address, permit) = accepted;
                    let connection = serve(&http, stream, address, self.site.clone());
                    let connection = graceful.watch(connection);
                    tokio::spawn(async move {
                        if let Err(error) = connection.await {
                            tracing::debug!(event = "connection_broken", error = %error);
                        }
                        drop(permit);
                    });
                }
            }
        }
        drop(self.listener);
        drain(graceful, &self.site).await
    }
}

async fn drain(graceful: GracefulShutdown, site: &Site) -> Drained {
    let ended = async {
        graceful.shutdown().await;
        site.guests_ended().await;
    };
    match tokio::time::timeout(site.config().grace, ended).await {
        Ok(()) => Drained::Whole,
        Err(_) => Drained::Cut,
    }
}

/// As many as configured, but no more than half of the descriptors this process may open: files and
/// outbound connections need theirs.
fn connections_max(limits: &ServerLimits) -> usize {
    let descriptors = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let half = descriptors.map_or(usize::MAX, |descriptors| usize::try_from(descriptors / 2).unwrap_or(usize::MAX));
    limits.connections.min(half).max(1)
}

type Permit = tokio::sync::OwnedSemaphorePermit;

/// The next connection, once there is room for one.
async fn accept(listener: &TcpListener, connections: &Arc<Semaphore>) -> (TcpStream, SocketAddr, Permit) {
    loop {
        let permit = connections.clone().acquire_owned().await.expect("the semaphore is never closed");
        match listener.accept().await {
            Ok((stream, address)) => return (stream, address, permit),
            Err(error) => {
                tracing::warn!(event = "accept_failed", reason = %error);
                tokio::time::sleep(ACCEPT_REST).await;
            }
        }
    }
}

/// HTTP/1 and HTTP/2 with prior knowledge, within the limits of the whole server.
fn http(limits: &ServerLimits) -> auto::Builder<TokioExecutor> {
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        .max_headers(limits.headers)
        .max_buf_size(limits.request_head_bytes.max(MIN_BUFFER_BYTES));
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.h2_streams)
        .initial_stream_window_size(limits.h2_stream_window_bytes)
        .initial_connection_window_size(limits.h2_connection_window_bytes)
        .max_pending_accept_reset_streams(limits.h2_pending_resets)
        .max_local_error_reset_streams(limits.h2_local_resets)
        .max_header_list_size(u32::try_from(limits.request_head_bytes).unwrap_or(u32::MAX));
    http
}

/// hyper refuses smaller ones.
const MIN_BUFFER_BYTES: usize = 8192;

fn serve(
    http: &auto::Builder<TokioExecutor>,
    stream: TcpStream,
    address: SocketAddr,
    site: Site,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = Box<dyn std::error::Error + Send + Sync>> + Send + use<>
{
    // Small answers would wait for the acknowledgement of the one before (RFC 896).
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let site = site.clone();
        request.extensions_mut().insert(ClientAddress(address.ip()));
        async move { Ok::<Response<Body>, Infallible>(respond(&site, request).await) }
    });
    http.serve_connection(TokioIo::new(stream), service).into_owned()
}
