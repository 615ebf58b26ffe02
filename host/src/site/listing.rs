//! What a site answers, as a list for people and for scripts. The field names are a contract.

use std::path::PathBuf;

use serde::Serialize;

use super::{Served, Site, StaticFile, route::ComponentRoute};
use crate::routing::Methods;

/// One line of `routelet routes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RouteListing {
    /// The pattern, without groups: `/users/[id]`.
    pub pattern: String,
    /// The methods as in `Allow`, sorted.
    pub methods: Vec<&'static str>,
    /// `route`, `wasi-0.2`, `wasi-0.3`, `page` or `metadata`; `faulty` where it is out of service.
    pub kind: &'static str,
    /// The file that answers, relative to the site.
    pub file: PathBuf,
    /// The size of that file, in bytes.
    pub bytes: u64,
}

impl Site {
    /// Everything that is routed, sorted by pattern.
    pub fn routes(&self) -> Vec<RouteListing> {
        let table = self.table();
        table.routes.iter().map(|route| listing(route.pattern.to_string(), route.value)).collect()
    }
}

fn listing(pattern: String, served: &Served) -> RouteListing {
    match served {
        Served::Component(route) => of_component(pattern, route),
        Served::File(file) => of_file(pattern, file),
        Served::Faulty(diagnosis) => {
            RouteListing { pattern, methods: Vec::new(), kind: "faulty", file: diagnosis.fault.file.clone(), bytes: 0 }
        }
    }
}

fn of_component(pattern: String, route: &ComponentRoute) -> RouteListing {
    RouteListing {
        pattern,
        methods: names(route.methods.methods),
        kind: route.contract.kind.as_str(),
        file: route.file.clone(),
        bytes: route.bytes,
    }
}

fn of_file(pattern: String, file: &StaticFile) -> RouteListing {
    RouteListing {
        pattern,
        methods: names(file.methods.methods),
        kind: file.kind,
        file: file.file.clone(),
        bytes: file.bytes,
    }
}

fn names(methods: Methods) -> Vec<&'static str> {
    methods.allowed().iter().map(|method| method.as_str()).collect()
}
