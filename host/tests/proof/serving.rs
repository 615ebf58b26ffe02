//! A program that serves a site to well-behaved clients while others misbehave.

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
    binary::{Program, Serving},
    client::Raw,
};
use tokio::task::JoinHandle;

use crate::rounds::rounds;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_routelet");

/// A site with a page at `/`, an upload at `/up` and a download at `/down`.
pub(crate) fn site(limits: &str) -> SiteDir {
    SiteDir::new()
        .file("app/page.html", "a page\n")
        .route("up", Guest::Uploads)
        .route("down", Guest::Downloads)
        .policy(&format!("[limits]\n{limits}"))
}

/// Serves it with these flags, and tells why connections end.
pub(crate) async fn serve(site: &SiteDir, flags: &[&str]) -> Serving {
    let dir = site.path().to_str().expect("a readable path");
    let words = ["RUST_LOG=routelet=debug", PROGRAM, "serve", dir, "--listen", "127.0.0.1:0", "--log", "json"];
    let server = Program::at("env").start([&words[..], flags].concat()).await;
    // The first answer of a debug build takes its time.
    Raw::exchange(server.address, "/").await;
    server
}

/// One client after another asks for the page, until told to stop.
pub(crate) struct Healthy {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Vec<Duration>>,
}

impl Healthy {
    pub(crate) fn beside(address: SocketAddr) -> Self {
        let stop = Arc::<AtomicBool>::default();
        let told = stop.clone();
        let task = tokio::spawn(async move {
            let mut taken = Vec::new();
            while !told.load(Ordering::Relaxed) {
                taken.push(ask(address).await);
            }
            taken
        });
        Self { stop, task }
    }

    /// How many answers it got, and how long the slowest of a hundred took.
    pub(crate) async fn answers(self) -> (usize, Duration) {
        self.stop.store(true, Ordering::Relaxed);
        let taken = self.task.await.expect("every answer was the page");
        (taken.len(), p99(taken))
    }
}

/// How long the slowest of a hundred takes while nobody misbehaves.
pub(crate) async fn alone(address: SocketAddr) -> Duration {
    let mut taken = Vec::new();
    for _ in 0..rounds(20, 2_000) {
        taken.push(ask(address).await);
    }
    p99(taken)
}

async fn ask(address: SocketAddr) -> Duration {
    let asked = Instant::now();
    let answer = Raw::exchange(address, "/").await;
    assert!(answer.ends_with("a page\n"), "a healthy client got {answer:?}");
    asked.elapsed()
}

fn p99(mut taken: Vec<Duration>) -> Duration {
    taken.sort_unstable();
    taken.get(taken.len() * 99 / 100).copied().unwrap_or_default()
}

/// How far past its limit an end may be seen: a second where figures are taken, and more where other
/// tests share the machine.
pub(crate) fn lateness_max() -> Duration {
    Duration::from_secs(rounds(20, 1))
}
