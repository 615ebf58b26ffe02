//! What components import and their policy does not grant. It refuses nothing: a guest learns of it
//! from the interface's own error when it calls.

use std::path::PathBuf;

use serde::Serialize;

use super::{ComponentRoute, Served, Site};
use crate::policy::Grants;

/// Imports of one component whose calls are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ungranted {
    /// The component's file, relative to the site.
    pub file: PathBuf,
    /// The interfaces, by name and version.
    pub imports: Vec<String>,
}

impl Site {
    /// The components that import what their policy does not grant. Most never call it:
    /// interpreters import files and sockets by habit.
    pub fn ungranted(&self) -> Vec<Ungranted> {
        let table = self.table();
        let found = table.routes.iter().filter_map(|route| match route.value {
            Served::Component(component) => of_component(component),
            Served::File(_) | Served::Faulty(_) => None,
        });
        found.collect()
    }
}

fn of_component(component: &ComponentRoute) -> Option<Ungranted> {
    let grants = &component.policy.grants;
    let imports = component.contract.imports.iter().filter(|import| !is_granted(import, grants));
    let imports: Vec<String> = imports.cloned().collect();
    (!imports.is_empty()).then(|| Ungranted { file: component.file.clone(), imports })
}

/// Whether calls of an imported interface reach anything. Sockets are granted to nobody, and files
/// only by way of WASI 0.2.
fn is_granted(import: &str, grants: &Grants) -> bool {
    let (interface, version) = import.split_once('@').unwrap_or((import, ""));
    match interface {
        "wasi:http/outgoing-handler" | "wasi:http/client" => !grants.outbound.is_empty(),
        _ if interface.starts_with("wasi:keyvalue/") => !grants.kv.is_empty(),
        _ if interface.starts_with("wasi:filesystem/") => !grants.files.is_empty() && version.starts_with("0.2."),
        _ => !interface.starts_with("wasi:sockets/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{FilesGrant, Namespace, OutboundRule, files::Access};

    #[test]
    fn what_needs_a_grant_is_told_and_the_rest_follows_the_interface() {
        let none = Grants::default();
        let some = Grants {
            outbound: vec![OutboundRule::parse("https://api.example.com").expect("a rule")],
            kv: [("s".to_owned(), Namespace::of_site("s"))].into(),
            files: vec![FilesGrant { from: "data".into(), at: "/data".to_owned(), access: Access::Read }],
            ..Grants::default()
        };
        let rows = [
            ("wasi:http/types@0.2.12", true, true),
            ("wasi:http/outgoing-handler@0.2.12", false, true),
            ("wasi:http/client@0.3.0", false, true),
            ("wasi:keyvalue/store@0.2.0-draft2", false, true),
            ("wasi:sockets/tcp@0.2.0", false, false),
            ("wasi:filesystem/types@0.2.0", false, true),
            ("wasi:filesystem/types@0.3.0", false, false),
            ("wasi:cli/environment@0.2.0", true, true),
            ("routelet:route/context@0.2.0", true, true),
        ];
        for (import, without, with) in rows {
            assert_eq!((is_granted(import, &none), is_granted(import, &some)), (without, with), "{import}");
        }
    }
}
