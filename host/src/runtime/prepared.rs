//! A component that can be instantiated, whose code is loaded when it is first needed. It decides
//! neither who may run nor how long a request waits.
//!
//! Code that was kept is checked when it is loaded, and not before: reading through it is most of what
//! a start would take. Where it turns out not to count, the component is read and compiled again while
//! its requests wait. Of each component that happens once at a time; what is begun goes on when those
//! who wait for it leave, and what came to nothing rests for twenty times as long as it took, and a
//! second at least.

use std::{
    panic::resume_unwind,
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{
    sync::{Mutex, OwnedMutexGuard, Semaphore},
    task::spawn_blocking,
    time::Instant,
};

use super::{
    engine,
    loader::{Linked, Loader, PrepareError, Source},
};

/// How many times as long as it took a failure is left alone.
const REST: u32 = 20;
/// And so long at least: to find a file changed or gone takes no time, and many may ask.
const REST_MIN: Duration = Duration::from_secs(1);

/// A component, shared by all routes with the same bytes.
#[derive(Clone)]
pub(crate) struct Prepared(Arc<Inner>);

struct Inner {
    loader: Arc<Loader>,
    source: Source,
    places: u32,
    linked: OnceLock<Arc<Linked>>,
    turn: Arc<Mutex<Rest>>,
}

/// How loading failed, and until when that counts; nothing where it did not.
type Rest = Option<(Arc<PrepareError>, Instant)>;

/// Leave to load, which one has at a time.
type Turn = OwnedMutexGuard<Rest>;

impl Prepared {
    /// With its code, from the cache or compiled from `bytes`. It blocks, and needs the async runtime
    /// around it.
    pub(super) fn now(loader: &Arc<Loader>, source: Source, bytes: &[u8]) -> Result<Self, PrepareError> {
        let linked = loader.kept(&source).map_or_else(|| loader.compiled(&source, bytes), Ok)?;
        Ok(Self::of(loader, source, OnceLock::from(Arc::new(linked))))
    }

    /// Without its code yet; `None` where the cache has none.
    pub(super) fn later(loader: &Arc<Loader>, source: Source) -> Option<Self> {
        loader.has(&source).then(|| Self::of(loader, source, OnceLock::new()))
    }

    fn of(loader: &Arc<Loader>, source: Source, linked: OnceLock<Arc<Linked>>) -> Self {
        let places = u32::try_from(engine::shares(&source.contract.demand)).unwrap_or(u32::MAX);
        Self(Arc::new(Inner { loader: loader.clone(), source, places, linked, turn: Arc::default() }))
    }

    /// How many places of the pools one instance takes.
    pub(super) fn places(&self) -> u32 {
        self.0.places
    }

    /// The code, where it is loaded.
    pub(super) fn loaded(&self) -> Option<&Arc<Linked>> {
        self.0.linked.get()
    }

    /// Whether its code is loaded.
    pub(crate) fn is_loaded(&self) -> bool {
        self.loaded().is_some()
    }

    /// The code, loaded first where it is not yet.
    pub(super) async fn linked(&self) -> Result<Arc<Linked>, Arc<PrepareError>> {
        let turn = self.0.turn.clone().lock_owned().await;
        if let Some(linked) = self.loaded() {
            return Ok(linked.clone());
        }
        if let Some((error, until)) = &*turn
            && Instant::now() < *until
        {
            return Err(error.clone());
        }
        match self.in_turn(&self.0.loader.loads, turn, Inner::load).await {
            Ok(linked) => Ok(linked),
            Err(turn) => self.in_turn(&self.0.loader.compilations, turn, Inner::compile).await,
        }
    }

    /// Loads it from the cache unless it is loaded, or somebody does so already. To compile it again is
    /// left to those who need it. It blocks.
    pub(super) fn warm(&self) {
        if let Ok(turn) = self.0.turn.clone().try_lock_owned()
            && !self.is_loaded()
        {
            drop(self.0.load(turn));
        }
    }

    /// Work that blocks, on one of as many threads as there are seats; it ends in any case.
    async fn in_turn<T: Send + 'static>(&self, seats: &Arc<Semaphore>, turn: Turn, work: fn(&Inner, Turn) -> T) -> T {
        let seat = seats.clone().acquire_owned().await.expect("the semaphore is never closed");
        let inner = self.0.clone();
        let done = spawn_blocking(move || (work(&inner, turn), drop(seat)).0).await;
        done.unwrap_or_else(|broken| resume_unwind(broken.into_panic()))
    }
}

impl Inner {
    /// From the cache; gives the turn back where that has nothing that counts.
    fn load(&self, turn: Turn) -> Result<Arc<Linked>, Turn> {
        match self.loader.kept(&self.source) {
            Some(linked) => Ok(self.linked.get_or_init(|| Arc::new(linked)).clone()),
            None => Err(turn),
        }
    }

    fn compile(&self, mut turn: Turn) -> Result<Arc<Linked>, Arc<PrepareError>> {
        let begun = Instant::now();
        match self.loader.compiled_again(&self.source) {
            Ok(linked) => Ok(self.linked.get_or_init(|| Arc::new(linked)).clone()),
            Err(error) => {
                let (error, ended) = (Arc::new(error), Instant::now());
                let rest = ((ended - begun) * REST).max(REST_MIN);
                *turn = Some((error.clone(), ended + rest));
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests;
