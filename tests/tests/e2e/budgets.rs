//! How much a guest may use: time, memory and host resources, and that its place is free again afterwards.

use std::time::{Duration, Instant};

use routelet_tests::{
    Answer, Guest, SiteDir, TestSite,
    fixtures::Route,
    site::{channel, request},
};

/// One request at a time and none waiting: only a freed place lets a second request through.
const ONE_AT_A_TIME: &str = "concurrency = 1\nqueue = 0\n";

async fn limited(guest: Guest, limits: &str) -> TestSite {
    let policy = format!("[limits]\n{ONE_AT_A_TIME}{limits}");
    SiteDir::of(guest).policy(&policy).load().await
}

async fn assert_times_out_and_frees_its_place(site: &TestSite, what: &str) {
    for attempt in ["first", "second"] {
        let answer = site.get("/").await;
        assert_eq!(answer.status, 504, "{what}, {attempt}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_spinning_guest_is_stopped_by_its_cpu_budget() {
    for guest in [Guest::SpinsForever, Guest::PollsBusily] {
        let site = limited(guest, "cpu = \"100ms\"\n").await;
        let started = Instant::now();
        assert_times_out_and_frees_its_place(&site, &format!("{guest:?}")).await;
        assert!(started.elapsed() < Duration::from_secs(20), "the default wall limit did not do it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_spins_while_it_starts_is_stopped_by_the_same_budget() {
    let component = Route::answering(&["get"]).spinning_in_start().bytes();
    let dir = SiteDir::new().component("", &component);
    let site = dir.policy(&format!("[limits]\n{ONE_AT_A_TIME}cpu = \"100ms\"\n")).load().await;
    assert_times_out_and_frees_its_place(&site, "a start function").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_traps_while_it_starts_is_an_internal_error() {
    let component = Route::answering(&["get"]).trapping_in_start().bytes();
    let answer = SiteDir::new().component("", &component).load().await.get("/").await;
    assert_eq!(answer.status, 500, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_sleeping_guest_is_stopped_by_the_clock() {
    for limits in ["wall = \"200ms\"\n", "first-byte = \"200ms\"\n"] {
        let site = limited(Guest::SleepsForever, limits).await;
        assert_times_out_and_frees_its_place(&site, limits).await;
    }
}

/// What twenty seconds of waiting in a thousand pieces may cost. Unoptimised, and with all other
/// tests on the same cores, a wake of the host costs many times as much.
const A_THOUSAND_WAITS: &str = if cfg!(debug_assertions) { "2s" } else { "100ms" };

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn waiting_costs_no_cpu() {
    let site = limited(Guest::WaitsMuch, &format!("cpu = \"{A_THOUSAND_WAITS}\"\n")).await;
    let answer = site.get("/?times=1000&ms=20").await;
    assert_eq!((answer.status, answer.text()), (200, "waited\n"));
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_guest_that_spins_after_its_answer_is_stopped_too() {
    let dir = SiteDir::of(Guest::SpinsAfterResponse);
    let site = dir.policy("[limits]\nconcurrency = 1\nqueue = 1\ncpu = \"100ms\"\nqueue-wait = \"20s\"\n").load().await;
    for attempt in 0..3 {
        let answer = site.get("/").await;
        assert_eq!((answer.status, answer.text()), (200, "answered\n"), "{attempt}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_is_served_while_others_spin() {
    let dir = SiteDir::new().route("spin", Guest::SpinsForever).route("hello", Guest::HelloPlain);
    let site = dir.policy("[limits]\ncpu = \"300ms\"\n").load().await;
    let spinning = async { tokio::join!(site.get("/spin"), site.get("/spin"), site.get("/spin"), site.get("/spin")) };
    let neighbour = async {
        for _ in 0..20 {
            assert_eq!(site.get("/hello").await.status, 200);
        }
    };
    let (spun, ()) = tokio::join!(spinning, neighbour);
    assert_eq!([spun.0.status, spun.1.status, spun.2.status, spun.3.status], [504; 4]);
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn memory_ends_at_its_limit() {
    let site = limited(Guest::GrowsMemory, "memory = \"8MiB\"\n").await;
    let got: u64 = site.get("/").await.text().parse().expect("a number");
    assert!((3..8).contains(&got), "{got} MiB");
    assert_eq!(site.get("/?mib=3").await.text(), "3", "the limit is per instance");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_starts_beyond_its_limits_is_not_served() {
    let mut served = Vec::new();
    for (what, route) in [
        ("memory", Route::answering(&["get"]).with_pages(4_096)),
        ("table", Route::answering(&["get"]).with_table(30_000)),
        ("memories", Route::answering(&["get"]).with_memories(40)),
    ] {
        let loaded = SiteDir::new().component("", &route.bytes()).try_load().await;
        match loaded {
            Ok(_) => served.push(what),
            Err(faults) => assert!(faults[0].starts_with("app/route.wasm: "), "{what}: {faults:?}"),
        }
    }
    assert_eq!(served, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn host_resources_end_at_their_limits() {
    let site = SiteDir::new().route("fields", Guest::FillsFields).route("random", Guest::TakesRandom).load().await;
    assert_eq!(site.get("/fields").await.status, 500, "the runtime ends a guest that overfills its fields");
    assert_eq!(site.get("/random?bytes=1048576").await.text(), "1048576");
    assert_eq!(site.get("/random?bytes=1073741824").await.status, 500);
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_write_that_was_never_permitted_ends_the_guest() {
    let answer = SiteDir::of(Guest::WritesWithoutPermit).load().await.get("/").await;
    assert!(answer.status == 500 || !answer.complete, "{} {}", answer.status, answer.complete);
    assert!(answer.body.len() < 64 << 20, "{} bytes", answer.body.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_frees_the_place() {
    let dir = SiteDir::of(Guest::StreamsSlowly);
    let site = dir.policy("[limits]\nconcurrency = 1\nqueue = 1\nqueue-wait = \"20s\"\n").load().await;
    for attempt in 0..3 {
        let (mut release, body) = channel();
        let response = site.open(request("POST", "/").map(|_| body)).await;
        assert_eq!(response.status(), 200, "{attempt}");
        drop(response);
        // A guest whose client has left is not waited for.
        let _ = release.send_data("x".into()).await;
    }
    let last = site.answer(request("POST", "/")).await;
    assert_eq!((last.status, last.text()), (200, "data: 1\n\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_waits_for_its_turn() {
    let dir = SiteDir::of(Guest::StreamsSlowly);
    let site = dir.policy("[limits]\nconcurrency = 1\nqueue = 1\nqueue-wait = \"30s\"\n").load().await;
    let (release, body) = channel();
    let held = site.open(request("POST", "/").map(|_| body)).await;
    let waiting = site.get("/");
    let release = async {
        drop(release);
        Answer::read(held).await
    };
    let (waited, held) = tokio::join!(waiting, release);
    assert_eq!((waited.status, held.status), (200, 200));
}
