//! How many connections there may be, how long they last, and what happens where the system has no more.

use std::{net::SocketAddr, time::Duration};

use routelet_tests::{
    Guest, SiteDir,
    binary::{Program, Serving},
    client::Raw,
    eventually,
    frames::{END_HEADERS, END_STREAM, Framed, GOAWAY, HEADERS, PREFACE, frame, get, settings},
};

use crate::PROGRAM;

const REQUEST: &str = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Serves a page, and an event stream at `/held`; tells why connections end.
async fn serve(flags: &[&str]) -> (SiteDir, Serving) {
    let site = SiteDir::new().file("app/page.html", "a page\n").route("held", Guest::StreamsSlowly);
    let dir = site.path().to_str().expect("a readable path").to_owned();
    let words = ["RUST_LOG=routelet=debug", PROGRAM, "serve", &dir, "--listen", "127.0.0.1:0", "--server-sniff=1h"];
    let server = Program::at("env").start([&words[..], flags].concat()).await;
    (site, server)
}

/// A connection over which the page was read.
async fn served(address: SocketAddr) -> Raw {
    let mut client = Raw::connect(address).await;
    client.send(REQUEST).await;
    client.until("a page\n").await;
    client
}

/// Tries until a connection is served.
async fn served_again(address: SocketAddr) {
    eventually("a connection is served", async {
        while !Raw::exchange(address, "/").await.ends_with("a page\n") {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn one_address_holds_its_share_of_connections_and_others_are_served() {
    let (_site, server) = serve(&["--server-connections-per-address=3"]).await;
    let mut held = [served(server.address).await, served(server.address).await, served(server.address).await];
    let mut crowd = Raw::connect(server.address).await;
    crowd.send(REQUEST).await;
    assert_eq!(crowd.to_close().await, "");
    server.logged("connections-per-address").await;
    let mut other = Raw::connect_from([127, 0, 0, 2], server.address).await;
    other.send(REQUEST).await;
    other.until("a page\n").await;
    held[0].finish().await;
    held[0].to_close().await;
    served_again(server.address).await;
}

#[tokio::test]
async fn a_trusted_proxy_may_hold_more() {
    let flags = ["--server-connections-per-address=1", "--trusted-proxies=127.0.0.1"];
    let (_site, server) = serve(&flags).await;
    let _held = [served(server.address).await, served(server.address).await, served(server.address).await];
}

#[tokio::test]
async fn beyond_all_connections_clients_wait_for_one_to_end() {
    let (_site, server) = serve(&["--server-connections=2"]).await;
    let (mut one, _two) = (served(server.address).await, served(server.address).await);
    let mut waiting = Raw::connect(server.address).await;
    waiting.send(REQUEST).await;
    let early = tokio::time::timeout(Duration::from_millis(200), waiting.until("a page\n")).await;
    assert!(early.is_err(), "a third connection was served beside two");
    one.finish().await;
    waiting.until("a page\n").await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_descriptors_accepting_rests_and_recovers() {
    let (_site, server) = serve(&[]).await;
    served(server.address).await;
    server.limit_descriptors(server.descriptors() + 3);
    let mut crowd = Vec::new();
    for _ in 0..10 {
        crowd.push(Raw::connect(server.address).await);
    }
    server.logged("accept_failed").await;
    let (cpu, span) = (server.cpu(), Duration::from_secs(2));
    tokio::time::sleep(span).await;
    let burnt = server.cpu() - cpu;
    let told = server.log().iter().filter(|line| line.contains("accept_failed")).count();
    assert!(burnt < span / 4, "waiting took {burnt:?} of {span:?}");
    assert!((1..=5).contains(&told), "{told} lines in {span:?}");
    drop(crowd);
    served_again(server.address).await;
}

#[tokio::test]
async fn a_connection_takes_only_so_many_requests() {
    let (_site, server) = serve(&["--server-connection-requests=3"]).await;
    let mut client = Raw::connect(server.address).await;
    for _ in 0..2 {
        client.send(REQUEST).await;
        let answer = client.until("a page\n").await;
        assert!(!answer.contains("connection: close"), "{answer}");
    }
    client.send(REQUEST).await;
    let last = client.to_close().await;
    assert!(last.contains("connection: close") && last.ends_with("a page\n"), "{last}");
}

#[tokio::test]
async fn an_http2_connection_takes_only_so_many_requests() {
    let (_site, server) = serve(&["--server-connection-requests=3"]).await;
    let requests = [1, 3, 5].map(|stream| frame(HEADERS, END_HEADERS | END_STREAM, stream, &get("/")));
    let opening = [PREFACE.to_vec(), settings(&[]), requests.concat()].concat();
    let mut client = Framed::opened_with(server.address, &opening).await;
    let frames = eventually("the connection ends", client.to_close()).await;
    let whole = frames.iter().filter(|frame| frame.stream != 0 && frame.flags & END_STREAM != 0).count();
    assert_eq!(whole, 3, "{frames:?}");
    assert!(frames.iter().any(|frame| frame.kind == GOAWAY), "{frames:?}");
}

#[tokio::test]
async fn an_old_connection_ends_after_the_request_under_way() {
    let (_site, server) = serve(&["--server-connection-age=500ms"]).await;
    let mut client = Raw::connect(server.address).await;
    client.send("POST /held HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n").await;
    client.until("data: 1\n").await;
    server.logged("connection-age").await;
    client.send("2\r\ngo\r\n0\r\n\r\n").await;
    let rest = client.to_close().await;
    assert!(rest.contains("data: 2\n") && rest.ends_with("\r\n0\r\n\r\n"), "the answer is whole: {rest:?}");
}

#[tokio::test]
async fn a_client_that_sends_no_more_is_answered_or_closed() {
    let (_site, server) = serve(&[]).await;
    let held = "POST /held HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n";
    let http2 = [PREFACE.to_vec(), settings(&[])].concat();
    let cpu = server.cpu();
    for sent in [&b""[..], b"G", b"GET / HTTP/1.1\r\n", REQUEST.as_bytes(), held.as_bytes(), b"PRI * ", &http2] {
        let mut client = Raw::connect(server.address).await;
        client.send(sent).await;
        client.finish().await;
        client.to_close().await;
    }
    let burnt = server.cpu() - cpu;
    assert!(burnt < Duration::from_secs(2), "half-closed connections took {burnt:?}");
}
