//! One pass over the bytes of a component, gathering what the contract is decided from. It knows
//! neither which exports matter nor which imports are offered.

use std::time::Duration;

use wasmparser::{
    Chunk, ComponentExternName, Parser, Payload, ValidPayload, WasmFeatures,
    component_types::{ComponentEntityType, ComponentItem},
    types::TypesRef,
};

use super::{
    ContractError, asynchrony,
    demand::{self, Demand, Ledger},
    handle::{Handle, HttpResources},
    paced::Paced,
};
use crate::runtime::section;

/// What one pass over a component found.
#[derive(Debug, Default)]
pub(super) struct Scan<'a> {
    /// What the outermost component imports, in its order.
    pub(super) imports: Vec<Item>,
    /// What the outermost component exports, in its order.
    pub(super) exports: Vec<Item>,
    /// The contents of the outermost component's sections named `routelet`.
    pub(super) sections: Vec<&'a [u8]>,
    /// What one instance takes.
    pub(super) demand: Demand,
    /// Whether any part of it speaks the asynchronous ABI.
    pub(super) is_async: bool,
}

/// One import or export of the outermost component.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Its name with its version.
    pub(super) name: String,
    /// What it is.
    pub(super) shape: Shape,
}

/// What an import or export is, as far as the contract asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A type alone: a name, behind which nothing has to stand.
    Type,
    /// An instance: whether it has any function, and what its `handle` is.
    Instance { has_functions: bool, handle: Option<Handle> },
    /// A function, value, module or component by itself.
    Single,
}

/// Reads the whole component, function bodies excepted: those are left to the compiler, which is
/// bounded for itself.
///
/// Memory is linear in the input, and nesting is walked with a stack of its own. Work is bounded
/// by `time_max`.
pub(super) fn scan(bytes: &[u8], time_max: Duration) -> Result<Scan<'_>, ContractError> {
    let mut reader = Reader::new(bytes, time_max);
    let mut rest = bytes;
    loop {
        // Only the outermost component may end with the input; any other end is a cut.
        let at_end = rest.is_empty() && reader.outer.is_empty();
        match reader.parser.parse(rest, at_end)? {
            Chunk::NeedMoreData(_) => return Err(ContractError::Truncated { bytes: bytes.len() }),
            Chunk::Parsed { consumed, payload } => {
                rest = &rest[consumed..];
                if reader.accept(&payload)? == Progress::Done {
                    return Ok(reader.scan);
                }
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Progress {
    More,
    Done,
}

/// The state of the pass: one parser for each open module or component.
struct Reader<'a> {
    parser: Parser,
    outer: Vec<Parser>,
    validator: Paced<'a>,
    ledgers: Vec<Ledger>,
    /// The memories and tables of the core module that is open, if one is.
    module: Option<Demand>,
    import_names: Vec<ComponentExternName<'a>>,
    export_names: Vec<ComponentExternName<'a>>,
    scan: Scan<'a>,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], time_max: Duration) -> Self {
        let mut parser = Parser::new(0);
        parser.set_features(WasmFeatures::all());
        Self {
            parser,
            outer: Vec::new(),
            validator: Paced::new(bytes, time_max),
            ledgers: vec![Ledger::default()],
            module: None,
            import_names: Vec::new(),
            export_names: Vec::new(),
            scan: Scan::default(),
        }
    }

    fn accept(&mut self, payload: &Payload<'a>) -> Result<Progress, ContractError> {
        if let Payload::End(_) = payload
            && self.outer.is_empty()
        {
            self.conclude();
        }
        match self.validator.payload(payload, &self.parser)? {
            ValidPayload::Ok | ValidPayload::Func(..) => self.record(payload)?,
            ValidPayload::Parser(nested) => self.enter(payload, nested),
            ValidPayload::End(_) => return Ok(self.leave()),
        }
        Ok(Progress::More)
    }

    /// Reads the types of imports and exports, which the validator forgets with the last payload.
    fn conclude(&mut self) {
        let Some(types) = self.validator.validator().types(0) else {
            return;
        };
        let resources = http_resources(&self.import_names, types);
        self.scan.imports = items(&self.import_names, types, &resources, TypesRef::component_item_for_import);
        self.scan.exports = items(&self.export_names, types, &resources, TypesRef::component_item_for_export);
    }

    fn enter(&mut self, payload: &Payload<'a>, nested: Parser) {
        let parent = std::mem::replace(&mut self.parser, nested);
        self.outer.push(parent);
        match payload {
            Payload::ModuleSection { .. } => {
                self.module = Some(Demand::MODULE);
            }
            _ => self.ledgers.push(Ledger::default()),
        }
    }

    fn leave(&mut self) -> Progress {
        let Some(parent) = self.outer.pop() else {
            self.scan.demand = self.ledger().total();
            return Progress::Done;
        };
        self.parser = parent;
        if let Some(module) = self.module.take() {
            self.ledger().define_module(module);
        } else if let Some(closed) = self.ledgers.pop() {
            self.ledger().define_component(closed.total());
        }
        Progress::More
    }

    fn record(&mut self, payload: &Payload<'a>) -> Result<(), ContractError> {
        if let Some(module) = &mut self.module {
            return record_module(module, payload);
        }
        match payload {
            Payload::ComponentImportSection(_) | Payload::ComponentExportSection(_) => self.record_boundary(payload),
            Payload::CustomSection(custom) => {
                if self.outer.is_empty() && custom.name() == section::NAME {
                    self.scan.sections.push(custom.data());
                }
                Ok(())
            }
            _ => self.record_inside(payload),
        }
    }

    fn record_boundary(&mut self, payload: &Payload<'a>) -> Result<(), ContractError> {
        let outermost = self.outer.is_empty();
        if let Payload::ComponentImportSection(imports) = payload {
            for import in imports.clone() {
                let import = import?;
                self.ledger().import(&import);
                if outermost {
                    self.import_names.push(import.name);
                }
            }
        }
        if let Payload::ComponentExportSection(exports) = payload {
            for export in exports.clone() {
                let export = export?;
                self.ledger().export(&export);
                if outermost {
                    self.export_names.push(export.name);
                }
            }
        }
        Ok(())
    }

    fn record_inside(&mut self, payload: &Payload<'a>) -> Result<(), ContractError> {
        match payload {
            Payload::InstanceSection(instances) => {
                for instance in instances.clone() {
                    self.ledger().instantiate_module(&instance?);
                }
            }
            Payload::ComponentInstanceSection(instances) => {
                for instance in instances.clone() {
                    self.ledger().instantiate_component(&instance?);
                }
            }
            Payload::ComponentAliasSection(aliases) => {
                for alias in aliases.clone() {
                    demand::alias(&mut self.ledgers, &alias?);
                }
            }
            Payload::ComponentTypeSection(types) => {
                for ty in types.clone() {
                    self.scan.is_async |= asynchrony::in_type(&ty?);
                }
            }
            Payload::ComponentCanonicalSection(functions) => {
                for function in functions.clone() {
                    self.scan.is_async |= asynchrony::in_canonical(&function?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn ledger(&mut self) -> &mut Ledger {
        self.ledgers.last_mut().expect("the outermost component's ledger is never popped")
    }
}

fn record_module(module: &mut Demand, payload: &Payload<'_>) -> Result<(), ContractError> {
    if let Payload::MemorySection(memories) = payload {
        for memory in memories.clone() {
            module.add_memory(&memory?);
        }
    }
    if let Payload::TableSection(tables) = payload {
        for table in tables.clone() {
            module.add_table(&table?.ty);
        }
    }
    Ok(())
}

/// The HTTP resources among the imports.
fn http_resources(names: &[ComponentExternName<'_>], types: TypesRef<'_>) -> HttpResources {
    let mut resources = HttpResources::default();
    for name in names {
        if let Some(import) = types.component_item_for_import(name.name) {
            resources.take(&name.full_name(), import, types);
        }
    }
    resources
}

fn items<'t>(
    names: &[ComponentExternName<'_>],
    types: TypesRef<'t>,
    resources: &HttpResources,
    find: impl Fn(&TypesRef<'t>, &str) -> Option<&'t ComponentItem>,
) -> Vec<Item> {
    let item = |name: &ComponentExternName<'_>| {
        let shape = shape(&find(&types, name.name)?.ty, types, resources);
        Some(Item { name: name.full_name().into_owned(), shape })
    };
    names.iter().filter_map(item).collect()
}

fn shape(ty: &ComponentEntityType, types: TypesRef<'_>, resources: &HttpResources) -> Shape {
    match ty {
        ComponentEntityType::Instance(id) => {
            let exports = &types[*id].exports;
            Shape::Instance {
                has_functions: exports.values().any(|item| !matches!(item.ty, ComponentEntityType::Type { .. })),
                handle: exports.get("handle").map(|item| resources.handle(item, types)),
            }
        }
        ComponentEntityType::Type { .. } => Shape::Type,
        ComponentEntityType::Func(_)
        | ComponentEntityType::Value(_)
        | ComponentEntityType::Module(_)
        | ComponentEntityType::Component(_) => Shape::Single,
    }
}
