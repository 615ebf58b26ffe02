//! The line from a component's bytes to something that can be instantiated: engines, what they offer
//! to guests, and the cache of compiled code. It knows neither routes nor when code is needed.

use std::{path::Path, sync::Arc};

use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use wasmtime::component::{Component, InstancePre, Linker};
use wasmtime_wasi_http::p3::bindings::ServiceIndices;

use super::{
    compile::{self, CompileBounds, CompileError},
    component::{self, Components},
    contract::{Contract, Kind},
    engine::{Flavour, GuestEngine},
    guest::Guest,
    handler::Entry,
    known::Digest,
    linker::linker,
    unlinked,
};
use crate::fault::Fault;

/// Loads, compiles and links components.
pub(super) struct Loader {
    sync: Offer,
    concurrent: Option<Offer>,
    components: Components,
    /// Loading takes a core while it lasts, and so does compiling, which lasts longer.
    pub(super) loads: Arc<Semaphore>,
    pub(super) compilations: Arc<Semaphore>,
}

/// An engine, and what its guests may import.
struct Offer {
    engine: GuestEngine,
    linker: Linker<Guest>,
}

/// A component whose contract is good.
pub(crate) struct Source {
    pub(crate) digest: Digest,
    pub(crate) contract: Arc<Contract>,
    /// What compiling it may take.
    pub(crate) bounds: CompileBounds,
    /// Reads its file. It blocks.
    pub(crate) read: Box<dyn Fn() -> Result<Vec<u8>, Fault> + Send + Sync>,
}

/// Code that is linked.
pub(super) struct Linked {
    pub(super) pre: InstancePre<Guest>,
    pub(super) entry: Entry,
    /// Keeps the epoch moving as long as a guest of this code runs.
    _engine: GuestEngine,
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
    /// It has to be compiled again, and cannot be read any more.
    #[error("has to be compiled again, and cannot be read: {0}")]
    Unreadable(Box<Fault>),
    /// It has to be compiled again, and is another component by now.
    #[error("has to be compiled again, and its file holds another component by now; a reload serves that one")]
    Changed,
}

impl PrepareError {
    /// The same as a fault of the component's file.
    pub(crate) fn fault(&self, file: &Path) -> Fault {
        match self {
            Self::Link(error) => unlinked::fault(file, error),
            Self::Compile(error) => error.fault(file),
            Self::Entry(_) => Fault::new(file, self.to_string()).way_out("build it against the interfaces in wit/"),
            Self::Unreadable(fault) => Fault::clone(fault),
            Self::Changed => Fault::new(file, self.to_string()).way_out("reload the site"),
        }
    }
}

impl Loader {
    /// Engines for so many `guests`; the one of WASI 0.3 only where it is switched on.
    pub(super) fn new(guests: usize, wasi_0_3: bool, components: Components) -> wasmtime::Result<Self> {
        let concurrent = wasi_0_3.then(|| Offer::new(Flavour::Concurrent, guests));
        let seats = || Arc::new(Semaphore::new(compile::seats()));
        Ok(Self {
            sync: Offer::new(Flavour::Sync, guests)?,
            concurrent: concurrent.transpose()?,
            components,
            loads: seats(),
            compilations: seats(),
        })
    }

    /// What the cache has of a component. It blocks.
    pub(super) fn kept(&self, source: &Source) -> Option<Linked> {
        let offer = self.offer(&source.contract);
        let component = self.components.kept(&offer.engine, &source.digest)?;
        offer.linked(&component, &source.contract).ok()
    }

    /// Whether the cache seems to have code of a component.
    pub(super) fn has(&self, source: &Source) -> bool {
        self.components.has(&self.offer(&source.contract).engine, &source.digest)
    }

    /// Reads a component again and compiles it, as [`compiled`](Self::compiled) does.
    pub(super) fn compiled_again(&self, source: &Source) -> Result<Linked, PrepareError> {
        let bytes = (source.read)().map_err(|fault| PrepareError::Unreadable(Box::new(fault)))?;
        if *Sha256::digest(&bytes) != source.digest {
            return Err(PrepareError::Changed);
        }
        self.compiled(source, &bytes)
    }

    /// Compiles a component of these bytes. It blocks, and needs the async runtime around it.
    pub(super) fn compiled(&self, source: &Source, bytes: &[u8]) -> Result<Linked, PrepareError> {
        let offer = self.offer(&source.contract);
        let component = self.components.compiled(&offer.engine, &source.digest, bytes, source.bounds)?;
        offer.linked(&component, &source.contract)
    }

    /// Tells programs apart whose components are compiled or linked differently.
    pub(super) fn rules(&self) -> String {
        let settings = |offer: &Offer| component::settings_of(offer.engine.engine());
        format!("{:x} {:x?}", settings(&self.sync), self.concurrent.as_ref().map(settings))
    }

    fn offer(&self, contract: &Contract) -> &Offer {
        match &self.concurrent {
            Some(concurrent) if contract.needs_async_engine => concurrent,
            _ => &self.sync,
        }
    }
}

impl Offer {
    fn new(flavour: Flavour, guests: usize) -> wasmtime::Result<Self> {
        let engine = GuestEngine::new(flavour, guests)?;
        let linker = linker(&engine, flavour)?;
        Ok(Self { engine, linker })
    }

    fn linked(&self, component: &Component, contract: &Contract) -> Result<Linked, PrepareError> {
        let pre = self.linker.instantiate_pre(component).map_err(PrepareError::Link)?;
        let entry = entry(&pre, contract)?;
        Ok(Linked { pre, entry, _engine: self.engine.clone() })
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
