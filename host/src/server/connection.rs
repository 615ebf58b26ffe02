//! One connection from its first byte of HTTP to its end: which protocol it speaks, who answers its
//! requests, and when it is told to go. It opens no socket.

use std::net::SocketAddr;

use hyper::{http::uri::Scheme, service::service_fn};
use hyper_util::{rt::TokioIo, server::graceful::GracefulConnection};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{
    account::Account,
    answering::answer,
    conduct::{Conduct, Reason},
    gate::{Gate, WhileSound},
    http,
    judged::{End, Judged},
    sniff::{self, Replayed},
    streams::Streams,
    together::Together,
    watched::Watched,
};
use crate::{
    Site,
    dispatch::{Origin, message},
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

impl ConnectionFacts {
    /// What they tell of a request.
    fn origin(&self, judged: Option<message::Judged>) -> Origin {
        let scheme = if self.secure { Scheme::HTTPS } else { Scheme::HTTP };
        Origin { peer: Some(self.peer.ip()), scheme: Some(scheme), judged }
    }
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
        let begun = Instant::now();
        let (protocol, stream) = match self.facts.protocol {
            Some(protocol) => (protocol, Replayed::nothing(stream)),
            None => match self.sniff(stream).await {
                Some(sniffed) => sniffed,
                None => return,
            },
        };
        let account = Account::new(Conduct::new(protocol, &self.site.config().server, begun));
        let stream = Watched::new(stream, account.clone());
        match protocol {
            Protocol::Http1 => self.http1(stream, account).await,
            Protocol::Http2 => self.http2(stream, account).await,
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

    async fn http1<S>(self, stream: S, account: Account)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let limits = &self.site.config().server;
        let gate = Gate::new(Together::new(stream), limits.into());
        let messages = gate.messages();
        let service = service_fn(|request| {
            let judged = messages.next();
            let origin = self.facts.origin(Some(judged.clone()));
            let answered = answer(&self.site, origin, request, account.request(), None);
            async { answered.await.map(|response| response.map(|body| WhileSound::new(body, judged))) }
        });
        let connection = http::http1(limits).serve_connection(TokioIo::new(gate), service);
        self.until_ended(connection, account.clone()).await;
    }

    async fn http2<S>(self, stream: S, account: Account)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (site, facts, requests) = (self.site.clone(), self.facts, account.clone());
        let streams = Streams::new(account.clone(), self.site.threads());
        let http = http::http2(&self.site.config().server, streams.clone());
        let service = service_fn(move |request| {
            let (site, request_under_way, clock) = (site.clone(), requests.request(), streams.next_clock());
            async move { answer(&site, facts.origin(None), request, request_under_way, Some(clock)).await }
        });
        let connection = http.serve_connection(TokioIo::new(stream), service);
        self.until_ended(connection, account).await;
    }

    async fn until_ended<C>(&self, connection: C, account: Account)
    where
        C: GracefulConnection<Error = hyper::Error>,
    {
        let client = self.facts.peer.ip();
        match Judged::new(connection, account, self.draining.clone()).await {
            End::OfItself(Ok(())) => {}
            End::OfItself(Err(error)) => {
                tracing::debug!(event = "connection_broken", %client, secure = self.facts.secure, error = %error);
            }
            // Only an attack is worth a line where nobody is looking for one.
            End::Cut(reason @ Reason::Http2Flood) => {
                tracing::warn!(event = "connection_cut", %client, reason = reason.name());
            }
            End::Cut(reason) => tracing::debug!(event = "connection_cut", %client, reason = reason.name()),
        }
    }
}
