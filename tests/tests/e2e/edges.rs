//! Every limit at its edge: what is exactly as large passes, and what is one larger is refused in its own
//! way, with one line in the log.

mod calls;
mod http2;
mod load;
mod output;
mod resources;
mod server;
mod time;
mod traffic;

use std::{collections::BTreeSet, fs, path::Path};

use routelet::policy::Limits;
use routelet_tests::{
    Guest, SiteDir, TestSite,
    log::{Line, Recorded},
};

use crate::{files, stores};

/// Where a limit is tested at both sides of its edge.
#[derive(Clone, Copy)]
enum Edge {
    /// In this binary.
    Here(fn()),
    /// In another, whose file is named from the root of the repository.
    Of(&'static str, &'static str),
}

/// The test at the edge of each limit of a segment, in the order of the limits.
const EDGES: &[(&str, Edge)] = &[
    ("memory", Edge::Here(resources::memory_is_counted_over_all_memories_and_tables)),
    ("cpu", Edge::Here(time::execution_is_stopped_and_waiting_is_not)),
    ("wall", Edge::Here(time::a_guest_has_its_time_and_no_more)),
    ("first-byte", Edge::Here(time::a_guest_has_its_time_and_no_more)),
    ("concurrency", Edge::Here(traffic::as_many_run_and_wait_as_may)),
    ("queue", Edge::Here(traffic::as_many_run_and_wait_as_may)),
    ("queue-wait", Edge::Here(time::a_request_waits_for_its_turn_as_long_as_it_may)),
    ("request-body", Edge::Here(traffic::a_message_is_as_large_as_it_may_be)),
    ("body-gap", Edge::Here(time::a_client_may_pause_as_long_as_it_may)),
    ("body-rate", Edge::Here(time::a_client_sends_as_slowly_as_it_may)),
    ("write-stall", Edge::Here(time::a_client_leaves_unread_as_long_as_it_may)),
    ("response-headers", Edge::Here(traffic::a_message_is_as_large_as_it_may_be)),
    ("response-header-count", Edge::Here(traffic::a_message_is_as_large_as_it_may_be)),
    ("table-elements", Edge::Here(resources::a_table_grows_to_its_limit)),
    ("instances", Edge::Here(load::a_component_has_as_many_parts_as_it_may)),
    ("memories", Edge::Here(load::a_component_has_as_many_parts_as_it_may)),
    ("tables", Edge::Here(load::a_component_has_as_many_parts_as_it_may)),
    ("resources", Edge::Here(resources::what_the_host_holds_for_a_guest_is_counted)),
    ("handles", Edge::Here(resources::what_the_host_holds_for_a_guest_is_counted)),
    ("hostcall-fuel", Edge::Here(resources::what_the_host_holds_for_a_guest_is_counted)),
    ("fields", Edge::Here(resources::what_the_host_holds_for_a_guest_is_counted)),
    ("random", Edge::Here(resources::what_the_host_holds_for_a_guest_is_counted)),
    ("log-line", Edge::Here(output::a_line_is_as_long_as_it_may_be)),
    ("log-request", Edge::Here(output::a_request_prints_as_much_as_it_may)),
    ("log-rate", Edge::Here(output::a_route_logs_as_many_lines_as_it_may)),
    ("outbound-concurrent", Edge::Here(calls::a_guest_calls_as_often_at_once_as_it_may)),
    ("outbound-requests", Edge::Here(calls::a_guest_calls_as_often_as_it_may)),
    ("outbound-connections", Edge::Here(calls::a_guest_calls_as_often_at_once_as_it_may)),
    ("outbound-connect", Edge::Here(calls::a_call_has_its_time_and_no_more)),
    ("outbound-tls", Edge::Here(calls::a_call_has_its_time_and_no_more)),
    ("outbound-first-byte", Edge::Here(calls::a_call_has_its_time_and_no_more)),
    ("outbound-gap", Edge::Here(calls::a_call_has_its_time_and_no_more)),
    ("outbound-total", Edge::Here(calls::a_call_has_its_time_and_no_more)),
    ("outbound-response-head", Edge::Here(calls::an_answer_to_a_call_is_as_large_as_it_may_be)),
    ("outbound-response-body", Edge::Here(calls::an_answer_to_a_call_is_as_large_as_it_may_be)),
    ("kv-key", Edge::Here(stores::each_limit_holds_at_its_edge_in_either_kind_of_store)),
    ("kv-value", Edge::Here(stores::each_limit_holds_at_its_edge_in_either_kind_of_store)),
    ("kv-keys", Edge::Here(stores::each_limit_holds_at_its_edge_in_either_kind_of_store)),
    ("kv-bytes", Edge::Here(stores::each_limit_holds_at_its_edge_in_either_kind_of_store)),
    ("kv-operations", Edge::Here(stores::each_limit_holds_at_its_edge_in_either_kind_of_store)),
    ("kv-wait", Edge::Here(stores::a_guest_waits_for_a_store_as_long_as_it_may)),
    ("files-bytes", Edge::Here(files::what_a_guest_writes_ends_at_its_limit_whichever_way_it_is_written)),
    ("files-count", Edge::Here(files::names_end_at_their_limit_whichever_way_they_are_made)),
    ("files-open", Edge::Here(files::what_is_held_open_ends_at_its_limit)),
    ("component-size", Edge::Here(load::a_component_is_as_large_as_it_may_be)),
    ("compile-time", Edge::Of("host/tests/program/compiling.rs", "a_component_is_compiled_with_what_it_may_take")),
    ("compile-memory", Edge::Of("host/tests/program/compiling.rs", "a_component_is_compiled_with_what_it_may_take")),
];

#[test]
pub(super) fn every_limit_has_a_test_at_its_edge() {
    assert_each_has_its_test(Limits::BOUNDS.iter().map(|bound| bound.key), EDGES);
}

/// Asserts that each of these limits has a test, that no other has one, and that each test is there.
fn assert_each_has_its_test<'k>(limits: impl Iterator<Item = &'k str>, edges: &[(&'k str, Edge)]) {
    let limits: BTreeSet<&str> = limits.collect();
    let tested: BTreeSet<&str> = edges.iter().map(|(key, _)| *key).collect();
    let untested: Vec<_> = limits.difference(&tested).collect();
    let unknown: Vec<_> = tested.difference(&limits).collect();
    assert!(untested.is_empty() && unknown.is_empty(), "without a test: {untested:?}; no limits: {unknown:?}");
    let missing: Vec<_> = edges.iter().filter(|(_, edge)| !edge.exists()).map(|(key, _)| *key).collect();
    assert!(missing.is_empty(), "whose tests are gone: {missing:?}");
}

impl Edge {
    fn exists(self) -> bool {
        match self {
            // The compiler has found it.
            Self::Here(test) => {
                let _: fn() = test;
                true
            }
            Self::Of(file, test) => {
                let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
                fs::read_to_string(root.join(file)).is_ok_and(|text| text.contains(&format!("fn {test}(")))
            }
        }
    }
}

/// A site of one guest under these limits.
async fn limited(guest: Guest, limits: &str) -> TestSite {
    SiteDir::of(guest).policy(&format!("[limits]\n{limits}\n")).load().await
}

/// A site of one component under these limits.
async fn written(component: &[u8], limits: &str) -> TestSite {
    SiteDir::new().component("", component).policy(&format!("[limits]\n{limits}\n")).load().await
}

/// Asserts that one request is served without a line in the log, and another refused with one of that reason.
async fn assert_edge(site: &TestSite, within: &str, beyond: &str, status: u16, reason: &str) {
    let log = Recorded::start();
    let served = site.get(within).await;
    site.idle().await;
    assert_eq!((served.status, failures(&log.take())), (200, vec![]), "{within}: {served:?}");
    let refused = site.get(beyond).await;
    site.idle().await;
    assert_eq!((refused.status, failures(&log.take())), (status, vec![reason.to_owned()]), "{beyond}: {refused:?}");
}

/// The reasons of all that failed.
fn failures(lines: &[Line]) -> Vec<String> {
    let failures = lines.iter().filter(|line| ["refused", "guest_failed"].contains(&line.event()));
    failures.map(|line| line.field("reason").to_owned()).collect()
}
