//! A component's file to a route, judged by itself. What becomes of those that are faulty is not
//! decided here.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use sha2::{Digest as _, Sha256};

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
        contract::{self, Contract},
        engine,
        guest::{Given, RouteGrants},
        handler::Handler,
        host::{Excess, Prepared},
    },
};

/// The components of one load.
pub(super) struct Components<'a> {
    parts: &'a Parts<'a>,
    policies: &'a Policies,
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

type Digest = [u8; 32];

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

/// A component that has to be compiled and linked.
struct New {
    digest: Digest,
    bytes: Vec<u8>,
    contract: Arc<Contract>,
    policy: Policy,
    methods: Methods,
}

impl<'a> Components<'a> {
    /// Nothing is prepared yet.
    pub(super) fn new(parts: &'a Parts<'a>, policies: &'a Policies, previous: HashMap<PathBuf, Served>) -> Self {
        Self { parts, policies, previous, preparing: Mutex::default(), patience: Patience::default() }
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
        let (contract, prepared) = (route.contract.clone(), route.handler.prepared());
        let code = Code { digest: route.digest, bytes: route.bytes, contract, prepared };
        let methods = methods(file, &settings, &code.contract).unwrap_or(route.methods.methods);
        self.linked(file, code, policy, methods).ok()
    }

    fn unless_under_way(&self, file: &RouteFile) -> Option<Outcome> {
        match self.judged(file) {
            Err(faults) => Some(Err(faults)),
            Ok(Judged::Unchanged(route)) => Some(Ok(route)),
            Ok(Judged::New(new)) => {
                let _claim = self.claim(new.digest)?;
                Some(self.finished(file, *new))
            }
        }
    }

    fn judged(&self, file: &RouteFile) -> Result<Judged, Vec<Fault>> {
        let (policy, settings) = self.policies.of(file)?;
        let given = given(self.parts, file, &policy)?;
        stores::have_a_place(self.parts.config, file, &policy)?;
        let bytes =
            tree::read(self.parts.dir, &file.file, policy.limits.component_bytes).map_err(|fault| vec![fault])?;
        let digest: Digest = Sha256::digest(&bytes).into();
        if let Some(unchanged) = self.unchanged(file, &digest, &policy, &settings, &given) {
            return Ok(Judged::Unchanged(unchanged));
        }
        let contract = self.contract(file, &digest, &bytes)?;
        let methods = methods(file, &settings, &contract).map_err(|fault| vec![fault])?;
        if let Some(excess) = Excess::of(&contract.demand, &policy.limits) {
            return Err(vec![starts_beyond(file, excess)]);
        }
        Ok(Judged::New(Box::new(New { digest, bytes, contract, policy, methods })))
    }

    fn contract(&self, file: &RouteFile, digest: &Digest, bytes: &[u8]) -> Result<Arc<Contract>, Vec<Fault>> {
        if let Some(read) = self.preparing().contracts.get(digest) {
            return Ok(read.clone());
        }
        let read = contract::read(bytes, self.parts.config.wasi_0_3).map_err(|error| vec![error.fault(&file.file)])?;
        let read = Arc::new(read);
        self.preparing().contracts.insert(*digest, read.clone());
        Ok(read)
    }

    /// The route as it was, where nothing that its guests could notice has changed.
    fn unchanged(
        &self,
        file: &RouteFile,
        digest: &[u8; 32],
        policy: &Policy,
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
        let New { digest, bytes, contract, policy, methods } = new;
        let prepared = self.prepared(file, digest, &bytes, &contract, &policy.limits)?;
        let code = Code { digest, bytes: bytes.len() as u64, contract, prepared };
        self.linked(file, code, policy, methods)
    }

    fn prepared(
        &self,
        file: &RouteFile,
        digest: Digest,
        bytes: &[u8],
        contract: &Contract,
        limits: &Limits,
    ) -> Result<Prepared, Vec<Fault>> {
        if let Some(prepared) = self.preparing().ready.get(&digest) {
            return Ok(prepared.clone());
        }
        let begun = Instant::now();
        if self.parts.on_fault == OnFault::Isolate {
            self.patience.left_for(&file.file, limits.compile_time).map_err(|fault| vec![fault])?;
        }
        let prepared = self.parts.host.prepare(bytes, contract, limits).map_err(|error| {
            self.patience.is_tried_by(&file.file, begun.elapsed());
            vec![error.fault(&file.file)]
        })?;
        self.preparing().ready.insert(digest, prepared.clone());
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
    fn linked(&self, file: &RouteFile, code: Code, policy: Policy, methods: Methods) -> Outcome {
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
