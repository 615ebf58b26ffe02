//! The limits of the whole server, each with the test at its edge.

use routelet::config::ServerLimits;

use super::{Edge, assert_each_has_its_test, http2, traffic};
use crate::files;

/// The test at the edge of each limit, in the order of the limits.
const EDGES: &[(&str, Edge)] = &[
    (
        "connections",
        Edge::Of("host/tests/program/connections.rs", "beyond_all_connections_clients_wait_for_one_to_end"),
    ),
    (
        "connections-per-address",
        Edge::Of(
            "host/tests/program/connections.rs",
            "one_address_holds_its_share_of_connections_and_others_are_served",
        ),
    ),
    ("concurrency", Edge::Here(traffic::all_routes_together_run_as_many_as_the_server_may)),
    ("sniff", Edge::Of("host/tests/proof/slow_clients.rs", "every_stalled_client_is_closed_within_its_limit")),
    (
        "tls-handshake",
        Edge::Of("tests/tests/e2e/tls.rs", "who_does_not_shake_hands_is_waited_for_no_longer_than_the_limit"),
    ),
    (
        "header-read",
        Edge::Of("host/src/server/conduct/tests.rs", "a_first_head_counts_from_the_begin_of_its_connection"),
    ),
    ("keep-alive", Edge::Of("host/src/server/conduct/tests.rs", "an_idle_connection_leaves")),
    (
        "connection-age",
        Edge::Of("host/src/server/conduct/tests.rs", "an_old_connection_leaves_once_and_finishes_what_is_under_way"),
    ),
    ("connection-requests", Edge::Of("host/tests/program/connections.rs", "a_connection_takes_only_so_many_requests")),
    ("request-head", Edge::Of("host/src/server/gate/tests.rs", "limits_hold_at_both_sides_of_their_edge")),
    ("headers", Edge::Of("host/src/server/gate/tests.rs", "limits_hold_at_both_sides_of_their_edge")),
    ("uri", Edge::Of("host/src/server/gate/tests.rs", "limits_hold_at_both_sides_of_their_edge")),
    ("h2-streams", Edge::Here(http2::a_connection_has_as_many_streams_as_it_may)),
    ("h2-stream-window", Edge::Here(http2::a_stream_has_as_much_under_way_as_it_may)),
    ("h2-connection-window", Edge::Here(http2::a_connection_has_as_much_under_way_as_it_may)),
    ("h2-pending-resets", Edge::Here(http2::a_client_takes_back_as_many_requests_at_once_as_it_may)),
    ("h2-local-resets", Edge::Here(http2::a_client_provokes_as_many_resets_as_it_may)),
    (
        "outbound-connections",
        Edge::Of("host/src/runtime/outbound/tests/seats.rs", "routes_share_the_connections_of_the_server"),
    ),
    ("code-cache", Edge::Of("host/src/runtime/component/cache/tests.rs", "what_was_used_longest_ago_makes_room")),
    ("open-files", Edge::Here(files::what_is_held_open_ends_at_its_limit)),
];

#[test]
fn every_limit_of_the_server_has_a_test_at_its_edge() {
    assert_each_has_its_test(ServerLimits::BOUNDS.iter().map(|bound| bound.key), EDGES);
}
