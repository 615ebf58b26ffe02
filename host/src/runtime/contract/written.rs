//! A contract as it is kept between two starts of a server: everything of it, as JSON. It judges
//! nothing anew, so what is kept has to come from this very program.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{super::section::Section, Contract, Demand, Kind};
use crate::routing::Method;

/// [`Contract`], in types that are read as they are written.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::runtime) struct WrittenContract {
    kind: Kind,
    exports: Vec<String>,
    imports: Vec<String>,
    handlers: BTreeMap<String, String>,
    section: Option<Value>,
    demand: Demand,
    needs_async_engine: bool,
}

impl From<&Contract> for WrittenContract {
    fn from(contract: &Contract) -> Self {
        let handlers = contract.handlers.iter();
        Self {
            kind: contract.kind,
            exports: contract.exports.clone(),
            imports: contract.imports.clone(),
            handlers: handlers.map(|(method, interface)| (method.as_str().to_owned(), interface.clone())).collect(),
            section: contract.section.as_ref().map(|section| serde_json::json!(section)),
            demand: contract.demand,
            needs_async_engine: contract.needs_async_engine,
        }
    }
}

impl WrittenContract {
    /// The contract; `None` where it is not one that this program would have written.
    pub(in crate::runtime) fn read(self) -> Option<Contract> {
        let handlers = self.handlers.into_iter().map(|(name, interface)| Some((Method::from_token(&name)?, interface)));
        let section = self.section.map(|section| Section::parse(section.to_string().as_bytes()));
        Some(Contract {
            kind: self.kind,
            exports: self.exports,
            imports: self.imports,
            handlers: handlers.collect::<Option<_>>()?,
            section: section.transpose().ok()?,
            demand: self.demand,
            needs_async_engine: self.needs_async_engine,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::runtime::section::{Dynamic, Revalidate};

    fn contract() -> Contract {
        Contract {
            kind: Kind::Wasi03,
            exports: vec!["b".to_owned(), "a".to_owned()],
            imports: vec!["z".to_owned()],
            handlers: BTreeMap::from([(Method::Get, "a".to_owned()), (Method::Delete, "b".to_owned())]),
            section: Some(Section {
                methods: Some([Method::Get].into_iter().collect()),
                dynamic: Some(Dynamic::ForceStatic),
                revalidate: Some(Revalidate::Never),
                others: serde_json::Map::from_iter([("maxDuration".to_owned(), json!(5))]),
            }),
            demand: Demand { core_instances: 1, memories: 2, tables: 3, memory_bytes: u64::MAX, table_elements: 5 },
            needs_async_engine: true,
        }
    }

    fn written_and_read(contract: &Contract) -> Option<Contract> {
        let text = serde_json::to_string(&WrittenContract::from(contract)).expect("it is plain");
        serde_json::from_str::<WrittenContract>(&text).expect("it is as it was written").read()
    }

    #[test]
    fn all_of_a_contract_is_kept() {
        let plain = Contract { kind: Kind::Route, section: None, needs_async_engine: false, ..contract() };
        for contract in [contract(), plain, Contract { kind: Kind::Wasi02, ..contract() }] {
            assert_eq!(written_and_read(&contract), Some(contract));
        }
    }

    #[test]
    fn what_this_program_would_not_write_is_no_contract() {
        let written = || WrittenContract::from(&contract());
        let unknown = BTreeMap::from([("BREW".to_owned(), "a".to_owned())]);
        assert_eq!(WrittenContract { handlers: unknown, ..written() }.read(), None);
        assert_eq!(WrittenContract { section: Some(json!({ "version": 9 })), ..written() }.read(), None);
    }
}
