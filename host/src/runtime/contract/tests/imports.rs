//! What a component may import, and what makes it need the second engine.

use super::*;

#[test]
fn offered_imports_are_accepted_and_listed() {
    let names = [
        "wasi:io/streams@0.2.10",
        "wasi:http/types@0.2.4",
        "wasi:filesystem/preopens@0.2.6",
        "wasi:sockets/tcp@0.2.0",
        "wasi:config/store@0.2.0-rc.1",
        "routelet:route/context@0.2.0",
    ];
    let extra: String = names.iter().map(|name| import(name)).collect();
    let nested = format!("(component {})", import(names[0]));
    let contract = read(&component(&[HANDLE_0_2], &(extra + &nested)), false).unwrap();
    assert_eq!(contract.imports, [&names as &[&str], &["wasi:http/types@0.2.10"]].concat());
}

#[test]
fn imports_that_the_host_does_not_offer_are_refused() {
    let rows = [
        (
            import("acme:billing/ledger@1.0.0"),
            "f: imports acme:billing/ledger@1.0.0, which this server does not offer; expected imports of WASI 0.2",
        ),
        (
            import("wasi:keyvalue/store@0.2.0-draft") + &import("a:b/c"),
            "f: imports wasi:keyvalue/store@0.2.0-draft, a:b/c, which",
        ),
        ("(import \"log\" (func))".to_owned(), "f: imports log, which"),
        ("(import \"engine\" (core module))".to_owned(), "f: imports engine, which"),
        (import("routelet:route/context@0.9.0"), "f: imports routelet:route/context@0.9.0, which"),
    ];
    for (extra, message) in rows {
        let refused = refusal(&component(&[HANDLE_0_2], &extra), false);
        assert!(refused.starts_with(message), "{refused}");
    }
    let inner = refusal(&component(&[HANDLE_0_2], &import("wasi:http/incoming-handler@0.2.3")), false);
    assert!(inner.contains("has to be composed with it first"), "{inner}");
}

#[test]
fn an_import_of_types_alone_needs_nothing() {
    let extra = r#"(import "acme:shop/types@1.0.0" (instance
        (type $price' (record (field "cents" u32)))
        (export "price" (type (eq $price')))))
        (type $t u32) (import "alias" (type (eq $t)))"#;
    let contract = read(&component(&[HANDLE_0_2], extra), false).unwrap();
    assert_eq!(contract.imports, ["acme:shop/types@1.0.0", "alias", "wasi:http/types@0.2.10"]);
}

#[test]
fn wasi_0_3_is_refused_while_it_is_off() {
    let message = "f: needs WASI 0.3 (wasi:http/handler@0.3.0), which is switched off; expected WASI 0.2; \
                   build it for WASI 0.2, or switch 0.3 on with `wasi-0-3 = true` in routelet.toml or --wasi-0-3, \
                   knowing that upstream gives WASI 0.3 no security patches on the long-term release";
    assert_eq!(refusal(&component(&[HANDLE_0_3], ""), false), message);
    let rows = [
        import("wasi:clocks/monotonic-clock@0.3.0"),
        import("wasi:http/client@0.3.1"),
        "(type (stream u8))".to_owned(),
        "(type (future))".to_owned(),
        "(type (func async))".to_owned(),
        "(type (component (type (instance (type (stream))))))".to_owned(),
        "(component (type (func async (param \"a\" u32))))".to_owned(),
        "(core func (canon waitable-set.new))".to_owned(),
    ];
    for extra in &rows {
        let bytes = component(&[HANDLE_0_2], extra);
        assert!(matches!(read(&bytes, false), Err(ContractError::Wasi03Off { .. })), "{extra}");
        assert!(read(&bytes, true).unwrap().needs_async_engine, "{extra}");
    }
    let both = component(&[HANDLE_0_2, HANDLE_0_3], "");
    assert!(matches!(read(&both, false), Err(ContractError::Wasi03Off { .. })));
    assert!(read(&both, true).unwrap().needs_async_engine);
    assert!(!read(&component(&[HANDLE_0_2], ""), true).unwrap().needs_async_engine);
}
