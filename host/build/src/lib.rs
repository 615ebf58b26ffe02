//! Turns the route sources of a routelet site into WebAssembly components and writes the tree that
//! `routelet serve` serves; starts sites and routes.
//!
//! ```text
//! build:  SITE/app/**/route.rs -> Sources -> Language (cargo) -> Compiled -> Output -> Report
//! new:    nothing -> Cargo.toml, app/, the SDK under .routelet/sdk
//! ```
//!
//! In reading order: `builder` is the line from sources to a tree, `sources` finds what there is,
//! `workshops` lets the languages work side by side, `language` says what a build asks of one, `rust`, `javascript`,
//! `python`, `c` and `go` answer it, two by a build program that `driver` runs, two route by route (`singly`) with a
//! `component` made here, all but `rust` with a `record` of what a component was made of, `dependencies` as compilers
//! list them. `toolchains` is the table of the tools they need, `machine` judges those that are there, `pypi` gets
//! others, `fetch` says how far that is. `output` writes,
//! `report` and `fault` tell. `new` and `sdk` are what `routelet new` writes, `pattern` what a directory
//! captures, `typegen` what TypeScript is told of it. The crate knows nothing of the serving side and of no
//! WebAssembly runtime.

mod builder;
mod c;
mod component;
mod dependencies;
mod driver;
mod environment;
mod fault;
mod fetch;
mod go;
mod granted;
mod javascript;
mod language;
mod machine;
mod new;
mod output;
mod parallel;
mod pattern;
mod process;
mod pypi;
mod python;
mod record;
mod report;
mod rust;
mod sdk;
mod settings;
mod singly;
mod sources;
mod toolchains;
mod typegen;
mod workshops;

pub use builder::{Builder, Options, build};
pub use environment::{Environment, ToolError};
pub use fault::Fault;
pub use language::Progress;
pub use new::{NewError, NewRoute, find_site, languages, new_route, new_site};
pub use report::{Failure, Outcome, Report, RouteReport, Skipped};
pub use sdk::SdkError;
pub use typegen::typegen;
