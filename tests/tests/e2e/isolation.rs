//! What instances share (nothing, unless asked), what a guest reaches without a grant (nothing), and how much of the
//! server one route takes (never all).

use routelet_tests::{Guest, SiteDir, TestSite, fixtures::Written, site::request};
use serde_json::json;

async fn counts(site: &TestSite, targets: &[&str]) -> Vec<String> {
    let mut seen = Vec::new();
    for target in targets {
        seen.push(site.get(target).await.text().to_owned());
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn every_request_runs_in_a_fresh_instance() {
    let site = SiteDir::of(Guest::CountsRequests).load().await;
    assert_eq!(counts(&site, &["/", "/", "/"]).await, ["1", "1", "1"]);
    assert_eq!(site.guests_started(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_is_reused_where_the_operator_asks_for_it() {
    let dir = SiteDir::of(Guest::CountsRequests).route("other", Guest::CountsRequests);
    let serial = "[route]\nreuse = \"serial\"\n";
    let site = dir.policy(serial).file("app/other/segment.toml", serial).load().await;
    assert_eq!(counts(&site, &["/", "/", "/other", "/", "/other"]).await, ["1", "2", "1", "3", "2"]);
    assert_eq!(site.guests_started(), 2, "one instance for each route, never one for both");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_reused_instance_is_thrown_away_after_a_trap() {
    let site = SiteDir::of(Guest::CountsThenTraps).policy("[route]\nreuse = \"serial\"\n").load().await;
    assert_eq!(counts(&site, &["/", "/"]).await, ["1", "2"]);
    assert_eq!(site.get("/?trap").await.status, 500);
    assert_eq!(counts(&site, &["/", "/"]).await, ["1", "2"]);
}

/// As languages with a collector do: what ended with the request may stay, what goes on is ended with the instance.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn an_instance_that_drops_late_is_reused_unless_something_goes_on_or_much_is_left() {
    // It is connected to, and never answers.
    let origin = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", origin.local_addr().expect("it listens"));
    let policy = format!("[limits]\nresources = 400\n[grants]\noutbound = [\"{url}\"]\n[route]\nreuse = \"serial\"\n");
    let site = SiteDir::of(Guest::KeepsHandles).policy(&policy).load().await;
    let exchange = format!("exchange&url={url}");
    let rows = [
        ("fields&count=90", true),
        ("fields&count=11", false),
        ("request", false),
        ("body", false),
        ("timer", false),
        (exchange.as_str(), false),
    ];
    for (keep, is_reused) in rows {
        let seen = [site.get("/").await, site.post(&format!("/?keep={keep}"), "sent").await, site.get("/").await];
        let seen: Vec<_> = seen.iter().map(|answer| answer.text().parse::<u32>().expect("a number")).collect();
        assert_eq!(seen[1], seen[0] + 1, "{keep}: nothing else has run");
        assert_eq!(seen[2], if is_reused { seen[1] + 1 } else { 1 }, "{keep}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_starts_over() {
    let site = SiteDir::of(Guest::CountsRequests).policy("[route]\nreuse = \"serial\"\n").load().await;
    assert_eq!(counts(&site, &["/", "/"]).await, ["1", "2"]);
    site.dir().write("app/segment.toml", "[route]\nreuse = \"never\"\n");
    site.reload().await.expect("the new state is faultless");
    assert_eq!(counts(&site, &["/", "/"]).await, ["1", "1"]);
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn files_are_out_of_reach() {
    let told = SiteDir::of(Guest::OpensFiles).load().await.get("/").await.json();
    assert_eq!(told["directories"], json!([]));
    assert!(told["read"].is_string() && told["written"].is_string(), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn sockets_are_out_of_reach() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a fresh socket");
    let address = listener.local_addr().expect("it listens");
    let grants = format!("[grants]\noutbound = [\"http://{address}\"]\n");
    for policy in ["", &grants] {
        let site = SiteDir::of(Guest::OpensSockets).policy(policy).load().await;
        let told = site.get(&format!("/?address={address}")).await.json();
        for way in ["connect", "listen", "udp", "resolve"] {
            assert_eq!(told[way], "refused", "{way}: {told}");
        }
        assert!(listener.accept().is_err(), "somebody connected");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_reaches_its_segment_and_what_lies_below_but_nothing_beside() {
    let dir = SiteDir::of(Guest::ReadsEnv)
        .route("a", Guest::ReadsEnv)
        .route("a/b", Guest::ReadsEnv)
        .route("c", Guest::ReadsEnv)
        .file("app/a/segment.toml", "[grants]\nenv = { KEY = \"a\" }\n");
    let site = dir.load().await;
    for (target, env) in
        [("/", json!({})), ("/a", json!({ "KEY": "a" })), ("/a/b", json!({ "KEY": "a" })), ("/c", json!({}))]
    {
        assert_eq!(site.get(target).await.json()["env"], env, "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_can_only_tighten() {
    let dir = SiteDir::of(Guest::HelloPlain)
        .route("below", Guest::HelloPlain)
        .policy("[limits]\nmemory = \"16MiB\"\n[ceiling]\nenv = []\n")
        .file("app/below/segment.toml", "[limits]\nmemory = \"32MiB\"\n");
    let faults = dir.faults().await;
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("app/below/segment.toml:2: "), "{faults:?}");
    assert!(faults[0].contains("app/segment.toml"), "both files are named: {faults:?}");
}

/// A guest that waits for ever while it starts, and takes as much of the pools as eight others: it has 64 tables.
fn heavy() -> Vec<u8> {
    let core = format!(
        "{} (func $wait (loop $again (call $block (call $subscribe (i64.const 1000000000))) (br $again)))
         (start $wait) {}",
        "(table 1 funcref) ".repeat(64),
        Written::default().core
    );
    Written { core: &core, ..Written::default() }.component()
}

/// More than the route runs and fewer than it lets wait.
const HEAVY_REQUESTS: usize = 80;
/// An eighth of the places of a server.
const SHARE: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn a_route_of_heavy_guests_takes_its_share_of_the_server_and_no_more() {
    let site = SiteDir::new().component("heavy", &heavy()).route("good", Guest::HelloPlain).load().await;
    let mut held: Vec<_> = (0..HEAVY_REQUESTS).map(|_| Box::pin(site.open(request("GET", "/heavy")))).collect();
    for request in &mut held {
        assert!(futures_util::poll!(request).is_pending(), "it runs, or waits for its turn");
    }
    assert_eq!(site.site().guests_running(), SHARE);
    for attempt in 0..20 {
        assert_eq!(site.get("/good").await.status, 200, "{attempt}");
    }
    let explained = site.site().explain("GET", None, "/heavy").steps.join("\n");
    assert!(
        explained.contains("8 of its guests run at a time, since each takes 8 places of the server"),
        "{explained}"
    );
    drop(held);
    site.idle().await;
}

/// Each of the pool's places could be held by an instance that waits for a request of its own route.
#[tokio::test(flavor = "multi_thread")]
async fn instances_that_wait_to_be_reused_take_no_room_of_guests_that_may_run() {
    const GUESTS: usize = 4;
    let mut dir = SiteDir::new().route("sleeps", Guest::SleepsForever);
    for number in 0..3 * GUESTS {
        let serial = "[route]\nreuse = \"serial\"\n";
        dir = dir.route(&format!("r{number}"), Guest::CountsRequests);
        dir = dir.file(&format!("app/r{number}/segment.toml"), serial);
    }
    let settings = format!("[server]\nconcurrency = {GUESTS}\n");
    let site =
        dir.file("app/sleeps/segment.toml", "[limits]\nconcurrency = 4\n").file("routelet.toml", settings).load().await;
    for number in 0..3 * GUESTS {
        assert_eq!(site.get(&format!("/r{number}")).await.text(), "1");
    }
    assert_eq!(site.get("/r0").await.text(), "2", "as many wait as there are places for that");
    assert_eq!(site.get("/r1").await.text(), "1", "others are fresh");
    let mut held: Vec<_> = (0..GUESTS).map(|_| Box::pin(site.open(request("GET", "/sleeps")))).collect();
    for guest in &mut held {
        assert!(futures_util::poll!(guest).is_pending(), "it has its place in the pool, and sleeps");
    }
    assert_eq!(site.site().guests_running(), GUESTS);
    drop(held);
    site.idle().await;
}
