//! Serves HTTP from a directory tree of WebAssembly components.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod config;
mod fault;
pub mod policy;
pub mod routing;
mod runtime;
mod telemetry;
mod site {
    mod tree;
}

pub use fault::Fault;
