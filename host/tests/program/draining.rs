//! What clients see of a server that ends: a request under way is finished, nothing new begins, and
//! what is cut is visibly cut.

use routelet_tests::{
    Guest, SiteDir,
    binary::{Program, Serving, Signal},
    client::Raw,
    eventually,
    frames::{DATA, END_HEADERS, END_STREAM, Framed, GOAWAY, HEADERS, PREFACE, frame, post, settings},
};

use crate::PROGRAM;

/// Serves an event stream that goes on with each piece of its request's body.
async fn serve(grace: &str) -> (SiteDir, Serving) {
    let site = SiteDir::of(Guest::StreamsSlowly);
    let dir = site.path().to_str().expect("a readable path").to_owned();
    let server =
        Program::at(PROGRAM).start(["serve", &dir, "--listen", "127.0.0.1:0", &format!("--grace={grace}")]).await;
    (site, server)
}

/// An HTTP/2 request whose first event has come.
async fn held(server: &Serving) -> Framed {
    let opening = [PREFACE.to_vec(), settings(&[]), frame(HEADERS, END_HEADERS, 1, &post("/"))].concat();
    let mut client = Framed::opened_with(server.address, &opening).await;
    eventually("the first event", async { while client.next().await.expect("no close").kind != DATA {} }).await;
    client
}

#[tokio::test]
async fn over_http2_goaway_comes_first_and_then_the_rest_of_the_answer() {
    let (_site, server) = serve("1h").await;
    let mut client = held(&server).await;
    server.signal(Signal::TERM);
    eventually("GOAWAY", async { while client.next().await.expect("no close").kind != GOAWAY {} }).await;
    client.send(&frame(DATA, END_STREAM, 1, b"go")).await;
    let rest = eventually("the close", client.to_close()).await;
    assert!(rest.iter().any(|frame| frame.kind == DATA && frame.payload.starts_with(b"data: 2")), "{rest:?}");
    assert!(rest.iter().any(|frame| frame.stream == 1 && frame.flags & END_STREAM != 0), "{rest:?}");
    assert_eq!(server.ended().await, 0);
}

#[tokio::test]
async fn idle_connections_do_not_hold_a_server() {
    let (_site, server) = serve("1h").await;
    let mut http1 = Raw::connect(server.address).await;
    http1.send("PUT / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    http1.until("\r\n\r\n").await;
    let mut silent = Raw::connect(server.address).await;
    let mut http2 = Framed::opened_with(server.address, &[PREFACE, &settings(&[])].concat()).await;
    eventually("settings", http2.next()).await.expect("no close");
    server.signal(Signal::TERM);
    assert_eq!(server.ended().await, 0);
    silent.to_close().await;
    let told = eventually("the close", http2.to_close()).await;
    assert!(told.iter().any(|frame| frame.kind == GOAWAY), "{told:?}");
}

#[tokio::test]
async fn what_is_cut_at_the_end_of_grace_is_visibly_cut() {
    let (_site, server) = serve("200ms").await;
    let mut http1 = Raw::connect(server.address).await;
    http1.send("POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n").await;
    http1.until("data: 1\n").await;
    let mut http2 = held(&server).await;
    server.signal(Signal::TERM);
    let rest = http1.to_close().await;
    assert!(!rest.contains("0\r\n\r\n"), "the last chunk is missing: {rest:?}");
    let rest = eventually("the close", http2.to_close()).await;
    assert!(!rest.iter().any(|frame| frame.stream == 1 && frame.flags & END_STREAM != 0), "{rest:?}");
    assert_eq!(server.ended().await, 1);
}
