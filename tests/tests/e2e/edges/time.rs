//! Limits of time, over a clock that only moves when all wait for it.

use std::time::Duration;

use routelet_tests::{
    Answer, Guest,
    client::Raw,
    log::Recorded,
    site::{channel, request},
};

use super::{assert_edge, failures, limited};

#[tokio::test]
pub(super) async fn execution_is_stopped_and_waiting_is_not() {
    let site = limited(Guest::AsksMuch, "cpu = \"300ms\"").await;
    assert_edge(&site, "/?what=clock&times=10", "/?what=clock&times=1000000000", 504, "cpu").await;
    let site = limited(Guest::WaitsMuch, "cpu = \"300ms\"").await;
    tokio::time::pause();
    assert_eq!(site.get("/?times=2&ms=10000").await.status, 200, "waiting is not charged");
}

#[tokio::test]
pub(super) async fn a_guest_has_its_time_and_no_more() {
    for limits in ["wall = \"1s\"", "first-byte = \"1s\""] {
        let site = limited(Guest::WaitsMuch, limits).await;
        tokio::time::pause();
        assert_edge(&site, "/?times=1&ms=990", "/?times=1&ms=1010", 504, "first-byte").await;
        tokio::time::resume();
    }
}

#[tokio::test]
async fn a_guest_may_take_longer_for_its_body_than_for_its_head() {
    let site = limited(Guest::StreamsForever, "first-byte = \"1s\"\nwall = \"10s\"").await;
    tokio::time::pause();
    let log = Recorded::start();
    let answer = site.get("/?bytes=1&gap=900").await;
    site.idle().await;
    // After 0, 900, 1 800 ... 9 900 milliseconds.
    assert!(!answer.complete && answer.body.len() == 12, "{answer:?}");
    assert_eq!(failures(&log.take()), ["wall"]);
}

#[tokio::test]
pub(super) async fn a_request_waits_for_its_turn_as_long_as_it_may() {
    let site = limited(Guest::StreamsSlowly, "concurrency = 1\nqueue = 1\nqueue-wait = \"1s\"").await;
    for (held_ms, status) in [(990, 200), (1_010, 503)] {
        let (release, body) = channel();
        let held = site.open(request("POST", "/").map(|_| body)).await;
        tokio::time::pause();
        let waiting = site.get("/");
        let releasing = async {
            tokio::time::sleep(Duration::from_millis(held_ms)).await;
            drop(release);
            Answer::read(held).await
        };
        let (waited, held) = tokio::join!(waiting, releasing);
        assert_eq!((waited.status, held.status), (status, 200), "{held_ms} ms: {waited:?}");
        site.idle().await;
        tokio::time::resume();
    }
}

#[tokio::test]
pub(super) async fn a_client_may_pause_as_long_as_it_may() {
    let site = limited(Guest::Uploads, "body-gap = \"1s\"").await;
    for (pause_ms, status) in [(990, 200), (1_010, 408)] {
        let (mut sender, body) = channel();
        tokio::time::pause();
        let sending = async {
            for _ in 0..3 {
                // A host that gave up does not read on.
                let _ = sender.send_data("piece".into()).await;
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
            drop(sender);
        };
        let (answer, ()) = tokio::join!(site.answer(request("POST", "/").map(|_| body)), sending);
        assert_eq!(answer.status, status, "{pause_ms} ms: {answer:?}");
        tokio::time::resume();
    }
}

#[tokio::test]
pub(super) async fn a_client_sends_as_slowly_as_it_may() {
    let site = limited(Guest::Uploads, "body-rate = \"1KiB\"").await;
    for (bytes, status) in [(1_100, 200), (1_000, 408)] {
        let (mut sender, body) = channel();
        tokio::time::pause();
        let sending = async {
            for _ in 0..20 {
                tokio::time::sleep(Duration::from_secs(1)).await;
                // A host that gave up does not read on.
                let _ = sender.send_data(vec![b'x'; bytes].into()).await;
            }
            drop(sender);
        };
        let (answer, ()) = tokio::join!(site.answer(request("POST", "/").map(|_| body)), sending);
        assert_eq!(answer.status, status, "{bytes} bytes a second: {answer:?}");
        tokio::time::resume();
    }
}

#[tokio::test]
pub(super) async fn a_client_leaves_unread_as_long_as_it_may() {
    // More than the system holds between two sockets.
    const BYTES: usize = 16 << 20;
    let site = limited(Guest::Downloads, "write-stall = \"1s\"\ncpu = \"20s\"").await;
    let server = site.serve().await;
    for (pause_ms, is_whole) in [(500, true), (5_000, false)] {
        let mut client = Raw::connect(server.address).await;
        let head = "HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        client.send(&format!("GET /?bytes={BYTES} {head}")).await;
        client.until("\r\n\r\n").await;
        tokio::time::pause();
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        tokio::time::resume();
        let bytes = client.to_close().await.len();
        assert_eq!(bytes >= BYTES, is_whole, "{bytes} bytes after a pause of {pause_ms} ms");
        site.idle().await;
    }
    server.stop().await;
}
