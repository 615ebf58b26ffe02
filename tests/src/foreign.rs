//! Components that tools of others make, and what those tools do with components: composed, of another minor of WASI.
//! It writes no component itself; [`crate::fixtures`] does.

mod hono;

use wac_graph::{CompositionGraph, EncodeOptions, plug, types::Package};

pub use hono::hono;

use crate::fixtures::Minors;

/// `socket` with what it imports of `inner`'s exports given to it, as `wac plug` composes them.
pub fn plugged(socket: &[u8], inner: &[u8]) -> Vec<u8> {
    let mut graph = CompositionGraph::new();
    let [inner, socket] = [("inner", inner), ("socket", socket)].map(|(name, bytes)| {
        let package = Package::from_bytes(&format!("tests:{name}"), None, bytes, graph.types_mut());
        graph.register_package(package.expect("a component")).expect("another name")
    });
    plug(&mut graph, vec![inner], socket).expect("the one exports what the other imports");
    graph.encode(EncodeOptions::default()).expect("both are whole")
}

/// The component with all it imports and exports of WASI 0.2 in these minors, as if made with tools of their time.
pub fn of_minors(component: &[u8], minors: Minors) -> Vec<u8> {
    let text = wasmprinter::print_bytes(component).expect("a component");
    let renamed: Vec<_> = text.lines().map(|line| renamed(line, minors)).collect();
    wat::parse_str(renamed.join("\n")).expect("names alone have changed")
}

/// A line with the name of an instance that the component imports or exports, in its other version; any other as it is.
/// Names between core modules stay, which say nothing to a host.
fn renamed(line: &str, Minors { handler, types, others }: Minors) -> String {
    let outer = ["  (import \"wasi:", "  (export "].iter().any(|start| line.starts_with(start));
    let named = line.split_once("\"wasi:").filter(|_| outer);
    let Some((before, (name, behind))) = named.and_then(|(before, rest)| Some((before, rest.split_once('"')?))) else {
        return line.to_owned();
    };
    let interface = name.split_once('@').map_or(name, |(interface, _)| interface);
    let version = match interface {
        "http/incoming-handler" => handler,
        "http/types" => types,
        _ => others,
    };
    format!("{before}\"wasi:{interface}@{version}\"{behind}")
}

/// What cargo-component 0.21.1 made; `fixtures/cargo_component.md` says how.
pub fn cargo_component() -> Vec<u8> {
    include_bytes!("../fixtures/cargo_component.wasm").to_vec()
}
