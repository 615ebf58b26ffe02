//! Every deadline from both sides, and what floods against what does not.

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const NEARLY: Duration = Duration::from_millis(1);

fn begun(protocol: Protocol) -> (Conduct, Instant) {
    let now = Instant::now();
    (Conduct::new(protocol, &ServerLimits::default(), now), now)
}

/// A connection whose preface and first SETTINGS frame have come.
fn greeted() -> (Conduct, Instant) {
    let (mut conduct, now) = begun(Protocol::Http2);
    conduct.received(crate::server::sniff::PREFACE, now);
    conduct.received(&[0, 0, 0, SETTINGS, 0, 0, 0, 0, 0], now);
    (conduct, now)
}

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: [u8; 17] = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
const WINDOW_UPDATE: [u8; 13] = [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// Expects this verdict at that time, and none just before.
#[track_caller]
fn assert_due(conduct: &Conduct, due: Instant, verdict: Verdict) {
    assert_eq!(conduct.verdict(due), verdict);
    assert!(matches!(conduct.verdict(due - NEARLY), Verdict::GoOn(until) if until <= due && until > due - NEARLY));
}

#[test]
fn a_first_head_counts_from_the_begin_of_its_connection() {
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let (mut conduct, start) = begun(protocol);
        assert_due(&conduct, start + 10 * SECOND, Verdict::Cut(Reason::HeaderRead));
        conduct.received(b"G", start + 9 * SECOND);
        assert_due(&conduct, start + 10 * SECOND, Verdict::Cut(Reason::HeaderRead));
    }
}

#[test]
fn a_further_head_counts_from_its_first_byte() {
    let (mut conduct, start) = begun(Protocol::Http1);
    conduct.received(b"GET / HTTP/1.1\r\n\r\n", start);
    conduct.request_begins();
    conduct.request_ends(start + SECOND);
    let first = start + 31 * SECOND;
    conduct.received(b"G", first);
    conduct.received(b"E", first + 9 * SECOND);
    assert_due(&conduct, first + 10 * SECOND, Verdict::Cut(Reason::HeaderRead));
}

#[test]
fn a_header_block_must_end_in_time_even_beside_other_requests() {
    let (mut conduct, start) = greeted();
    conduct.request_begins();
    let first = start + 20 * SECOND;
    conduct.received(&[0, 0, 1, HEADERS, 0, 0, 0, 0, 1, 0x82], first);
    assert_due(&conduct, first + 10 * SECOND, Verdict::Cut(Reason::HeaderRead));
}

#[test]
fn a_request_that_runs_is_nobodys_fault() {
    for (mut conduct, start) in [begun(Protocol::Http1), greeted()] {
        conduct.received(b"", start);
        conduct.request_begins();
        assert!(matches!(conduct.verdict(start + 3_599 * SECOND), Verdict::GoOn(_)));
    }
}

#[test]
fn an_idle_connection_leaves() {
    for (mut conduct, start) in [begun(Protocol::Http1), greeted()] {
        conduct.request_begins();
        conduct.request_ends(start + 5 * SECOND);
        assert_due(&conduct, start + 65 * SECOND, Verdict::Leave(Reason::KeepAlive));
    }
    let (conduct, start) = greeted();
    assert_due(&conduct, start + 60 * SECOND, Verdict::Leave(Reason::KeepAlive));
}

#[test]
fn an_old_connection_leaves_once_and_finishes_what_is_under_way() {
    let (mut conduct, start) = greeted();
    conduct.request_begins();
    let old = start + 3_600 * SECOND;
    assert_due(&conduct, old, Verdict::Leave(Reason::ConnectionAge));
    conduct.leaves(old);
    assert!(matches!(conduct.verdict(old + 600 * SECOND), Verdict::GoOn(_)));
    let ended = old + 601 * SECOND;
    conduct.request_ends(ended);
    assert_due(&conduct, ended + FAREWELL, Verdict::Cut(Reason::Farewell));
}

#[test]
fn the_last_request_of_a_connection_is_told_apart() {
    let now = Instant::now();
    let limits = ServerLimits { connection_requests: 3, ..ServerLimits::default() };
    let mut conduct = Conduct::new(Protocol::Http2, &limits, now);
    assert_eq!([(); 3].map(|()| conduct.request_begins()), [false, false, true]);
    assert_eq!(conduct.verdict(now), Verdict::Leave(Reason::ConnectionRequests));
}

#[test]
fn what_is_left_unread_is_held_to_the_limit_of_its_answer() {
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let (mut conduct, start) = begun(protocol);
        conduct.request_begins();
        conduct.answered(3 * SECOND);
        conduct.received(&[0, 0, 1, HEADERS, 0x4, 0, 0, 0, 1, 0x82], start);
        conduct.unread(start + SECOND);
        conduct.unread(start + 2 * SECOND);
        if protocol == Protocol::Http1 {
            assert_due(&conduct, start + 4 * SECOND, Verdict::Cut(Reason::WriteStall));
        }
        conduct.taken(start + 3 * SECOND);
        assert!(matches!(conduct.verdict(start + 9 * SECOND), Verdict::GoOn(_)));
    }
}

#[test]
fn the_most_patient_of_several_answers_decides() {
    let (mut conduct, start) = greeted();
    for write_stall in [40 * SECOND, 3 * SECOND] {
        conduct.request_begins();
        conduct.answered(write_stall);
    }
    conduct.unread(start);
    assert_due(&conduct, start + 40 * SECOND, Verdict::Cut(Reason::WriteStall));
}

#[test]
fn an_answer_nobody_takes_ends_a_connection_with_nothing_else_to_do() {
    let (mut conduct, start) = greeted();
    conduct.request_begins();
    conduct.request_begins();
    conduct.gives_up();
    conduct.request_ends(start);
    assert!(matches!(conduct.verdict(start), Verdict::GoOn(_)), "the other goes on");
    conduct.request_ends(start);
    assert_eq!(conduct.verdict(start), Verdict::Cut(Reason::WriteStall));
}

#[test]
fn frames_without_payload_are_a_flood_beyond_what_is_free() {
    let (mut conduct, start) = greeted();
    let free = usize::try_from(OVERHEAD_FREE_BYTES * OVERHEAD_RATIO).expect("small");
    for _ in 0..free / WINDOW_UPDATE.len() - 100 {
        conduct.received(&WINDOW_UPDATE, start);
    }
    assert!(matches!(conduct.verdict(start), Verdict::GoOn(_)));
    for _ in 0..200 {
        conduct.received(&WINDOW_UPDATE, start);
    }
    assert_eq!(conduct.verdict(start), Verdict::Cut(Reason::Http2Flood));
    conduct.sends(1024 * 1024);
    assert!(matches!(conduct.verdict(start), Verdict::GoOn(_)), "payload pays for frames");
}

#[test]
fn demands_left_unread_are_a_flood_and_those_read_are_not() {
    let (mut conduct, start) = greeted();
    conduct.request_begins();
    for _ in 0..=DEMANDS_FREE {
        conduct.received(&PING, start);
    }
    assert!(matches!(conduct.verdict(start + 9 * SECOND), Verdict::GoOn(_)), "they are read");
    conduct.unread(start);
    assert_due(&conduct, start + DEMANDS_UNREAD, Verdict::Cut(Reason::Http2Flood));
    conduct.sends(64 * 1024);
    assert!(matches!(conduct.verdict(start + 9 * SECOND), Verdict::GoOn(_)), "payload pays for demands");
}

#[test]
fn messages_of_a_byte_and_pings_of_hours_are_no_flood() {
    let (mut conduct, start) = greeted();
    conduct.request_begins();
    for _ in 0..1_000_000 {
        conduct.received(&[0, 0, 6, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 42], start);
        conduct.received(&WINDOW_UPDATE, start);
        conduct.sends(6);
    }
    for _ in 0..360 {
        conduct.received(&PING, start);
    }
    conduct.unread(start);
    assert!(matches!(conduct.verdict(start + 3 * SECOND), Verdict::GoOn(_)));
}
