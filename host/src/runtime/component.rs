//! Component bytes to compiled code that can be linked: from the cache, else from the compiler, which
//! is not asked twice for what it could not do. It links and runs nothing.

use std::{path::Path, sync::Arc, time::Instant};

use wasmtime::{Engine, component::Component};

use super::compile::{CompileBounds, CompileError, Compiler, Made, Order};
use super::{engine::GuestEngine, known::Digest};

mod cache;
mod common;
mod failures;
mod key;
mod room;

pub(crate) use cache::{CodeCache, hex, settings_of};
use cache::{Entry, EntryFile};
use common::Bundle;
use failures::{Attempt, Failures};

/// The one way to a compiled component.
#[derive(Debug)]
pub(crate) struct Components {
    compiler: Compiler,
    cache: Option<Arc<CodeCache>>,
    failures: Failures,
}

impl Components {
    /// Compiled by `compiler`, kept in `cache`.
    pub(crate) fn new(compiler: Compiler, cache: Option<Arc<CodeCache>>) -> Self {
        Self { compiler, cache, failures: Failures::default() }
    }

    /// The compiled form of the component with this digest, where it is kept and counts.
    pub(crate) fn kept(&self, engine: &GuestEngine, digest: &Digest) -> Option<Component> {
        let (cache, engine) = (self.cache.as_ref()?, engine.engine());
        let name = cache::entry_name_of(engine, digest);
        match cache.entry_file(&name) {
            Some(file) => load_own_code(engine, Trusted::Mapped(&file)).ok(),
            None => load_own_code(engine, Trusted::Read(&cache.entry(&name)?)).ok(),
        }
    }

    /// Whether [`kept`](Self::kept) would find something, counting or not.
    pub(crate) fn has(&self, engine: &GuestEngine, digest: &Digest) -> bool {
        let name = cache::entry_name_of(engine.engine(), digest);
        self.cache.as_ref().is_some_and(|cache| cache.has(&name))
    }

    /// Compiles `bytes` of this digest for `engine`, and puts the code into the cache. What failed
    /// already is not tried again, as [`failures`] says.
    pub(crate) fn compiled(
        &self,
        engine: &GuestEngine,
        digest: &Digest,
        bytes: &[u8],
        bounds: CompileBounds,
    ) -> Result<Component, Arc<CompileError>> {
        let attempt = Attempt { name: cache::entry_name_of(engine.engine(), digest), bounds };
        let begun = Instant::now();
        if let Some(error) = self.failures.of(&attempt, begun) {
            return Err(error);
        }
        let order = Order { flavour: engine.flavour(), component: bytes, functions: None, bounds };
        self.made_and_kept(engine.engine(), order, &attempt.name).map_err(|error| {
            let (error, ended) = (Arc::new(error), Instant::now());
            self.failures.remember(attempt, &error, ended - begun, ended);
            error
        })
    }

    fn made_and_kept(&self, engine: &Engine, order: Order<'_>, name: &str) -> Result<Component, CompileError> {
        let Some(cache) = &self.cache else {
            return Fresh(self.compiler.make(order)?.code).loaded(engine);
        };
        let code = Fresh(self.made(cache, engine, order)?.code);
        cache.keep(name, &code.0);
        code.loaded(engine)
    }

    /// Compiled, except for what is known of other components.
    fn made(&self, cache: &CodeCache, engine: &Engine, order: Order<'_>) -> Result<Made, CompileError> {
        let Some(bundle) = Bundle::of(cache, engine, order.component) else {
            return self.compiler.make(order);
        };
        let made =
            self.compiler.make(Order { functions: Some(bundle.known(order.bounds.code_bytes_max())), ..order })?;
        bundle.keep(&made.functions);
        Ok(made)
    }
}

/// Code as the compiler has just made it.
struct Fresh(Vec<u8>);

impl Fresh {
    fn loaded(&self, engine: &Engine) -> Result<Component, CompileError> {
        load_own_code(engine, Trusted::Fresh(self)).map_err(CompileError::NotLoaded)
    }
}

/// Bytes that may become code.
enum Trusted<'a> {
    /// From the compiler.
    Fresh(&'a Fresh),
    /// From the cache, whose MAC was checked over what is held here.
    Read(&'a Entry),
    /// From the cache, whose MAC was checked over the file behind this path.
    Mapped(&'a EntryFile),
}

/// The one place where bytes become code.
#[expect(unsafe_code, reason = "wasmtime cannot tell foreign bytes from its own")]
fn load_own_code(engine: &Engine, code: Trusted<'_>) -> wasmtime::Result<Component> {
    // SAFETY: both functions must be given what `Engine::precompile_component` of this wasmtime made.
    //
    // - `Fresh` is what the compiler returned a moment ago, in this process or in a child of it that
    //   runs a program the operator named. The child is bounded in time and memory, yet it is no
    //   border for code: a component that took it over through a fault of the compiler could return
    //   any code, exactly as it could run any code where the compiler is in this process.
    // - `Read` is an entry of the cache under a MAC over its name and content, made by this module
    //   alone, only over what `Fresh` held, under a key only the owner of this process can read; the
    //   name binds wasmtime's version, the engine's settings and the component's bytes.
    // - `Mapped` is the same in its file, mapped through the descriptor by which it was checked, so it
    //   could change afterwards; but it belongs to the owner of this process and nobody else may write
    //   it, and the owner, who has the key, could forge any entry before the check as well. Ours are
    //   only ever replaced whole.
    unsafe {
        match code {
            Trusted::Fresh(code) => Component::deserialize(engine, &code.0),
            Trusted::Read(entry) => Component::deserialize(engine, entry.code()),
            Trusted::Mapped(file) => Component::deserialize_file(engine, &file.path),
        }
    }
}

/// A cache that cannot be opened, or that others could write to, costs time, not service.
pub(crate) fn open_cache(dir: &Path, bytes_max: u64) -> Option<Arc<CodeCache>> {
    match CodeCache::open(dir, bytes_max) {
        Ok(cache) => Some(Arc::new(cache)),
        Err(error) => {
            tracing::warn!(event = "code_cache_not_opened", reason = %error, dir = %dir.display());
            None
        }
    }
}
