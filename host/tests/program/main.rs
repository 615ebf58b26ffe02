//! The program itself, as a user starts it. What needs no process of its own is tested in `tests/`.

mod c;
mod compiling;
mod connections;
mod developing;
mod draining;
mod go;
mod javascript;
mod languages;
mod logs;
mod memory;
mod nextjs;
mod polyglot;
mod python;
mod reports;
mod serving;
mod settings;
mod starters;
mod truncation;
mod walkthrough;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_routelet");
