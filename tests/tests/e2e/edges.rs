//! Every limit of a segment at its edge: what is exactly as large passes, and what is one larger is refused in its own
//! way, with one line in the log.

mod calls;
mod load;
mod output;
mod resources;
mod time;
mod traffic;

use std::collections::BTreeSet;

use routelet::policy::Limits;
use routelet_tests::{
    Guest, SiteDir, TestSite,
    log::{Line, Recorded},
};

/// The test at the edge of each limit, in the order of the limits.
const EDGES: &[(&str, fn())] = &[
    ("memory", resources::memory_is_counted_over_all_memories_and_tables),
    ("cpu", time::execution_is_stopped_and_waiting_is_not),
    ("wall", time::a_guest_has_its_time_and_no_more),
    ("first-byte", time::a_guest_has_its_time_and_no_more),
    ("concurrency", traffic::as_many_run_and_wait_as_may),
    ("queue", traffic::as_many_run_and_wait_as_may),
    ("queue-wait", time::a_request_waits_for_its_turn_as_long_as_it_may),
    ("request-body", traffic::a_message_is_as_large_as_it_may_be),
    ("body-gap", time::a_client_may_pause_as_long_as_it_may),
    ("body-rate", time::a_client_sends_as_slowly_as_it_may),
    ("write-stall", time::a_client_leaves_unread_as_long_as_it_may),
    ("response-headers", traffic::a_message_is_as_large_as_it_may_be),
    ("response-header-count", traffic::a_message_is_as_large_as_it_may_be),
    ("table-elements", resources::a_table_grows_to_its_limit),
    ("instances", load::a_component_has_as_many_parts_as_it_may),
    ("memories", load::a_component_has_as_many_parts_as_it_may),
    ("tables", load::a_component_has_as_many_parts_as_it_may),
    ("resources", resources::what_the_host_holds_for_a_guest_is_counted),
    ("handles", resources::what_the_host_holds_for_a_guest_is_counted),
    ("hostcall-fuel", resources::what_the_host_holds_for_a_guest_is_counted),
    ("fields", resources::what_the_host_holds_for_a_guest_is_counted),
    ("random", resources::what_the_host_holds_for_a_guest_is_counted),
    ("log-line", output::a_line_is_as_long_as_it_may_be),
    ("log-request", output::a_request_prints_as_much_as_it_may),
    ("log-rate", output::a_route_logs_as_many_lines_as_it_may),
    ("outbound-concurrent", calls::a_guest_calls_as_often_at_once_as_it_may),
    ("outbound-requests", calls::a_guest_calls_as_often_as_it_may),
    ("outbound-connections", calls::a_guest_calls_as_often_at_once_as_it_may),
    ("outbound-connect", calls::a_call_has_its_time_and_no_more),
    ("outbound-tls", calls::a_call_has_its_time_and_no_more),
    ("outbound-first-byte", calls::a_call_has_its_time_and_no_more),
    ("outbound-gap", calls::a_call_has_its_time_and_no_more),
    ("outbound-total", calls::a_call_has_its_time_and_no_more),
    ("outbound-response-head", calls::an_answer_to_a_call_is_as_large_as_it_may_be),
    ("outbound-response-body", calls::an_answer_to_a_call_is_as_large_as_it_may_be),
    ("component-size", load::a_component_is_as_large_as_it_may_be),
];

/// What these limits begin with, and the topics that test them beside all else of theirs.
const ELSEWHERE: [&str; 3] = ["compile-", "files-", "kv-"];

#[test]
pub(super) fn every_limit_has_a_test_at_its_edge() {
    let limits = Limits::BOUNDS.iter().map(|bound| bound.key);
    let limits: BTreeSet<&str> = limits.filter(|key| !ELSEWHERE.iter().any(|topic| key.starts_with(topic))).collect();
    let tested: BTreeSet<&str> = EDGES.iter().map(|(key, _)| *key).collect();
    let untested: Vec<_> = limits.difference(&tested).collect();
    let unknown: Vec<_> = tested.difference(&limits).collect();
    assert!(untested.is_empty() && unknown.is_empty(), "without a test: {untested:?}; no limits: {unknown:?}");
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
