//! Limits of an HTTP/2 connection, frame by frame.

use routelet_tests::{
    Guest, SiteDir, TestSite, eventually,
    frames::{
        DATA, END_HEADERS, END_STREAM, Frame, Framed, GOAWAY, HEADERS, PREFACE, SETTINGS, frame, get, ping, post,
        reset, settings, window_update,
    },
};

/// Frame types that only a server's client has to know.
const RST_STREAM: u8 = 3;
const PING: u8 = 6;
/// Flag of SETTINGS: the other side's are taken over.
const ACK: u8 = 1;
/// Codes of errors, RFC 9113 section 7.
const FLOW_CONTROL_ERROR: u32 = 0x3;
const REFUSED_STREAM: u32 = 0x7;
const ENHANCE_YOUR_CALM: u32 = 0xb;
/// What a frame carries at most unless the receiver says otherwise, RFC 9113 section 6.5.2.
const FRAME_BYTES: usize = 16_384;

/// A guest that echoes and one that reads nothing, in a server with that limit.
async fn limited(limit: &str) -> TestSite {
    let dir = SiteDir::of(Guest::EchoesBody).route("unread", Guest::SleepsForever);
    dir.file("routelet.toml", format!("[server]\n{limit}\n")).load().await
}

/// Sends all of it in one piece, so that it arrives together; what comes back until the end of the connection, or
/// until the answer to a second PING: the first overtakes what is said of streams.
async fn told(client: &mut Framed, frames: &[Vec<u8>]) -> Vec<Frame> {
    client.send(&[frames.concat(), ping()].concat()).await;
    let (mut told, mut pings) = (Vec::new(), 0);
    while let Some(frame) = eventually("an answer or the end", client.next()).await {
        match frame.kind {
            PING if pings == 1 => break,
            PING => {
                pings += 1;
                client.send(&ping()).await;
            }
            _ => told.push(frame),
        }
    }
    told
}

async fn connected(site: &TestSite) -> (routelet_tests::server::Running, Framed) {
    let server = site.serve().await;
    let mut client = Framed::opened_with(server.address, &[PREFACE.to_vec(), settings(&[])].concat()).await;
    // The server's settings hold from their acknowledgement on, RFC 9113 section 6.5.3.
    told(&mut client, &[frame(SETTINGS, ACK, 0, &[])]).await;
    (server, client)
}

/// The codes of all RST_STREAM and GOAWAY, by stream; a GOAWAY is of stream 0.
fn errors(frames: &[Frame]) -> Vec<(u32, u32)> {
    let code = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().expect("four bytes"));
    let errors = frames.iter().filter_map(|frame| match frame.kind {
        RST_STREAM => Some((frame.stream, code(&frame.payload))),
        GOAWAY => Some((0, code(&frame.payload[4..8]))),
        _ => None,
    });
    errors.collect()
}

fn upload(stream: u32, path: &str) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, &post(path))
}

/// So many bytes, in frames that are as large as they may be.
fn data(stream: u32, bytes: usize) -> Vec<u8> {
    vec![0; bytes].chunks(FRAME_BYTES).flat_map(|piece| frame(DATA, 0, stream, piece)).collect()
}

/// Asserts that a request is answered on this stream.
async fn assert_served(client: &mut Framed, stream: u32) {
    client.send(&frame(HEADERS, END_HEADERS | END_STREAM, stream, &get("/"))).await;
    eventually("an answer", async {
        loop {
            let frame = client.next().await.expect("the connection stays");
            assert!(frame.kind != GOAWAY && (frame.stream, frame.kind) != (stream, RST_STREAM), "{frame:?}");
            if frame.stream == stream && frame.flags & END_STREAM != 0 {
                return;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_connection_has_as_many_streams_as_it_may() {
    let site = limited("h2-streams = 2").await;
    let (server, mut client) = connected(&site).await;
    let within = told(&mut client, &[upload(1, "/"), upload(3, "/")]).await;
    assert_eq!(errors(&within), []);
    let beyond = told(&mut client, &[frame(HEADERS, END_HEADERS | END_STREAM, 5, &get("/"))]).await;
    assert_eq!(errors(&beyond), [(5, REFUSED_STREAM)]);
    client.send(&frame(DATA, END_STREAM, 1, b"first")).await;
    eventually("the first is answered", async {
        while !client.next().await.is_some_and(|frame| frame.stream == 1 && frame.flags & END_STREAM != 0) {}
    })
    .await;
    assert_served(&mut client, 7).await;
    drop(client);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_stream_has_as_much_under_way_as_it_may() {
    let site = limited("h2-stream-window = \"100000B\"").await;
    let (server, mut client) = connected(&site).await;
    let within = told(&mut client, &[upload(1, "/unread"), data(1, 100_000)]).await;
    assert_eq!(errors(&within), []);
    let beyond = told(&mut client, &[data(1, 1)]).await;
    assert_eq!(errors(&beyond), [(1, FLOW_CONTROL_ERROR)]);
    drop(client);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_connection_has_as_much_under_way_as_it_may() {
    let site = limited("h2-connection-window = \"100000B\"").await;
    let (server, mut client) = connected(&site).await;
    let within = [upload(1, "/unread"), data(1, 60_000), upload(3, "/unread"), data(3, 40_000)];
    assert_eq!(errors(&told(&mut client, &within).await), []);
    let beyond = told(&mut client, &[data(3, 1)]).await;
    assert_eq!(errors(&beyond), [(0, FLOW_CONTROL_ERROR)]);
    server.stop().await;
}

/// Requests that are taken back before the server has looked at them.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_client_takes_back_as_many_requests_at_once_as_it_may() {
    let taken_back = |streams: &[u32]| -> Vec<Vec<u8>> {
        let frames = streams.iter().flat_map(|stream| [upload(*stream, "/"), reset(*stream)]);
        frames.collect()
    };
    let site = limited("h2-pending-resets = 3").await;
    let (server, mut client) = connected(&site).await;
    assert_eq!(errors(&told(&mut client, &taken_back(&[1, 3, 5])).await), []);
    assert_served(&mut client, 7).await;
    let beyond = told(&mut client, &taken_back(&[9, 11, 13, 15])).await;
    assert_eq!(errors(&beyond), [(0, ENHANCE_YOUR_CALM)]);
    server.stop().await;
}

/// A window that grows beyond all numbers is an error of its stream (RFC 9113 section 6.9.1).
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_client_provokes_as_many_resets_as_it_may() {
    let provoked = |stream: u32| vec![upload(stream, "/"), window_update(stream, 0x7fff_ffff)];
    let site = limited("h2-local-resets = 2").await;
    let (server, mut client) = connected(&site).await;
    for stream in [1, 3] {
        assert_eq!(errors(&told(&mut client, &provoked(stream)).await), [(stream, FLOW_CONTROL_ERROR)]);
    }
    assert_served(&mut client, 5).await;
    let beyond = errors(&told(&mut client, &provoked(7)).await);
    assert_eq!(beyond.last(), Some(&(0, ENHANCE_YOUR_CALM)), "{beyond:?}");
    server.stop().await;
}
