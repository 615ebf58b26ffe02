//! What a well-behaved route feels of hostile ones beside it: no error, and little delay.
//!
//! Clients and server share the cores of one machine, which clients elsewhere would not use. So
//! hostile clients stand back behind the server, by their niceness: they keep it busy all the time,
//! and what is measured is the server's way to share its threads. The neighbour's clients do not
//! stand back. What their threads lose to each other is in the figures, alone and beside.

use std::{io::Write, net::SocketAddr, path::Path, time::Duration};

use routelet_tests::{
    Guest, SiteDir,
    binary::{Program, Serving},
    fixtures::Route,
};

use crate::{
    load::{self, Flood, Samples},
    rounds::{figure, rounds},
    serving::PROGRAM,
};

/// Clients of each hostile route at a time.
const HOSTILE_CLIENTS: u32 = 16;
/// Clients of the neighbour.
const CLIENTS: u32 = 8;
/// How much of what the neighbour can take alone is asked of it beside the others.
const LOAD: f64 = 0.3;
/// Beyond this the neighbour is not served beside the others, however many tests and compilers share the cores.
const P99_MS_MAX: f64 = 30_000.0;
/// By how much hostile routes may delay the neighbour if the aim is kept.
const DELAY_MS_MAX: f64 = 20.0;
/// How much of what is asked of the neighbour has to be answered in time, in percent.
const SERVED_MIN: f64 = 95.0;
/// How long the hostile routes have run beside the neighbour when measuring begins: the server
/// has to see what they are.
const SETTLED: Duration = Duration::from_millis(300);

/// The hostile kinds, by the path of their route.
const KINDS: [(&str, &str); 8] = [
    ("spin", "/spin"),
    ("memory", "/memory"),
    ("table", "/table"),
    ("endless body", "/endless?bytes=1000000000000"),
    ("handles", "/handles"),
    ("crash loop", "/crash"),
    ("outbound flood", "/outbound?times=50&url="),
    ("log flood", "/log?lines=100000"),
];

/// Grows a table element by element until its limit, then asks for more without end.
const TABLE_BOMB: &str = "(table $t 0 funcref)
    (func (export \"handle\") (param i32 i32)
        (loop (drop (table.grow $t (ref.null func) (i32.const 16))) (br 0)))";

fn site(origin: SocketAddr) -> SiteDir {
    let table = Route::answering(&["get"]).with_core(TABLE_BOMB).bytes();
    SiteDir::new()
        .route("neighbour", Guest::HelloNative)
        .route("spin", Guest::SpinsForever)
        .route("memory", Guest::GrowsMemory)
        .component("table", &table)
        .route("endless", Guest::Downloads)
        .route("handles", Guest::LeaksHandles)
        .route("crash", Guest::Traps)
        .route("outbound", Guest::CallsOutOften)
        .route("log", Guest::FloodsStdout)
        .file("app/outbound/segment.toml", format!("[grants]\noutbound = [\"http://{origin}\"]\n"))
}

/// A server that answers every connection at once, on threads of its own.
fn origin() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it listens");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut head = [0; 1024];
            let _ = std::io::Read::read(&mut &stream, &mut head);
            let _ = (&stream).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
        }
    });
    address
}

async fn serve(dir: &Path) -> Serving {
    let words = ["serve".as_ref(), dir.as_os_str(), "--listen=127.0.0.1:0".as_ref()];
    Program::at(PROGRAM).start(words).await
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_routes_cause_no_error_beside_them() {
    let (origin, over) = (origin(), Duration::from_millis(rounds(500, 10_000)));
    let site = site(origin);
    let server = serve(site.path()).await;
    let proof = move || {
        load::closed(server.address, "/neighbour", CLIENTS, over / 2);
        let capacity = load::closed(server.address, "/neighbour", CLIENTS, over);
        let rate = capacity.with_status(200).rate() * LOAD;
        figure("neighbours", format_args!("lone capacity {:.0}/s, offered {rate:.0}/s", capacity.rate()));
        let target = |target: &str| target.replace("url=", &format!("url=http://{origin}/"));
        let alone = told("alone", &beside(server.address, &[], rate, over), rate);
        let held = |kind, targets: &[String]| {
            let beside = told(kind, &beside(server.address, targets, rate, over), rate);
            figure("neighbours", format_args!("{kind}: aim kept: {}", beside.keeps_the_aim(&alone)));
        };
        KINDS.iter().for_each(|(kind, path)| held(kind, &[target(path)]));
        held("all of them", &KINDS.map(|(_, path)| target(path)));
    };
    tokio::task::spawn_blocking(proof).await.expect("no panic");
}

/// What the neighbour's clients see while those targets are flooded.
fn beside(address: SocketAddr, hostile: &[String], rate: f64, over: Duration) -> Samples {
    let _floods: Vec<_> = hostile.iter().map(|target| Flood::start(address, target, HOSTILE_CLIENTS)).collect();
    load::open(address, "/neighbour", CLIENTS, rate, SETTLED);
    load::open(address, "/neighbour", CLIENTS, rate, over)
}

/// What the neighbour had.
struct Served {
    p99_ms: f64,
    percent: f64,
}

impl Served {
    fn keeps_the_aim(&self, alone: &Self) -> bool {
        self.p99_ms <= alone.p99_ms + DELAY_MS_MAX && self.percent >= SERVED_MIN
    }
}

/// Tells the figures; an error fails the test.
fn told(beside: &str, samples: &Samples, rate: f64) -> Served {
    let whole = samples.with_status(200);
    let (p50, p99_ms, most) = (whole.percentile_ms(0.5), whole.percentile_ms(0.99), whole.percentile_ms(1.0));
    let errors = samples.count() - whole.count();
    let percent = 100.0 * whole.rate() / rate;
    figure(
        "neighbours",
        format_args!(
            "{beside}: errors {errors} of {}, p50 {p50:.2} ms, p99 {p99_ms:.2} ms, most {most:.1} ms, served {percent:.1} %",
            samples.count()
        ),
    );
    assert_eq!(errors, 0, "beside {beside}: {samples:?}");
    assert!(p99_ms < P99_MS_MAX, "beside {beside}: p99 {p99_ms} ms");
    Served { p99_ms, percent }
}
