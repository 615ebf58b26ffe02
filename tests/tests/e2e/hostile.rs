//! What comes of guests that are written to do harm: a plain refusal, one line in the log, and a neighbour that
//! notices nothing.

use std::time::Duration;

use routelet_tests::{
    Guest, SiteDir, TestSite,
    client::{Http2, Raw},
    eventually,
    fixtures::Hostile,
    log::{Line, Recorded},
    site::request,
};

/// The status a client gets, and the reason in the one line of the log; no reason where nothing is logged.
type Outcome = (u16, &'static str);

/// What must come of each. This match has no `_`: a hostile guest without an expectation does not compile.
const fn outcome(hostile: Hostile) -> Outcome {
    match hostile {
        Hostile::ChurnsHandles | Hostile::WaitsInStart => (200, ""),
        // The first answer was whole before the second was tried.
        Hostile::AnswersTwice => (200, "trap"),
        // The answer was given before the cleanup began.
        Hostile::SpinsInPostReturn => (200, "cpu"),
        Hostile::CopiesMemory
        | Hostile::FillsMemory
        | Hostile::FillsTable
        | Hostile::SpinsInInitialize
        | Hostile::SpinsInRealloc
        | Hostile::SpinsInStart => (504, "cpu"),
        Hostile::LendsToOneThatWaits | Hostile::WaitsForeverInStart => (504, "first-byte"),
        Hostile::GrowsAndFails | Hostile::GrowsMemory | Hostile::GrowsTables => (500, "memory"),
        Hostile::CallsHostInRealloc
        | Hostile::CallsWrongType
        | Hostile::DividesByZero
        | Hostile::DropsAnotherType
        | Hostile::IsUnreachable
        | Hostile::MisplacesRealloc
        | Hostile::ReadsOutOfBounds
        | Hostile::RecursesDeeply
        | Hostile::SubscribesForever => (500, "trap"),
    }
}

/// Every hostile guest at a path of its own beside a good one, each with one place and little time.
async fn all_of_them() -> TestSite {
    let dir =
        Hostile::ALL.iter().fold(SiteDir::new(), |dir, hostile| dir.component(hostile.name(), &hostile.component()));
    let policy = "[limits]\ncpu = \"200ms\"\nfirst-byte = \"3s\"\nconcurrency = 1\nqueue = 0\n";
    dir.route("good", Guest::HelloPlain).policy(policy).load().await
}

fn failures(lines: &[Line]) -> Vec<&str> {
    let failures = lines.iter().filter(|line| ["refused", "guest_failed"].contains(&line.event()));
    failures.map(|line| line.field("reason")).collect()
}

#[tokio::test]
async fn what_a_hostile_guest_does_is_answered_logged_once_and_over() {
    let site = all_of_them().await;
    let log = Recorded::start();
    let mut surprises = Vec::new();
    for hostile in Hostile::ALL {
        for attempt in ["first", "second"] {
            let answer = site.get(&format!("/{}", hostile.name())).await;
            site.idle().await;
            let (status, reason) = outcome(*hostile);
            let lines = log.take();
            let reasons: Vec<&str> = [reason].into_iter().filter(|reason| !reason.is_empty()).collect();
            if answer.status != status || failures(&lines) != reasons {
                surprises.push(format!("{}, {attempt}: {}, {lines:?}", hostile.name(), answer.status));
            }
        }
        assert_eq!(site.get("/good").await.status, 200, "beside {}", hostile.name());
    }
    assert_eq!(surprises, [""; 0], "\n{}", surprises.join("\n"));
}

/// Bodies, fields and parts of requests lie in the host, where the memory of the guest is not counted.
#[tokio::test]
pub(super) async fn what_the_host_holds_for_one_guest_is_bounded() {
    let site = SiteDir::of(Guest::Hoards).policy("[limits]\ncpu = \"10s\"\n").load().await;
    let log = Recorded::start();
    let before = peak_bytes();
    for kind in ["bodies", "fields", "methods", "authorities", "paths"] {
        let answer = site.get(&format!("/?kind={kind}")).await;
        let lines = log.take();
        assert_eq!((answer.status, failures(&lines)), (500, vec!["held"]), "{kind}: {lines:?}");
    }
    let grown = peak_bytes() - before;
    assert!(grown < 512 << 20, "grown by {grown} bytes");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_body_without_end_ends_with_its_time() {
    let site = SiteDir::of(Guest::StreamsForever).policy("[limits]\nwall = \"1s\"\ncpu = \"60s\"\n").load().await;
    for target in ["/?bytes=65536", "/?bytes=1&gap=10000", "/?bytes=1&gap=1"] {
        let answer = site.get(target).await;
        assert!(answer.status == 200 && !answer.complete, "{target}: {} bytes", answer.body.len());
    }
    site.idle().await;
}

/// Two MiB and one byte are more than everything between a client and a guest holds together.
const MORE_THAN_IS_HELD: usize = (2 << 20) + 1;

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_large_body_is_no_deadlock_however_little_of_it_is_read() {
    for guest in [Guest::LeavesBodyUnread, Guest::DropsBodyEarly, Guest::AnswersThenReads, Guest::ReadsEnv] {
        let site = SiteDir::of(guest).load().await;
        let server = site.serve().await;
        let mut client = Raw::connect(server.address).await;
        client
            .send(&format!("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {MORE_THAN_IS_HELD}\r\n\r\n"))
            .await;
        eventually("the body is sent or refused", client.send(vec![b'b'; MORE_THAN_IS_HELD])).await;
        let head = client.until("\r\n\r\n").await;
        assert!(head.starts_with("HTTP/1.1 200"), "{guest:?}: {head}");
        drop(client);
        site.idle().await;
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn every_question_to_the_host_is_charged() {
    let site =
        SiteDir::of(Guest::AsksMuch).policy("[limits]\ncpu = \"10s\"\n[grants]\nenv = { A = \"b\" }\n").load().await;
    for what in ["env", "clock", "time", "random", "target"] {
        assert_eq!(site.get(&format!("/?what={what}&times=1000")).await.text(), "1000", "{what}");
    }
    let brief = SiteDir::of(Guest::AsksMuch).policy("[limits]\ncpu = \"100ms\"\n").load().await;
    for what in ["env", "clock", "time", "random", "target"] {
        let answer = brief.get(&format!("/?what={what}&times=1000000000")).await;
        assert_eq!(answer.status, 504, "{what}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_trailer_says_nothing_that_only_a_head_may_say() {
    let site = SiteDir::of(Guest::SendsTrailers).load().await;
    let server = site.serve().await;
    for name in ["content-length", "transfer-encoding", "host", "connection", "te", "upgrade", "x-fine%0D%0Ax-injected"]
    {
        let target = format!("/?name={name}&value=5");
        let plain = Raw::exchange(server.address, &target).await.to_lowercase();
        let (_, body) = plain.split_once("\r\n\r\n").unwrap_or_default();
        assert!(!body.contains(&format!("\n{name}:")) && !body.contains("x-injected:"), "{name}: {plain}");
        let mut client = Http2::connect(server.address).await;
        let response = client.open(request("GET", &target)).await;
        let trailers = trailers_of(response).await;
        assert!(!trailers.contains_key(name), "{name} over HTTP/2: {trailers:?}");
    }
    let fine = client_trailers(server.address, "/?name=x-fine&value=yes").await;
    assert_eq!(fine.get("x-fine").map(|value| value.as_bytes()), Some(&b"yes"[..]));
    server.stop().await;
}

async fn client_trailers(address: std::net::SocketAddr, target: &str) -> http::HeaderMap {
    let mut client = Http2::connect(address).await;
    trailers_of(client.open(request("GET", target)).await).await
}

/// The trailers of a response, none where it was refused or broken off.
async fn trailers_of(response: http::Response<hyper::body::Incoming>) -> http::HeaderMap {
    let collected = http_body_util::BodyExt::collect(response.into_body()).await;
    collected.ok().and_then(|whole| whole.trailers().cloned()).unwrap_or_default()
}

/// The most memory this process ever held, in bytes.
pub(super) fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux says it");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}

/// A failure instead of an answer is told by who refuses the request, one behind an answer by who ran the guest.
#[tokio::test]
async fn a_route_that_fails_all_the_time_fills_no_log() {
    for (component, event) in [(Hostile::IsUnreachable, "refused"), (Hostile::AnswersTwice, "guest_failed")] {
        let dir = SiteDir::new().component("", &component.component());
        let site = dir.route("other", Guest::Traps).load().await;
        let log = Recorded::start();
        // All of them fall into one second.
        tokio::time::pause();
        for _ in 0..250 {
            site.get("/").await;
        }
        // What is told behind an answer is told by then.
        site.idle().await;
        let lines = log.take();
        let told = lines.iter().filter(|line| line.event() == event).count();
        assert_eq!((told, lines.len()), (100, 100), "{event}");
        site.get("/other").await;
        assert_eq!(failures(&log.take()), ["trap"], "another route is heard");
        tokio::time::advance(Duration::from_secs(1)).await;
        site.get("/").await;
        site.idle().await;
        let later = log.take();
        let [dropped, next] = later.as_slice() else { panic!("{later:?}") };
        let told = [dropped.event(), dropped.field("route"), dropped.field("lines"), next.event()];
        assert_eq!(told, ["failure_lines_dropped", "/", "150", event]);
        tokio::time::resume();
    }
}
