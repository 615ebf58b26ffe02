//! What one instance takes out of the pools.

use super::*;

#[test]
fn demand_counts_what_is_instantiated() {
    let demand = |body: &str| {
        let own = Demand::MODULE;
        let all = read(&component(&[HANDLE_0_2], body), false).unwrap().demand;
        (all.core_instances - own.core_instances, all.memories, all.tables)
    };
    let module = "(core module $m (memory 1) (memory 1) (table 1 funcref))";
    let nested = format!("(component $c {module} (core instance (instantiate $m)))");
    let doubled: String = (0..40)
        .map(|n| {
            format!(
                "(component $d{} (alias outer 1 $d{n} (component $x)) (instance (instantiate $x)) (instance (instantiate $x)))",
                n + 1
            )
        })
        .collect();
    let rows = [
        (module.to_owned(), (0, 0, 0)),
        (format!("{module} (core instance (instantiate $m))"), (1, 2, 1)),
        (format!("{module} (core instance (instantiate $m)) (core instance (instantiate $m))"), (2, 4, 2)),
        (format!("{module} (core instance)"), (0, 0, 0)),
        (nested.clone(), (0, 0, 0)),
        (format!("{nested} (instance (instantiate $c)) (instance (instantiate $c))"), (2, 4, 2)),
        (
            format!(
                "{module} (component $c (alias outer 1 $m (core module $n)) (core instance (instantiate $n))) (instance (instantiate $c))"
            ),
            (1, 2, 1),
        ),
        (
            format!(
                "{module} (component $c (import \"m\" (core module $n)) (core instance (instantiate $n))) (instance (instantiate $c (with \"m\" (core module $m))))"
            ),
            (1, 1, 1),
        ),
        (
            format!(
                "(component $d0 {module} (core instance (instantiate $m))) {doubled} (instance (instantiate $d40))"
            ),
            (u32::MAX - 1, u32::MAX, u32::MAX),
        ),
    ];
    for (body, expected) in rows {
        assert_eq!(demand(&body), expected, "{body}");
    }
}

#[test]
fn demand_counts_what_memories_and_tables_begin_with() {
    let rows = [
        ("(memory 2) (memory 1) (table 5 funcref) (table 7 funcref)", (3 * 65_536, 7)),
        ("(memory 0 9) (table 0 9 funcref)", (0, 0)),
        ("(memory i64 65536)", (65_536 * 65_536, 0)),
        ("(memory 10 (pagesize 1))", (10, 0)),
        ("(import \"a\" \"b\" (memory 1))", (0, 0)),
    ];
    for (defined, expected) in rows {
        let imports = if defined.contains("import") {
            "(core module $p (memory (export \"b\") 1)) (core instance $p (instantiate $p))"
        } else {
            ""
        };
        let with = if defined.contains("import") { "(with \"a\" (instance $p))" } else { "" };
        let extra = format!("{imports} (core module $m {defined}) (core instance (instantiate $m {with}))");
        let demand = read(&component(&[HANDLE_0_2], &extra), false).unwrap().demand;
        let provided = if with.is_empty() { 0 } else { 65_536 };
        assert_eq!((demand.memory_bytes - provided, demand.table_elements), expected, "{defined}");
    }
}
