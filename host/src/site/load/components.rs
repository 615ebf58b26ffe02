//! A component's file to a route, judged by itself. What becomes of those that are faulty is not
//! decided here.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use super::{
    super::{
        OnFault,
        policies::Policies,
        route::{ComponentRoute, MethodSet, Served},
        settings::RouteSettings,
        stores,
        tree::{self, RouteFile},
    },
    Parts,
    content::{Content, Contents},
    given::given,
    patience::Patience,
    several::several,
};
use crate::{
    Fault,
    policy::{Limits, Policy},
    routing::Methods,
    runtime::{
        admission::{Gate, Places},
        compile::CompileBounds,
        contract::{self, Contract},
        engine,
        guest::{Given, RouteGrants},
        handler::Handler,
        host::Excess,
        known::{Digest, Identity},
        loader::Source,
        prepared::Prepared,
    },
};

/// The components of one load.
pub(super) struct Components<'a> {
    parts: &'a Parts<'a>,
    policies: &'a Policies,
    contents: Contents<'a>,
    /// What was served until now, by file.
    previous: HashMap<PathBuf, Served>,
    preparing: Mutex<Preparing>,
    patience: Patience,
}

/// A route, or all that is wrong with it.
pub(super) type Outcome = Result<Arc<ComponentRoute>, Vec<Fault>>;

/// A component's bytes as far as they were understood.
struct Code {
    digest: Digest,
    bytes: u64,
    contract: Arc<Contract>,
    prepared: Prepared,
}

/// What this load reads, compiles and links, by the digest of its bytes: many routes may have the same.
#[derive(Default)]
struct Preparing {
    contracts: HashMap<Digest, Arc<Contract>>,
    ready: HashMap<Digest, Prepared>,
    under_way: HashSet<Digest>,
}

/// A component's file before anything of it is compiled.
enum Judged {
    Unchanged(Arc<ComponentRoute>),
    New(Box<New>),
}

/// A component that has to be linked, and to be compiled unless it is ready.
struct New {
    content: Content,
    ready: Option<Prepared>,
    contract: Arc<Contract>,
    policy: Arc<Policy>,
    methods: Methods,
}

impl<'a> Components<'a> {
    /// Nothing is prepared yet.
    pub(super) fn new(parts: &'a Parts<'a>, policies: &'a Policies, previous: HashMap<PathBuf, Served>) -> Self {
        let contents = Contents::new(parts.dir, parts.host.known().findings());
        let preparing = Mutex::new(Preparing::after(&previous));
        Self { parts, policies, contents, previous, preparing, patience: Patience::default() }
    }

    /// Which files hold what, for the next load.
    pub(super) fn digests(&self) -> HashMap<Identity, Digest> {
        self.contents.digests()
    }

    /// The outcome of each file, several at a time, so that one that takes long to compile holds up a
    /// core and not the others. `None` for a file whose very bytes were under way in another place.
    pub(super) fn several(&self, files: &[&RouteFile]) -> Vec<Option<Outcome>> {
        several(files, self.parts.host.seats(), |file| self.unless_under_way(file))
    }

    /// The outcome of one file.
    pub(super) fn component(&self, file: &RouteFile) -> Outcome {
        match self.judged(file)? {
            Judged::Unchanged(route) => Ok(route),
            Judged::New(new) => self.finished(file, *new),
        }
    }

    /// The component as it was, under the policy as it is: what a segment above has tightened since
    /// counts, and what is a violation by now is not served. The content of pages is not kept.
    pub(super) fn last_good(&self, file: &RouteFile) -> Option<Arc<ComponentRoute>> {
        let Some(Served::Component(route)) = self.previous.get(&file.file) else {
            return None;
        };
        let (policy, settings) = self.policies.of(file).ok()?;
        let given = given(self.parts, file, &policy).ok()?;
        if policy == route.policy && route.handler.has(&given) {
            return Some(route.clone());
        }
        if Excess::of(&route.contract.demand, &policy.limits).is_some() {
            return None;
        }
        let (contract, prepared) = (route.contract.clone(), route.handler.prepared().clone());
        let code = Code { digest: route.digest, bytes: route.bytes, contract, prepared };
        let methods = methods(file, &settings, &code.contract).unwrap_or(route.methods.methods);
        self.linked(file, code, policy, methods).ok()
    }

    fn unless_under_way(&self, file: &RouteFile) -> Option<Outcome> {
        match self.judged(file) {
            Err(faults) => Some(Err(faults)),
            Ok(Judged::Unchanged(route)) => Some(Ok(route)),
            Ok(Judged::New(new)) if new.ready.is_some() => Some(self.finished(file, *new)),
            Ok(Judged::New(new)) => {
                let _claim = self.claim(new.content.digest)?;
                Some(self.finished(file, *new))
            }
        }
    }

    fn judged(&self, file: &RouteFile) -> Result<Judged, Vec<Fault>> {
        let (policy, settings) = self.policies.of(file)?;
        let given = given(self.parts, file, &policy)?;
        stores::have_a_place(self.parts.config, file, &policy)?;
        let bytes_max = policy.limits.component_bytes;
        let mut content = self.contents.of(&file.file, bytes_max)?;
        if let Some(unchanged) = self.unchanged(file, &content.digest, &policy, &settings, &given) {
            return Ok(Judged::Unchanged(unchanged));
        }
        let ready = self.ready(file, &content.digest, &policy.limits);
        if ready.is_none() {
            content = self.contents.whole(&file.file, content, bytes_max)?;
        }
        let contract = self.contract(file, &content)?;
        let methods = methods(file, &settings, &contract).map_err(|fault| vec![fault])?;
        if let Some(excess) = Excess::of(&contract.demand, &policy.limits) {
            return Err(vec![starts_beyond(file, excess)]);
        }
        Ok(Judged::New(Box::new(New { content, ready, contract, policy, methods })))
    }

    /// Code that need not be made: of this load or the one before, or kept from earlier ones.
    fn ready(&self, file: &RouteFile, digest: &Digest, limits: &Limits) -> Option<Prepared> {
        if let Some(ready) = self.preparing().ready.get(digest) {
            return Some(ready.clone());
        }
        let contract = self.contents.contract(digest)?;
        let later = self.parts.host.prepare_later(self.source(file, *digest, contract.clone(), limits))?;
        let mut preparing = self.preparing();
        preparing.contracts.insert(*digest, contract.clone());
        Some(preparing.ready.entry(*digest).or_insert(later).clone())
    }

    fn source(&self, file: &RouteFile, digest: Digest, contract: Arc<Contract>, limits: &Limits) -> Source {
        let (dir, file, bytes_max) = (self.parts.dir.to_owned(), file.file.clone(), limits.component_bytes);
        let read = Box::new(move || tree::read(&dir, &file, bytes_max));
        Source { digest, contract, bounds: CompileBounds::of(limits), read }
    }

    fn contract(&self, file: &RouteFile, content: &Content) -> Result<Arc<Contract>, Vec<Fault>> {
        if let Some(read) = self.preparing().contracts.get(&content.digest) {
            return Ok(read.clone());
        }
        let read = contract::read(&content.bytes, self.parts.config.wasi_0_3);
        let read = Arc::new(read.map_err(|error| vec![error.fault(&file.file)])?);
        self.preparing().contracts.insert(content.digest, read.clone());
        Ok(read)
    }

    /// The route as it was, where nothing that its guests could notice has changed.
    fn unchanged(
        &self,
        file: &RouteFile,
        digest: &[u8; 32],
        policy: &Arc<Policy>,
        settings: &RouteSettings,
        given: &Given,
    ) -> Option<Arc<ComponentRoute>> {
        let Some(Served::Component(route)) = self.previous.get(&file.file) else {
            return None;
        };
        let declared = settings.methods.as_ref().map(|methods| methods.value);
        let same = route.digest == *digest
            && route.policy == *policy
            && route.handler.has(given)
            && route.contract.methods(declared).is_ok_and(|methods| methods == route.methods.methods);
        same.then(|| route.clone())
    }

    fn finished(&self, file: &RouteFile, new: New) -> Outcome {
        let New { content, ready, contract, policy, methods } = new;
        let prepared = match ready {
            Some(ready) => ready,
            None => self.prepared(file, &content, &contract, &policy.limits)?,
        };
        let code = Code { digest: content.digest, bytes: content.length, contract, prepared };
        self.linked(file, code, policy, methods)
    }

    fn prepared(
        &self,
        file: &RouteFile,
        content: &Content,
        contract: &Arc<Contract>,
        limits: &Limits,
    ) -> Result<Prepared, Vec<Fault>> {
        if let Some(prepared) = self.preparing().ready.get(&content.digest) {
            return Ok(prepared.clone());
        }
        let begun = Instant::now();
        if self.parts.on_fault == OnFault::Isolate {
            self.patience.left_for(&file.file, limits.compile_time).map_err(|fault| vec![fault])?;
        }
        let source = self.source(file, content.digest, contract.clone(), limits);
        let prepared = self.parts.host.prepare(source, &content.bytes).map_err(|error| {
            self.patience.is_tried_by(&file.file, begun.elapsed());
            vec![error.fault(&file.file)]
        })?;
        self.preparing().ready.insert(content.digest, prepared.clone());
        Ok(prepared)
    }

    /// The one right to prepare these bytes, as long as it is held.
    fn claim(&self, digest: Digest) -> Option<Claim<'_>> {
        let is_free = self.preparing().under_way.insert(digest);
        is_free.then(|| Claim { preparing: &self.preparing, digest })
    }

    fn preparing(&self) -> MutexGuard<'_, Preparing> {
        self.preparing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The route of prepared code under a policy.
    fn linked(&self, file: &RouteFile, code: Code, policy: Arc<Policy>, methods: Methods) -> Outcome {
        let given = given(self.parts, file, &policy)?;
        let grants = RouteGrants::new(self.parts.host, file.pattern.as_str().into(), &policy, given);
        let census = self.parts.host.census().clone();
        let shares = engine::shares(&code.contract.demand);
        Ok(Arc::new(ComponentRoute {
            file: file.file.clone(),
            digest: code.digest,
            bytes: code.bytes,
            gate: self.gate(&policy, shares),
            shares,
            contract: code.contract,
            methods: MethodSet::from(methods),
            handler: Arc::new(Handler::new(code.prepared, grants, policy.reuse, census)),
            policy,
        }))
    }

    fn gate(&self, policy: &Policy, shares: usize) -> Gate {
        let limits = &policy.limits;
        let places = Places {
            of_server: self.parts.config.server.concurrency,
            of_guest: shares,
            concurrency: limits.concurrency,
            chosen: policy.is_chosen("concurrency"),
        };
        Gate::new(places.guests(), limits.queue, limits.queue_wait)
    }
}

impl Preparing {
    /// What is loaded already need not be loaded again: its routes share it from table to table.
    fn after(previous: &HashMap<PathBuf, Served>) -> Self {
        let mut preparing = Self::default();
        for served in previous.values() {
            if let Served::Component(route) = served
                && route.handler.prepared().is_loaded()
            {
                preparing.contracts.insert(route.digest, route.contract.clone());
                preparing.ready.insert(route.digest, route.handler.prepared().clone());
            }
        }
        preparing
    }
}

/// Held while bytes are prepared; given back however that ends.
struct Claim<'c> {
    preparing: &'c Mutex<Preparing>,
    digest: Digest,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut preparing = self.preparing.lock().unwrap_or_else(PoisonError::into_inner);
        preparing.under_way.remove(&self.digest);
    }
}

/// What the route answers; what its directory declares wrongly is a fault of that declaration.
fn methods(file: &RouteFile, settings: &RouteSettings, contract: &Contract) -> Result<Methods, Fault> {
    let declared = settings.methods.as_ref();
    contract.methods(declared.map(|methods| methods.value)).map_err(|error| match (declared, file.settings.last()) {
        (Some(declared), Some(settings)) => error.fault(settings).at_line(declared.line),
        _ => error.fault(&file.file),
    })
}

fn starts_beyond(file: &RouteFile, excess: Excess) -> Fault {
    Fault::new(&file.file, format!("starts with {} {}", excess.found, excess.what))
        .expected(format!("at most {}", excess.max))
        .way_out(format!("build it to take less, or raise `{}` in its segment.toml", excess.limit))
}
