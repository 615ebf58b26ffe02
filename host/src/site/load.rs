//! A directory to a table, whole: every fault of it is found in one pass. It publishes nothing.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sha2::{Digest, Sha256};

use super::{
    LoadError, OnFault, Table, directories,
    last_good::LastGood,
    policies::Policies,
    route::{ComponentRoute, Diagnosis, MethodSet, Served, StaticFile},
    settings::RouteSettings,
    stores,
    tree::{self, Contention, FileKind, PublicFile, RouteFile, Tree},
};
use crate::{
    Fault,
    config::{Config, Secrets},
    policy::{Limits, Origin, Policy, SecretMode},
    routing::{Folder, Methods, Pattern, RouteTable, Segment},
    runtime::{
        admission::Gate,
        contract::{self, Contract},
        engine,
        guest::{Given, GrantedSecrets, RouteGrants},
        handler::Handler,
        host::{Excess, Host, Prepared},
        outbound::HiddenSecret,
    },
};

/// What a load works with, beside the directory's content.
pub(super) struct Parts<'a> {
    pub(super) dir: &'a Path,
    pub(super) config: &'a Config,
    pub(super) secrets: &'a Secrets,
    pub(super) on_fault: OnFault,
    pub(super) host: &'a Host,
}

/// Reads the directory into a table, taking over from `previous` what has not changed.
pub(super) fn table(parts: &Parts<'_>, previous: &Table, unbuilt: Vec<Diagnosis>) -> Result<Table, LoadError> {
    let nothing = LastGood::default();
    let last_good = if parts.on_fault == OnFault::Isolate { &previous.last_good } else { &nothing };
    let mut tree = Tree::uncompared(parts.dir);
    let hidden = last_good.restore(&mut tree);
    let policies = Policies::read(parts.dir, &tree, parts.config.owners, last_good);
    let settled = settled(parts.on_fault, previous);
    let contention = tree.contention(|file| settled.contains(file));
    // Whoever steps back gets what the others leave.
    tree.routes.sort_by_key(|route| contention.loser(&route.file).is_some());
    let mut load = Load {
        parts,
        previous: previous_routes(previous),
        prepared: HashMap::new(),
        unbuilt: HashSet::new(),
        hidden,
        routes: RouteTable::new(),
        public: HashMap::new(),
        faults: [tree.faults.clone(), policies.faults(), contention.faults()].concat(),
    };
    load.unbuilt(unbuilt);
    load.public_files(&tree.public, &contention);
    for route in &tree.routes {
        load.route(route, &policies, &contention);
    }
    let write_stall = policies.at_root(&tree).limits.write_stall;
    let settings = policies.good(&tree, last_good);
    let served = load.served_folders();
    load.ended(LastGood { routes: tree.routes, settings, served }, write_stall)
}

/// The files that are served already, and so need not step back before newcomers.
fn settled(on_fault: OnFault, previous: &Table) -> HashSet<PathBuf> {
    if on_fault != OnFault::Isolate {
        return HashSet::new();
    }
    let routes = previous.routes.iter().filter(|route| !matches!(route.value, Served::Faulty(_)));
    let public = previous.public.values().map(|file| file.file.clone());
    routes.map(|route| route.source.to_owned()).chain(public).collect()
}

/// What a component's file is called.
const COMPONENT_FILE: &str = "route.wasm";

struct Load<'a> {
    parts: &'a Parts<'a>,
    previous: HashMap<PathBuf, Served>,
    /// What was compiled and linked in this load, by the digest of its bytes.
    prepared: HashMap<[u8; 32], Prepared>,
    /// The components whose sources do not build.
    unbuilt: HashSet<PathBuf>,
    /// The routes that a fault of a folder above hides, each with that fault.
    hidden: HashMap<PathBuf, Fault>,
    routes: RouteTable<Served>,
    public: HashMap<Vec<String>, Arc<StaticFile>>,
    faults: Vec<Fault>,
}

/// A component's bytes as far as they were understood.
struct Code {
    digest: [u8; 32],
    bytes: u64,
    contract: Contract,
    prepared: Prepared,
}

impl Load<'_> {
    fn route(&mut self, file: &RouteFile, policies: &Policies, contention: &Contention) {
        if self.unbuilt.contains(&file.file) {
            return;
        }
        let served = self.served(file, policies);
        let served = served.unwrap_or_else(|faults| self.out_of_service(file, faults, policies));
        match contention.loser(&file.file) {
            None => drop(self.routes.insert(file.pattern.clone(), &file.file, served)),
            Some(fault) => self.steps_back(file, fault),
        }
    }

    fn served(&mut self, file: &RouteFile, policies: &Policies) -> Result<Served, Vec<Fault>> {
        if let Some(fault) = self.hidden.get(&file.file) {
            return Err(vec![fault.clone()]);
        }
        match file.kind {
            FileKind::Component => self.component(file, policies).map(Served::Component),
            FileKind::Page => self.static_file(&file.file, "page").map(Served::File),
            FileKind::Metadata => self.static_file(&file.file, "metadata").map(Served::File),
        }
    }

    /// A loser answers that it is out of service where nobody else answers.
    fn steps_back(&mut self, file: &RouteFile, fault: &Fault) {
        let path: Option<Vec<String>> = file.pattern.is_static().then(|| static_path(&file.pattern));
        if path.is_none_or(|path| !self.public.contains_key(&path)) {
            let faulty = Served::Faulty(Arc::new(fault.clone().into()));
            self.routes.insert_beside(file.pattern.clone(), &file.file, faulty);
        }
    }

    fn out_of_service(&mut self, file: &RouteFile, faults: Vec<Fault>, policies: &Policies) -> Served {
        let first = faults.first().cloned().unwrap_or_else(|| Fault::new(&file.file, "is faulty"));
        self.faults.extend(faults);
        match self.last_good(file, policies) {
            Some(last_good) if self.parts.on_fault == OnFault::Isolate => Served::Component(last_good),
            _ => Served::Faulty(Arc::new(first.into())),
        }
    }

    /// The component as it was, under the policy as it is: what a segment above has tightened since
    /// counts, and what is a violation by now is not served. The content of pages is not kept.
    fn last_good(&self, file: &RouteFile, policies: &Policies) -> Option<Arc<ComponentRoute>> {
        let Some(Served::Component(route)) = self.previous.get(&file.file) else {
            return None;
        };
        let (policy, settings) = policies.of(file).ok()?;
        let given = self.given(file, &policy).ok()?;
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

    /// Routes whose source did not become a component come first, in the place of an older component.
    fn unbuilt(&mut self, diagnoses: Vec<Diagnosis>) {
        for diagnosis in diagnoses {
            self.faults.push(diagnosis.fault.clone());
            if let Some(pattern) = pattern_of(&diagnosis.fault.file) {
                let file = diagnosis.fault.file.with_file_name(COMPONENT_FILE);
                self.unbuilt.insert(file.clone());
                let _ = self.routes.insert(pattern, file, Served::Faulty(Arc::new(diagnosis)));
            }
        }
    }

    fn component(&mut self, file: &RouteFile, policies: &Policies) -> Result<Arc<ComponentRoute>, Vec<Fault>> {
        let (policy, settings) = policies.of(file)?;
        let given = self.given(file, &policy)?;
        stores::have_a_place(self.parts.config, file, &policy)?;
        let bytes =
            tree::read(self.parts.dir, &file.file, policy.limits.component_bytes).map_err(|fault| vec![fault])?;
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        if let Some(unchanged) = self.unchanged(file, &digest, &policy, &settings, &given) {
            return Ok(unchanged);
        }
        let contract =
            contract::read(&bytes, self.parts.config.wasi_0_3).map_err(|error| vec![error.fault(&file.file)])?;
        let methods = methods(file, &settings, &contract).map_err(|fault| vec![fault])?;
        if let Some(excess) = Excess::of(&contract.demand, &policy.limits) {
            return Err(vec![starts_beyond(file, excess)]);
        }
        let prepared = self.prepare(file, &digest, &bytes, &contract, &policy.limits)?;
        let code = Code { digest, bytes: bytes.len() as u64, contract, prepared };
        self.linked(file, code, policy, methods)
    }

    /// What is found of what a policy grants.
    fn given(&self, file: &RouteFile, policy: &Policy) -> Result<Given, Vec<Fault>> {
        Ok(Given { secrets: self.secrets(file, policy)?, files: directories::open(self.parts, policy)? })
    }

    fn linked(
        &self,
        file: &RouteFile,
        code: Code,
        policy: Policy,
        methods: Methods,
    ) -> Result<Arc<ComponentRoute>, Vec<Fault>> {
        let given = self.given(file, &policy)?;
        let grants = RouteGrants::new(self.parts.host, file.pattern.as_str().into(), &policy, given);
        let census = self.parts.host.census().clone();
        let limits = &policy.limits;
        Ok(Arc::new(ComponentRoute {
            file: file.file.clone(),
            digest: code.digest,
            bytes: code.bytes,
            shares: engine::shares(&code.contract.demand),
            contract: code.contract,
            methods: MethodSet::from(methods),
            gate: Gate::new(limits.concurrency, limits.queue, limits.queue_wait),
            handler: Arc::new(Handler::new(code.prepared, grants, policy.reuse, census)),
            policy,
        }))
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

    fn prepare(
        &mut self,
        file: &RouteFile,
        digest: &[u8; 32],
        bytes: &[u8],
        contract: &Contract,
        limits: &Limits,
    ) -> Result<Prepared, Vec<Fault>> {
        if let Some(prepared) = self.prepared.get(digest) {
            return Ok(prepared.clone());
        }
        let prepared = self.parts.host.prepare(bytes, contract, limits);
        let prepared = prepared.map_err(|error| vec![error.fault(&file.file)])?;
        self.prepared.insert(*digest, prepared.clone());
        Ok(prepared)
    }

    /// The values of the secrets a policy grants.
    fn secrets(&self, file: &RouteFile, policy: &Policy) -> Result<GrantedSecrets, Vec<Fault>> {
        let (mut secrets, mut faults) = (GrantedSecrets::new(), Vec::new());
        for grant in &policy.grants.secrets {
            match self.parts.secrets.get(&grant.name) {
                None => {
                    let source = self.parts.config.secrets.describe(&grant.name);
                    faults.push(lacking(granted_at(file, policy, &grant.name), &grant.name, source));
                }
                Some(value) if grant.mode != SecretMode::Value && !HiddenSecret::can_be_sent(value) => {
                    faults.push(unsendable(granted_at(file, policy, &grant.name), &grant.name));
                }
                Some(value) => secrets.push(value.to_owned()),
            }
        }
        if faults.is_empty() { Ok(secrets) } else { Err(faults) }
    }

    fn public_files(&mut self, files: &[PublicFile], contention: &Contention) {
        for file in files.iter().filter(|file| contention.loser(&file.file).is_none()) {
            match self.static_file(&file.file, "public") {
                Ok(served) => drop(self.public.insert(file.segments.clone(), served)),
                Err(faults) => self.faults.extend(faults),
            }
        }
    }

    fn static_file(&self, file: &Path, kind: &'static str) -> Result<Arc<StaticFile>, Vec<Fault>> {
        let opened = tree::open(self.parts.dir, file).map_err(|fault| vec![fault])?;
        let found = opened.metadata().map_err(|error| vec![Fault::new(file, format!("cannot be read: {error}"))])?;
        Ok(Arc::new(StaticFile { file: file.to_owned(), kind, bytes: found.len(), methods: MethodSet::of_file() }))
    }

    fn served_folders(&self) -> HashSet<PathBuf> {
        let served = self.routes.iter().filter(|route| !matches!(route.value, Served::Faulty(_)));
        served.flat_map(|route| route.source.ancestors().skip(1).map(Path::to_owned)).collect()
    }

    fn ended(self, last_good: LastGood, write_stall: Duration) -> Result<Table, LoadError> {
        let fatal = match self.parts.on_fault {
            OnFault::Refuse => self.faults.clone(),
            OnFault::Isolate | OnFault::Diagnose => {
                self.faults.iter().filter(|fault| self.is_of_the_whole(fault)).cloned().collect()
            }
        };
        if !fatal.is_empty() {
            return Err(fatal.into());
        }
        let faults = LoadError::from(self.faults).0;
        Ok(Table { routes: self.routes, public: self.public, faults, last_good, write_stall })
    }

    /// A fault of the root segment or of the directory itself leaves nothing that could be served safely.
    fn is_of_the_whole(&self, fault: &Fault) -> bool {
        let whole = ["", "app", "app/segment.toml", "segment.toml", "routelet.toml"];
        fault.file == self.parts.dir || whole.iter().any(|file| fault.file == Path::new(file))
    }
}

/// The one path of a pattern without parameters.
fn static_path(pattern: &Pattern) -> Vec<String> {
    let text = |segment: &Segment| match segment {
        Segment::Static(text) => Some(text.clone()),
        Segment::Param(_) | Segment::Rest(_) | Segment::OptionalRest(_) => None,
    };
    pattern.segments().iter().filter_map(text).collect()
}

/// Where a secret is granted; the route itself where nobody wrote it.
fn granted_at(file: &RouteFile, policy: &Policy, secret: &str) -> Origin {
    let origin = policy.origin(&format!("secrets.{secret}")).cloned();
    origin.unwrap_or_else(|| Origin { file: file.file.clone(), line: 1 })
}

fn lacking(granted: Origin, secret: &str, source: String) -> Fault {
    Fault::new(granted.file, format!("grants the secret `{secret}`, which the secret source lacks"))
        .at_line(granted.line)
        .expected(source)
        .way_out("add it there, or take the grant away")
}

fn unsendable(granted: Origin, secret: &str) -> Fault {
    Fault::new(granted.file, format!("the value of the secret `{secret}` cannot stand in a header field"))
        .at_line(granted.line)
        .expected("one line without control characters, since its mode is \"placeholder\"")
        .way_out("change the value, or the mode")
}

/// What the route answers; what its directory declares wrongly is a fault of that declaration.
fn methods(file: &RouteFile, settings: &RouteSettings, contract: &Contract) -> Result<Methods, Fault> {
    let declared = settings.methods.as_ref();
    contract.methods(declared.map(|methods| methods.value)).map_err(|error| match (declared, file.settings.last()) {
        (Some(declared), Some(settings)) => error.fault(settings).at_line(declared.line),
        _ => error.fault(&file.file),
    })
}

/// The pattern of a route's source or component, from the folders it lies in.
fn pattern_of(file: &Path) -> Option<Pattern> {
    let folders = file.parent()?.strip_prefix("app").ok()?.iter();
    let mut segments = Vec::new();
    for folder in folders {
        match Folder::parse(folder.to_str()?).ok()? {
            Folder::Segment(segment) => segments.push(segment),
            Folder::Group => {}
            Folder::Private => return None,
        }
    }
    Pattern::new(segments).ok()
}

fn previous_routes(table: &Table) -> HashMap<PathBuf, Served> {
    table.routes.iter().map(|route| (route.source.to_owned(), route.value.clone())).collect()
}

fn starts_beyond(file: &RouteFile, excess: Excess) -> Fault {
    Fault::new(&file.file, format!("starts with {} {}", excess.found, excess.what))
        .expected(format!("at most {}", excess.max))
        .way_out(format!("build it to take less, or raise `{}` in its segment.toml", excess.limit))
}
