//! An answer that its guest did not finish never looks finished, whatever the protocol and the framing.

use routelet_tests::{
    Answer, Guest, SiteDir, TestSite,
    client::{Raw, over_http2},
    site::request,
};

/// Guests that break off after a first piece, and the limits that make the slow ones break off.
const BREAKING: [(Guest, &str); 4] = [
    (Guest::TrapsAfterHead, ""),
    (Guest::ReturnsUnfinishedBody, ""),
    (Guest::SleepsAfterHead, "wall = \"300ms\"\n"),
    (Guest::SpinsAfterHead, "cpu = \"100ms\"\n"),
];

async fn breaking(guest: Guest, limits: &str) -> TestSite {
    SiteDir::of(guest).policy(&format!("[limits]\n{limits}")).load().await
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn without_a_socket_the_body_ends_in_an_error() {
    for (guest, limits) in BREAKING {
        let answer = breaking(guest, limits).await.get("/").await;
        assert_eq!((answer.status, answer.text()), (200, "first\n"), "{guest:?}");
        assert!(!answer.complete, "{guest:?}: looks complete");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http1_the_last_chunk_is_missing() {
    for (guest, limits) in BREAKING {
        let site = breaking(guest, limits).await;
        let server = site.serve().await;
        let mut client = Raw::connect(server.address).await;
        client.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        let answer = client.to_close().await;
        assert!(answer.contains("transfer-encoding: chunked"), "{guest:?}: {answer}");
        assert!(answer.ends_with("6\r\nfirst\n\r\n"), "{guest:?}: {answer:?}");
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http1_a_declared_length_is_not_reached() {
    for (guest, limits) in [BREAKING[0], BREAKING[2]] {
        let site = breaking(guest, limits).await;
        let server = site.serve().await;
        let mut client = Raw::connect(server.address).await;
        client.send("GET /?length=100 HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        let answer = client.to_close().await;
        assert!(answer.contains("content-length: 100") && answer.ends_with("first\n"), "{guest:?}: {answer}");
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http2_the_stream_is_reset() {
    for (guest, limits) in BREAKING {
        let site = breaking(guest, limits).await;
        let server = site.serve().await;
        let answer: Answer = over_http2(server.address, request("GET", "/")).await;
        assert_eq!(answer.status, 200, "{guest:?}");
        assert!(!answer.complete, "{guest:?}: looks complete");
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http2_a_whole_answer_is_whole() {
    let site = SiteDir::of(Guest::HelloPlain).load().await;
    let server = site.serve().await;
    let answer = over_http2(server.address, request("GET", "/")).await;
    assert!(answer.complete);
    assert_eq!(answer.text(), "hello from a plain component\n");
    server.stop().await;
}
