//! One call of a guest, over either generation of WASI. It neither makes instances nor keeps time.

use std::{borrow::Cow, fmt::Write as _, future::poll_fn, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::oneshot;
use wasmtime::{
    Store,
    component::{ComponentExportIndex, Instance, Resource},
};
use wasmtime_wasi_http::{
    WasiBody, WasiHttpView,
    p2::{
        bindings::http::types::Scheme,
        types::{HostIncomingRequest, HostResponseOutparam},
    },
    p3::{self, bindings::ServiceIndices},
};

use super::{
    failure::GuestFailure,
    failures::FailureLog,
    guest::{Guest, RequestFacts},
};
use crate::routing::Method;

/// What of a parameter stays as it is in a header: unreserved characters (RFC 3986 section 2.3).
const PARAM_VALUE_ESCAPES: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The prefix of the headers that carry what the `context` interface carries; reserved to the host.
pub(crate) const RESERVED_HEADER_PREFIX: &str = "routelet-";

/// A request for a guest, and which of its exports is to answer.
pub(crate) struct Call {
    /// The export to call, for components that have one for each method.
    pub(crate) export: Method,
    /// The request, with an absolute URI.
    pub(crate) request: http::Request<WasiBody>,
    /// What the host knows of it.
    pub(crate) facts: RequestFacts,
    /// Whether the facts also travel as headers, for guests that do not know the `context` interface.
    pub(crate) facts_as_headers: bool,
}

/// Where a guest's response head goes: a response, or the text of an error code.
pub(super) type HeadSender = oneshot::Sender<Result<http::Response<WasiBody>, String>>;

/// Names one call in the log.
#[derive(Debug)]
pub(super) struct Tag {
    route: Arc<str>,
    request_id: Arc<str>,
    failures: FailureLog,
}

impl Tag {
    /// Logs a failure that can no longer become a response.
    pub(super) fn log(&self, failure: &GuestFailure) {
        self.failures.tell(&self.route, || {
            tracing::warn!(
                event = "guest_failed",
                request_id = %self.request_id,
                route = %self.route,
                reason = failure.reason(),
                error = failure.causes(),
            );
        });
    }
}

impl Call {
    pub(super) fn tag(&self, failures: FailureLog) -> Tag {
        Tag { route: self.facts.pattern.clone(), request_id: self.facts.request_id.clone(), failures }
    }

    fn into_request(mut self) -> http::Request<WasiBody> {
        if self.facts_as_headers {
            add_facts(self.request.headers_mut(), &self.facts);
        }
        self.request
    }
}

/// Calls a native or WASI 0.2 component: `handle(request, response-out)`.
pub(super) async fn sync(
    store: &mut Store<Guest>,
    instance: Instance,
    exports: &[(Method, ComponentExportIndex)],
    call: Call,
    head: HeadSender,
) -> wasmtime::Result<()> {
    let export = exports.iter().find(|(method, _)| *method == call.export);
    let (_, export) = export.ok_or_else(|| wasmtime::format_err!("{:?} is not exported", call.export))?;
    let handle = instance
        .get_typed_func::<(Resource<HostIncomingRequest>, Resource<HostResponseOutparam>), ()>(&mut *store, export)?;
    let request = call.into_request();
    let scheme = match request.uri().scheme_str() {
        Some("https") => Scheme::Https,
        _ => Scheme::Http,
    };
    let mut http = store.data_mut().http();
    let request = http.new_incoming_request(scheme, request)?;
    let out = http.new_response_outparam_from_callback(move |answer| {
        // The receiver is gone only where the client is; then nobody misses the answer.
        let _ = head.send(answer.map_err(|code| format!("{code:?}")));
    })?;
    handle.call_async(store, (request, out)).await
}

/// Calls a WASI 0.3 component, and drives it until all its tasks have ended.
pub(super) async fn concurrent(
    store: &mut Store<Guest>,
    instance: Instance,
    service: &ServiceIndices,
    call: Call,
    head: HeadSender,
) -> wasmtime::Result<()> {
    let service = service.load(&mut *store, &instance)?;
    let request = call.into_request();
    let (request, transmission) = p3::Request::from_http(store.data_mut().http().hooks, request);
    store
        .run_concurrent(async |accessor| {
            let answer = match service.handle(accessor, request).await? {
                Ok(response) => {
                    let response = accessor.with(|mut store| response.into_http(&mut store, transmission))?;
                    Ok(response)
                }
                Err(code) => Err(format!("{code:?}")),
            };
            // As above: without a receiver nobody misses the answer.
            let _ = head.send(answer);
            poll_fn(|cx| accessor.poll_no_interesting_tasks(cx)).await;
            Ok(())
        })
        .await?
}

/// Adds what the `context` interface says, as headers: values percent-encoded, the pieces of a
/// catch-all joined with `/`.
fn add_facts(headers: &mut HeaderMap, facts: &RequestFacts) {
    headers.reserve(FACT_FIELDS + facts.params.iter().len());
    let mut add = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    };
    add(PATTERN, &escape(&facts.pattern, PATTERN_ESCAPES));
    add(REQUEST_ID, &facts.request_id);
    if let Some(address) = facts.client_address {
        let mut text = String::with_capacity(ADDRESS_BYTES_MAX);
        // Writing to a string cannot fail.
        let _ = write!(text, "{address}");
        add(CLIENT_ADDRESS, &text);
    }
    for param in facts.params.iter() {
        let pieces: Vec<_> = param.values.iter().map(|value| escape(value, PARAM_VALUE_ESCAPES)).collect();
        let name = format!("{RESERVED_HEADER_PREFIX}param-{}", escape(&param.name, NAME_ESCAPES));
        if let Ok(name) = HeaderName::try_from(name) {
            add(name, &pieces.join("/"));
        }
    }
}

/// Fields that every request has, whatever its route.
const FACT_FIELDS: usize = 3;
/// The longest address, which is one of IPv6.
const ADDRESS_BYTES_MAX: usize = 39;
const PATTERN: HeaderName = HeaderName::from_static("routelet-pattern");
const REQUEST_ID: HeaderName = HeaderName::from_static("routelet-request-id");
const CLIENT_ADDRESS: HeaderName = HeaderName::from_static("routelet-client-address");

/// A pattern keeps the characters that make it one.
const PATTERN_ESCAPES: &AsciiSet = &PARAM_VALUE_ESCAPES.remove(b'/').remove(b'[').remove(b']');
/// A name keeps the characters of an RFC 9110 token, section 5.6.2, except the escape character.
const NAME_ESCAPES: &AsciiSet = &PARAM_VALUE_ESCAPES
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b'^')
    .remove(b'`')
    .remove(b'|');

fn escape<'t>(text: &'t str, escapes: &'static AsciiSet) -> Cow<'t, str> {
    utf8_percent_encode(text, escapes).into()
}
