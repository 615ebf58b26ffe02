//! What a component promises: read from its bytes before it is compiled, before an engine is
//! chosen and before any of its code runs. It names no engine and trusts no byte.

mod asynchrony;
mod demand;
mod error;
mod foreign;
mod handle;
mod interface;
mod paced;
mod scan;
#[cfg(test)]
mod tests;
mod written;

use std::{collections::BTreeMap, fmt, time::Duration};

use semver::Version;
use serde::{Deserialize, Serialize};

pub(super) use self::written::WrittenContract;
pub use self::{
    demand::Demand,
    error::{ContractError, MethodsError},
    foreign::Foreign,
};
use self::{
    handle::Handle,
    interface::{Export, InterfaceName},
    scan::{Item, Scan, Shape, scan},
};
use super::section::Section;
use crate::routing::{Method, Methods};

/// What kind of handler a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// One interface of `routelet:route@0.2` for each method.
    #[serde(rename = "route")]
    Route,
    /// `wasi:http/incoming-handler@0.2.x`.
    #[serde(rename = "wasi-0.2")]
    Wasi02,
    /// `wasi:http/handler@0.3.x`.
    #[serde(rename = "wasi-0.3")]
    Wasi03,
}

/// What one component exports, imports and declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// The kind of handler it is served as.
    pub kind: Kind,
    /// Every export of the outermost component by name and version, in its order.
    pub exports: Vec<String>,
    /// Every import of the outermost component by name and version, in its order.
    pub imports: Vec<String>,
    /// The exported instance whose `handle` answers each method, in the order of the methods. A
    /// plain WASI component has one instance for all seven.
    pub handlers: BTreeMap<Method, String>,
    /// What its custom section `routelet` declares, where it has one.
    pub section: Option<Section>,
    /// What one instance takes out of the pools.
    pub demand: Demand,
    /// Whether it has to run in the engine that speaks WASI 0.3.
    pub needs_async_engine: bool,
}

/// The time that validating a component may take. The largest ones of today's toolchains take a
/// hundredth of it.
const TIME_MAX: Duration = Duration::from_secs(5);

/// Reads the contract of a component.
///
/// Exported several kinds, native wins, then WASI 0.3 where `wasi_0_3` switches it on, then 0.2.
/// Interfaces are matched by version range and need a function `handle` over the resources of `wasi:http/types`;
/// exports nobody asks for are ignored. Function bodies are not looked at.
///
/// # Errors
///
/// The bytes are no component, a broken one, one without a handler, one that needs what is
/// switched off or what the host does not offer, or its section `routelet` is at fault.
pub fn read(bytes: &[u8], wasi_0_3: bool) -> Result<Contract, ContractError> {
    if let Some(foreign) = Foreign::recognise(bytes) {
        return Err(ContractError::Foreign(foreign));
    }
    let scan = scan(bytes, TIME_MAX)?;
    let (kind, handlers) = choose(&scan.exports, wasi_0_3)?;
    refuse_unoffered(&scan.imports)?;
    let needs_async_engine = needs_async_engine(&scan, wasi_0_3)?;
    Ok(Contract {
        kind,
        handlers,
        section: Section::read(&scan.sections)?,
        demand: scan.demand,
        needs_async_engine,
        exports: names(scan.exports),
        imports: names(scan.imports),
    })
}

impl Contract {
    /// The methods the route answers, given those its directory declares.
    ///
    /// That declaration wins over the component's own section. On a native component either may
    /// only narrow what it exports; a plain WASI component without any answers all seven.
    ///
    /// # Errors
    ///
    /// The declaration is empty, or names a method that a native component does not export.
    pub fn methods(&self, declared: Option<Methods>) -> Result<Methods, MethodsError> {
        let exported: Methods = self.handlers.keys().copied().collect();
        let in_section = || self.section.as_ref()?.methods;
        let Some(declared) = declared.or_else(in_section) else {
            return Ok(exported);
        };
        if declared.is_empty() {
            return Err(MethodsError::Empty);
        }
        match declared.iter().find(|method| !exported.contains(*method)) {
            Some(method) => Err(MethodsError::NotExported { method, exported }),
            None => Ok(declared),
        }
    }
}

impl Kind {
    /// The name of the kind in listings: `route`, `wasi-0.2`, `wasi-0.3`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Wasi02 => "wasi-0.2",
            Self::Wasi03 => "wasi-0.3",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The handlers among the exports, by kind.
#[derive(Default)]
struct Candidates<'a> {
    native: BTreeMap<Method, (Version, &'a str)>,
    wasi_0_2: Option<(Version, &'a str)>,
    wasi_0_3: Option<(Version, &'a str)>,
    /// A handler of WASI by name, without its function.
    hollow: Option<&'a str>,
}

type Choice = (Kind, BTreeMap<Method, String>);

fn choose(exports: &[Item], wasi_0_3: bool) -> Result<Choice, ContractError> {
    let found = Candidates::among(exports)?;
    if !found.native.is_empty() {
        let native = found.native.into_iter();
        let handlers = native.map(|(method, (_, name))| (method, name.to_owned()));
        return Ok((Kind::Route, handlers.collect()));
    }
    match (found.wasi_0_3, found.wasi_0_2) {
        (Some((_, name)), _) if wasi_0_3 => Ok((Kind::Wasi03, for_every_method(name))),
        (_, Some((_, name))) => Ok((Kind::Wasi02, for_every_method(name))),
        (Some((_, name)), None) => Err(ContractError::Wasi03Off { interface: Some(name.to_owned()) }),
        (None, None) => Err(match found.hollow {
            Some(interface) => ContractError::NoHandleFunction { interface: interface.to_owned() },
            None => ContractError::NoHandler { exports: exports.iter().map(|item| item.name.clone()).collect() },
        }),
    }
}

impl<'a> Candidates<'a> {
    fn among(exports: &'a [Item]) -> Result<Self, ContractError> {
        let mut found = Self::default();
        for item in exports {
            found.consider(item)?;
        }
        Ok(found)
    }

    fn consider(&mut self, item: &'a Item) -> Result<(), ContractError> {
        let name = item.name.as_str();
        let Some(interface) = InterfaceName::parse(name) else {
            return Ok(());
        };
        let meaning = interface.export();
        let version = match (meaning, interface.version()) {
            (Export::UnknownNative, _) => {
                return Err(ContractError::UnknownNativeVersion { interface: name.to_owned() });
            }
            (Export::Unrelated, _) | (_, None) => return Ok(()),
            (_, Some(version)) => version.clone(),
        };
        match meaning {
            Export::Native(_) if !has_handle(item, Handle::Wasi02) => {
                return Err(ContractError::NoHandleFunction { interface: name.to_owned() });
            }
            Export::Native(method) => {
                let newest = self.native.get(&method).is_none_or(|(known, _)| *known < version);
                if newest {
                    self.native.insert(method, (version, name));
                }
            }
            Export::Wasi02 if has_handle(item, Handle::Wasi02) => {
                prefer_newest(&mut self.wasi_0_2, version, name);
            }
            Export::Wasi03 if has_handle(item, Handle::Wasi03) => {
                prefer_newest(&mut self.wasi_0_3, version, name);
            }
            Export::Wasi02 | Export::Wasi03 => self.hollow = Some(name),
            Export::UnknownNative | Export::Unrelated => {}
        }
        Ok(())
    }
}

fn prefer_newest<'a>(slot: &mut Option<(Version, &'a str)>, version: Version, name: &'a str) {
    if slot.as_ref().is_none_or(|(known, _)| *known < version) {
        *slot = Some((version, name));
    }
}

fn has_handle(item: &Item, wanted: Handle) -> bool {
    match item.shape {
        Shape::Instance { handle, .. } => handle == Some(wanted),
        Shape::Type | Shape::Single => false,
    }
}

fn for_every_method(name: &str) -> BTreeMap<Method, String> {
    let all = Method::ALL.into_iter();
    all.map(|method| (method, name.to_owned())).collect()
}

fn refuse_unoffered(imports: &[Item]) -> Result<(), ContractError> {
    let missing: Vec<String> = imports
        .iter()
        .filter(|item| asks_for_something(item.shape) && !is_offered(&item.name))
        .map(|item| item.name.clone())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ContractError::NotOffered { imports: missing })
}

fn is_offered(name: &str) -> bool {
    InterfaceName::parse(name).is_some_and(|interface| interface.is_offered())
}

/// Whether something has to stand behind an import: types alone, as a `use` leaves them, need
/// nothing.
fn asks_for_something(shape: Shape) -> bool {
    match shape {
        Shape::Type => false,
        Shape::Instance { has_functions, .. } => has_functions,
        Shape::Single => true,
    }
}

/// Whether the second engine is needed; an error where it is and is switched off.
///
/// An export at 0.3 that is not chosen asks for nothing by itself: its types decide.
fn needs_async_engine(scan: &Scan<'_>, wasi_0_3: bool) -> Result<bool, ContractError> {
    let at_0_3 = |items: &[Item]| {
        let names = items.iter().map(|item| item.name.as_str());
        let mut found = names.filter(|name| is_wasi_0_3(name));
        found.next().map(str::to_owned)
    };
    let imported = at_0_3(&scan.imports);
    let exported = at_0_3(&scan.exports);
    if wasi_0_3 {
        return Ok(scan.is_async || imported.is_some() || exported.is_some());
    }
    if scan.is_async || imported.is_some() {
        return Err(ContractError::Wasi03Off { interface: imported.or(exported) });
    }
    Ok(false)
}

fn is_wasi_0_3(name: &str) -> bool {
    InterfaceName::parse(name).is_some_and(|interface| interface.is_wasi_0_3())
}

fn names(items: Vec<Item>) -> Vec<String> {
    items.into_iter().map(|item| item.name).collect()
}
