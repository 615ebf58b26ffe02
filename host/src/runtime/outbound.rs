//! The guest's outgoing HTTP: only to what its policy grants, only to public addresses unless one is
//! written out, within its deadlines and bounds. Nothing else in the crate connects for a guest; it
//! decides no policy of its own.
//!
//! A request passes, in this order: `target` (where to), `route` (the rules), `head` (what goes on the
//! wire), `placeholder` (secrets in it), `lookup` (names), `address` and `own` (what is public, and not
//! this server), `connect` (a vetted address, TLS), `exchange` and `body` (HTTP), over a stream that
//! forgives an origin that stops reading (`deaf`). `caller` leads it through.

use std::{cell::OnceCell, sync::Arc};

use http::{HeaderName, Request};
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, RequestOptions, WasiBody, WasiHttpHooks, p2::bindings::http::types as p2,
    p3::bindings::http::types as p3,
};

mod address;
mod body;
mod caller;
mod connect;
mod deadline;
mod deaf;
mod error;
mod exchange;
mod head;
mod lookup;
mod own;
mod placeholder;
mod route;
mod target;
#[cfg(test)]
mod tests;

use caller::Caller;
use target::Target;

/// The host that a request for this URI would go to, and whether it is a name, for tests with made-up ones.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn destination(uri: &http::Uri) -> Option<(String, bool)> {
    match Target::read(uri).ok()?.host {
        target::Host::Name(name) => Some((name, true)),
        target::Host::Address(address) => Some((address.to_string(), false)),
    }
}

/// Whether a name may lead to this address, for tests with made-up ones.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn may_be_led_to(address: std::net::IpAddr) -> bool {
    address::is_public(address)
}

pub(crate) use head::DEPTH_HEADER;
pub(crate) use placeholder::HiddenSecret;
pub(crate) use route::{OutboundRoute, Outside};

/// One guest's way out. It serves one request at a time and counts anew for each.
pub(crate) struct Outbound {
    route: Arc<OutboundRoute>,
    request_id: Arc<str>,
    depth: u32,
    /// Made with the first request.
    caller: OnceCell<Arc<Caller>>,
    requests_left: usize,
}

/// What carries the bytes of an exchange after the head of its response.
type Carrier = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Answer = (http::Response<WasiBody>, Carrier);

impl Outbound {
    /// The way out of a guest that has no request yet.
    pub(crate) fn new(route: Arc<OutboundRoute>) -> Self {
        let requests_left = route.limits().outbound_requests;
        Self { route, request_id: Arc::default(), depth: 0, caller: OnceCell::new(), requests_left }
    }

    /// From now on the guest sends on behalf of this request, to which `depth` requests of this
    /// server's own routes led.
    pub(crate) fn begin_request(&mut self, request_id: &Arc<str>, depth: u32) {
        self.request_id = request_id.clone();
        self.depth = depth;
        self.caller = OnceCell::new();
        self.requests_left = self.route.limits().outbound_requests;
    }

    fn caller(&self) -> &Arc<Caller> {
        let made = || Caller::new(self.route.clone(), self.request_id.clone(), self.depth);
        self.caller.get_or_init(|| Arc::new(made()))
    }

    /// Counts every attempt, refused ones too, so that no guest can try without end.
    fn vet(&mut self, uri: &http::Uri) -> Result<Target, Error> {
        self.requests_left = self.requests_left.checked_sub(1).ok_or(Error::ConnectionLimitReached)?;
        self.caller().vet(uri)
    }
}

/// What a guest may write to a body at once. Two such pieces wait where nobody reads, so that a
/// connection to a slow client holds a quarter of a mebibyte with all buffers below.
pub(super) const BODY_PIECE_BYTES: usize = 64 * 1024;

impl WasiHttpHooks for Outbound {
    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        BODY_PIECE_BYTES
    }

    fn p3_outgoing_body_chunk_size(&mut self) -> usize {
        BODY_PIECE_BYTES
    }

    /// The default asks the filter, which is made anew for each field.
    fn is_forbidden_header(&mut self, name: &HeaderName) -> bool {
        DEFAULT_FORBIDDEN_HEADERS.contains(name)
    }

    /// The `Host` field is written from the vetted target, not from what the guest wrote.
    fn set_host_header(&mut self) -> bool {
        false
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _response_processed: Carrier,
    ) -> Box<dyn Future<Output = Result<Answer, Error>> + Send> {
        let target = self.vet(request.uri());
        let caller = self.caller().clone();
        Box::new(async move {
            let (response, driver, slot) = caller.send(&target?, request, options).await?;
            let carrier: Carrier = Box::new(async move {
                driver.run().await;
                drop(slot);
                Ok(())
            });
            Ok((response, carrier))
        })
    }

    /// Only bodies of clients' requests fail with an error of hyper's; the server logs those.
    fn p2_error_from_hyper(&mut self, _error: &hyper::Error) -> p2::ErrorCode {
        p2::ErrorCode::HttpProtocolError
    }

    /// As [`Self::p2_error_from_hyper`].
    fn p3_error_from_hyper(&mut self, _error: &hyper::Error) -> p3::ErrorCode {
        p3::ErrorCode::HttpProtocolError
    }
}
