//! Floods of HTTP/2 frames end within seconds, whether their sender reads or not, and leave memory flat.

use std::time::{Duration, Instant};

use routelet_tests::{
    Guest, SiteDir, TestSite, eventually,
    frames::{
        DATA, END_HEADERS, END_STREAM, Framed, HEADERS, INITIAL_WINDOW_SIZE, PADDED, PREFACE, continuation, frame, get,
        ping, post, priority, reset, settings, window_update,
    },
};

use crate::{
    rounds::{figure, rounds},
    serving::{Healthy, serve, site},
};

/// What all floods together may leave behind.
const GROWTH_BYTES_MAX: u64 = 32 << 20;

/// Frames sent at once.
const WAVE: u32 = 500;

/// A flood: what comes first, then what comes again and again, by a running number.
struct Flood {
    name: &'static str,
    first: Vec<u8>,
    again: fn(u32) -> Vec<u8>,
}

/// The stream of that request.
fn stream(number: u32) -> u32 {
    (number * 2 + 1) & 0x7fff_ffff
}

fn open(number: u32, block: &[u8]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream(number), block)
}

/// A large field, indexed first and then named over and over by one byte (RFC 7541 section 6.1).
fn bomb(number: u32) -> Vec<u8> {
    let stored = [&[0x40, 1, b'x', 0x7f, 0xa1, 0x1e][..], &[b'v'; 4_000]].concat();
    let block = [get("/"), stored, vec![0xbe; 8_000]].concat();
    frame(HEADERS, END_HEADERS | END_STREAM, stream(number), &block)
}

/// A request that starts a guest, and is taken back.
fn reset_at_once(number: u32) -> Vec<u8> {
    [frame(HEADERS, END_HEADERS | END_STREAM, stream(number), &get("/down?bytes=1")), reset(stream(number))].concat()
}

fn floods() -> Vec<Flood> {
    let upload = || open(0, &post("/up"));
    let flood = |name, first, again| Flood { name, first, again };
    vec![
        flood("reset", vec![], |number| {
            [frame(HEADERS, END_HEADERS | END_STREAM, stream(number), &get("/")), reset(stream(number))].concat()
        }),
        flood("reset of a guest", vec![], reset_at_once),
        flood("provoked reset", vec![], |number| [open(number, &post("/")), window_update(stream(number), 0)].concat()),
        flood("CONTINUATION", frame(HEADERS, END_STREAM, 1, &get("/")), |_| continuation(1, &[0x00, 1, b'x', 1, b'y'])),
        flood("header bomb", vec![], bomb),
        flood("empty DATA", upload(), |_| frame(DATA, 0, 1, &[])),
        flood("DATA of one byte", upload(), |_| frame(DATA, 0, 1, b"x")),
        flood("padded DATA", upload(), |_| frame(DATA, PADDED, 1, &[&[255][..], &[0; 255]].concat())),
        flood("open streams", vec![], |number| open(number, &post("/up"))),
        flood("PING", vec![], |_| ping()),
        flood("SETTINGS", vec![], |number| settings(&[(INITIAL_WINDOW_SIZE, 65_535 + number % 2)])),
        flood("PRIORITY", vec![], |number| priority(stream(number % 1_000))),
        flood("WINDOW_UPDATE", vec![], |_| window_update(0, 1)),
        flood("unknown frames", vec![], |_| frame(0xbb, 0, 0, b"what?")),
    ]
}

/// How a flood ended: RFC 9113 section 7 names the codes.
fn how(ended: &Result<Option<u32>, tokio::time::error::Elapsed>) -> String {
    match ended {
        Err(_) => "runs on".to_owned(),
        Ok(None) => "cut".to_owned(),
        Ok(Some(code)) => format!("GOAWAY with code {code}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_flood_ends_within_seconds() {
    let ended_within = Duration::from_secs(rounds(40, 5));
    let site = site("concurrency = 8\nqueue = 8\n");
    let server = serve(&site, &[]).await;
    let healthy = Healthy::beside(server.address);
    let before = server.resident_bytes();
    let (mut wrong, mut most) = (Vec::new(), before);
    for reads in [true, false] {
        for Flood { name, first, again } in floods() {
            let opening = [PREFACE.to_vec(), settings(&[]), first].concat();
            let client = Framed::opened_with(server.address, &opening).await;
            let wave = |round: u32| (round * WAVE..(round + 1) * WAVE).flat_map(again).collect();
            let begun = Instant::now();
            let ended = tokio::time::timeout(ended_within, client.flood(wave, reads)).await;
            let took = begun.elapsed();
            let resident = server.resident_bytes();
            let held = resident >> 20;
            figure("floods", format_args!("{name}, reading {reads}: {} after {took:.2?}, {held} MiB", how(&ended)));
            most = most.max(resident);
            if ended.is_err() {
                wrong.push(format!("{name}, reading {reads}"));
            }
        }
    }
    let (answers, slow) = healthy.answers().await;
    let grown = most.saturating_sub(before) >> 20;
    figure("floods", format_args!("memory grew by {grown} MiB; beside them {answers} answers, p99 {slow:.2?}"));
    assert!(wrong.is_empty(), "these floods run on: {wrong:?}");
    assert!(most < before + GROWTH_BYTES_MAX, "{before} grew to {most}");
    assert!(answers > 0, "a healthy client was served meanwhile");
}

/// How many requests of the route below may run, and how many wait.
const CONCURRENCY: u64 = 4;

/// A site whose guests stay until their client leaves, served by this process, which can count them.
async fn sleeping() -> TestSite {
    let limits = format!("[limits]\nconcurrency = {CONCURRENCY}\nqueue = {CONCURRENCY}\nqueue-wait = \"5m\"\n");
    SiteDir::new().route("down", Guest::SleepsForever).policy(&limits).load().await
}

/// What a client does, and the most guests that ran meanwhile.
async fn most_running(site: &TestSite, client: impl Future<Output = ()>) -> u64 {
    let mut most = 0;
    let watching = async {
        loop {
            most = most.max(site.site().guests_running() as u64);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = eventually("the end of the flood", client) => {}
        () = watching => {}
    }
    most
}

/// CVE-2023-44487: requests taken back in one breath are given up before any of them costs a guest.
#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_reset_at_once_start_no_more_guests_than_may_run() {
    let site = sleeping().await;
    let server = site.serve().await;
    for connection in 0..rounds(5, 100) {
        let before = site.guests_started();
        let client = Framed::opened_with(server.address, &[PREFACE, &settings(&[])].concat()).await;
        let wave = |round: u32| (round * WAVE..(round + 1) * WAVE).flat_map(reset_at_once).collect();
        let most = most_running(&site, async { _ = client.flood(wave, true).await }).await;
        let started = site.guests_started() - before;
        figure("floods", format_args!("reset at once, connection {connection}: {started} guests started"));
        assert!(started <= CONCURRENCY && most <= CONCURRENCY, "{started} guests started, {most} at once");
        site.idle().await;
    }
    server.stop().await;
}

/// The same with more patience: each guest is given the time to start. A request that was reset holds its place until
/// its guest has gone.
#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_reset_once_they_run_never_exceed_those_that_may() {
    const REQUESTS: u32 = CONCURRENCY as u32 * 2;
    let site = sleeping().await;
    let server = site.serve().await;
    let mut client = Framed::opened_with(server.address, &[PREFACE, &settings(&[])].concat()).await;
    let rounds = rounds(20, 1_000) as u32;
    let (before, block) = (site.guests_started(), get("/down"));
    let most = most_running(&site, async {
        for round in 0..rounds {
            let numbers = round * REQUESTS..(round + 1) * REQUESTS;
            let opened = |number| frame(HEADERS, END_HEADERS | END_STREAM, stream(number), &block);
            client.send(&numbers.clone().flat_map(opened).collect::<Vec<_>>()).await;
            while (site.site().guests_running() as u64) < CONCURRENCY {
                tokio::task::yield_now().await;
            }
            client.send(&numbers.flat_map(|number| reset(stream(number))).collect::<Vec<_>>()).await;
            site.idle().await;
        }
    })
    .await;
    let (started, fewest) = (site.guests_started() - before, u64::from(rounds) * CONCURRENCY);
    figure("floods", format_args!("reset once they run: {started} guests started in {rounds} rounds, {most} at once"));
    assert!(started >= fewest && most == CONCURRENCY, "{started} guests started, {most} at once");
    server.stop().await;
}
