//! Everything wasmtime: component bytes become handlers, and a handler turns a request into a
//! guest's answer. It knows no status code, no socket that listens and no file tree.

pub(crate) mod admission;
pub(crate) mod body;
pub(crate) mod call;
pub mod compile;
pub(crate) mod component;
pub mod contract;
pub(crate) mod engine;
pub(crate) mod failure;
pub(crate) mod failures;
pub(crate) mod files;
pub(crate) mod guest;
pub(crate) mod handler;
pub(crate) mod heard;
mod holdings;
pub(crate) mod host;
pub(crate) mod known;
pub(crate) mod kv;
mod leftovers;
mod limits;
pub(crate) mod linker;
pub(crate) mod loader;
mod meter;
pub(crate) mod outbound;
pub(crate) mod prepared;
pub mod section;
mod sockets;
mod stdio;
pub(crate) mod threads;
mod turns;
mod unlinked;
pub(crate) mod warming;

/// Bodies and errors as the guests' HTTP knows them.
pub(crate) use wasmtime_wasi_http::{Error as HttpError, WasiBody};
