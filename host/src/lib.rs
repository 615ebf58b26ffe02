//! Serves HTTP from a directory tree of WebAssembly components: where a component lies is its URL,
//! what it exports are the methods it answers, and it runs in a sandbox whose policy is set by the
//! directories above it.
//!
//! ```text
//! load:     Config -> [RouteFile] -> [(Pattern, Policy, digest)] -> [Route] -> RouteTable -> Site
//! request:  Request -> RequestPath -> Match{route, params} -> Admission -> Store + Guest -> Response
//!                        |400            |404  |405            |503         |500 502 |504
//!                        +-- every exit to the side is a `Refusal`, turned into a response in one place --+
//! ```
//!
//! Modules, in reading order: [`routing`] is the pure part that finds a route; [`policy`] what a
//! guest may reach and use; `runtime` everything wasmtime; [`site`] the one join of them all;
//! `dispatch` one request's line; `server` sockets and HTTP; [`config`] the settled settings;
//! [`telemetry`] the names that stand in logs. Arrows point down that list only:
//! server, dispatch, site, then routing and runtime, then policy.
//!
//! Most programs need four items: [`Config`], [`Site::load`], [`respond`] for a request without a
//! socket, and [`Server`] for one with.

mod body;
pub mod config;
mod dispatch;
mod fault;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
pub mod policy;
pub mod routing;
mod runtime;
mod server;
pub mod site;
pub mod telemetry;

pub use body::{Body, BodyError};
pub use config::{Compiler, Config};
pub use dispatch::{ClientAddress, ClientScheme, respond};
pub use fault::Fault;
pub use runtime::{compile, contract, section, threads::EVENT_INTERVAL};
pub use server::{BindError, Drained, Server};
pub use site::{LoadError, Site};
