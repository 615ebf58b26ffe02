//! A client that stalls is closed within the limit it stalls at, whatever it was in the middle of,
//! and others are served meanwhile.

use std::{net::SocketAddr, time::Duration, time::Instant};

use routelet_tests::{
    binary::Serving,
    client::Raw,
    eventually,
    frames::{
        END_HEADERS, END_STREAM, Framed, HEADERS, INITIAL_WINDOW_SIZE, PREFACE, RST_STREAM, frame, get, post, settings,
    },
    tls::{self, certificate, hello, show},
};

use crate::{
    rounds::{figure, is_long, rounds},
    serving::{Healthy, alone, lateness_max, serve, site},
};

const SECOND: Duration = Duration::from_secs(1);

/// Low limits, each another, so that none is taken for its neighbour.
const FLAGS: [&str; 8] = [
    "--server-sniff=1s",
    "--server-header-read=2s",
    "--server-keep-alive=3s",
    "--server-connection-age=1h",
    "--server-tls-handshake=4s",
    "--server-connections-per-address=500",
    "--access-log",
    "--grace=1s",
];
const SNIFF: Duration = SECOND;
const HEADER_READ: Duration = Duration::from_secs(2);
const KEEP_ALIVE: Duration = Duration::from_secs(3);
const TLS_HANDSHAKE: Duration = Duration::from_secs(4);
const BODY_GAP: Duration = Duration::from_millis(1_500);
const WRITE_STALL: Duration = Duration::from_millis(2_500);
const LIMITS: &str = "body-gap = \"1500ms\"\nwrite-stall = \"2500ms\"\n";

/// How much slower others may be served, in the long form: so many times, and what a busy machine's scheduler adds.
const SLOWER_TIMES_MAX: u32 = 2;
const SCHEDULING: Duration = Duration::from_millis(10);

/// What a client sends before it stalls, and how long it may.
fn patterns() -> Vec<(&'static str, Vec<u8>, Duration)> {
    let upload = "POST /up HTTP/1.1\r\nhost: localhost\r\n";
    let http2 = |frames: &[Vec<u8>]| [PREFACE.to_vec(), settings(&[]), frames.concat()].concat();
    let held = [PREFACE.to_vec(), settings(&[(INITIAL_WINDOW_SIZE, 0)])].concat();
    let held = [held, frame(HEADERS, END_HEADERS | END_STREAM, 1, &get("/"))].concat();
    vec![
        ("nothing sent", Vec::new(), SNIFF),
        ("partial preface", b"PRI * HT".to_vec(), SNIFF),
        ("partial request line", b"GET /".to_vec(), HEADER_READ),
        ("partial head", b"GET / HTTP/1.1\r\nhost: local".to_vec(), HEADER_READ),
        ("body with a length", format!("{upload}content-length: 9\r\n\r\nabc").into(), BODY_GAP),
        ("chunked body", format!("{upload}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n").into(), BODY_GAP),
        ("idle keep-alive", b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(), KEEP_ALIVE),
        ("second head", b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\nGET".to_vec(), KEEP_ALIVE),
        ("http/2: preface only", PREFACE.to_vec(), HEADER_READ),
        ("http/2: idle", http2(&[]), KEEP_ALIVE),
        ("http/2: partial head", http2(&[frame(HEADERS, END_STREAM, 1, &get("/"))]), HEADER_READ),
        ("http/2: partial frame", http2(&[vec![0, 0, 9, HEADERS, END_HEADERS, 0, 0, 0, 1]]), HEADER_READ),
        ("http/2: body", http2(&[frame(HEADERS, END_HEADERS, 1, &post("/up"))]), BODY_GAP + KEEP_ALIVE),
        ("http/2: answer held by a zero window", held, WRITE_STALL),
    ]
}

/// The same below HTTP.
fn patterns_of_tls() -> Vec<(&'static str, Vec<u8>, Duration)> {
    vec![
        ("tls: nothing sent", Vec::new(), TLS_HANDSHAKE),
        ("tls: partial greeting", hello::BEGUN.to_vec(), TLS_HANDSHAKE),
        ("tls: the client's half of a handshake", hello::of([3, 3]), TLS_HANDSHAKE),
    ]
}

/// Sends it, stalls, and says how long the server let it.
async fn stall(address: SocketAddr, bytes: Vec<u8>) -> Duration {
    let mut client = Raw::connect(address).await;
    client.send(bytes).await;
    let stalled = Instant::now();
    client.to_close().await;
    stalled.elapsed()
}

/// A site that speaks TLS.
async fn secure(flags: &[&str]) -> Serving {
    let site = site(LIMITS).file("routelet.toml", tls::SETTINGS);
    show(&site, &certificate());
    serve(&site, flags).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stalled_client_is_closed_within_its_limit() {
    let site = site(LIMITS);
    let server = serve(&site, &FLAGS).await;
    let secure = secure(&FLAGS).await;
    let alone = alone(server.address).await;
    let healthy = Healthy::beside(server.address);
    let plain = patterns().into_iter().map(|pattern| (server.address, pattern));
    let stalled: Vec<_> = plain
        .chain(patterns_of_tls().into_iter().map(|pattern| (secure.address, pattern)))
        .map(|(address, (name, bytes, limit))| (name, limit, tokio::spawn(stall(address, bytes))))
        .collect();
    let (mut wrong, count) = (Vec::new(), stalled.len());
    for (name, limit, stalled) in stalled {
        let took = stalled.await.expect("no panic");
        figure("slow_clients", format_args!("{name}: closed after {took:.2?}, limit {limit:.2?}"));
        if took + SECOND / 4 < limit || took > limit + lateness_max() {
            wrong.push(format!("{name}: {took:?}, limit {limit:?}"));
        }
    }
    let (answers, slow) = healthy.answers().await;
    figure(
        "slow_clients",
        format_args!("{count} patterns; beside them {answers} answers, p99 {slow:.2?}, alone {alone:.2?}"),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!is_long() || slow <= alone * SLOWER_TIMES_MAX + SCHEDULING, "p99 {slow:?} beside them, {alone:?} alone");
    assert!(answers > 0, "a healthy client was served meanwhile");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stalls_is_answered_before_it_is_closed() {
    let site = site(LIMITS);
    let server = serve(&site, &FLAGS).await;
    let mut client = Raw::connect(server.address).await;
    client.send("POST /up HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nabc").await;
    let answer = client.to_close().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_nobody_reads_ends_whoever_makes_it() {
    let site = site(LIMITS).file("public/large.bin", vec![7; 32 << 20]);
    let server = serve(&site, &FLAGS).await;
    let asked = |path: &str| frame(HEADERS, END_HEADERS | END_STREAM, 1, &get(path));
    let wide = [PREFACE, &settings(&[(INITIAL_WINDOW_SIZE, 0x7fff_ffff)])].concat();
    let wide = [wide, frame(8, 0, 0, &0x7000_0000_u32.to_be_bytes())].concat();
    for (name, request) in [
        ("a guest over HTTP/1", b"GET /down?bytes=33554432 HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec()),
        ("a file over HTTP/1", b"GET /large.bin HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec()),
        ("a guest over HTTP/2", [wide.clone(), asked("/down?bytes=33554432")].concat()),
        ("a file over HTTP/2", [wide, asked("/large.bin")].concat()),
    ] {
        let before = cuts(&server);
        let stalled = Instant::now();
        let client = Framed::opened_with(server.address, &request).await;
        eventually(name, async {
            while cuts(&server) == before {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        let took = stalled.elapsed();
        figure("slow_clients", format_args!("{name}: cut after {took:.2?}, limit {WRITE_STALL:.2?}"));
        assert!(took > WRITE_STALL && took < WRITE_STALL + SECOND + lateness_max(), "{name}: {took:?}");
        drop(client);
    }
}

/// What the host may hold for all streams of one connection that takes nothing of them.
const STREAMS_HELD_BYTES_MAX: u64 = 32 << 20;

/// As many streams as one connection may have, of guests and of files: each has its own clock.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_answers_held_by_a_zero_window_are_all_given_up() {
    const STREAMS: u32 = 100;
    let site = site(LIMITS).file("public/large.bin", vec![7; 32 << 20]);
    let server = serve(&site, &FLAGS).await;
    let before = server.resident_bytes();
    let opened = (0..STREAMS).map(|number| {
        let path = if number % 10 == 0 { "/down?bytes=33554432" } else { "/large.bin" };
        frame(HEADERS, END_HEADERS | END_STREAM, number * 2 + 1, &get(path))
    });
    let held = [PREFACE.to_vec(), settings(&[(INITIAL_WINDOW_SIZE, 0)])].into_iter().chain(opened);
    let mut client = Framed::opened_with(server.address, &held.collect::<Vec<_>>().concat()).await;
    let stalled = Instant::now();
    let mut most = before;
    let watching = async {
        loop {
            most = most.max(server.resident_bytes());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let frames = tokio::select! {
        frames = eventually("the end", client.to_close()) => frames,
        () = watching => unreachable!("it watches for ever"),
    };
    let (took, grown) = (stalled.elapsed(), most.saturating_sub(before));
    let given_up = server.log().iter().filter(|line| line.contains("stream_ended")).count();
    let whole = frames.iter().filter(|frame| frame.ends_stream() && frame.kind != RST_STREAM).count();
    // On a busy machine some begin so late that they end with the connection, which is cut for those that did not.
    let with_connection = if cuts(&server) == 1 { STREAMS as usize - given_up - whole } else { 0 };
    figure(
        "slow_clients",
        format_args!(
            "{given_up} of {STREAMS} streams given up, {with_connection} ended with the connection after {took:.2?}, \
             limit {WRITE_STALL:.2?}, {} MiB held",
            grown >> 20
        ),
    );
    assert_eq!(given_up + with_connection, STREAMS as usize, "{given_up} given up, {whole} whole");
    assert!(given_up >= STREAMS as usize / 2, "{given_up}");
    assert!(took > WRITE_STALL && took < WRITE_STALL + SECOND + lateness_max(), "{took:?}");
    assert!(grown < STREAMS_HELD_BYTES_MAX, "{grown}");
}

/// What the host may hold for one client that does not read.
const HELD_BYTES_MAX: u64 = 256 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_clients_that_do_not_read_is_small() {
    let site = site(LIMITS).file("public/large.bin", vec![7; 32 << 20]);
    let server = serve(&site, &FLAGS).await;
    let clients = rounds(50, 400);
    let http1 = b"GET /large.bin HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec();
    let asked = frame(HEADERS, END_HEADERS | END_STREAM, 1, &get("/large.bin"));
    let http2 = [PREFACE.to_vec(), settings(&[(INITIAL_WINDOW_SIZE, 0x7fff_ffff)]), asked].concat();
    for (name, request) in [("HTTP/1", http1), ("HTTP/2", http2)] {
        let (before, cut) = (server.resident_bytes(), cuts(&server));
        let mut held = Vec::new();
        for _ in 0..clients {
            held.push(Framed::opened_with(server.address, &request).await);
        }
        let (mut most, mut queued) = (before, 0);
        eventually("all are cut", async {
            while cuts(&server) < cut + held.len() {
                most = most.max(server.resident_bytes());
                queued = queued.max(server.queued_bytes());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        let (each, queued) = ((most - before) / clients, queued / clients);
        figure(
            "slow_clients",
            format_args!(
                "{name}: {} KiB held for each of {clients} that do not read, and {} KiB by the system",
                each >> 10,
                queued >> 10
            ),
        );
        assert!(each < HELD_BYTES_MAX && queued < HELD_BYTES_MAX, "{name}: {each} and {queued} bytes for each");
    }
}

/// How many connections were cut for not reading.
fn cuts(server: &Serving) -> usize {
    server.log().iter().filter(|line| line.contains("connection_cut") && line.contains("write-stall")).count()
}
