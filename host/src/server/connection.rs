//! One connection from its first byte of HTTP to its end: which protocol it speaks, who answers its
//! requests, and when it is told to go. It opens no socket.

use std::{convert::Infallible, net::SocketAddr, pin::pin};

use hyper::{Request, Response, body::Incoming, http::uri::Scheme, service::service_fn};
use hyper_util::{rt::TokioIo, server::graceful::GracefulConnection};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::{
    gate::{Gate, WhileSound},
    http,
    sniff::{self, Replayed},
};
use crate::{
    Body, Site,
    dispatch::{ClientAddress, ClientScheme, respond},
};

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// RFC 9112.
    Http1,
    /// RFC 9113.
    Http2,
}

/// What is known of a connection before its first byte of HTTP.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionFacts {
    /// Who connected.
    pub(super) peer: SocketAddr,
    /// Whether TLS lies below.
    pub(super) secure: bool,
    /// What TLS has agreed on (RFC 7301); otherwise the first bytes tell.
    pub(super) protocol: Option<Protocol>,
}

/// A connection about to be served.
pub(super) struct Connection {
    pub(super) facts: ConnectionFacts,
    pub(super) site: Site,
    /// Cancelled when the server wants to end.
    pub(super) draining: CancellationToken,
}

impl Connection {
    /// Speaks HTTP on the stream until either side ends it.
    pub(super) async fn serve<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (protocol, stream) = match self.facts.protocol {
            Some(protocol) => (protocol, Replayed::nothing(stream)),
            None => match self.sniff(stream).await {
                Some(sniffed) => sniffed,
                None => return,
            },
        };
        match protocol {
            Protocol::Http1 => self.http1(stream).await,
            Protocol::Http2 => self.http2(stream).await,
        }
    }

    /// Nothing is owed to a client that has not said what it speaks.
    async fn sniff<S: AsyncRead + Unpin>(&self, stream: S) -> Option<(Protocol, Replayed<S>)> {
        let limit = self.site.config().server.sniff;
        tokio::select! {
            sniffed = tokio::time::timeout(limit, sniff::protocol_of(stream)) => sniffed.ok()?.ok(),
            () = self.draining.cancelled() => None,
        }
    }

    async fn http1<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let limits = &self.site.config().server;
        let gate = Gate::new(stream, limits.into());
        let messages = gate.messages();
        let service = service_fn(|mut request: Request<Incoming>| {
            let judged = messages.next();
            request.extensions_mut().insert(judged.clone());
            let answered = answer(&self.site, self.facts, request);
            async { answered.await.map(|response| response.map(|body| WhileSound::new(body, judged))) }
        });
        let connection = http::http1(limits).serve_connection(TokioIo::new(gate), service);
        until_ended(connection, self.facts, &self.draining).await;
    }

    async fn http2<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (site, facts) = (self.site.clone(), self.facts);
        let service = service_fn(move |request| {
            let site = site.clone();
            async move { answer(&site, facts, request).await }
        });
        let connection = http::http2(&self.site.config().server).serve_connection(TokioIo::new(stream), service);
        until_ended(connection, self.facts, &self.draining).await;
    }
}

/// One request of a connection.
async fn answer(
    site: &Site,
    facts: ConnectionFacts,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    request.extensions_mut().insert(ClientAddress(facts.peer.ip()));
    request.extensions_mut().insert(ClientScheme(if facts.secure { Scheme::HTTPS } else { Scheme::HTTP }));
    Ok(respond(site, request).await)
}

/// Lets a connection go on, and asks it to end when the server does.
async fn until_ended<C>(connection: C, facts: ConnectionFacts, draining: &CancellationToken)
where
    C: GracefulConnection<Error = hyper::Error>,
{
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = draining.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(event = "connection_broken", secure = facts.secure, error = %error);
    }
}
