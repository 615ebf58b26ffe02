//! One running instance: what it holds, and the views through which WASI reaches that. Nothing is
//! behind an interface that the policy does not grant.

use std::{net::IpAddr, sync::Arc};

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_config::{WasiConfig, WasiConfigVariables};
use wasmtime_wasi_http::{
    WasiHttpCtx, WasiHttpCtxView, WasiHttpView,
    p2::body::{HostOutgoingBody, StreamContext},
};

use crate::routing::Params;

use super::{
    files::{FilesRoute, FilesView, Found, GuestFiles},
    heard::Heard,
    holdings,
    host::Host,
    kv::{Session, StoreRoute, wit::StoreView},
    leftovers,
    limits::MemoryBudget,
    meter::Meter,
    outbound::{HiddenSecret, Outbound, OutboundRoute},
    stdio::{GuestOutput, RouteLog},
};
use crate::policy::{Limits, Policy, SecretMode};

/// What the host knows of the request a guest answers; the `context` interface reads it.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestFacts {
    /// The pattern that matched, such as `/users/[id]`.
    pub(crate) pattern: Arc<str>,
    /// What the pattern captured, decoded.
    pub(crate) params: Params,
    /// The id that also stands in the log and in error pages.
    pub(crate) request_id: Arc<str>,
    /// Where the request came from, as far as that is known.
    pub(crate) client_address: Option<IpAddr>,
    /// How many requests of this server's own routes led to this one.
    pub(crate) depth: u32,
    /// Who listens to what the guest prints, beside the log.
    pub(crate) heard: Heard,
}

/// The values of the secrets that a policy grants, in its order.
pub(crate) type GrantedSecrets = Vec<String>;

/// What all guests of one route share.
pub(crate) struct RouteGrants {
    policy: Arc<Policy>,
    secrets: GrantedSecrets,
    environment: Vec<(String, String)>,
    config: WasiConfigVariables,
    outbound: Arc<OutboundRoute>,
    stores: Arc<StoreRoute>,
    files: Arc<FilesRoute>,
    log: Arc<RouteLog>,
}

/// What a load found of what a policy grants.
pub(crate) struct Given {
    /// The values of the secrets.
    pub(crate) secrets: GrantedSecrets,
    /// The directories.
    pub(crate) files: Vec<Found>,
}

impl RouteGrants {
    /// The grants of a route: its policy, and what was found of what that grants.
    pub(crate) fn new(host: &Host, pattern: Arc<str>, policy: &Arc<Policy>, given: Given) -> Self {
        let Given { secrets, files } = given;
        let mut environment: Vec<_> = policy.grants.env.clone().into_iter().collect();
        let mut hidden = Vec::new();
        for (grant, value) in policy.grants.secrets.iter().zip(&secrets) {
            let seen = match &grant.mode {
                SecretMode::Value => value.clone(),
                SecretMode::Placeholder(targets) => {
                    let placeholder = host.outside().placeholders.of(&pattern, &grant.name);
                    let (value, targets) = (value.clone(), targets.clone());
                    hidden.push(HiddenSecret { placeholder: placeholder.clone(), value, targets });
                    placeholder
                }
            };
            environment.push((grant.name.clone(), seen));
        }
        Self {
            secrets,
            files: Arc::new(FilesRoute::new(host.files(), pattern.clone(), policy, files)),
            config: environment.iter().cloned().collect(),
            environment,
            outbound: Arc::new(OutboundRoute::through(host.outside(), pattern.clone(), policy, hidden)),
            stores: Arc::new(StoreRoute::new(host.stores(), pattern.clone(), policy)),
            log: Arc::new(RouteLog::new(pattern, &policy.limits)),
            policy: policy.clone(),
        }
    }

    /// Whether these are the values its secrets had, and the directories it was given.
    pub(crate) fn are(&self, given: &Given) -> bool {
        self.secrets == given.secrets && given.files.iter().map(|found| found.identity).eq(self.files.identities())
    }

    /// The limits of the route.
    pub(crate) fn limits(&self) -> &Limits {
        &self.policy.limits
    }
}

/// The state of one instance: the `T` of its `Store<T>`.
pub(crate) struct Guest {
    grants: Arc<RouteGrants>,
    /// Made when first asked for, since most guests never ask: it draws random seeds and copies the environment.
    wasi: Option<WasiCtx>,
    http: WasiHttpCtx,
    table: ResourceTable,
    outbound: Outbound,
    stores: Session,
    files: GuestFiles,
    sockets_denied: bool,
    output: GuestOutput,
    facts: RequestFacts,
    overfull: bool,
    pub(crate) memory: MemoryBudget,
    pub(crate) meter: Arc<Meter>,
}

impl Guest {
    /// A guest that has not been called yet and reaches what `grants` give.
    pub(crate) fn new(grants: &Arc<RouteGrants>) -> Self {
        let limits = grants.limits();
        let output = GuestOutput::new(grants.log.clone());
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(limits.fields_bytes);
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.resources);
        Self {
            grants: grants.clone(),
            wasi: None,
            http,
            table,
            outbound: Outbound::new(grants.outbound.clone()),
            stores: Session::new(grants.stores.clone()),
            files: GuestFiles::new(grants.files.clone()),
            sockets_denied: false,
            output,
            facts: RequestFacts::default(),
            overfull: false,
            memory: MemoryBudget::new(limits),
            meter: Arc::new(Meter::new(limits.cpu)),
        }
    }

    /// From now on this guest answers the request of these facts.
    pub(crate) fn begin_request(&mut self, facts: RequestFacts) {
        self.meter.restart();
        self.output.begin_request(&facts.request_id, &facts.heard);
        self.outbound.begin_request(&facts.request_id, facts.depth);
        self.stores.begin_request(&facts.request_id);
        self.files.begin_request(&facts.request_id);
        self.sockets_denied = false;
        self.facts = facts;
    }

    /// Whether the host holds more for this guest than for any; once it did, it stays so.
    pub(crate) fn holds_too_much(&mut self) -> bool {
        self.overfull |= holdings::held_bytes(&mut self.table) > holdings::HELD_BYTES_MAX;
        self.overfull
    }

    /// Whether the guest was stopped for that.
    pub(crate) fn is_overfull(&self) -> bool {
        self.overfull
    }

    /// The request is over: what the guest left unfinished must not look complete. Whether there
    /// was nothing of that kind.
    pub(crate) fn end_request(&mut self) -> bool {
        self.output.end_request();
        self.abort_unfinished_bodies() == 0
    }

    /// Whether nothing goes on that its last request began and little is left of it, so that the guest may answer
    /// another, which needs room of its own within the limits.
    pub(crate) fn is_tidy(&mut self) -> bool {
        let limits = self.grants.limits();
        let most = limits.resources.min(limits.handles) / 4;
        !self.files.has_open() && leftovers::may_stay(&mut self.table, most)
    }

    pub(crate) fn facts(&self) -> &RequestFacts {
        &self.facts
    }

    /// What `wasi:io` works on.
    pub(super) fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }

    pub(super) fn files(&mut self) -> FilesView<'_> {
        self.files.view(&mut self.table)
    }

    /// Logs, once a request, that the guest asked for a socket or an address.
    pub(super) fn tell_sockets_denied(&mut self) {
        if !std::mem::replace(&mut self.sockets_denied, true) {
            let RequestFacts { request_id, pattern, .. } = &self.facts;
            tracing::warn!(event = "sockets_denied", %request_id, route = %pattern, reason = "nothing grants raw sockets; `outbound` grants requests");
        }
    }

    pub(crate) fn config(&mut self) -> WasiConfig<'_> {
        WasiConfig::from(&self.grants.config)
    }

    pub(crate) fn stores(&mut self) -> StoreView<'_> {
        StoreView { table: &mut self.table, session: &mut self.stores }
    }

    /// wasmtime-wasi-http ends a body cleanly when its store is dropped, so that a truncated answer
    /// would look complete. A body is complete only if the guest called `outgoing-body.finish`,
    /// which takes it out of the table; whatever is left is aborted before the store goes.
    fn abort_unfinished_bodies(&mut self) -> usize {
        let entries = self.table.iter_mut();
        let bodies = entries.filter_map(|entry| entry.downcast_mut::<HostOutgoingBody>());
        bodies
            .map(|body| {
                let (finished, _) = HostOutgoingBody::new(StreamContext::Response, None, 1, 1);
                std::mem::replace(body, finished).abort();
            })
            .count()
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.end_request();
    }
}

fn wasi_of(grants: &RouteGrants, output: &GuestOutput) -> WasiCtx {
    let mut wasi = WasiCtx::builder();
    wasi.envs(&grants.environment)
        .stdout(output.stdout())
        .stderr(output.stderr())
        .max_random_size(grants.limits().random_bytes)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false);
    wasi.build()
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let Self { grants, output, wasi, table, .. } = self;
        WasiCtxView { ctx: wasi.get_or_insert_with(|| wasi_of(grants, output)), table }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.outbound }
    }
}
