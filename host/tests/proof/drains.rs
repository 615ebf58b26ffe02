//! A server that is told to stop while it is busy: what can end in the grace period ends whole, and the program ends
//! soon after it.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use routelet_tests::{
    Guest, SiteDir,
    binary::{Program, Serving, Signal},
    client::Raw,
};
use tokio::{net::TcpStream, task::JoinHandle};

use crate::rounds::{figure, is_long, rounds};

const GRACE: &str = "1s";
/// The grace period and one second, at most, in the long form; beside other tests a process waits for its turn.
const END_MAX: Duration = Duration::from_secs(2);
const END_MAX_BESIDE_OTHERS: Duration = Duration::from_mins(1);
/// Clients that ask all the time, and those whose answer is under way when the signal comes.
const CLIENTS: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn drains_cut_nothing_that_ends_in_the_grace_period() {
    let cycles = rounds(3, 500);
    let dir = SiteDir::of(Guest::HelloPlain).route("slow", Guest::StreamsSlowly);
    let (mut whole, mut longest) = (0, Duration::ZERO);
    for cycle in 0..cycles {
        let server = Program::at(env!("CARGO_BIN_EXE_routelet"));
        let path = dir.path().to_str().expect("a readable path");
        let server = server.start(["serve", path, "--listen", "127.0.0.1:0", "--grace", GRACE]).await;
        let (answers, took) = match cycle % 3 {
            0 => everything_ends(server, Signal::TERM).await,
            1 => a_guest_is_stuck(server, Signal::INT).await,
            _ => a_second_signal_comes(server).await,
        };
        whole += answers;
        longest = longest.max(took);
    }
    figure(
        "drains",
        format_args!("{cycles} cycles, {whole} answers whole, 0 truncated; ended after {longest:?} at most"),
    );
    let most = if is_long() { END_MAX } else { END_MAX_BESIDE_OTHERS };
    assert!(longest <= most, "{longest:?}");
}

async fn everything_ends(server: Serving, signal: Signal) -> (u64, Duration) {
    let busy = Busy::with(&server);
    let mut held = held_answers(server.address).await;
    server.signal(signal);
    let since = Instant::now();
    for client in &mut held {
        client.send("2\r\ngo\r\n0\r\n\r\n").await;
    }
    for client in &mut held {
        let rest = client.to_close().await;
        assert!(rest.ends_with("\r\n0\r\n\r\n"), "a request that ends in time is whole: {rest:?}");
    }
    assert_eq!(server.ended().await, 0);
    (busy.answers().await + CLIENTS as u64, since.elapsed())
}

async fn a_guest_is_stuck(server: Serving, signal: Signal) -> (u64, Duration) {
    let busy = Busy::with(&server);
    let mut held = held_answers(server.address).await;
    server.signal(signal);
    let since = Instant::now();
    assert_eq!(server.ended().await, 1);
    let took = since.elapsed();
    for client in &mut held {
        let rest = client.to_close().await;
        assert!(!rest.ends_with("0\r\n\r\n"), "what was cut looks cut: {rest:?}");
    }
    (busy.answers().await, took)
}

async fn a_second_signal_comes(server: Serving) -> (u64, Duration) {
    let _held = held_answers(server.address).await;
    server.signal(Signal::TERM);
    // The socket is gone as soon as the first signal has been taken.
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let since = Instant::now();
    server.signal(Signal::TERM);
    assert_eq!(server.ended().await, 130);
    (0, since.elapsed())
}

/// Answers whose guests wait for the rest of the request.
async fn held_answers(address: SocketAddr) -> Vec<Raw> {
    let mut held = Vec::new();
    for _ in 0..CLIENTS {
        let mut client = Raw::connect(address).await;
        client.send("POST /slow HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n").await;
        client.until("data: 1\n").await;
        held.push(client);
    }
    held
}

/// Clients that ask again and again.
struct Busy {
    clients: Vec<JoinHandle<u64>>,
    enough: Arc<AtomicBool>,
}

impl Busy {
    fn with(server: &Serving) -> Self {
        let enough = Arc::new(AtomicBool::new(false));
        let client = |_| tokio::spawn(ask(server.address, enough.clone()));
        Self { clients: (0..CLIENTS).map(client).collect(), enough }
    }

    /// How many answers came, all of them whole.
    async fn answers(self) -> u64 {
        self.enough.store(true, Ordering::Relaxed);
        let mut answers = 0;
        for client in self.clients {
            answers += client.await.expect("every answer was whole");
        }
        answers
    }
}

/// Asks until nobody listens any more. A connection that was not yet taken when the server stopped listening is
/// closed without a byte; an answer that has begun is whole.
async fn ask(address: SocketAddr, enough: Arc<AtomicBool>) -> u64 {
    let mut answers = 0;
    while !enough.load(Ordering::Relaxed) && TcpStream::connect(address).await.is_ok() {
        let Some(answer) = Raw::try_exchange(address, "/").await else { break };
        if !answer.is_empty() {
            assert!(answer.contains("hello from a plain component\n"), "{answer:?}");
            answers += 1;
        }
    }
    answers
}
