//! The engines of one server, and the line from a component's bytes to something that can be
//! instantiated. It knows no route.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use wasmtime::component::{InstancePre, Linker};
use wasmtime_wasi_http::p3::bindings::ServiceIndices;

use super::{
    compile::{self, CompileBounds, CompileError, Compiler},
    component::{self, Components},
    contract::{Contract, Demand, Kind},
    engine::{self, Flavour, GuestEngine},
    files::SharedFiles,
    guest::Guest,
    handler::{Census, Entry},
    kv::Stores,
    linker::linker,
    outbound::Outside,
    unlinked,
};
use crate::fault::Fault;
use crate::policy::Limits;

/// Engines, what they offer to guests, and the cache of compiled code.
pub(crate) struct Host {
    sync: Offer,
    concurrent: Option<Offer>,
    components: Components,
    census: Census,
    outside: Outside,
    stores: Stores,
    files: SharedFiles,
}

/// How much a host lays out and offers.
#[derive(Clone)]
pub(crate) struct HostSettings<'a> {
    /// Instances at once.
    pub(crate) guests: usize,
    /// Whether WASI 0.3 components are served.
    pub(crate) wasi_0_3: bool,
    /// Connections of all guests to other servers at once.
    pub(crate) outbound_connections: usize,
    /// Where key-value stores are.
    pub(crate) stores: Stores,
    /// Files and directories that all guests hold open at once.
    pub(crate) open_files: usize,
    /// Where compiled code is kept.
    pub(crate) cache_dir: Option<&'a Path>,
    /// How many bytes of it.
    pub(crate) cache_bytes: u64,
    /// The program that compiles; without one, this process does.
    pub(crate) compiler: Option<PathBuf>,
}

struct Offer {
    engine: GuestEngine,
    linker: Linker<Guest>,
}

/// A component, compiled and linked; shared by all routes with the same bytes.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(super) pre: InstancePre<Guest>,
    pub(super) entry: Entry,
    pub(super) engine: GuestEngine,
    /// How many places of the pools one instance takes.
    pub(super) places: u32,
}

/// Why a component with a good contract cannot be served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PrepareError {
    /// There is no code of it.
    #[error(transparent)]
    Compile(#[from] Arc<CompileError>),
    /// An import is not what the host offers.
    #[error("does not link")]
    Link(#[source] wasmtime::Error),
    /// The handler it exports is not a handler.
    #[error("exports `{0}` without the function `handle` of its interface")]
    Entry(String),
}

/// What a component takes as soon as it starts, and more of it than its policy allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Excess {
    /// What it takes too much of.
    pub(crate) what: &'static str,
    /// How much it takes.
    pub(crate) found: u64,
    /// How much it may take.
    pub(crate) max: u64,
    /// The limit that says so.
    pub(crate) limit: &'static str,
}

impl Excess {
    /// Why no instance could ever start under these limits, where that is so.
    pub(crate) fn of(demand: &Demand, limits: &Limits) -> Option<Self> {
        let taken = [
            ("bytes of memory", demand.memory_bytes, limits.memory_bytes, "memory"),
            ("elements in one table", demand.table_elements, u64::from(limits.table_elements), "table-elements"),
            ("core instances", u64::from(demand.core_instances), limits.instances as u64, "instances"),
            ("memories", u64::from(demand.memories), limits.memories as u64, "memories"),
            ("tables", u64::from(demand.tables), limits.tables as u64, "tables"),
        ];
        let excess = taken.into_iter().find(|(_, found, max, _)| found > max);
        excess.map(|(what, found, max, limit)| Self { what, found, max, limit })
    }
}

impl PrepareError {
    /// The same as a fault of the component's file.
    pub(crate) fn fault(&self, file: &Path) -> Fault {
        match self {
            Self::Link(error) => unlinked::fault(file, error),
            Self::Compile(error) => error.fault(file),
            Self::Entry(_) => Fault::new(file, self.to_string()).way_out("build it against the interfaces in wit/"),
        }
    }
}

impl Host {
    /// Engines as the settings ask for; the one of WASI 0.3 only where it is switched on.
    pub(crate) fn new(settings: &HostSettings<'_>) -> wasmtime::Result<Self> {
        let concurrent = settings.wasi_0_3.then(|| Offer::new(Flavour::Concurrent, settings.guests));
        let cache = settings.cache_dir.and_then(|dir| component::open_cache(dir, settings.cache_bytes));
        Ok(Self {
            sync: Offer::new(Flavour::Sync, settings.guests)?,
            concurrent: concurrent.transpose()?,
            components: Components::new(Compiler::new(settings.compiler.clone()), cache),
            census: Census::new(threads(), engine::idle_places(settings.guests)),
            outside: Outside::new(settings.outbound_connections),
            stores: settings.stores.clone(),
            files: SharedFiles::new(settings.open_files),
        })
    }

    /// Compiles and links a component. It blocks, and needs the async runtime around it.
    pub(crate) fn prepare(&self, bytes: &[u8], contract: &Contract, limits: &Limits) -> Result<Prepared, PrepareError> {
        let offer = match &self.concurrent {
            Some(concurrent) if contract.needs_async_engine => concurrent,
            _ => &self.sync,
        };
        let component = self.components.component(&offer.engine, bytes, CompileBounds::of(limits))?;
        let pre = offer.linker.instantiate_pre(&component).map_err(PrepareError::Link)?;
        let entry = entry(&pre, contract)?;
        let places = u32::try_from(engine::shares(&contract.demand)).unwrap_or(u32::MAX);
        Ok(Prepared { pre, entry, engine: offer.engine.clone(), places })
    }

    /// How many components are worth preparing at a time.
    pub(crate) fn seats(&self) -> usize {
        compile::seats()
    }

    /// Who has been started, and who still runs.
    pub(crate) fn census(&self) -> &Census {
        &self.census
    }

    /// What all guests share of the way out.
    pub(crate) fn outside(&self) -> &Outside {
        &self.outside
    }

    /// The key-value stores of the server.
    pub(crate) fn stores(&self) -> &Stores {
        &self.stores
    }

    /// What all guests share of the files granted to them.
    pub(crate) fn files(&self) -> &SharedFiles {
        &self.files
    }
}

/// The threads that run guests and everything else.
fn threads() -> usize {
    tokio::runtime::Handle::try_current().map_or(1, |runtime| runtime.metrics().num_workers())
}

impl Offer {
    fn new(flavour: Flavour, guests: usize) -> wasmtime::Result<Self> {
        let engine = GuestEngine::new(flavour, guests)?;
        let linker = linker(&engine, flavour)?;
        Ok(Self { engine, linker })
    }
}

fn entry(pre: &InstancePre<Guest>, contract: &Contract) -> Result<Entry, PrepareError> {
    if contract.kind == Kind::Wasi03 {
        let service = ServiceIndices::new(pre).map_err(PrepareError::Link)?;
        return Ok(Entry::Concurrent(service));
    }
    let handle = |interface: &String| {
        let component = pre.component();
        let instance = component.get_export_index(None, interface)?;
        component.get_export_index(Some(&instance), "handle")
    };
    let exports = contract.handlers.iter().map(|(method, interface)| match handle(interface) {
        Some(export) => Ok((*method, export)),
        None => Err(PrepareError::Entry(interface.clone())),
    });
    Ok(Entry::Sync(exports.collect::<Result<_, _>>()?))
}
