//! A directory to a table, whole: every fault of it is found in one pass. It publishes nothing.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

mod components;
mod content;
mod given;
mod patience;
mod several;

use self::components::{Components, Outcome};
use super::{
    LoadError, OnFault, Table,
    last_good::LastGood,
    policies::Policies,
    route::{Diagnosis, MethodSet, Served, StaticFile},
    tree::{self, Contention, FileKind, PublicFile, RouteFile, Tree},
};
use crate::{
    Fault,
    config::{Config, Secrets},
    routing::{Folder, Pattern, RouteTable, Segment},
    runtime::{host::Host, known::Findings},
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
        components: Components::new(parts, &policies, previous_routes(previous)),
        outcomes: HashMap::new(),
        unbuilt: HashSet::new(),
        hidden,
        routes: RouteTable::new(),
        public: HashMap::new(),
        faults: [tree.faults.clone(), policies.faults(), contention.faults()].concat(),
    };
    load.unbuilt(unbuilt);
    load.public_files(&tree.public, &contention);
    load.components(&tree.routes);
    for route in &tree.routes {
        load.route(route, &contention);
    }
    let write_stall = policies.at_root(&tree).limits.write_stall;
    let kept = match parts.on_fault {
        OnFault::Isolate => {
            let settings = policies.good(&tree, last_good);
            LastGood { routes: tree.routes, settings, served: load.served_folders() }
        }
        // Nobody would ask for it.
        OnFault::Refuse | OnFault::Diagnose => LastGood::default(),
    };
    load.ended(kept, write_stall)
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
    components: Components<'a>,
    /// What became of components that were judged together, by file.
    outcomes: HashMap<PathBuf, Outcome>,
    /// The components whose sources do not build.
    unbuilt: HashSet<PathBuf>,
    /// The routes that a fault of a folder above hides, each with that fault.
    hidden: HashMap<PathBuf, Fault>,
    routes: RouteTable<Served>,
    public: HashMap<Vec<String>, Arc<StaticFile>>,
    faults: Vec<Fault>,
}

impl Load<'_> {
    /// Judges all components together, which is most of the work.
    fn components(&mut self, files: &[RouteFile]) {
        let components = files.iter().filter(|file| {
            let has_fault = self.unbuilt.contains(&file.file) || self.hidden.contains_key(&file.file);
            file.kind == FileKind::Component && !has_fault
        });
        let components: Vec<_> = components.collect();
        let outcomes = self.components.several(&components);
        let judged = components.iter().zip(outcomes);
        self.outcomes = judged.filter_map(|(file, outcome)| Some((file.file.clone(), outcome?))).collect();
    }

    fn route(&mut self, file: &RouteFile, contention: &Contention) {
        if self.unbuilt.contains(&file.file) {
            return;
        }
        let served = self.served(file);
        let served = served.unwrap_or_else(|faults| self.out_of_service(file, faults));
        match contention.loser(&file.file) {
            None => drop(self.routes.insert(file.pattern.clone(), &file.file, served)),
            Some(fault) => self.steps_back(file, fault),
        }
    }

    fn served(&mut self, file: &RouteFile) -> Result<Served, Vec<Fault>> {
        if let Some(fault) = self.hidden.get(&file.file) {
            return Err(vec![fault.clone()]);
        }
        match file.kind {
            FileKind::Component => {
                let judged = self.outcomes.remove(&file.file);
                judged.unwrap_or_else(|| self.components.component(file)).map(Served::Component)
            }
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

    fn out_of_service(&mut self, file: &RouteFile, faults: Vec<Fault>) -> Served {
        let first = faults.first().cloned().unwrap_or_else(|| Fault::new(&file.file, "is faulty"));
        self.faults.extend(faults);
        match self.components.last_good(file) {
            Some(last_good) if self.parts.on_fault == OnFault::Isolate => Served::Component(last_good),
            _ => Served::Faulty(Arc::new(first.into())),
        }
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

    /// What the next load need not find out anew.
    fn findings(&self) -> Findings {
        let contract = |served: &Served| match served {
            Served::Component(route) => Some((route.digest, route.contract.clone())),
            Served::File(_) | Served::Faulty(_) => None,
        };
        let contracts = self.routes.iter().filter_map(|route| contract(route.value));
        Findings { digests: self.components.digests(), contracts: contracts.collect() }
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
        self.parts.host.known().replace(self.findings());
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
