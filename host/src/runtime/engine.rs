//! Builds the engines guests run in, and keeps their epochs ticking. It compiles and runs nothing itself.

use std::{
    fs, io,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread::JoinHandle,
    time::Duration,
};

use wasmtime::{CacheStore, Config, Enabled, Engine, EngineWeak, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::contract::Demand;
use crate::policy::limits::{MEMORY_BYTES_MAX, PARTS_MAX, TABLE_ELEMENTS_MAX};

/// How often a running guest is looked at. A budget is overrun by two ticks at most.
pub(crate) const EPOCH_TICK: Duration = Duration::from_millis(10);

/// Stack a guest may use before it traps; wasmtime's own default, which its fuzzers exercise.
const WASM_STACK_BYTES: usize = 512 << 10;
/// Stack of the fiber a guest runs on, hence of the host functions it calls; wasmtime's default.
const ASYNC_STACK_BYTES: usize = 2 << 20;
/// Memory kept mapped in a slot for the next guest: zeroing this much costs less than faulting it in.
const KEEP_RESIDENT_BYTES: usize = 64 << 10;
/// The same for linear memories, of which only what a guest wrote is looked at: an interpreter writes most of a mebibyte
/// for a small answer, and would fault in each of its pages again. Every slot that was used once may keep it; each guest
/// that may run, or may wait idle, has [`MEMORIES_PER_GUEST`] of them.
const MEMORY_KEEP_RESIDENT_BYTES: usize = 1 << 20;
/// Memories a pool holds for each guest that may run: one for most, eleven for a Python component.
/// Each slot reserves 4 GiB of address space, so the worst case of all cannot be reserved: a guest
/// with more is admitted as several, and the largest there may be always fits.
const MEMORIES_PER_GUEST: u32 = 4;
/// Tables a pool holds for each guest that may run.
const TABLES_PER_GUEST: u32 = 8;
/// One place more in the pools for so many guests that may run: for instances that wait to be used again, which no
/// admission counts.
const GUESTS_PER_IDLE_PLACE: usize = 4;
/// Where Linux lists its swap areas.
const SWAPS: &str = "/proc/swaps";
/// Bytes of wasmtime's bookkeeping for one instance; the largest known components use a tenth.
const INSTANCE_BYTES_MAX: usize = 4 << 20;

/// Which WASI generation an engine serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Flavour {
    /// WASI 0.2 and native routes, without component-model concurrency.
    Sync,
    /// WASI 0.3 beside 0.2, with component-model concurrency.
    Concurrent,
}

/// Where instances get their memory from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allocation {
    /// From slots reserved at the start, reused from guest to guest.
    Pooling,
    /// From the operating system, for each guest anew.
    OnDemand,
}

/// An engine with its epoch running.
#[derive(Clone)]
pub(crate) struct GuestEngine {
    engine: Engine,
    flavour: Flavour,
    #[cfg(test)]
    allocation: Allocation,
    _ticker: Arc<EpochTicker>,
}

impl GuestEngine {
    /// An engine for `guests` instances at once: pooling where the address space allows, else on demand.
    pub(crate) fn new(flavour: Flavour, guests: usize) -> wasmtime::Result<Self> {
        match Self::with_allocation(flavour, guests, Allocation::Pooling) {
            Ok(pooling) => Ok(pooling),
            Err(reason) => {
                tracing::warn!(event = "on_demand_allocation", reason = %reason);
                Self::with_allocation(flavour, guests, Allocation::OnDemand)
            }
        }
    }

    /// An engine that allocates as told, or an error where it cannot.
    pub(crate) fn with_allocation(flavour: Flavour, guests: usize, allocation: Allocation) -> wasmtime::Result<Self> {
        let mut config = config(flavour);
        match allocation {
            Allocation::Pooling => {
                config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(guests)));
            }
            Allocation::OnDemand => {
                config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
            }
        }
        let engine = Engine::new(&config)?;
        let ticker = EpochTicker::start(engine.weak())?;
        Ok(Self {
            engine,
            flavour,
            #[cfg(test)]
            allocation,
            _ticker: Arc::new(ticker),
        })
    }

    /// wasmtime's engine.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Which WASI generation it serves.
    pub(crate) fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// Where its instances get their memory from.
    #[cfg(test)]
    pub(crate) fn allocation(&self) -> Allocation {
        self.allocation
    }
}

/// An engine that makes code for those of [`GuestEngine`], and runs none: it reserves nothing and has
/// no ticker. Functions that `known` has are not compiled again.
pub(super) fn for_compiling(flavour: Flavour, known: Option<Arc<dyn CacheStore>>) -> wasmtime::Result<Engine> {
    let mut config = config(flavour);
    config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
    if let Some(known) = known {
        config.enable_incremental_compilation(known)?;
    }
    Engine::new(&config)
}

fn config(flavour: Flavour) -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .max_wasm_stack(WASM_STACK_BYTES)
        .async_stack_size(ASYNC_STACK_BYTES)
        .shared_memory(false)
        // No toolchain for WASI makes them, and the limits are those of memories of 32 bits.
        .wasm_memory64(false);
    match flavour {
        Flavour::Sync => config.concurrency_support(false),
        Flavour::Concurrent => config.wasm_component_model_async(true),
    };
    config
}

/// How many guests' share of the pools one instance of a component takes.
pub(crate) fn shares(demand: &Demand) -> usize {
    let memories = demand.memories.div_ceil(MEMORIES_PER_GUEST);
    let tables = demand.tables.div_ceil(TABLES_PER_GUEST);
    memories.max(tables).max(1) as usize
}

/// How many places the pools hold for idle instances, beside those of as many guests as may run.
pub(super) fn idle_places(guests: usize) -> usize {
    guests.div_ceil(GUESTS_PER_IDLE_PLACE)
}

fn pool(guests: usize) -> PoolingAllocationConfig {
    let guests = u32::try_from(guests.saturating_add(idle_places(guests))).unwrap_or(u32::MAX);
    let looked_up = looks_up_written_pages();
    let memory_kept = if looked_up { MEMORY_KEEP_RESIDENT_BYTES } else { KEEP_RESIDENT_BYTES };
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(guests)
        .total_core_instances(guests.saturating_mul(PARTS_MAX))
        .total_memories(guests.saturating_mul(MEMORIES_PER_GUEST).max(PARTS_MAX))
        .total_tables(guests.saturating_mul(TABLES_PER_GUEST).max(PARTS_MAX))
        .total_stacks(guests)
        .max_core_instances_per_component(PARTS_MAX)
        .max_memories_per_component(PARTS_MAX)
        .max_tables_per_component(PARTS_MAX)
        // wasmtime's own default is one of each, so that a module within its limits would not load.
        .max_memories_per_module(PARTS_MAX)
        .max_tables_per_module(PARTS_MAX)
        .max_component_instance_size(INSTANCE_BYTES_MAX)
        .max_core_instance_size(INSTANCE_BYTES_MAX)
        .max_memory_size(MEMORY_BYTES_MAX as usize)
        .table_elements(TABLE_ELEMENTS_MAX as usize)
        .linear_memory_keep_resident(memory_kept)
        .table_keep_resident(KEEP_RESIDENT_BYTES)
        .async_stack_keep_resident(KEEP_RESIDENT_BYTES)
        .pagemap_scan(if looked_up { Enabled::Auto } else { Enabled::No });
    pool
}

/// Whether the system is asked which pages of a slot were written, so that those alone are reset. wasmtime takes no notice
/// of a written page that is swapped out, and the next guest would find it as it was left
/// (<https://github.com/bytecodealliance/wasmtime/pull/14357>). Unasked, it resets all of them, which takes longer.
fn looks_up_written_pages() -> bool {
    if !PoolingAllocationConfig::is_pagemap_scan_available() {
        return false;
    }
    let safe = never_swaps(fs::read_to_string(SWAPS));
    if !safe {
        tracing::warn!(event = "slow_memory_reset", reason = "the system may swap");
    }
    safe
}

/// Whether the list of swap areas is there and has none: one line, the heads of its columns.
fn never_swaps(areas: io::Result<String>) -> bool {
    areas.is_ok_and(|areas| areas.lines().count() <= 1)
}

/// One operating-system thread that advances an engine's epoch until dropped. A task of the async
/// runtime would starve under the very guests it has to interrupt.
struct EpochTicker {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl EpochTicker {
    fn start(engine: EngineWeak) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = std::thread::Builder::new().name("epoch".into()).spawn(move || {
            while stopped.recv_timeout(EPOCH_TICK) == Err(RecvTimeoutError::Timeout) {
                match engine.upgrade() {
                    Some(engine) => engine.increment_epoch(),
                    None => break,
                }
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for EpochTicker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread only ticks; if it panicked there is nothing left to end.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_allocations_make_an_engine_of_either_flavour() {
        for flavour in [Flavour::Sync, Flavour::Concurrent] {
            for allocation in [Allocation::Pooling, Allocation::OnDemand] {
                let engine = GuestEngine::with_allocation(flavour, 4, allocation)
                    .unwrap_or_else(|error| panic!("{flavour:?} {allocation:?}: {error:#}"));
                assert_eq!(engine.allocation(), allocation);
            }
        }
    }

    #[test]
    fn a_pool_that_does_not_fit_the_address_space_is_not_used() {
        // 100 000 guests would reserve 1.6 EiB.
        let engine = GuestEngine::new(Flavour::Sync, 100_000).expect("falls back");
        assert_eq!(engine.allocation(), Allocation::OnDemand);
    }

    /// What SPEC.md promises for as many guests as run by default.
    #[test]
    fn what_places_keep_for_the_next_guest_is_bounded() {
        let pool = pool(512);
        let memories = pool.get_total_memories() as usize * pool.get_memory_keep_resident();
        let tables = pool.get_total_tables() as usize * pool.get_table_keep_resident();
        let stacks = pool.get_total_stacks() as usize * pool.get_async_stack_keep_resident();
        let kept = memories + tables + stacks;
        assert!(kept <= 2_920 << 20, "{memories} of memories, {tables} of tables, {stacks} of stacks");
    }

    #[test]
    fn pages_are_looked_up_only_where_none_is_swapped_out() {
        let heads = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
        let area = format!("{heads}/swapfile file\t\t1048572\t\t0\t\t-2\n");
        for (areas, expected) in [
            (Ok(heads.to_owned()), true),
            (Ok(String::new()), true),
            (Ok(area), false),
            (Err(io::ErrorKind::PermissionDenied.into()), false),
        ] {
            let told = format!("{areas:?}");
            assert_eq!(never_swaps(areas), expected, "{told}");
        }
    }

    #[test]
    fn a_guest_counts_as_many_as_its_parts_fill() {
        let demand = |memories, tables| Demand { core_instances: 64, memories, tables, ..Demand::default() };
        for (demand, expected) in [
            (demand(0, 0), 1),
            (demand(4, 8), 1),
            (demand(5, 8), 2),
            (demand(4, 9), 2),
            (demand(11, 14), 3),
            (demand(64, 64), 16),
        ] {
            assert_eq!(shares(&demand), expected, "{demand:?}");
        }
    }
}
