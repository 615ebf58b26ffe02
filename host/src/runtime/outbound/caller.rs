//! The request on whose behalf a guest sends others: what is counted and logged for it. It carries
//! each exchange through from the rules to the response's head.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use http::{Request, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::{
    connect::{self, Stream},
    deadline::{Deadlines, until},
    error,
    exchange::{Driver, exchange},
    head,
    route::OutboundRoute,
    target::Target,
};

/// Distinct missing grants logged for one request; a guest that tries hundreds is told apart from
/// one that needs a few.
const DENIALS_LOGGED_MAX: usize = 8;

/// Whose exchanges these are.
pub(super) struct Caller {
    route: Arc<OutboundRoute>,
    request_id: Arc<str>,
    depth: u32,
    exchanges: Arc<Semaphore>,
    denied: Mutex<Vec<String>>,
}

/// Leave to hold one connection: of the request, of the route, of the server.
pub(super) struct Slot {
    _permits: [OwnedSemaphorePermit; 3],
}

impl Caller {
    /// Nothing sent yet.
    pub(super) fn new(route: Arc<OutboundRoute>, request_id: Arc<str>, depth: u32) -> Self {
        Self {
            request_id,
            depth,
            exchanges: Arc::new(Semaphore::new(route.limits().outbound_concurrent)),
            denied: Mutex::default(),
            route,
        }
    }

    /// Sends a request whose target the rules allow, and waits for the head of its response. The
    /// slot is held as long as the connection.
    pub(super) async fn send(
        &self,
        target: &Target,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<(Response<WasiBody>, Driver, Slot), Error> {
        let answer = self.exchange(target, request, options).await;
        if let Err(error) = &answer {
            let (request_id, route) = (&self.request_id, &self.route.pattern);
            tracing::debug!(event = "outbound_failed", %request_id, %route, %target, reason = %error);
        }
        answer
    }

    async fn exchange(
        &self,
        target: &Target,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<(Response<WasiBody>, Driver, Slot), Error> {
        let deadlines = Deadlines::start(self.route.limits(), options);
        let mut request = head::prepare(request, target, self.depth.saturating_add(1))?;
        self.route.reveal(target, request.headers_mut())?;
        let (stream, slot) = self.connect(target, &deadlines).await?;
        let (response, driver) = exchange(stream, request, self.route.bounds(), deadlines).await?;
        Ok((response, driver, slot))
    }

    /// What a guest wants to reach, if a rule allows it; nothing has been resolved by then.
    pub(super) fn vet(&self, uri: &http::Uri) -> Result<Target, Error> {
        let target = Target::read(uri)?;
        if self.route.allows(&target) {
            return Ok(target);
        }
        self.log_denial(&target, "target");
        Err(Error::HttpRequestDenied)
    }

    async fn connect(&self, target: &Target, deadlines: &Deadlines) -> Result<(Box<dyn Stream>, Slot), Error> {
        let due = deadlines.due(deadlines.connect);
        let slot = until(due, Error::ConnectionLimitReached, self.slot()).await?;
        let addresses = until(due, Error::DnsTimeout, self.route.resolve(target)).await?;
        let addresses = self.filter(target, addresses)?;
        let stream = until(due, Error::ConnectionTimeout, connect::dial(&addresses, target.port)).await?;
        let stream = connect::secure(stream, target, self.route.outside.tls.clone(), deadlines).await?;
        Ok((stream, slot))
    }

    async fn slot(&self) -> Result<Slot, Error> {
        let take = async |seats: &Arc<Semaphore>| {
            seats.clone().acquire_owned().await.map_err(|_| Error::ConnectionLimitReached)
        };
        let request = take(&self.exchanges).await?;
        let route = take(&self.route.connections).await?;
        let server = take(&self.route.outside.connections).await?;
        Ok(Slot { _permits: [request, route, server] })
    }

    /// The addresses a connection may go to. If there is none, the log says which ones the name has:
    /// it is granted, so that somebody has to learn why it cannot be reached.
    fn filter(&self, target: &Target, addresses: Vec<IpAddr>) -> Result<Vec<IpAddr>, Error> {
        if addresses.is_empty() {
            return Err(error::no_address());
        }
        let (open, shut): (Vec<_>, Vec<_>) =
            addresses.into_iter().partition(|address| self.route.reaches(target, *address));
        if open.is_empty() {
            shut.into_iter().for_each(|address| self.log_denial(&target.at(address), "address"));
            return Err(Error::DestinationIpProhibited);
        }
        Ok(open)
    }

    fn log_denial(&self, target: &Target, reason: &'static str) {
        let missing = format!("outbound = [\"{target}\"]");
        let mut denied = self.denied.lock().unwrap_or_else(PoisonError::into_inner);
        if denied.len() < DENIALS_LOGGED_MAX && !denied.contains(&missing) {
            let (request_id, route) = (&self.request_id, &self.route.pattern);
            tracing::warn!(event = "outbound_denied", %request_id, %route, reason, %missing);
            denied.push(missing);
        }
    }
}
