//! Precedence, fallbacks, captures and conflicts, case by case.

mod naive;

use super::*;
use crate::routing::{Param, PathRules};

fn path(raw: &str) -> RequestPath {
    RequestPath::parse(raw, &PathRules::default()).unwrap_or_else(|error| panic!("{raw}: {error}"))
}

fn table(patterns: &[&str]) -> RouteTable<()> {
    let mut table = RouteTable::new();
    for text in patterns {
        let pattern = Pattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        table.insert(pattern, format!("app{text}/route.wasm"), ()).unwrap_or_else(|error| panic!("{error:?}"));
    }
    table
}

/// What a path comes to, as `pattern name=value name=value,value`.
fn found(table: &RouteTable<()>, raw: &str) -> String {
    let Some(found) = table.find(&path(raw)) else {
        return "none".into();
    };
    let params = found.params.iter().map(|param| format!(" {}={}", param.name, param.values.join(",")));
    format!("{}{}", found.pattern, params.collect::<String>())
}

/// The conflicts of inserting these in order, as they are printed.
fn conflicts(patterns: &[&str]) -> Vec<String> {
    let mut table = RouteTable::new();
    let insert = |text: &&str| {
        let source = format!("app{}/route.wasm", text.trim_end_matches('/'));
        table.insert(Pattern::parse(text).unwrap(), source, ()).err().unwrap_or_default()
    };
    patterns.iter().flat_map(insert).map(|conflict| conflict.to_string()).collect()
}

#[test]
fn the_more_specific_route_wins_from_the_left() {
    let table = table(&[
        "/",
        "/mix/fixed/[sub]",
        "/mix/[id]/edit",
        "/mix/[...rest]",
        "/nested/1/lit/deep",
        "/nested/[a]/[b]",
        "/files/[name]",
        "/files/[...path]",
        "/shop/[[...slug]]",
        "/shop/cart",
        "/[page]",
        "/users/[id]/posts/[post]",
    ]);
    for (raw, expected) in [
        ("/", "/"),
        ("/mix/fixed/edit", "/mix/fixed/[sub] sub=edit"),
        ("/mix/7/edit", "/mix/[id]/edit id=7"),
        ("/mix/fixed/x/y", "/mix/[...rest] rest=fixed,x,y"),
        ("/mix/fixed", "/mix/[...rest] rest=fixed"),
        ("/mix", "/[page] page=mix"),
        ("/nested/1/lit", "/nested/[a]/[b] a=1 b=lit"),
        ("/nested/1/lit/deep", "/nested/1/lit/deep"),
        ("/nested/1/lit/deeper", "none"),
        ("/files/a", "/files/[name] name=a"),
        ("/files/a/b", "/files/[...path] path=a,b"),
        ("/shop", "/shop/[[...slug]]"),
        ("/shop/cart", "/shop/cart"),
        ("/shop/cart/x", "/shop/[[...slug]] slug=cart,x"),
        ("/users/1/posts/2", "/users/[id]/posts/[post] id=1 post=2"),
        ("/users/1/posts", "none"),
        ("/Shop/cart", "none"),
    ] {
        assert_eq!(found(&table, raw), expected, "{raw}");
    }
}

#[test]
fn names_and_values_are_compared_decoded() {
    let table = table(&["/caf%C3%A9", "/%5Fx", "/a%2Fb", "/p/[id]", "/p/100%25"]);
    for (raw, expected) in [
        ("/caf%C3%A9", "/café"),
        ("/%63af%c3%a9", "/café"),
        ("/_x", "/%5Fx"),
        ("/%5Fx", "/%5Fx"),
        ("/a%2fb", "/a%2Fb"),
        ("/a/b", "none"),
        ("/p/a%2Fb", "/p/[id] id=a/b"),
        ("/p/%252F", "/p/[id] id=%2F"),
        ("/p/[id]", "/p/[id] id=[id]"),
        ("/p/100%25", "/p/100%25"),
        ("/p/cafe%CC%81", "/p/[id] id=cafe\u{301}"),
    ] {
        assert_eq!(found(&table, raw), expected, "{raw}");
    }
}

#[test]
fn an_empty_optional_catch_all_is_no_parameter() {
    let table = table(&["/[[...all]]"]);
    assert!(table.find(&path("/")).unwrap().params.is_empty());
    let found = table.find(&path("/a")).unwrap();
    let expected = Param { name: "all".into(), values: vec!["a".into()], catch_all: true };
    assert_eq!(found.params.iter().collect::<Vec<_>>(), [&expected]);
    assert_eq!(found.params.get("all"), Some(&["a".to_string()][..]));
    assert_eq!(found.params.get("other"), None);
}

#[test]
fn only_a_route_without_parameters_is_static() {
    let table = table(&["/", "/a/b", "/p/[id]", "/shop/[[...slug]]"]);
    let source = |raw| table.static_route(path(raw).segments()).map(|route| route.source.to_path_buf());
    assert_eq!(source("/a/b"), Some("app/a/b/route.wasm".into()));
    assert_eq!(source("/"), Some("app//route.wasm".into()));
    for raw in ["/a", "/a/b/c", "/p/[id]", "/p/x", "/shop"] {
        assert_eq!(source(raw), None, "{raw}");
    }
}

#[test]
fn routes_are_listed_by_pattern() {
    let table = table(&["/b", "/a/[x]", "/", "/a"]);
    let listed: Vec<_> = table.iter().map(|route| route.pattern.as_str()).collect();
    assert_eq!(listed, ["/", "/a", "/a/[x]", "/b"]);
    assert_eq!((table.len(), table.is_empty()), (4, false));
    assert_eq!(format!("{table:?}"), "{Pattern(/): (), Pattern(/a): (), Pattern(/a/[x]): (), Pattern(/b): ()}");
}

#[test]
fn conflicts_name_both_files_and_the_way_out() {
    for (first, second, message) in [
        (
            "/x",
            "/(g)/x",
            "app/(g)/x/route.wasm: answers /x, as app/x/route.wasm does; \
             expected one file for each path; keep one, or move the other to a path of its own",
        ),
        (
            "/u/[id]",
            "/u/@s/[id]",
            "app/u/@s/[id]/route.wasm: answers /u/[id], as app/u/[id]/route.wasm does; \
             expected one file for each path; keep one, or move the other to a path of its own",
        ),
        (
            "/u/[id]",
            "/u/[slug]",
            "app/u/[slug]/route.wasm: answers /u/[slug], as app/u/[id]/route.wasm does; \
             expected one file for each path; keep one, or move the other to a path of its own",
        ),
        (
            "/u/[a]/x",
            "/u/[b]/y",
            "app/u/[b]/y/route.wasm: has `[b]` where app/u/[a]/x/route.wasm has `[a]`, \
             which match the same paths; keep one name",
        ),
        (
            "/[...a]",
            "/[...b]",
            "app/[...b]/route.wasm: answers /[...b], as app/[...a]/route.wasm does; \
             expected one file for each path; keep one, or move the other to a path of its own",
        ),
        (
            "/[...a]",
            "/[[...a]]",
            "app/[[...a]]/route.wasm: has `[[...a]]` where app/[...a]/route.wasm has `[...a]`, \
             which match the same paths; keep one",
        ),
        (
            "/[[...b]]",
            "/[...a]",
            "app/[...a]/route.wasm: has `[...a]` where app/[[...b]]/route.wasm has `[[...b]]`, \
             which match the same paths; keep one",
        ),
        (
            "/p",
            "/p/[[...a]]",
            "app/p/[[...a]]/route.wasm: answers /p, as app/p/route.wasm does, since `[[...a]]` matches nothing as well; \
             expected one file for each path; keep one, or write `[...a]` for one or more segments",
        ),
        (
            "/[[...a]]",
            "/",
            "app/route.wasm: answers /, as app/[[...a]]/route.wasm does, since `[[...a]]` matches nothing as well; \
             expected one file for each path; keep one, or write `[...a]` for one or more segments",
        ),
    ] {
        assert_eq!(conflicts(&[first, second]), [message], "{first} and {second}");
    }
}

#[test]
fn what_lies_side_by_side_in_peace() {
    for patterns in [
        &["/[id]", "/[...all]"][..],
        &["/[id]", "/[[...all]]"],
        &["/[id]", "/[...id]"],
        &["/", "/api"],
        &["/[user]", "/api/[other]"],
        &["/[user]/x", "/[user]/[y]"],
        &["/a/[x]", "/b/[y]"],
        &["/p/[[...a]]", "/p/x", "/p/[y]/z"],
        &["/café", "/cafe\u{301}", "/CAFÉ"],
    ] {
        assert_eq!(conflicts(patterns), [""; 0], "{patterns:?}");
    }
}

#[test]
fn every_conflict_is_reported_even_among_refused_files() {
    let all = conflicts(&["/[a]/x", "/[b]/[c]", "/(g)/[b]/[d]", "/(g)/[b]/x", "/[...r]", "/[[...o]]", "/(h)/[[...o]]"]);
    let refused: Vec<_> = all.iter().map(|text| text.split("; ").next().unwrap()).collect();
    assert_eq!(
        refused,
        [
            "app/[b]/[c]/route.wasm: has `[b]` where app/[a]/x/route.wasm has `[a]`, which match the same paths",
            "app/(g)/[b]/[d]/route.wasm: has `[b]` where app/[a]/x/route.wasm has `[a]`, which match the same paths",
            "app/(g)/[b]/[d]/route.wasm: answers /[b]/[d], as app/[b]/[c]/route.wasm does",
            "app/(g)/[b]/x/route.wasm: answers /[b]/x, as app/[a]/x/route.wasm does",
            "app/[[...o]]/route.wasm: has `[[...o]]` where app/[...r]/route.wasm has `[...r]`, which match the same paths",
            "app/(h)/[[...o]]/route.wasm: answers /[[...o]], as app/[[...o]]/route.wasm does",
            "app/(h)/[[...o]]/route.wasm: has `[[...o]]` where app/[...r]/route.wasm has `[...r]`, which match the same paths",
        ]
    );
}

#[test]
fn a_refused_route_is_not_found() {
    let mut table = table(&["/p", "/[id]/x"]);
    assert!(table.insert(Pattern::parse("/p/[[...a]]").unwrap(), "second", ()).is_err());
    assert!(table.insert(Pattern::parse("/[slug]/y").unwrap(), "third", ()).is_err());
    assert_eq!(found(&table, "/p/q"), "none");
    assert_eq!(found(&table, "/1/y"), "none");
    assert_eq!(found(&table, "/p"), "/p");
    assert_eq!((table.len(), table.iter().count()), (2, 2));
}

/// Every way of `levels` levels that each have a static folder and a parameter.
fn doubling(levels: usize) -> impl Iterator<Item = Pattern> {
    (0..1 << levels).map(move |bits: usize| {
        let folder = |level| {
            if bits >> level & 1 == 0 { "/a".into() } else { format!("/[p{level}]") }
        };
        Pattern::parse(&(0..levels).map(folder).collect::<String>()).unwrap()
    })
}

#[test]
fn a_tree_in_which_lookups_would_multiply_is_refused() {
    let mut table = RouteTable::new();
    for pattern in doubling(11) {
        table.insert(pattern.clone(), pattern.as_str(), ()).unwrap();
    }
    assert_eq!(table.root.visits, 4_095);
    assert!(table.find(&path(&"/a".repeat(12))).is_none());
    let refused = doubling(12).filter_map(|pattern| table.insert(pattern.clone(), pattern.as_str(), ()).err());
    let last = refused.last().unwrap().remove(0);
    assert!(matches!(last.clash, Clash::TooAmbiguous { visits } if visits > VISITS_MAX), "{last}");
    assert!(!last.first.as_os_str().is_empty());
    assert!(table.root.visits <= VISITS_MAX);
}

#[test]
fn the_longest_ladder_of_choices_stays_cheap() {
    let rung = |level: usize| format!("{}/[p]", "/a".repeat(level));
    let table = table(&(0..63).map(rung).collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(found(&table, &"/a".repeat(63)), format!("{}/[p] p=a", "/a".repeat(62)));
    assert_eq!(table.root.visits, 126);
}

#[test]
fn a_lookup_can_be_told_step_by_step() {
    let table = table(&["/mix/fixed/[sub]", "/mix/[id]/edit", "/mix/[...rest]", "/shop/[[...slug]]"]);
    let told = |raw| table.explain(&path(raw)).iter().map(Step::to_string).collect::<Vec<_>>();
    assert_eq!(
        told("/mix/fixed/x/y"),
        [
            "`mix` is a folder of that name",
            "`fixed` is a folder of that name",
            "`x` is taken by `[sub]`",
            "nothing further down answers, back before `x`",
            "nothing further down answers, back before `fixed`",
            "`fixed` is taken by `[id]`",
            "nothing further down answers, back before `fixed`",
            "`fixed/x/y` is taken by `[...rest]`",
            "/mix/[...rest] answers, from app/mix/[...rest]/route.wasm",
        ]
    );
    assert_eq!(
        told("/shop"),
        [
            "`shop` is a folder of that name",
            "`[[...slug]]` takes nothing",
            "/shop/[[...slug]] answers, from app/shop/[[...slug]]/route.wasm",
        ]
    );
    let last = |raw| told(raw).pop().unwrap();
    assert_eq!(last("/mix/7/edit"), "/mix/[id]/edit answers, from app/mix/[id]/edit/route.wasm");
    assert_eq!(told("/"), ["no route answers"]);
    assert_eq!(last("/mix"), "no route answers");
}
