//! An answer that its guest did not finish never looks finished, whatever the protocol and the framing.
//!
//! Each guest sends a first piece and breaks off once it is let go, which happens when that piece has arrived.

use std::convert::Infallible;

use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt as _, channel::Sender};
use routelet_tests::{
    Answer, Guest, SiteDir, TestSite,
    client::{Http2, Raw},
    eventually,
    site::{channel, request},
};

/// Guests that break off after a first piece, and the limits that make the slow ones break off.
const BREAKING: [(Guest, &str); 4] = [
    (Guest::TrapsAfterHead, ""),
    (Guest::ReturnsUnfinishedBody, ""),
    (Guest::SleepsAfterHead, "wall = \"2s\"\n"),
    (Guest::SpinsAfterHead, "cpu = \"200ms\"\n"),
];

async fn breaking(guest: Guest, limits: &str) -> TestSite {
    SiteDir::of(guest).policy(&format!("[limits]\n{limits}")).load().await
}

async fn breaks_off_once_let_go<B>(guest: Guest, mut response: Response<B>, release: Sender<Bytes, Infallible>)
where
    B: http_body::Body<Data = Bytes, Error: std::fmt::Debug> + Unpin,
{
    let first = eventually("the first piece", response.frame()).await.expect("not ended").expect("not broken");
    assert_eq!(first.into_data().expect("bytes"), "first\n", "{guest:?}");
    drop(release);
    let rest = eventually("the break", Answer::read(response)).await;
    assert!(!rest.complete, "{guest:?}: looks complete");
    assert_eq!(rest.text(), "", "{guest:?}");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn without_a_socket_the_body_ends_in_an_error() {
    for (guest, limits) in BREAKING {
        let site = breaking(guest, limits).await;
        let (release, body) = channel();
        let response = site.open(request("POST", "/").map(|_| body)).await;
        breaks_off_once_let_go(guest, response, release).await;
    }
}

/// What is on the wire of a request whose guest is let go once its first piece has arrived.
async fn on_the_wire(guest: Guest, limits: &str, target: &str) -> (String, String) {
    let site = breaking(guest, limits).await;
    let server = site.serve().await;
    let mut client = Raw::connect(server.address).await;
    client.send(&format!("POST {target} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n\r\n")).await;
    let begun = client.until("first\n").await;
    client.send("x").await;
    let rest = client.to_close().await;
    server.stop().await;
    (begun, rest)
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http1_the_last_chunk_is_missing() {
    for (guest, limits) in BREAKING {
        let (begun, rest) = on_the_wire(guest, limits, "/").await;
        assert!(begun.contains("transfer-encoding: chunked"), "{guest:?}: {begun}");
        assert_eq!(rest, "\r\n", "{guest:?}: only the first chunk's own end follows");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http1_a_declared_length_is_not_reached() {
    for (guest, limits) in BREAKING {
        let (begun, rest) = on_the_wire(guest, limits, "/?length=100").await;
        assert!(begun.contains("content-length: 100"), "{guest:?}: {begun}");
        assert_eq!(rest, "", "{guest:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http2_the_stream_is_reset() {
    for (guest, limits) in BREAKING {
        let site = breaking(guest, limits).await;
        let server = site.serve().await;
        let (release, body) = channel();
        let mut client = Http2::connect(server.address).await;
        let response = client.open(request("POST", "/").map(|_| body)).await;
        breaks_off_once_let_go(guest, response, release).await;
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http2_a_whole_answer_is_whole() {
    let site = SiteDir::of(Guest::HelloPlain).load().await;
    let server = site.serve().await;
    let mut client = Http2::connect(server.address).await;
    let response = client.open(request("GET", "/")).await;
    let answer = Answer::read(response).await;
    assert!(answer.complete);
    assert_eq!(answer.text(), "hello from a plain component\n");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_breaks_off_before_anything_was_sent_is_replaced_by_an_error() {
    for guest in [Guest::TrapsAfterHead, Guest::ReturnsUnfinishedBody] {
        let answer = breaking(guest, "").await.get("/").await;
        assert!(answer.status >= 500 || !answer.complete, "{guest:?}: {answer:?}");
    }
}
