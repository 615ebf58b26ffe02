//! Limits of what an instance holds: memory, tables, handles, and what the host holds for it.

use std::mem::size_of;

use http::{HeaderName, HeaderValue};
use routelet_tests::{
    Guest,
    fixtures::{Written, holding_handles},
};

use super::{assert_edge, limited, written};

/// A guest that does this and answers 200, or 299 where it was refused something.
fn trying(definitions: &str, attempt: &str) -> Vec<u8> {
    let core = format!(
        "{definitions}
         (func (export \"handle\") (param $request i32) (param $out i32)
           (call $answer (local.get $out) (select (i32.const 299) (i32.const 200) (i32.eq {attempt} (i32.const -1)))))"
    );
    Written { core: &core, ..Written::default() }.component()
}

/// One MiB is sixteen pages, the first of which the guest begins with; a page is as dear as 8 192 elements.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn memory_is_counted_over_all_memories_and_tables() {
    for (definitions, attempt, status) in [
        ("(memory $own 0)", "(memory.grow $own (i32.const 15))", 200),
        ("(memory $own 0)", "(memory.grow $own (i32.const 16))", 299),
        ("(memory $own 14) (memory $more 0)", "(memory.grow $more (i32.const 1))", 200),
        ("(memory $own 14) (memory $more 0)", "(memory.grow $more (i32.const 2))", 299),
        ("(memory $own 14) (table $t 0 funcref)", "(table.grow $t (ref.null func) (i32.const 8192))", 200),
        ("(memory $own 14) (table $t 0 funcref)", "(table.grow $t (ref.null func) (i32.const 8193))", 299),
        ("(memory $own 0 3)", "(memory.grow $own (i32.const 3))", 200),
        ("(memory $own 0 3)", "(memory.grow $own (i32.const 4))", 299),
    ] {
        let site = written(&trying(definitions, attempt), "memory = \"1MiB\"\ntable-elements = 100000").await;
        assert_eq!(site.get("/").await.status, status, "{definitions} {attempt}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn growth_that_was_refused_costs_nothing() {
    let again = "(func $again (param $left i32) (result i32)
        (loop $more
          (drop (memory.grow $own (i32.const 16)))
          (drop (memory.grow $own (i32.const 65536)))
          (br_if $more (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (memory.grow $own (i32.const 15)))";
    let guest = trying(&format!("(memory $own 0) {again}"), "(call $again (i32.const 100))");
    assert_eq!(written(&guest, "memory = \"1MiB\"").await.get("/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_table_grows_to_its_limit() {
    for (elements, status) in [(100, 200), (101, 299)] {
        let attempt = format!("(table.grow $t (ref.null func) (i32.const {elements}))");
        let site = written(&trying("(table $t 0 funcref)", &attempt), "table-elements = 100").await;
        assert_eq!(site.get("/").await.status, status, "{elements}");
    }
}

#[tokio::test]
pub(super) async fn what_the_host_holds_for_a_guest_is_counted() {
    // The request and the outparam are held beside them.
    let site = limited(Guest::HoldsResources, "resources = 100").await;
    for kind in ["fields", "streams", "headers", "responses", "requests"] {
        assert_edge(&site, &format!("/?kind={kind}&count=98"), &format!("/?kind={kind}&count=99"), 500, "trap").await;
    }
    // A timer and what waits for it are two.
    assert_edge(&site, "/?kind=pollables&count=49", "/?kind=pollables&count=50", 500, "trap").await;

    // The request, the outparam, the response and its lending to the host are four more.
    for (held, status) in [(96, 200), (97, 500)] {
        let site = written(&holding_handles(held, 0, 0), "handles = 100").await;
        assert_eq!(site.get("/").await.status, status, "{held} handles");
    }

    let site = limited(Guest::PassesLists, "hostcall-fuel = \"64KiB\"").await;
    assert_edge(&site, "/?how=name&bytes=65536", "/?how=name&bytes=65537", 500, "trap").await;

    // Each field has a name of six bytes and a value of ten, and what the host keeps of it in its table.
    let field = 6 + 10 + size_of::<HeaderName>() + size_of::<HeaderValue>();
    let site = limited(Guest::FillsFields, &format!("fields = \"{}B\"", 10 * field)).await;
    assert_edge(&site, "/?bytes=10&count=10", "/?bytes=10&count=11", 500, "trap").await;

    let site = limited(Guest::TakesRandom, "random = \"1KiB\"").await;
    assert_edge(&site, "/?bytes=1024", "/?bytes=1025", 500, "trap").await;
}
