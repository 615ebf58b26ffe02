//! A site's build from the outside: files in, report and servable tree out. One module per topic:
//!
//! - `tree`: what is copied, built, skipped and refused, and what happens to the output
//! - `tools`: missing, failing and lying tools, played by shell scripts
//! - `real`: this machine's cargo, from a new site to a component
//! - `javascript`: this machine's Node.js, from route files to components
//! - `python`: Python's tools, and this machine's Python, from route files to components
//! - `c` and `go`: compilers from PyPI, likewise
//! - `polyglot`: several languages in one site
//! - `start`: `new_site` and `new_route`

#![allow(clippy::unwrap_used, reason = "a test ends where its world breaks")]

mod c;
mod go;
mod javascript;
mod polyglot;
mod python;
mod real;
mod site;
mod start;
mod tools;
mod tree;
