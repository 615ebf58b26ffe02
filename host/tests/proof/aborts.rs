//! Clients that leave at every moment and guests that outstay their time: nothing panics, and nobody keeps a place.

use std::{net::SocketAddr, time::Duration};

use futures_util::{StreamExt as _, stream};
use routelet_tests::{
    Guest, SiteDir, TestSite,
    binary::Program,
    client::{Http2, Raw},
    eventually,
    site::request,
};
use tokio::time::Instant;

use crate::rounds::{figure, rounds};

/// Clients at a time.
const AT_ONCE: usize = 16;
/// How soon the last guest must have ended.
const ENDED_WITHIN: Duration = Duration::from_secs(5);

/// Guests that wait for ever, for more body, and for a reader.
fn patient() -> SiteDir {
    let dir = SiteDir::new().route("sleeps", Guest::SleepsForever).route("uploads", Guest::Uploads);
    dir.route("streams", Guest::StreamsForever).route("good", Guest::HelloPlain)
        .policy("[limits]\nconcurrency = 64\nqueue = 1000\nqueue-wait = \"60s\"\ncpu = \"60s\"\nwall = \"10m\"\nfirst-byte = \"10m\"\n")
}

/// The moment at which a client leaves.
#[derive(Debug, Clone, Copy)]
enum Moment {
    AtOnce,
    BeforeHead,
    MidBody,
    MidResponse,
    MidStream,
}

const MOMENTS: [Moment; 5] =
    [Moment::AtOnce, Moment::BeforeHead, Moment::MidBody, Moment::MidResponse, Moment::MidStream];

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_takes_its_guest_along() {
    let site = patient().load().await;
    let server = site.serve().await;
    let count = rounds(1_000, 100_000);
    storm(server.address, count).await;
    let ended = all_ended(&site).await;
    assert_eq!(site.get("/good").await.status, 200);
    figure(
        "aborts",
        format_args!(
            "{count} clients left, {} guests were started, the last ended {ended:?} later",
            site.guests_started()
        ),
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_leave_take_no_descriptor_along() {
    let dir = patient();
    let serving = Program::at(env!("CARGO_BIN_EXE_routelet")).serve(dir.path()).await;
    storm(serving.address, MOMENTS.len() as u64).await;
    let before = serving.descriptors();
    let count = rounds(500, 100_000);
    storm(serving.address, count).await;
    let closed = async {
        while serving.descriptors() > before {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(ENDED_WITHIN, closed).await.expect("all descriptors are closed again");
    let answer = Raw::exchange(serving.address, "/good").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(serving.panics(), [""; 0]);
    figure(
        "aborts of the program",
        format_args!("{count} clients left, {before} descriptors before and after, 0 panics"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_outstays_its_time_leaves_its_place() {
    let dir = SiteDir::new().route("sleeps", Guest::SleepsForever).route("streams", Guest::StreamsForever);
    let dir = dir.route("spins", Guest::SpinsForever).route("good", Guest::HelloPlain);
    let site = dir
        .policy("[limits]\nfirst-byte = \"20ms\"\nwall = \"20ms\"\ncpu = \"5ms\"\nqueue-wait = \"60s\"\n")
        .load()
        .await;
    let count = rounds(500, 100_000);
    let targets = ["/sleeps", "/streams?bytes=1&gap=1000", "/spins"];
    let asked = (0..count).zip(targets.into_iter().cycle()).map(|(_, target)| site.get(target));
    let answers: Vec<_> = stream::iter(asked).buffer_unordered(AT_ONCE).collect().await;
    assert!(answers.iter().all(|answer| answer.status == 504 || !answer.complete), "one was let through");
    let ended = all_ended(&site).await;
    figure("deadlines", format_args!("{count} guests were ended by their time, the last {ended:?} later"));
}

/// That many clients, a few at a time, leaving at each moment by turns.
async fn storm(address: SocketAddr, count: u64) {
    let clients = (0..count).zip(MOMENTS.into_iter().cycle());
    let clients = clients.map(|(_, moment)| eventually("a client leaves", leave(address, moment)));
    stream::iter(clients).buffer_unordered(AT_ONCE).collect::<()>().await;
}

async fn leave(address: SocketAddr, moment: Moment) {
    if let Moment::MidStream = moment {
        let mut client = Http2::connect(address).await;
        let response = client.open(request("GET", "/streams")).await;
        return drop(response);
    }
    let mut client = Raw::connect(address).await;
    match moment {
        Moment::AtOnce => client.send("GET /sleeps HTTP/1.1\r\nhost: localhost\r\n\r\n").await,
        Moment::BeforeHead => {
            client
                .send("GET /good HTTP/1.1\r\nhost: localhost\r\n\r\nGET /sleeps HTTP/1.1\r\nhost: localhost\r\n\r\n")
                .await;
            client.until("plain component\n").await;
        }
        Moment::MidBody => {
            client.send("POST /uploads HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n").await;
            client.send(vec![b'x'; 10_000]).await;
        }
        Moment::MidResponse | Moment::MidStream => {
            client.send("GET /streams HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
            client.until("\r\n\r\n").await;
        }
    }
    client.reset();
}

/// How long it took until no guest ran any more.
async fn all_ended(site: &TestSite) -> Duration {
    let started = Instant::now();
    tokio::time::timeout(ENDED_WITHIN, site.idle()).await.expect("all guests end");
    started.elapsed()
}
