//! What wasmtime's advisories since 48.0.0 said, tried on this host: one test for each that a guest or a client could
//! reach here. What a defect let happen stands above each; what must happen instead is asserted.

use routelet_tests::{
    Guest, SiteDir, TestSite,
    fixtures::{Hostile, holding_handles},
    log::Recorded,
    origin::Origin,
};
use serde_json::{Value, json};

use crate::hostile::peak_bytes;

/// A gibibyte: no guest of these tests has as much, and the host must not make it for them either.
const MUCH: u64 = 1 << 30;

async fn hostile(hostile: Hostile, limits: &str) -> TestSite {
    SiteDir::new().component("", &hostile.component()).policy(&format!("[limits]\n{limits}")).load().await
}

async fn assert_host_makes_little(site: &TestSite, targets: &[&str]) {
    let before = peak_bytes();
    for target in targets {
        let answer = site.get(target).await;
        assert!(answer.status == 500 || !answer.complete, "{target}: {} {:?}", answer.status, answer.body.len());
    }
    let grown = peak_bytes().saturating_sub(before);
    assert!(grown < MUCH / 2, "the host grew by {grown} bytes");
}

/// A write to an outgoing body was taken whatever its size: the host held what the guest had not been permitted.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_c9gc_w9vx_w86p_an_outgoing_body_takes_what_it_permitted() {
    let unasked = SiteDir::of(Guest::WritesWithoutPermit).load().await;
    assert_host_makes_little(&unasked, &["/?bytes=16000000", "/?bytes=1048577", "/?bytes=1"]).await;
    let zeroes = SiteDir::of(Guest::WritesZeroes).load().await;
    let huge = format!("/?to=body&bytes={}", u64::MAX);
    let blocking = format!("/?to=body&how=blocking&bytes={MUCH}");
    assert_host_makes_little(&zeroes, &[&huge, &blocking, "/?to=body&bytes=1073741824"]).await;
}

/// A guest without standard output got a sink that permitted any number of bytes, so that zeroes were made without end.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_gqmc_89g8_p25r_zeroes_for_the_output_are_not_made_without_end() {
    let site = SiteDir::of(Guest::WritesZeroes).load().await;
    for to in ["stdout", "stderr"] {
        let huge = format!("/?to={to}&bytes={}", u64::MAX);
        let blocking = format!("/?to={to}&how=blocking&bytes={MUCH}");
        assert_host_makes_little(&site, &[&huge, &blocking, &format!("/?to={to}&bytes={MUCH}")]).await;
        assert_eq!(site.get(&format!("/?to={to}&bytes=4096")).await.text(), "Ok(())", "what is permitted is written");
    }
}

async fn told(site: &TestSite, query: &str) -> Value {
    site.get(&format!("/?{query}")).await.json()
}

async fn calling(origin: &Origin) -> TestSite {
    let policy = format!("[grants]\noutbound = [\"{}\"]\n", origin.url(""));
    SiteDir::of(Guest::CallsOutOddly).policy(&policy).load().await
}

/// A timeout of zero panicked the host.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_w4qr_p94g_mjhv_a_timeout_of_zero_is_a_short_one() {
    let origin = Origin::start().await;
    let site = calling(&origin).await;
    let target = format!("authority={}&path=/", origin.address());
    for nanoseconds in [0, 1, 999_999] {
        let told = told(&site, &format!("{target}&ns={nanoseconds}")).await;
        assert!(told["error"].is_string() || told["status"] == 200, "{nanoseconds}: {told}");
    }
    let longest = format!("{target}&ns={}", u64::MAX - 1);
    let answered = tokio::select! {
        told = told(&site, &longest) => told,
        () = origin.answer_all("yes") => unreachable!("it answers for ever"),
    };
    assert_eq!(answered, json!({ "status": 200 }), "the longest is cut to what the policy allows");
}

/// A path in absolute form sent the request to the host written there, past what was vetted.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_5qpp_g3j2_8frx_a_path_names_no_other_host() {
    let (granted, other) = (Origin::start().await, Origin::start().await);
    let site = calling(&granted).await;
    let authority = format!("authority={}", granted.address());
    let elsewhere = other.address();
    for path in [
        format!("http://{elsewhere}/"),
        format!("https://{elsewhere}/"),
        format!("{elsewhere}/"),
        format!("@{elsewhere}/"),
        format!(":80@{elsewhere}/"),
        "/%0D%0Ahost:%20elsewhere".to_owned(),
        "/a%20b".to_owned(),
        "*".to_owned(),
    ] {
        let told = told(&site, &format!("{authority}&path={path}")).await;
        assert!(told["refused"] == "path" || told["error"].is_string(), "{path}: {told}");
    }
    let two_slashes = format!("{authority}&path=//{elsewhere}/");
    let answered = tokio::select! {
        told = told(&site, &two_slashes) => told,
        () = granted.answer_all("yes") => unreachable!("it answers for ever"),
    };
    assert_eq!(answered, json!({ "status": 200 }), "a path of two slashes is a path");
    let called = tokio::time::timeout(std::time::Duration::ZERO, other.call()).await.is_ok();
    assert!(!called, "the other host was called");
}

/// A path longer than 64 KiB before its query crashed the host.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_w36r_2hch_9xp9_a_long_path_is_an_error_for_the_guest() {
    let origin = Origin::start().await;
    let site = calling(&origin).await;
    let authority = format!("authority={}", origin.address());
    for (path, pad) in [("/", 65_535), ("/", 65_536), ("/", 1_000_000), ("/?q=", 65_536), ("/?q=", 1_000_000)] {
        let told = told(&site, &format!("{authority}&path={path}&pad={pad}")).await;
        assert!(told["refused"] == "path" || told["error"].is_string(), "{path} and {pad}: {told}");
    }
}

/// Handles were counted for each component instance alone, so that a component of many held as many times the limit.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_q554_3cjc_rx7p_handles_of_all_instances_are_counted_together() {
    // The request, the outparam, the response being made and its lending to the host are counted too.
    for (here, there, status) in [(96, 0, 200), (97, 0, 500), (50, 46, 200), (50, 47, 500), (1_000_000_000, 0, 500)] {
        let component = holding_handles(here, there, 0);
        let site = SiteDir::new().component("", &component).policy("[limits]\nhandles = 100\n").load().await;
        assert_eq!(site.get("/").await.status, status, "{here} and {there}");
    }
}

/// Each borrow of a resource was written down until its call ended, and counted towards no limit.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_6fr9_xmw9_5352_lending_is_counted_as_holding() {
    // The request, the outparam and the thing itself are handles too.
    for (lent, status) in [(97, 200), (98, 500), (10_000, 500)] {
        let component = holding_handles(0, 0, lent);
        let site = SiteDir::new().component("", &component).policy("[limits]\nhandles = 100\n").load().await;
        assert_eq!(site.get("/").await.status, status, "{lent} times");
    }
}

/// A guest that called the host out of its own `realloc` panicked the host.
#[tokio::test]
pub(super) async fn ghsa_7v24_42x9_pxf7_realloc_cannot_call_the_host() {
    for guest in [Hostile::CallsHostInRealloc, Hostile::MisplacesRealloc] {
        let site = hostile(guest, "").await;
        let log = Recorded::start();
        assert_eq!(site.get("/").await.status, 500, "{guest:?}");
        let lines = log.take();
        assert_eq!(lines.iter().map(|line| line.field("reason")).collect::<Vec<_>>(), ["trap"], "{lines:?}");
    }
}

/// Cancelling a call at the wrong moment panicked the host: while a component inside another held what it had borrowed.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_3r89_v5mq_j5xf_a_client_may_leave_at_any_moment() {
    let dir = SiteDir::new().route("sleeps", Guest::SleepsForever);
    let lends = Hostile::LendsToOneThatWaits.component();
    let dir = dir.component("lends", &lends).component("starts", &Hostile::WaitsForeverInStart.component());
    let site = dir.route("good", Guest::HelloPlain).policy("[limits]\nconcurrency = 1\nqueue = 0\n").load().await;
    for _ in 0..20 {
        for target in ["/lends", "/starts", "/sleeps"] {
            tokio::select! {
                biased;
                answer = site.get(target) => panic!("{target}: {answer:?}"),
                () = site.busy() => {}
            }
            site.idle().await;
        }
    }
    assert_eq!(site.get("/good").await.status, 200);
}

/// Two lengths could be put into one message, each the other's contradiction.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_r8xh_cgf7_392j_a_message_has_one_length() {
    let site = SiteDir::of(Guest::DeclaresLengths).load().await;
    for (one, other) in [("5", "6"), ("5", "5"), ("0", "5")] {
        let told = told(&site, &format!("one={one}&other={other}")).await;
        let expected = json!({ "first": true, "second": false, "set": false, "listed": false, "held": 1 });
        assert_eq!(told, expected, "{one} and {other}");
    }
    for no_length in ["5,%206", "%2B5", "-1", "0x5", "5%205", ""] {
        let told = told(&site, &format!("one={no_length}&other=5")).await;
        assert_eq!(told["first"], false, "{no_length:?}: {told}");
    }
}

/// A body could be longer or shorter than the length declared for it.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_h4wp_g4x3_7398_a_body_is_as_long_as_declared() {
    let site = SiteDir::of(Guest::SendsWrongLength).load().await;
    for (declared, sent) in [(5, 4), (5, 6), (0, 1), (1, 0), (3 << 20, 2 << 20), (2 << 20, 3 << 20)] {
        let answer = site.get(&format!("/?declared={declared}&sent={sent}")).await;
        let whole = answer.status == 200 && answer.complete;
        assert!(!whole, "{declared} declared, {sent} sent, {} came", answer.body.len());
        assert!(answer.body.len() <= declared.max(100), "{declared} declared, {} came", answer.body.len());
    }
}

/// Lists and records were copied into the host without being charged to the bound of one call.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_jqpg_j7w6_42pr_what_a_call_carries_is_charged() {
    let site = SiteDir::of(Guest::PassesLists).policy("[limits]\nhostcall-fuel = \"64KiB\"\n").load().await;
    for (target, status) in [
        ("/?how=list&count=100&bytes=10", 200),
        ("/?how=list&count=10000&bytes=10", 500),
        ("/?how=list&count=10&bytes=10000", 500),
        ("/?how=name&bytes=65000", 200),
        ("/?how=name&bytes=100000", 500),
        ("/?bytes=16384", 200),
        ("/?bytes=100000", 500),
    ] {
        assert_eq!(site.get(target).await.status, status, "{target}");
    }
}

/// A host function that waits could be entered where the runtime was not prepared to wait, such as from a start function.
#[tokio::test(flavor = "multi_thread")]
pub(super) async fn ghsa_vcg5_q8m5_8379_a_guest_may_wait_while_it_starts() {
    assert_eq!(hostile(Hostile::WaitsInStart, "").await.get("/").await.status, 200);
    let never = hostile(Hostile::WaitsForeverInStart, "first-byte = \"200ms\"\n").await;
    assert_eq!(never.get("/").await.status, 504);
}
