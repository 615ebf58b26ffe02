//! What a component imports that the linker has not, told in our words instead of the runtime's. It
//! only reads what the linker said.

use std::path::Path;

use crate::fault::Fault;

/// The fault of a component in `file` that does not link.
pub(super) fn fault(file: &Path, error: &wasmtime::Error) -> Fault {
    let said: Vec<String> = error.chain().map(ToString::to_string).collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    Fault::new(file, found(&said))
        .expected("the imports of WASI 0.2.12 and of wit/, or of an earlier 0.2")
        .way_out("build it against the interfaces in wit/, or against an earlier WASI 0.2")
}

/// The linker says, outermost first: which import, then which item in it, then what is wrong.
fn found(said: &[&str]) -> String {
    let is_missing = said.last().is_some_and(|reason| reason.ends_with("implementation is missing"));
    let names: Vec<&str> = said.iter().map_while(|level| quoted(level)).collect();
    match names.as_slice() {
        [import] if is_missing => format!("imports {import}, which this server does not have"),
        [import, item] if is_missing => format!("imports `{item}` of {import}, which this server does not have"),
        [import, item] => format!("imports `{item}` of {import} with another type: {}", said[2..].join(": ")),
        _ => format!("does not link: {}", said.join(": ")),
    }
}

/// The first name between backticks.
fn quoted(text: &str) -> Option<&str> {
    text.split('`').nth(1)
}

#[cfg(test)]
mod tests {
    use wasmtime::{
        Engine,
        component::{Component, Linker},
    };

    use super::*;

    /// The fault of a component with this import, for a host that has `wasi:random/random` alone.
    fn refused(import: &str) -> String {
        let engine = Engine::default();
        let mut linker = Linker::<()>::new(&engine);
        let mut random = linker.instance("wasi:random/random@0.2.12").expect("a fresh linker");
        random.func_wrap("get-random-u64", |_, (): ()| Ok((4_u64,))).expect("a fresh instance");
        let bytes = wat::parse_str(format!("(component {import})")).expect("the text of a component");
        let component = Component::new(&engine, bytes).expect("a component");
        let Err(error) = linker.instantiate_pre(&component) else { panic!("it links: {import}") };
        fault(Path::new("f"), &error).found
    }

    #[test]
    fn what_is_missing_is_named() {
        let rows = [
            (
                r#"(import "wasi:random/random@0.2.99" (instance (export "get-dice" (func))))"#,
                "imports `get-dice` of wasi:random/random@0.2.99, which this server does not have",
            ),
            (
                r#"(import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (param "a" u32)))))"#,
                "imports `get-random-u64` of wasi:random/random@0.2.0 with another type: \
                 type mismatch with parameters: expected 0-tuple, found 1-tuple",
            ),
            (
                r#"(import "a:b/c" (instance (export "r" (type (sub resource)))))"#,
                "imports `r` of a:b/c, which this server does not have",
            ),
            (r#"(import "log" (func))"#, "imports log, which this server does not have"),
        ];
        for (import, message) in rows {
            assert_eq!(refused(import), message);
        }
    }

    #[test]
    fn what_is_not_understood_is_told_as_it_was_said() {
        assert_eq!(found(&["one", "two", "three"]), "does not link: one: two: three");
    }
}
