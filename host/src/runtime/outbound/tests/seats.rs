//! What a guest, a route and the server may hold at a time, and that it is all given back.

use std::{pin::Pin, sync::Arc, time::Duration};

use http_body_util::BodyExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};
use wasmtime_wasi_http::{Error, RequestOptions};

use super::kit::{
    Origin, Scripted, Sending, Setup, Silent, answered, fetch, fetch_from, get, guest, ok, read_head, send, send_with,
};
use crate::{policy::Limits, runtime::outbound::Outbound};

fn limits(concurrent: usize, connections: usize) -> Limits {
    Limits { outbound_concurrent: concurrent, outbound_connections: connections, ..Limits::default() }
}

/// Sends until the origin holds the request, without an answer.
async fn under_way(guest: &mut Outbound, origin: &Origin) -> (Sending, TcpStream) {
    let mut sending = send(guest, get(origin.url()));
    let stream = tokio::select! {
        _ = &mut sending => panic!("an origin that says nothing has answered"),
        stream = async { let mut stream = origin.accept().await; read_head(&mut stream).await; stream } => stream,
    };
    (sending, stream)
}

/// A request does not connect while another is under way, and goes on when that is dropped.
async fn waits_for_its_turn(mut waiting: Sending, held: Sending, origin: &Origin) {
    tokio::select! {
        biased;
        _ = &mut waiting => panic!("an answer before its turn"),
        () = origin.saw_nobody() => {}
    }
    drop(held);
    let (answer, _) = answered(waiting, origin, ok("turn")).await;
    assert_eq!(answer.expect("an answer").body(), "turn");
}

#[tokio::test]
async fn a_guest_sends_so_many_at_a_time() {
    let origin = Origin::start().await;
    let mut guest = Setup { limits: limits(1, 64), ..Setup::default() }.guest(&[origin.url()]);
    let (held, _stream) = under_way(&mut guest, &origin).await;
    waits_for_its_turn(send(&mut guest, get(origin.url())), held, &origin).await;
}

#[tokio::test]
async fn guests_of_a_route_share_its_connections() {
    let origin = Origin::start().await;
    let route = Setup { limits: limits(6, 1), ..Setup::default() }.route(&[origin.url()]);
    let (held, _stream) = under_way(&mut guest(&route), &origin).await;
    waits_for_its_turn(send(&mut guest(&route), get(origin.url())), held, &origin).await;
}

#[tokio::test]
async fn routes_share_the_connections_of_the_server() {
    let origin = Origin::start().await;
    let route = Setup { connections: 1, ..Setup::default() }.route(&[origin.url()]);
    let (held, _stream) = under_way(&mut guest(&route), &origin).await;
    waits_for_its_turn(send(&mut guest(&route), get(origin.url())), held, &origin).await;
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_does_not_come_is_an_error() {
    let setup = Setup { limits: limits(0, 64), ..Setup::default() };
    let mut guest = setup.guest(&["http://127.0.0.1:1".to_owned()]);
    let started = Instant::now();
    let answer = fetch(&mut guest, "http://127.0.0.1:1/").await;
    assert!(matches!(answer, Err(Error::ConnectionLimitReached)), "{answer:?}");
    assert_eq!(started.elapsed(), Duration::from_secs(5));
}

#[tokio::test]
async fn a_request_that_may_send_one_sends_one() {
    let origin = Origin::start().await;
    let limits = Limits { outbound_requests: 1, ..Limits::default() };
    let mut guest = Setup { limits, ..Setup::default() }.guest(&[origin.url()]);
    let (answer, _) = fetch_from(&mut guest, origin.url(), &origin, ok("the only one")).await;
    assert_eq!(answer.expect("an answer").body(), "the only one");
    assert!(matches!(fetch(&mut guest, origin.url()).await, Err(Error::ConnectionLimitReached)));
    origin.saw_nobody().await;
}

#[tokio::test]
async fn a_request_sends_so_many_altogether() {
    let mut guest = Setup::default().guest(&[]);
    for _ in 0..50 {
        assert!(matches!(fetch(&mut guest, "http://a.test/").await, Err(Error::HttpRequestDenied)));
    }
    assert!(matches!(fetch(&mut guest, "http://a.test/").await, Err(Error::ConnectionLimitReached)));
    guest.begin_request(&"r2".into(), 0);
    assert!(matches!(fetch(&mut guest, "http://a.test/").await, Err(Error::HttpRequestDenied)));
}

#[tokio::test]
async fn a_guest_without_a_request_sends_under_the_same_limits() {
    let route = Setup::default().route(&[]);
    let mut guest = Outbound::new(route);
    assert!(matches!(fetch(&mut guest, "http://a.test/").await, Err(Error::HttpRequestDenied)));
}

#[tokio::test]
async fn a_dropped_request_closes_its_connection() {
    let origin = Origin::start().await;
    let mut guest = Setup::default().guest(&[origin.url()]);
    let (held, mut stream) = under_way(&mut guest, &origin).await;
    drop(held);
    assert_eq!(stream.read(&mut [0; 1]).await.expect("a clean end"), 0);
}

#[tokio::test]
async fn a_dropped_carrier_closes_its_connection_and_gives_its_seats_back() {
    let origin = Origin::start().await;
    let route = Setup { limits: limits(1, 1), connections: 1, ..Setup::default() }.route(&[origin.url()]);
    let mut guest = guest(&route);
    let (sending, mut stream) = under_way(&mut guest, &origin).await;
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nunfinished").await.expect("the guest reads");
    let (response, carrier) = sending.await.expect("an answer");
    assert_eq!(route.connections.available_permits(), 0);
    drop(carrier);
    assert_eq!(stream.read(&mut [0; 1]).await.expect("a clean end"), 0);
    assert_eq!(route.connections.available_permits(), 1);
    assert!(response.into_body().collect().await.is_err(), "a body whose carrier went is not complete");
}

#[tokio::test]
async fn a_dropped_body_closes_its_connection() {
    let origin = Origin::start().await;
    let mut guest = Setup::default().guest(&[origin.url()]);
    let (sending, mut stream) = under_way(&mut guest, &origin).await;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nunfinished").await.expect("the guest reads");
    let (response, carrier) = sending.await.expect("an answer");
    drop(response);
    Pin::from(carrier).await.expect("a carrier that has nothing left to carry ends");
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn a_read_answer_gives_its_seats_back() {
    let origin = Origin::start().await;
    let route = Setup { limits: limits(1, 1), connections: 1, ..Setup::default() }.route(&[origin.url()]);
    let mut guest = guest(&route);
    for _ in 0..5 {
        let (answer, _) = fetch_from(&mut guest, origin.url(), &origin, ok("again")).await;
        assert_eq!(answer.expect("an answer").body(), "again");
    }
    assert_eq!((route.connections.available_permits(), route.outside.connections.available_permits()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_resolver_that_never_answers_is_given_up() {
    let rows =
        [(None, 5_000), (Some(Duration::from_secs(2)), 2_000), (Some(Duration::ZERO), 1), (Some(Duration::MAX), 5_000)];
    for (connect_timeout, expected_ms) in rows {
        let mut guest =
            Setup { resolver: Arc::new(Silent), ..Setup::default() }.guest(&["http://slow.test".to_owned()]);
        let started = Instant::now();
        let options = RequestOptions { connect_timeout, ..RequestOptions::default() };
        let answer = send_with(&mut guest, get("http://slow.test/"), options).await;
        assert!(matches!(answer, Err(Error::DnsTimeout)), "{connect_timeout:?}");
        assert_eq!(started.elapsed().as_millis(), expected_ms, "{connect_timeout:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn lookups_that_hang_take_their_own_places_only() {
    let setup = Setup { resolver: Arc::new(Silent), limits: limits(50, 50), ..Setup::default() };
    let mut hanging = setup.guest(&["http://*.slow.test".to_owned()]);
    let lookups: Vec<_> = (0..20).map(|name| send(&mut hanging, get(format!("http://{name}.slow.test/")))).collect();
    for answer in futures_util::future::join_all(lookups).await {
        assert!(matches!(answer, Err(Error::DnsTimeout)));
    }
    let resolver = Scripted::new([&["10.0.0.1"]]);
    let mut other = Setup { resolver, ..Setup::default() }.guest(&["http://quick.test".to_owned()]);
    assert!(matches!(fetch(&mut other, "http://quick.test/").await, Err(Error::DestinationIpProhibited)));
}
