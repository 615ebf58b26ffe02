//! What one server has once and all its routes share. It knows no route.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    compile::{self, Compiler},
    component::{self, Components},
    contract::Demand,
    engine,
    files::SharedFiles,
    handler::Census,
    known::Known,
    kv::Stores,
    loader::{Loader, PrepareError, Source},
    outbound::Outside,
    prepared::Prepared,
};
use crate::policy::Limits;

/// What all routes of a server share.
pub(crate) struct Host {
    loader: Arc<Loader>,
    known: Known,
    census: Census,
    outside: Outside,
    stores: Stores,
    files: SharedFiles,
}

/// How much a host lays out and offers.
#[derive(Clone)]
pub(crate) struct HostSettings<'a> {
    /// The directory that is served.
    pub(crate) site: &'a Path,
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

impl Host {
    /// Engines as the settings ask for; the one of WASI 0.3 only where it is switched on.
    pub(crate) fn new(settings: &HostSettings<'_>) -> wasmtime::Result<Self> {
        let cache = settings.cache_dir.and_then(|dir| component::open_cache(dir, settings.cache_bytes));
        let components = Components::new(Compiler::new(settings.compiler.clone()), cache.clone());
        let loader = Loader::new(settings.guests, settings.wasi_0_3, components)?;
        Ok(Self {
            known: Known::open(cache, settings.site, &loader.rules()),
            loader: Arc::new(loader),
            census: Census::new(threads(), engine::idle_places(settings.guests)),
            outside: Outside::new(settings.outbound_connections),
            stores: settings.stores.clone(),
            files: SharedFiles::new(settings.open_files),
        })
    }

    /// A component ready to run, compiled where the cache has no code of it. It blocks, and needs the
    /// async runtime around it.
    pub(crate) fn prepare(&self, source: Source, bytes: &[u8]) -> Result<Prepared, PrepareError> {
        Prepared::now(&self.loader, source, bytes)
    }

    /// A component that was prepared by this very program before, whose code is loaded when it is first
    /// needed; `None` where there is none of it in the cache.
    pub(crate) fn prepare_later(&self, source: Source) -> Option<Prepared> {
        Prepared::later(&self.loader, source)
    }

    /// What earlier loads found out.
    pub(crate) fn known(&self) -> &Known {
        &self.known
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
