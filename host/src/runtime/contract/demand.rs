//! How much of the pools one instance of a component takes. It counts what is instantiated, not
//! what is merely defined, and resolves no argument of an instantiation.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};
use wasmparser::{
    ComponentAlias, ComponentExport, ComponentExternalKind, ComponentImport, ComponentInstance,
    ComponentOuterAliasKind, Instance, MemoryType, TableType,
};

/// What one instance of a component takes: every core module that is really instantiated, nested
/// components included, with the memories and tables those define.
///
/// A module or component that arrives as an argument of an instantiation counts as one core
/// instance with one memory and one table: which one it is is known only to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Demand {
    /// Core instances.
    pub core_instances: u32,
    /// Linear memories.
    pub memories: u32,
    /// Tables.
    pub tables: u32,
    /// The bytes all memories together begin with.
    pub memory_bytes: u64,
    /// The elements the largest table begins with.
    pub table_elements: u64,
}

/// What an item that cannot be resolved is taken to need.
const UNRESOLVED: Demand = Demand { core_instances: 1, memories: 1, tables: 1, memory_bytes: 0, table_elements: 0 };

impl AddAssign for Demand {
    // Doubling nested components overflow any counter within a kilobyte of input.
    fn add_assign(&mut self, other: Self) {
        self.core_instances = self.core_instances.saturating_add(other.core_instances);
        self.memories = self.memories.saturating_add(other.memories);
        self.tables = self.tables.saturating_add(other.tables);
        self.memory_bytes = self.memory_bytes.saturating_add(other.memory_bytes);
        self.table_elements = self.table_elements.max(other.table_elements);
    }
}

impl Demand {
    /// What one instance of a core module takes before its memories and tables are known.
    pub(super) const MODULE: Self =
        Self { core_instances: 1, memories: 0, tables: 0, memory_bytes: 0, table_elements: 0 };

    /// Adds a memory that a core module defines.
    pub(super) fn add_memory(&mut self, memory: &MemoryType) {
        self.memories = self.memories.saturating_add(1);
        let page_bytes = 1_u64.checked_shl(memory.page_size_log2.unwrap_or(PAGE_SIZE_LOG2));
        let bytes = memory.initial.saturating_mul(page_bytes.unwrap_or(u64::MAX));
        self.memory_bytes = self.memory_bytes.saturating_add(bytes);
    }

    /// Adds a table that a core module defines.
    pub(super) fn add_table(&mut self, table: &TableType) {
        self.tables = self.tables.saturating_add(1);
        self.table_elements = self.table_elements.max(table.initial);
    }
}

/// Pages have 64 KiB unless a memory says otherwise.
const PAGE_SIZE_LOG2: u32 = 16;

/// The index spaces of one component that is being read, as far as counting needs them.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    modules: Vec<Demand>,
    components: Vec<Demand>,
    total: Demand,
}

impl Ledger {
    /// What instantiating the component takes, once it was read to its end.
    pub(super) fn total(&self) -> Demand {
        self.total
    }

    /// A core module was defined here.
    pub(super) fn define_module(&mut self, demand: Demand) {
        self.modules.push(demand);
    }

    /// A nested component was defined here.
    pub(super) fn define_component(&mut self, demand: Demand) {
        self.components.push(demand);
    }

    /// An import brought in a module or a component of unknown size.
    pub(super) fn import(&mut self, import: &ComponentImport<'_>) {
        self.introduce(import.ty.kind(), UNRESOLVED);
    }

    /// An export gives a module or a component a second index.
    pub(super) fn export(&mut self, export: &ComponentExport<'_>) {
        let demand = self.lookup(export.kind, export.index);
        self.introduce(export.kind, demand);
    }

    /// A core module is instantiated.
    pub(super) fn instantiate_module(&mut self, instance: &Instance<'_>) {
        match instance {
            Instance::Instantiate { module_index, .. } => {
                self.total += self.lookup(ComponentExternalKind::Module, *module_index);
            }
            Instance::FromExports(_) => {}
        }
    }

    /// A nested component is instantiated.
    pub(super) fn instantiate_component(&mut self, instance: &ComponentInstance<'_>) {
        match instance {
            ComponentInstance::Instantiate { component_index, .. } => {
                self.total += self.lookup(ComponentExternalKind::Component, *component_index)
            }
            ComponentInstance::FromExports(_) => {}
        }
    }

    fn introduce(&mut self, kind: ComponentExternalKind, demand: Demand) {
        match kind {
            ComponentExternalKind::Module => self.modules.push(demand),
            ComponentExternalKind::Component => self.components.push(demand),
            ComponentExternalKind::Func
            | ComponentExternalKind::Value
            | ComponentExternalKind::Type
            | ComponentExternalKind::Instance => {}
        }
    }

    fn lookup(&self, kind: ComponentExternalKind, index: u32) -> Demand {
        let space = match kind {
            ComponentExternalKind::Module => &self.modules,
            ComponentExternalKind::Component => &self.components,
            ComponentExternalKind::Func
            | ComponentExternalKind::Value
            | ComponentExternalKind::Type
            | ComponentExternalKind::Instance => return UNRESOLVED,
        };
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        space.get(index).copied().unwrap_or(UNRESOLVED)
    }
}

/// Enters an alias into the innermost of `ledgers`, the outermost being the first.
pub(super) fn alias(ledgers: &mut [Ledger], alias: &ComponentAlias<'_>) {
    let (kind, demand) = match *alias {
        ComponentAlias::InstanceExport { kind, .. } => (kind, UNRESOLVED),
        ComponentAlias::Outer { kind: ComponentOuterAliasKind::CoreModule, count, index } => {
            outer(ledgers, ComponentExternalKind::Module, count, index)
        }
        ComponentAlias::Outer { kind: ComponentOuterAliasKind::Component, count, index } => {
            outer(ledgers, ComponentExternalKind::Component, count, index)
        }
        ComponentAlias::Outer { kind: ComponentOuterAliasKind::CoreType | ComponentOuterAliasKind::Type, .. }
        | ComponentAlias::CoreInstanceExport { .. } => return,
    };
    if let Some(innermost) = ledgers.last_mut() {
        innermost.introduce(kind, demand);
    }
}

fn outer(ledgers: &[Ledger], kind: ComponentExternalKind, count: u32, index: u32) -> (ComponentExternalKind, Demand) {
    let outwards = usize::try_from(count).unwrap_or(usize::MAX);
    let ledger = ledgers.iter().rev().nth(outwards);
    (kind, ledger.map_or(UNRESOLVED, |found| found.lookup(kind, index)))
}
