//! Streams of HTTP/2 that go on for long: what their clients send beside payload stays in proportion, and is no flood.

use bytes::Bytes;
use http::Request;
use routelet_tests::{
    Answer, Guest, SiteDir,
    client::Http2,
    eventually,
    frames::{self, DATA, END_HEADERS, END_STREAM, Framed, GOAWAY, HEADERS, PREFACE, frame, settings, window_update},
    site::full,
};

const LIMITS: &str = "[limits]\ncpu = \"10m\"\nwall = \"30m\"\nrequest-body = \"64MiB\"\n";

/// What a client may send beside payload before the proportion counts, in bytes received.
const FREE_BYTES: usize = 8 << 20;

/// A connection with one request on stream 1, whose body is still to come.
async fn opened(address: std::net::SocketAddr, path: &str, flags: u8) -> Framed {
    let head = frame(HEADERS, END_HEADERS | flags, 1, &frames::post(path));
    Framed::opened_with(address, &[PREFACE.to_vec(), settings(&[]), head].concat()).await
}

/// Reads until at least so many bytes of the answer's body have come; how many did, and whether they were the last.
async fn read(client: &mut Framed, bytes: usize) -> (usize, bool) {
    let (mut seen, mut ended) = (0, false);
    while seen < bytes && !ended {
        let next = eventually("a frame", client.next()).await.expect("the connection goes on");
        assert!(![3, GOAWAY].contains(&next.kind), "the server gave up: {next:?}");
        if next.kind == DATA {
            seen += next.payload.len();
            ended = next.flags & END_STREAM != 0;
        }
    }
    (seen, ended)
}

/// As gRPC does it: small messages both ways, each read before the next few are sent, windows kept open, and pings to
/// measure the way.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_messages_both_ways_goes_on() {
    const MESSAGES: usize = 16;
    let message = [&[0, 0, 0, 4, 0][..], &[b'm'; 1024]].concat();
    let site = SiteDir::of(Guest::EchoesBody).policy(LIMITS).load().await;
    let server = site.serve().await;
    let mut client = opened(server.address, "/", 0).await;
    let mut sent = 0;
    while sent < FREE_BYTES + (2 << 20) {
        let messages = frame(DATA, 0, 1, &message).repeat(MESSAGES);
        let bytes = message.len() * MESSAGES;
        let windows = [0, 1].map(|stream| window_update(stream, bytes as u32)).concat();
        client.send(&[messages, frames::ping(), windows].concat()).await;
        assert_eq!(read(&mut client, bytes).await.0, bytes);
        sent += bytes;
    }
    client.send(&frame(DATA, END_STREAM, 1, b"end")).await;
    assert_eq!(read(&mut client, usize::MAX).await, (3, true));
    server.stop().await;
}

/// The acknowledgements of hours in seconds: one for every sixteen bytes of events, on the stream and on the connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_events_goes_on_however_small_its_acknowledgements() {
    const ACKNOWLEDGED: usize = 16;
    let site = SiteDir::of(Guest::StreamsForever).policy(LIMITS).load().await;
    let server = site.serve().await;
    let mut client = opened(server.address, "/?bytes=1024", END_STREAM).await;
    let pair = [0, 1].map(|stream| window_update(stream, ACKNOWLEDGED as u32)).concat();
    let mut sent = 0;
    while sent < FREE_BYTES + (1 << 20) {
        let (bytes, ended) = read(&mut client, 16 << 10).await;
        assert!(!ended);
        let acknowledged = [pair.repeat(bytes / ACKNOWLEDGED), frames::ping()].concat();
        client.send(&acknowledged).await;
        sent += acknowledged.len();
    }
    drop(client);
    site.idle().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_upload_arrives_whole() {
    let bytes = FREE_BYTES + (2 << 20);
    let site = SiteDir::of(Guest::Uploads).policy(LIMITS).load().await;
    let server = site.serve().await;
    let mut client = Http2::connect(server.address).await;
    let body = full(Bytes::from(vec![b'u'; bytes]));
    let response = client.open(Request::post("/").body(body).expect("a request")).await;
    let answer = eventually("the whole answer", Answer::read(response)).await;
    assert_eq!((answer.status, answer.text()), (200, bytes.to_string().as_str()));
    server.stop().await;
}
