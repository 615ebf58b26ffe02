//! A site that changes all the time while it is asked all the time: no request is lost, none sees two states,
//! nothing of an old state stays behind.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use routelet_tests::{
    Answer, Guest, SiteDir,
    binary::{Program, Serving},
    client::Http2,
    fixtures, site,
};
use tokio::{task::JoinHandle, time::interval};

use crate::rounds::{figure, is_long, rounds};

/// Clients, each of which asks every so often: 200 requests a second together.
const CLIENTS: u64 = 4;
const EVERY: Duration = Duration::from_millis(20);
/// Requests of a client's connection; the server ends one after many more.
const CONNECTION_REQUESTS: u64 = 100;
/// How often it is looked whether a state is served.
const LOOK: Duration = Duration::from_millis(5);
/// What one swap may leave behind in memory, in the long form.
const LEFT_BEHIND_BYTES_MAX: u64 = 1024;
/// Descriptors come and go with connections that are just being made.
const DESCRIPTORS_SLACK: u64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn reloads_lose_no_request_and_mix_no_states() {
    let (warm_up, swaps) = (rounds(4, 500), rounds(20, 10_000));
    let churn = Churn::start().await;
    for _ in 0..warm_up {
        churn.swap().await;
    }
    let (memory, descriptors) = (churn.server.resident_bytes(), churn.server.descriptors());
    for _ in 0..swaps {
        churn.swap().await;
    }
    let grown = churn.server.resident_bytes().saturating_sub(memory);
    let descriptors_grown = churn.server.descriptors().saturating_sub(descriptors);
    let requests = churn.stop().await;
    figure(
        "reloads",
        format_args!(
            "{swaps} swaps, a tenth of them broken, {requests} requests: 0 lost, 0 of two states; \
             {} bytes of memory for each swap, {descriptors_grown} descriptors more",
            grown / swaps
        ),
    );
    assert!(descriptors_grown <= DESCRIPTORS_SLACK, "{descriptors_grown} descriptors more");
    assert!(!is_long() || grown / swaps <= LEFT_BEHIND_BYTES_MAX, "{grown} bytes after {swaps} swaps");
}

/// A program that serves, those who ask it, and the number of the state on disk.
struct Churn {
    dir: SiteDir,
    server: Arc<Serving>,
    asked: Arc<Asked>,
    clients: Vec<JoinHandle<()>>,
    swaps: AtomicU64,
}

#[derive(Default)]
struct Asked {
    /// The state that every request from now on must see, or a later one.
    oldest: AtomicU64,
    /// The newest state that can be seen.
    newest: AtomicU64,
    requests: AtomicU64,
    enough: AtomicBool,
}

impl Churn {
    async fn start() -> Self {
        let dir = SiteDir::of(Guest::ReadsEnv).policy(&state(0)).route("other", Guest::HelloPlain);
        let server = Arc::new(Program::at(env!("CARGO_BIN_EXE_routelet")).serve(dir.path()).await);
        let asked = Arc::new(Asked::default());
        let client = |_| tokio::spawn(asked.clone().ask(server.address));
        let clients = (0..CLIENTS).map(client).collect();
        Self { dir, server, asked, clients, swaps: AtomicU64::new(0) }
    }

    /// Changes the directory in one of the ways of editors, copies and mistakes, and waits until that is served; or
    /// refused, where it is broken.
    async fn swap(&self) {
        let swap = self.swaps.fetch_add(1, Ordering::Relaxed) + 1;
        assert!(!self.clients.iter().any(JoinHandle::is_finished), "a client gave up before swap {swap}");
        let app = self.dir.path().join("app");
        match swap % 10 {
            0 => return self.broken(swap).await,
            1 => rewritten_in_place(&app),
            2 => deleted_and_created(&app),
            3 => edited(&app),
            4 => storm_of_renames(&app),
            5 => copied_in_halves(&app),
            6 => touched(&app),
            _ => {}
        }
        self.asked.newest.store(swap, Ordering::SeqCst);
        self.dir.write("app/segment.toml", state(swap));
        self.seen(swap).await;
        self.asked.oldest.store(swap, Ordering::SeqCst);
    }

    async fn broken(&self, swap: u64) {
        let folder = format!("app/broken-{swap}");
        self.dir.write(format!("{folder}/route.wasm"), fixtures::truncated());
        self.server.logged(&format!("{folder}/route.wasm")).await;
        fs::remove_dir_all(self.dir.path().join(folder)).expect("it is there");
    }

    /// Asks until that state answers.
    async fn seen(&self, swap: u64) {
        let mut client = Http2::connect(self.server.address).await;
        let mut every = interval(LOOK);
        while state_seen(&mut client).await < swap {
            every.tick().await;
        }
    }

    async fn stop(self) -> u64 {
        self.asked.enough.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.await.expect("every answer was whole, and of one state");
        }
        self.asked.requests.load(Ordering::Relaxed)
    }
}

impl Asked {
    async fn ask(self: Arc<Self>, address: std::net::SocketAddr) {
        let mut every = interval(EVERY);
        while !self.enough.load(Ordering::Relaxed) {
            let mut client = Http2::connect(address).await;
            for _ in 0..CONNECTION_REQUESTS {
                every.tick().await;
                self.ask_once(&mut client).await;
            }
        }
    }

    async fn ask_once(&self, client: &mut Http2) {
        let oldest = self.oldest.load(Ordering::SeqCst);
        let seen = state_seen(client).await;
        let newest = self.newest.load(Ordering::SeqCst);
        assert!((oldest..=newest).contains(&seen), "state {seen}, expected {oldest} to {newest}");
        self.requests.fetch_add(1, Ordering::Relaxed);
    }
}

/// A state says its number twice, so that an answer of two states shows.
fn state(swap: u64) -> String {
    format!("[grants]\nenv = {{ ONE = \"{swap}\", TWO = \"{swap}\" }}\n")
}

async fn state_seen(client: &mut Http2) -> u64 {
    let answer = Answer::read(client.open(site::request("GET", "/")).await).await;
    assert_eq!((answer.status, answer.complete), (200, true), "{answer:?}");
    let env = answer.json()["env"].take();
    assert_eq!(env["ONE"], env["TWO"], "one state");
    env["ONE"].as_str().expect("it is granted").parse().expect("a number")
}

fn rewritten_in_place(app: &Path) {
    fs::write(app.join("other/route.wasm"), Guest::HelloNative.bytes()).expect("a writable file");
}

fn deleted_and_created(app: &Path) {
    fs::remove_dir_all(app.join("other")).expect("it is there");
    fs::create_dir(app.join("other")).expect("a writable directory");
    fs::write(app.join("other/route.wasm"), Guest::HelloPlain.bytes()).expect("a writable directory");
}

/// What editors leave beside the file while they save it.
fn edited(app: &Path) {
    for leftover in ["4913", ".segment.toml.swp", "segment.toml~", "#segment.toml#"] {
        fs::write(app.join(leftover), "half of a te").expect("a writable directory");
        fs::remove_file(app.join(leftover)).expect("it is there");
    }
}

fn storm_of_renames(app: &Path) {
    for _ in 0..20 {
        fs::rename(app.join("other"), app.join("another")).expect("one file system");
        fs::rename(app.join("another"), app.join("other")).expect("one file system");
    }
}

fn copied_in_halves(app: &Path) {
    let component = Guest::HelloNative.bytes();
    let file = app.join("other/route.wasm");
    fs::write(&file, &component[..component.len() / 2]).expect("a writable file");
    fs::write(&file, component).expect("a writable file");
}

/// The content is the same, the time is not.
fn touched(app: &Path) {
    let file = fs::File::options().append(true).open(app.join("route.wasm")).expect("it is there");
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("a writable file");
}
