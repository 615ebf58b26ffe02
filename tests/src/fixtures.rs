//! Components written as text, for what no toolchain would produce, and for sites of many routes.

use std::fmt::Write as _;

mod hostile;
mod written;

pub use hostile::Hostile;
pub use written::{Minors, Written, composed, holding_handles};

/// A core module instead of a component.
pub fn core_module() -> Vec<u8> {
    binary(include_str!("../fixtures/core_module.wat"))
}

/// A component without an HTTP handler.
pub fn no_handler() -> Vec<u8> {
    binary(include_str!("../fixtures/no_handler.wat"))
}

/// A component that exports nothing.
pub fn empty() -> Vec<u8> {
    binary(include_str!("../fixtures/empty.wat"))
}

/// A component of WASI 0.3.
pub fn wasi_0_3() -> Vec<u8> {
    binary(include_str!("../fixtures/wasi_0_3.wat"))
}

/// A native route that speaks the asynchronous ABI.
pub fn async_native() -> Vec<u8> {
    binary(include_str!("../fixtures/async_native.wat"))
}

/// A file that begins as a component and ends too early.
pub fn truncated() -> Vec<u8> {
    let mut bytes = Route::answering(&["get"]).bytes();
    bytes.truncate(bytes.len() / 2);
    bytes
}

/// A native route in its smallest form: valid to load, made to order in one respect.
#[derive(Debug, Clone)]
pub struct Route {
    exports: Vec<String>,
    imports: String,
    core: String,
}

impl Route {
    /// It exports these methods, and traps when called.
    pub fn answering(methods: &[&str]) -> Self {
        let interface = |method: &&str| format!("routelet:route/{method}@0.2.0");
        Self {
            exports: methods.iter().map(interface).collect(),
            imports: String::new(),
            core: "(func (export \"handle\") (param i32 i32) unreachable)".to_owned(),
        }
    }

    /// It is a plain WASI 0.2 handler of that minor, and traps when called.
    pub fn plain(version: &str) -> Self {
        let mut route = Self::answering(&[]);
        route.exports.push(format!("wasi:http/incoming-handler@{version}"));
        route
    }

    /// It also imports this interface, with one function of that name.
    pub fn importing(mut self, interface: &str, function: &str) -> Self {
        let _ = writeln!(self.imports, "(import \"{interface}\" (instance (export \"{function}\" (func))))");
        self
    }

    /// This is its core module.
    pub fn with_core(mut self, core: &str) -> Self {
        core.clone_into(&mut self.core);
        self
    }

    /// It computes for ever while it starts, before any handler is called.
    pub fn spinning_in_start(self) -> Self {
        self.with_core(
            "(func (export \"handle\") (param i32 i32) unreachable)
             (func $spin (loop $again (br $again)))
             (start $spin)",
        )
    }

    /// It traps while it starts.
    pub fn trapping_in_start(self) -> Self {
        self.with_core(
            "(func (export \"handle\") (param i32 i32) unreachable)
             (func $trap unreachable)
             (start $trap)",
        )
    }

    /// It wants memory of that many pages of 64 KiB from the start.
    pub fn with_pages(self, pages: u32) -> Self {
        self.with_core(&format!(
            "(memory (export \"memory\") {pages})
             (func (export \"handle\") (param i32 i32) unreachable)"
        ))
    }

    /// It wants a table of that many elements from the start.
    pub fn with_table(self, elements: u32) -> Self {
        self.with_core(&format!(
            "(table {elements} funcref)
             (func (export \"handle\") (param i32 i32) unreachable)"
        ))
    }

    /// It has that many memories.
    pub fn with_memories(self, memories: usize) -> Self {
        let memories = "(memory 1)\n".repeat(memories);
        self.with_core(&format!("{memories} (func (export \"handle\") (param i32 i32) unreachable)"))
    }

    /// The component.
    pub fn bytes(&self) -> Vec<u8> {
        let mut exports = String::new();
        for export in &self.exports {
            let _ = writeln!(exports, "(export \"{export}\" (instance $exported))");
        }
        let text = without_comments(include_str!("../fixtures/route.wat"));
        let text = text.replace("EXPORTS", &exports).replace("IMPORTS", &self.imports);
        binary(&text.replace("CORE", &self.core))
    }
}

/// The component followed by a custom section, as stamping writes it.
pub fn stamped(mut component: Vec<u8>, section: &str) -> Vec<u8> {
    const NAME: &str = "routelet";
    let mut payload = vec![u8::try_from(NAME.len()).expect("a short name")];
    payload.extend(NAME.as_bytes());
    payload.extend(section.as_bytes());
    component.push(0);
    component.extend(leb128(payload.len()));
    component.extend(payload);
    component
}

fn leb128(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).expect("seven bits");
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// The comments name the places that are filled in, which must not be filled in there.
fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with(";;")).collect::<Vec<_>>().join("\n")
}

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fixture_is_well_formed_text() {
        core_module();
        no_handler();
        empty();
        wasi_0_3();
        for route in [
            Route::answering(&["get", "post"]),
            Route::plain("0.2.10"),
            Route::plain("0.2.0").importing("acme:metrics/counter@1.0.0", "count"),
            Route::answering(&["get"]).spinning_in_start(),
            Route::answering(&["get"]).trapping_in_start(),
            Route::answering(&["get"]).with_pages(65_536),
            Route::answering(&["get"]).with_table(30_000),
            Route::answering(&["get"]).with_memories(64),
        ] {
            route.bytes();
        }
    }
}
