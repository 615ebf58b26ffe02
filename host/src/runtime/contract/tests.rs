//! Every accepted and every refused component, written in the text format.

mod damage;
mod demand;
mod imports;
mod section;

use super::*;

const HANDLE_0_2: &str = "wasi:http/incoming-handler@0.2.0";
const HANDLE_0_3: &str = "wasi:http/handler@0.3.0";

/// What WASI 0.2 declares of the types and of `handle`.
const OLD: &str = r#"
    (import "wasi:http/types@0.2.10" (instance $old-types
        (export "incoming-request" (type (sub resource)))
        (export "response-outparam" (type (sub resource)))))
    (alias export $old-types "incoming-request" (type $incoming-request))
    (alias export $old-types "response-outparam" (type $response-outparam))
    (func $old (param "request" (own $incoming-request)) (param "response-out" (own $response-outparam))
        (canon lift (core func $core "old")))
    (instance $old (export "handle" (func $old)))"#;

/// What WASI 0.3 declares of them, without its asynchrony.
const NEW: &str = r#"
    (import "wasi:http/types@0.3.0" (instance $new-types
        (export "request" (type (sub resource)))
        (export "response" (type (sub resource)))))
    (alias export $new-types "request" (type $request))
    (alias export $new-types "response" (type $response))
    (func $new (param "request" (own $request)) (result (own $response)) (canon lift (core func $core "new")))
    (instance $new (export "handle" (func $new)))"#;

fn is_new(interface: &str) -> bool {
    interface.starts_with("wasi:http/handler@0.3")
}

/// A component that holds `extra` and exports each of `interfaces` with the function its name calls for.
fn component(interfaces: &[&str], extra: &str) -> Vec<u8> {
    let new = if interfaces.iter().any(|name| is_new(name)) { NEW } else { "" };
    let export = |name: &&str| {
        let instance = if is_new(name) { "$new" } else { "$old" };
        format!("(export \"{name}\" (instance {instance}))")
    };
    let exports: String = interfaces.iter().map(export).collect();
    binary(&format!(
        r#"(component
            {extra}
            (core module $code
                (func (export "old") (param i32 i32))
                (func (export "new") (param i32) (result i32) (i32.const 0)))
            (core instance $core (instantiate $code))
            {OLD} {new} {exports})"#
    ))
}

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn import(name: &str) -> String {
    format!("(import \"{name}\" (instance (export \"f\" (func))))")
}

fn section_text(json: &str) -> String {
    format!("(@custom \"routelet\" \"{}\")", json.replace('"', "\\\""))
}

fn set(names: &[Method]) -> Methods {
    names.iter().copied().collect()
}

/// The message for `bytes` as a file named `f`.
fn refusal(bytes: &[u8], wasi_0_3: bool) -> String {
    match read(bytes, wasi_0_3) {
        Err(error) => error.fault("f").to_string(),
        Ok(contract) => panic!("accepted: {contract:?}"),
    }
}

#[test]
fn the_kind_follows_the_exports() {
    const GET: &str = "routelet:route/get@0.2.0";
    let rows: &[(&[&str], bool, Kind, &str)] = &[
        (&[GET], false, Kind::Route, GET),
        (&["routelet:route/get@0.2.9"], false, Kind::Route, "routelet:route/get@0.2.9"),
        (&[GET, "routelet:route/get@0.2.1"], false, Kind::Route, "routelet:route/get@0.2.1"),
        (&[HANDLE_0_2], false, Kind::Wasi02, HANDLE_0_2),
        (&["wasi:http/incoming-handler@0.2.12"], false, Kind::Wasi02, "wasi:http/incoming-handler@0.2.12"),
        (&[HANDLE_0_3], true, Kind::Wasi03, HANDLE_0_3),
        (&["wasi:http/handler@0.3.2"], true, Kind::Wasi03, "wasi:http/handler@0.3.2"),
        (&[HANDLE_0_2, GET], false, Kind::Route, GET),
        (&[HANDLE_0_3, HANDLE_0_2, GET], true, Kind::Route, GET),
        (&[HANDLE_0_2, HANDLE_0_3], true, Kind::Wasi03, HANDLE_0_3),
        (&[HANDLE_0_2, "wasi:cli/run@0.2.6", "exports"], false, Kind::Wasi02, HANDLE_0_2),
        (&[HANDLE_0_2, "routelet:route/trace@0.2.0"], false, Kind::Wasi02, HANDLE_0_2),
    ];
    for (exports, wasi_0_3, kind, handler) in rows {
        let contract = read(&component(exports, ""), *wasi_0_3).unwrap_or_else(|error| panic!("{exports:?}: {error}"));
        assert_eq!(contract.kind, *kind, "{exports:?}");
        assert_eq!(contract.handlers[&Method::Get], *handler, "{exports:?}");
        assert_eq!(contract.exports, *exports);
    }
}

#[test]
fn a_native_component_answers_what_it_exports() {
    let bytes = component(&["routelet:route/post@0.2.0", "routelet:route/get@0.2.1"], "");
    let contract = read(&bytes, false).unwrap();
    let handlers: Vec<_> = contract.handlers.iter().collect();
    assert_eq!(
        handlers,
        [
            (&Method::Get, &"routelet:route/get@0.2.1".to_owned()),
            (&Method::Post, &"routelet:route/post@0.2.0".to_owned()),
        ]
    );
    assert_eq!(contract.methods(None), Ok(set(&[Method::Get, Method::Post])));
    assert_eq!(contract.methods(Some(set(&[Method::Get]))), Ok(set(&[Method::Get])));
    let wider = contract.methods(Some(set(&[Method::Get, Method::Put]))).unwrap_err();
    assert_eq!(
        wider.fault("app/segment.toml").to_string(),
        "app/segment.toml: declares the method PUT, which the component does not export; \
         expected some of GET, POST; remove the method, or export its interface from the component"
    );
}

#[test]
fn a_plain_component_answers_what_is_declared() {
    let undeclared = read(&component(&[HANDLE_0_2], ""), false).unwrap();
    assert_eq!(undeclared.methods(None), Ok(Methods::all()));
    assert_eq!(undeclared.methods(Some(set(&[]))), Err(MethodsError::Empty));

    let declares = section_text(r#"{"version":1,"methods":["POST","GET"],"later":{"a":[1]}}"#);
    let declared = read(&component(&[HANDLE_0_2], &declares), false).unwrap();
    assert_eq!(declared.methods(None), Ok(set(&[Method::Get, Method::Post])));
    assert_eq!(declared.methods(Some(set(&[Method::Put]))), Ok(set(&[Method::Put])));
}

#[test]
fn what_is_no_component_is_called_by_its_name() {
    let module = binary("(module)");
    let rows: &[(&[u8], &str)] = &[
        (b"", "f: is empty; expected a WebAssembly component; copy the whole file again"),
        (b"\0as", "f: ends inside its header"),
        (&component(&[], "")[..7], "f: ends inside its header"),
        (&module, "f: is a core WebAssembly module; expected a WebAssembly component; build it for wasm32-wasip2"),
        (b"\0asm\x0c\0\x01\0", "f: is WebAssembly of an unknown version"),
        (b"(component)", "f: is in the WebAssembly text format"),
        (b" ;; mine\n ( module)", "f: is in the WebAssembly text format"),
        (b"PK\x03\x04zip", "f: is a zip archive"),
        (b"\x1f\x8b\x08", "f: is a gzip file"),
        (
            b"\x7fELF\x02\x01",
            "f: is an ELF file; expected a WebAssembly component; put the component it was compiled from here",
        ),
        (b"#!/bin/sh\n", "f: is not WebAssembly"),
    ];
    for (bytes, message) in rows {
        let refused = refusal(bytes, false);
        assert!(refused.starts_with(message), "{refused}");
    }
}

#[test]
fn a_component_without_a_handler_is_refused() {
    let rows: &[(&[&str], &str)] = &[
        (&[], "f: exports nothing, so no HTTP handler; expected routelet:route/<method>@0.2.x"),
        (&["wasi:cli/run@0.2.6"], "f: exports no HTTP handler, only wasi:cli/run@0.2.6"),
        (
            &["a:b/c", "a:b/d", "a:b/e", "a:b/f", "a:b/g", "a:b/h"],
            "f: exports no HTTP handler, only a:b/c, a:b/d, a:b/e, a:b/f, a:b/g and 1 more",
        ),
        (
            &["routelet:route/get@0.9.0"],
            "f: exports routelet:route/get@0.9.0, a version this server does not speak; expected routelet:route/<method>@0.2.x",
        ),
        (&["routelet:route/get@0.2.0", "routelet:route/post@0.9.0"], "f: exports routelet:route/post@0.9.0, a version"),
        (&["routelet:route/get"], "f: exports routelet:route/get, a version"),
        (&["wasi:http/incoming-handler@0.2.0-rc-2023-11-10"], "f: exports no HTTP handler"),
    ];
    for (exports, message) in rows {
        let refused = refusal(&component(exports, ""), false);
        assert!(refused.starts_with(message), "{refused}");
    }
}

#[test]
fn a_handler_needs_its_function() {
    let other = r#"(func $other (param "request" u32) (param "response-out" u32) (canon lift (core func $core "old")))
        (func $half (param "request" (own $incoming-request)) (result u32) (canon lift (core func $core "new")))
        (func $swapped (param "a" (own $response-outparam)) (param "b" (own $incoming-request))
            (canon lift (core func $core "old")))"#;
    let hollow = |name: &str, inside: &str| {
        binary(&format!(
            r#"(component
                (core module $code
                    (func (export "old") (param i32 i32))
                    (func (export "new") (param i32) (result i32) (i32.const 0)))
                (core instance $core (instantiate $code))
                {OLD} {NEW} {other}
                (type $number u32)
                (instance $it {inside})
                (export "{name}" (instance $it)))"#
        ))
    };
    const GET: &str = "routelet:route/get@0.2.0";
    let rows = [
        (HANDLE_0_2, ""),
        (HANDLE_0_2, r#"(export "run" (func $old))"#),
        (HANDLE_0_2, r#"(export "handle" (type $number))"#),
        (HANDLE_0_2, r#"(export "handle" (func $other))"#),
        (HANDLE_0_2, r#"(export "handle" (func $half))"#),
        (HANDLE_0_2, r#"(export "handle" (func $swapped))"#),
        (HANDLE_0_2, r#"(export "handle" (func $new))"#),
        (HANDLE_0_3, r#"(export "handle" (func $old))"#),
        (HANDLE_0_3, r#"(export "handle" (func $half))"#),
        (GET, r#"(export "handle" (func $new))"#),
        (GET, r#"(export "handle" (func $other))"#),
    ];
    for (name, inside) in rows {
        assert_eq!(
            read(&hollow(name, inside), true),
            Err(ContractError::NoHandleFunction { interface: name.to_owned() }),
            "{name} {inside}"
        );
    }
}
