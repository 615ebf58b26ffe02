//! What a lookup costs as a site grows: the time must not follow the number of routes.

use divan::{Bencher, black_box};
use routelet::routing::{PathRules, Pattern, RequestPath, RouteTable};

const SIZES: [usize; 5] = [10, 100, 1_000, 10_000, 100_000];

fn main() {
    divan::main();
}

/// A site of about so many routes, ten to each of its resources, as an API has them.
fn table(size: usize) -> RouteTable<usize> {
    let mut table = RouteTable::new();
    for route in 0..size {
        let (resource, leaf) = (route / 10, LEAVES[route % 10]);
        let text = format!("/api/v1/resource-{resource}{leaf}");
        let pattern = Pattern::parse(&text).expect("the bench writes well-formed patterns");
        table.insert(pattern, text, route).expect("the bench writes patterns that do not conflict");
    }
    table
}

const LEAVES: [&str; 10] = [
    "",
    "/new",
    "/[id]",
    "/[id]/edit",
    "/[id]/parts/[part]",
    "/[id]/history",
    "/search/[...terms]",
    "/export/csv",
    "/export/[format]",
    "/reports/[[...period]]",
];

fn path(size: usize, below: &str) -> RequestPath {
    let resource = size / 20;
    let raw = format!("/api/v1/resource-{resource}{below}");
    RequestPath::parse(&raw, &PathRules::default()).expect("the bench asks for clean paths")
}

fn lookup(bencher: Bencher, size: usize, below: &str) {
    let (table, path) = (table(size), path(size, below));
    bencher.bench_local(|| table.find(black_box(&path)).map(|found| *found.value));
}

#[divan::bench(args = SIZES)]
fn finds_a_static_route(bencher: Bencher, size: usize) {
    lookup(bencher, size, "/export/csv");
}

#[divan::bench(args = SIZES)]
fn finds_two_parameters(bencher: Bencher, size: usize) {
    lookup(bencher, size, "/4711/parts/42");
}

#[divan::bench(args = SIZES)]
fn falls_back_to_a_less_specific_route(bencher: Bencher, size: usize) {
    lookup(bencher, size, "/new/history");
}

#[divan::bench(args = SIZES)]
fn finds_nothing(bencher: Bencher, size: usize) {
    lookup(bencher, size, "/4711/nothing/here");
}

/// Every lookup goes to another resource, so that what is in the processor's caches is what a busy
/// site of this size would have there.
#[divan::bench(args = SIZES)]
fn finds_routes_all_over_the_table(bencher: Bencher, size: usize) {
    let table = table(size);
    let paths: Vec<_> = (0..1_024).map(|at| path(at * 7_919 % size * 2, "/4711/edit")).collect();
    let mut next = paths.iter().cycle();
    bencher.bench_local(|| table.find(black_box(next.next()?)).map(|found| *found.value));
}

/// The most ambiguous tree that is let in: a miss visits 4 095 places.
#[divan::bench]
fn misses_in_the_most_ambiguous_tree(bencher: Bencher) {
    let mut table = RouteTable::new();
    for bits in 0..1 << 11 {
        let folder = |level| {
            if bits >> level & 1 == 0 { "/a".into() } else { format!("/[p{level}]") }
        };
        let text: String = (0..11).map(folder).collect();
        let pattern = Pattern::parse(&text).expect("the bench writes well-formed patterns");
        table.insert(pattern, text, ()).expect("eleven levels are let in");
    }
    let raw = "/a".repeat(12);
    let path = RequestPath::parse(&raw, &PathRules::default()).expect("the bench asks for clean paths");
    bencher.bench_local(|| table.find(black_box(&path)).is_none());
}

#[divan::bench(args = ["/", "/users/42", "/api/v1/resource-1/4711/parts/42", "/caf%C3%A9/a%2Fb/%2e%2e/c"])]
fn reads_a_path(raw: &str) -> bool {
    RequestPath::parse(black_box(raw), &PathRules::default()).is_ok()
}

/// All of a load's work on the table.
#[divan::bench(args = SIZES, max_time = 2)]
fn builds_a_table(size: usize) -> usize {
    table(size).len()
}
