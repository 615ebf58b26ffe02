//! One request's line, from its head to an answer. Everything left of the admission costs no
//! instance; every exit to the side is a [`Refusal`].

use std::{
    future::poll_fn,
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Instant,
};

use bytes::Bytes;
use http::{HeaderValue, Method as HttpMethod, Request, Response, header, uri::Scheme};

mod accept;
mod answer;
mod diagnosis;
mod files;
mod forwarded;
mod headers;
mod incoming;
mod limited;
pub(crate) mod message;
mod refusal;

use self::{
    accept::Wants,
    diagnosis::Onlooker,
    incoming::Incoming,
    message::Judged,
    refusal::{Client, Refusal},
};
use crate::{
    Body,
    routing::{Answer, Match, Method, RequestPath},
    runtime::{
        WasiBody, admission::admit, body::GuestBody, call::Call, guest::RequestFacts, heard::Heard,
        outbound::DEPTH_HEADER, threads::about_now,
    },
    site::{ComponentRoute, MethodSet, Served, Site, Table},
    telemetry,
};

/// The most requests of this server's own routes that may lead to one another.
const DEPTH_MAX: u32 = 8;

/// The header fields of a guest's answer as they would be sent, for tests with made-up ones.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn sanitised(mut headers: http::HeaderMap) -> Option<http::HeaderMap> {
    let limits = crate::policy::Limits::default();
    answer::sanitise(&mut headers, &limits, crate::policy::Owners::Many).ok().map(|()| headers)
}

/// Where a request came from. Embedders put it among the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Over what a request came, as far as the connection tells. Embedders may put it among the request's extensions.
/// Without it, the URI of the request says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientScheme(pub Scheme);

/// What the connection of a request tells of it.
#[derive(Debug, Default)]
pub(crate) struct Origin {
    /// Who is at its other end, where there is one.
    pub(crate) peer: Option<IpAddr>,
    /// Over what it came.
    pub(crate) scheme: Option<Scheme>,
    /// What the gate before HTTP/1 found, where there was one.
    pub(crate) judged: Option<Judged>,
}

impl Origin {
    fn among(extensions: &http::Extensions) -> Self {
        let peer = extensions.get().map(|client: &ClientAddress| client.0);
        let scheme = extensions.get().map(|scheme: &ClientScheme| scheme.0.clone());
        Self { peer, scheme, judged: None }
    }
}

/// Answers one request, without a socket.
///
/// It never fails: what cannot be served is an answer too. A request without an authority is taken
/// for one to `localhost`. Dropping the future before it is done cancels the guest, and so does
/// dropping the body before its end. A panic on the way ends its own request with a 500, and is told
/// by the panic hook of the program, within the request's span.
///
/// ```no_run
/// # async fn run(site: routelet::Site) {
/// use bytes::Bytes;
/// use http_body_util::{BodyExt, Empty};
///
/// let request = http::Request::get("/hello").body(Empty::<Bytes>::new()).expect("a request");
/// let response = routelet::respond(&site, request).await;
/// println!("{}", response.status());
/// # }
/// ```
pub async fn respond<B>(site: &Site, request: Request<B>) -> Response<Body>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let origin = Origin::among(request.extensions());
    respond_to(site, origin, request).await
}

/// Answers one request of that origin, whatever its extensions say.
pub(crate) async fn respond_to<B>(site: &Site, origin: Origin, request: Request<B>) -> Response<Body>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let started = about_now().into_std();
    let incoming = Incoming::new(site.next_request_id(), origin, request, &site.config().trusted_proxies);
    let span = telemetry::request_span(&incoming.request_id, incoming.method_text());
    let outcome = Outcome::of(site, &incoming, started);
    let table = site.table();
    let mut answered = pin!(answer(site, &table, incoming, &outcome.onlooker));
    let answered = poll_fn(|cx| {
        let _entered = span.enter();
        // What both sides of a panic share are sites and tables, whole at any time.
        let polled = catch_unwind(AssertUnwindSafe(|| answered.as_mut().poll(cx)));
        polled.unwrap_or_else(|_| Poll::Ready(Err(Refusal::Panicked.into())))
    });
    let answered = answered.await;
    let _entered = span.enter();
    let mut response = match answered {
        Ok(response) => outcome.served(site, response),
        Err(refused) => outcome.refused(site, &refused),
    };
    response.body_mut().or_write_stall(table.write_stall);
    response
}

async fn answer(
    site: &Site,
    table: &Table,
    incoming: Incoming,
    onlooker: &Onlooker,
) -> Result<Response<Body>, Refused> {
    incoming.check(site.config())?;
    let path = incoming.path(site.path_rules())?;
    let found = table.routes.find(&path);
    if let Some(file) = public_file(table, &path, found.as_ref()) {
        incoming.allowed_by(&file.methods)?;
        return Ok(Box::pin(files::serve(site, file, incoming)).await?);
    }
    let found = found.ok_or(Refusal::NotFound)?;
    tracing::Span::current().record(telemetry::ROUTE, found.pattern.as_str());
    // Boxed as the file above, since thousands of bytes would be moved with every request that neither answers.
    let answered = Box::pin(answer_of_route(site, &found, incoming, &path, onlooker)).await;
    answered.map_err(|refusal| Refused { refusal, route: Some(found.pattern.as_str().into()) })
}

async fn answer_of_route(
    site: &Site,
    found: &Match<'_, Served>,
    incoming: Incoming,
    path: &RequestPath,
    onlooker: &Onlooker,
) -> Result<Response<Body>, Refusal> {
    match found.value {
        Served::Faulty(diagnosis) => Err(Refusal::Faulty(diagnosis.clone())),
        Served::File(file) => {
            incoming.allowed_by(&file.methods)?;
            files::serve(site, file, incoming).await
        }
        Served::Component(route) => {
            let export = incoming.allowed_by(&route.methods)?;
            let facts = facts(&incoming, found, onlooker.heard());
            onlooker.finds(&route.file);
            let asked = incoming.method.clone();
            let mut response = run(site, route, incoming, path, export, facts).await?;
            if onlooker.misses_reason(&mut response).await {
                return Err(Refusal::Unexplained);
            }
            answer::vetted(response, &asked, &route.policy.limits, site.config().owners)
        }
    }
}

/// A public file comes before a route with parameters; a static route on its path is a load error.
fn public_file<'t>(
    table: &'t Table,
    path: &RequestPath,
    found: Option<&Match<'_, Served>>,
) -> Option<&'t Arc<crate::site::StaticFile>> {
    match found {
        Some(found) if found.pattern.is_static() => None,
        _ => table.public.get(path.segments()),
    }
}

fn facts(incoming: &Incoming, found: &Match<'_, Served>, heard: Heard) -> RequestFacts {
    RequestFacts {
        pattern: found.pattern.text(),
        params: found.params.clone(),
        request_id: incoming.request_id.clone(),
        client_address: incoming.client_address(),
        depth: incoming.depth(&DEPTH_HEADER),
        heard,
    }
}

/// From here on a guest runs.
async fn run(
    site: &Site,
    route: &ComponentRoute,
    incoming: Incoming,
    path: &RequestPath,
    export: Method,
    facts: RequestFacts,
) -> Result<Response<GuestBody>, Refusal> {
    if facts.depth > DEPTH_MAX {
        return Err(Refusal::TooDeep);
    }
    let limits = &route.policy.limits;
    let (request, body) = incoming.into_guest_request(path, limits)?;
    let admission = admit(&route.gate, site.gate(), route.shares).await.map_err(Refusal::Overloaded)?;
    let call = Call { export, request, facts, facts_as_headers: !route.is_native() };
    let response = route.handler.call(call, admission).await;
    if let Some(refusal) = body.refusal() {
        return Err(refusal);
    }
    response.map_err(Refusal::Guest)
}

impl Incoming {
    /// The export that answers this request's method, before anything of a guest exists.
    fn allowed_by(&self, route: &MethodSet) -> Result<Method, Refusal> {
        match route.methods.answer(self.method_text()) {
            Answer::Run(method) => Ok(method),
            Answer::RunGetForHead => Ok(Method::Get),
            Answer::AutoOptions => Err(Refusal::Options(route.allow.clone())),
            Answer::NotAllowed => Err(Refusal::MethodNotAllowed(route.allow.clone())),
        }
    }
}

/// A request that no guest answered, and the route that would have.
struct Refused {
    refusal: Refusal,
    route: Option<Box<str>>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, route: None }
    }
}

/// What is known of a request once its head and body have been handed on.
struct Outcome {
    request_id: Arc<str>,
    wants: Wants,
    onlooker: Onlooker,
    is_head: bool,
    is_http1: bool,
    started: Instant,
}

impl Outcome {
    fn of(site: &Site, incoming: &Incoming, started: Instant) -> Self {
        Self {
            request_id: incoming.request_id.clone(),
            wants: incoming.wants(),
            onlooker: Onlooker::of(site, incoming),
            is_head: incoming.method == HttpMethod::HEAD,
            is_http1: incoming.is_http1(),
            started,
        }
    }

    fn served(&self, site: &Site, response: Response<Body>) -> Response<Body> {
        if site.config().access_log {
            let status = response.status().as_u16();
            tracing::info!(event = "request", status, duration_ms = self.duration_ms());
        }
        response
    }

    fn refused(&self, site: &Site, Refused { refusal, route }: &Refused) -> Response<Body> {
        let client = Client { request_id: &self.request_id, wants: self.wants };
        let mut response = refusal.response(client, self.onlooker.page(refusal));
        if self.is_http1 && refusal.ends_connection() {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        let status = response.status().as_u16();
        if let Some(cause) = refusal.cause() {
            let reason = refusal.reason();
            site.failures().tell(route.as_deref().unwrap_or_default(), || {
                tracing::warn!(event = "refused", status, reason, error = cause, duration_ms = self.duration_ms());
            });
        } else if site.config().access_log {
            let (reason, detail) = (refusal.reason(), refusal.detail());
            tracing::info!(event = "request", status, reason, detail, duration_ms = self.duration_ms());
        }
        if self.is_head { response.map(|_| Body::empty()) } else { response }
    }

    fn duration_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A request body on its way to a guest.
type GuestRequest = Request<WasiBody>;
