//! Sets a core module, as compilers that know no components write it, into a component that exports the
//! methods the module answers. It runs no compiler and touches no file but the WIT.

use std::{fmt, path::Path};

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME as ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER as ADAPTER,
};
use wasmparser::{ExternalKind, Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Those a route may answer, as the WIT names them.
pub(crate) const METHODS: [&str; 7] = ["get", "head", "post", "put", "patch", "delete", "options"];

/// The function that answers a method, as a core module has to export it.
pub(crate) fn export_of(method: &str) -> String {
    format!("routelet:route/{method}@0.2.0#handle")
}

/// Why a core module became no component.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Uncomposed {
    #[error("it answers no method")]
    NoMethod,
    /// In the words of what makes components.
    #[error("no component can be made of it: {0}")]
    Refused(String),
}

/// The component of `core`. Its world is read from the module: what it exports is what it answers.
pub(crate) fn of_core(core: &[u8], wit: &Path) -> Result<Vec<u8>, Uncomposed> {
    let methods = methods_of(core);
    if methods.is_empty() {
        return Err(Uncomposed::NoMethod);
    }
    let mut resolve = Resolve::default();
    resolve.push_dir(wit).map_err(refused)?;
    let package = resolve.push_str("route.wit", &world_of(&methods)).map_err(refused)?;
    let world = resolve.select_world(&[package], Some("route")).map_err(refused)?;
    let mut module = core.to_vec();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).map_err(refused)?;
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(&module).map_err(refused)?.adapter(ADAPTER_NAME, ADAPTER).map_err(refused)?;
    encoder.encode().map_err(refused)
}

/// Every level of the error, as the innermost alone says too little.
fn refused(error: impl fmt::Display) -> Uncomposed {
    Uncomposed::Refused(format!("{error:#}"))
}

fn world_of(methods: &[&str]) -> String {
    let exports: String = methods.iter().map(|method| format!("  export routelet:route/{method}@0.2.0;\n")).collect();
    format!("package routelet:built;\nworld route {{\n  include routelet:route/imports@0.2.0;\n{exports}}}\n")
}

fn methods_of(core: &[u8]) -> Vec<&'static str> {
    let sections = Parser::new(0).parse_all(core).map_while(Result::ok);
    let exports = sections.filter_map(|section| match section {
        Payload::ExportSection(exports) => Some(exports),
        _ => None,
    });
    let functions = exports.flatten().map_while(Result::ok).filter(|export| export.kind == ExternalKind::Func);
    let names: Vec<_> = functions.map(|export| export.name).collect();
    METHODS.into_iter().filter(|method| names.contains(&export_of(method).as_str())).collect()
}
