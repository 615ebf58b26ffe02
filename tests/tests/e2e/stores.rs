//! Key-value stores: what a grant opens, what a guest may do there, and where it ends.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use routelet_tests::{Guest, SiteDir, TestSite, origin::Origin, redis::Redis};
use serde_json::{Value, json};

const EMBEDDED: &str = "[kv]\nurl = \"redb:kv\"\n";

fn site_with(settings: &str, policy: &str) -> SiteDir {
    SiteDir::of(Guest::UsesStore).file("routelet.toml", settings).policy(policy)
}

async fn granted(policy: &str) -> TestSite {
    granted_at(EMBEDDED, policy).await
}

async fn granted_at(settings: &str, policy: &str) -> TestSite {
    site_with(settings, &format!("[grants]\nkv = [\"s\"]\n{policy}")).load().await
}

fn settings_of(redis: &Redis) -> String {
    format!("[kv]\nurl = \"{}\"\n", redis.url())
}

/// What an operation gave.
async fn ok(site: &TestSite, query: &str) -> Value {
    let answer = site.get(&format!("/?{query}")).await.json();
    answer.get("ok").unwrap_or_else(|| panic!("{query}: {answer}")).clone()
}

/// The error an operation gave.
async fn error(site: &TestSite, query: &str) -> String {
    let answer = site.get(&format!("/?{query}")).await.json();
    answer["error"].as_str().unwrap_or_else(|| panic!("{query}: {answer}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_does_what_its_interface_says_in_either_kind_of_store() {
    let redis = Redis::start().await;
    for settings in [EMBEDDED.to_owned(), settings_of(&redis)] {
        each_operation_does_what_its_interface_says(&granted_at(&settings, "").await).await;
    }
}

async fn each_operation_does_what_its_interface_says(site: &TestSite) {
    for (query, answer) in [
        ("do=get&key=a", json!(null)),
        ("do=exists&key=a", json!(false)),
        ("do=delete&key=a", json!(null)),
        ("do=list", json!({ "keys": [], "cursor": null })),
        ("do=set&key=a&value=one", json!(null)),
        ("do=get&key=a", json!("one")),
        ("do=set&key=a&value=", json!(null)),
        ("do=get&key=a", json!("")),
        ("do=exists&key=a", json!(true)),
        ("do=delete&key=a", json!(null)),
        ("do=get&key=a", json!(null)),
        ("do=increment&key=n&delta=5", json!(5)),
        ("do=increment&key=n&delta=-7", json!(-2)),
        ("do=get&key=n", json!("-2")),
        ("do=increment&key=big&delta=9223372036854775807", json!(i64::MAX)),
        ("do=get&key=big", json!("9223372036854775807")),
        ("do=swap-adds&key=c&times=3", json!(3)),
        ("do=swap-late&key=c&value=mine", json!(["between", true, "mine"])),
        ("do=set-many&count=3&prefix=m&value=v", json!(null)),
        ("do=get-many&count=4&prefix=m", json!([["m0", "v"], ["m1", "v"], ["m2", "v"], ["m3", null]])),
        ("do=delete-many&count=2&prefix=m", json!(null)),
        ("do=list-all", json!(["big", "c", "m2", "n"])),
    ] {
        assert_eq!(ok(site, query).await, answer, "{query}");
    }
    for (query, told) in [
        ("do=increment&key=c", "the value is no whole number of 64 bits in decimal digits"),
        ("do=increment&key=big", "the sum does not fit into 64 bits"),
    ] {
        assert_eq!(error(site, query).await, told, "{query}");
    }
    assert_eq!(ok(site, "do=get&key=big").await, json!("9223372036854775807"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_granted_is_not_opened() {
    let site = granted("").await;
    for (store, told) in [("other", "access-denied"), ("", "no-such-store"), ("../s", "no-such-store")] {
        assert_eq!(error(&site, &format!("do=open&store={store}")).await, told, "{store}");
    }
    let nothing = site_with("", "").load().await;
    assert_eq!(error(&nothing, "do=open").await, "access-denied");
    let told = nothing.site().ungranted();
    let stores = |import: &String| import.starts_with("wasi:keyvalue/");
    assert!(told.iter().any(|route| route.imports.iter().any(stores)), "{told:?}");
    assert!(!site.site().ungranted().iter().any(|route| route.imports.iter().any(stores)));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_names_anything_outside_its_store() {
    let site = SiteDir::new()
        .route("a", Guest::UsesStore)
        .route("b", Guest::UsesStore)
        .file("routelet.toml", EMBEDDED)
        .file("app/a/segment.toml", "[grants]\nkv = [\"a\", \"both\"]\n")
        .file("app/b/segment.toml", "[grants]\nkv = [\"b\", \"both\"]\n")
        .load()
        .await;
    let keys = ["../b/k", "b%00k", "%00", "b:k", "@b", "*", "%7bb%7d:k", "b.redb", "%c3%a9", "k%0d%0aSET%20x"];
    for key in keys {
        let told = site.get(&format!("/a?do=set&store=a&key={key}&value=mine")).await.json();
        assert_eq!(told, json!({ "ok": null }), "{key}");
    }
    assert_eq!(site.get("/b?do=list-all&store=b").await.json(), json!({ "ok": [] }));
    assert_eq!(site.get("/b?do=list-all&store=both").await.json(), json!({ "ok": [] }));
    assert_eq!(site.get("/b?do=list-all&store=a").await.json(), json!({ "error": "access-denied" }));
    let listed = site.get("/a?do=list-all&store=a").await.json();
    assert_eq!(listed["ok"].as_array().map(Vec::len), Some(keys.len()), "{listed}");
    // With one owner a name is one store, whoever grants it.
    site.get("/a?do=set&store=both&key=k&value=shared").await;
    assert_eq!(site.get("/b?do=get&store=both&key=k").await.json(), json!({ "ok": "shared" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_stores_of_one_name_never_meet() {
    let policy = "[ceiling]\nkv = [\"*\"]\n[grants]\nkv = [\"all\"]\n";
    let site = SiteDir::new()
        .route("a", Guest::UsesStore)
        .route("a/below", Guest::UsesStore)
        .route("b", Guest::UsesStore)
        .file("routelet.toml", format!("owners = \"many\"\n{EMBEDDED}"))
        .file("app/a/segment.toml", "[grants]\nkv = [\"s\"]\n")
        .file("app/b/segment.toml", "[grants]\nkv = [\"s\"]\n")
        .policy(policy)
        .load()
        .await;
    for store in ["s", "all"] {
        site.get(&format!("/a?do=set&store={store}&key=k&value=mine")).await;
        let below = site.get(&format!("/a/below?do=get&store={store}&key=k")).await.json();
        assert_eq!(below, json!({ "ok": "mine" }), "{store}");
    }
    assert_eq!(site.get("/b?do=get&store=s&key=k").await.json(), json!({ "ok": null }));
    assert_eq!(site.get("/b?do=get&store=all&key=k").await.json(), json!({ "ok": "mine" }));
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn each_limit_holds_at_its_edge_in_either_kind_of_store() {
    each_limit_holds_at_its_edge(async || EMBEDDED.to_owned()).await;
    let (redis, next) = (Redis::start().await, AtomicUsize::new(0));
    // Every row begins with an empty store: a database of its own.
    let empty = async || settings_of(&redis).replace("/3", &format!("/{}", next.fetch_add(1, Ordering::Relaxed)));
    each_limit_holds_at_its_edge(empty).await;
}

async fn each_limit_holds_at_its_edge(empty: impl AsyncFn() -> String) {
    for (limit, within, beyond) in [
        ("kv-key = \"8B\"", "do=set&key-bytes=8", "do=set&key-bytes=9"),
        ("kv-key = \"8B\"", "do=get&key-bytes=8", "do=get&key-bytes=9"),
        ("kv-value = \"100B\"", "do=set&key=a&bytes=100", "do=set&key=a&bytes=101"),
        ("kv-keys = 3", "do=set-many&count=3", "do=set&key=another"),
        ("kv-keys = 3", "do=set-many&count=3", "do=increment&key=another"),
        ("kv-bytes = \"50B\"", "do=set&key=a&bytes=49", "do=set&key=a&bytes=50"),
        ("kv-bytes = \"50B\"", "do=set&key=a&bytes=49", "do=swap-adds&key=b"),
        ("kv-operations = 5", "do=exists&times=5", "do=exists&times=6"),
        ("kv-operations = 5", "do=get-many&count=5", "do=get-many&count=6"),
        ("kv-operations = 5", "do=set-many&count=5", "do=delete-many&count=6"),
        ("kv-operations = 0", "do=open&times=9", "do=list"),
    ] {
        let site = granted_at(&empty().await, &format!("[limits]\n{limit}\n")).await;
        ok(&site, within).await;
        let told = error(&site, beyond).await;
        let name = limit.split(' ').next().expect("a limit");
        assert!(told.starts_with(&format!("{name}: ")), "{limit} {beyond}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_store_can_be_emptied_and_filled_again() {
    let site = granted("[limits]\nkv-keys = 2\nkv-bytes = \"20B\"\n").await;
    ok(&site, "do=set-many&count=2&bytes=9").await;
    error(&site, "do=set&key=0&bytes=10").await;
    ok(&site, "do=set&key=0&bytes=1").await;
    ok(&site, "do=set&key=1&bytes=17").await;
    error(&site, "do=set&key=2").await;
    ok(&site, "do=delete&key=1").await;
    ok(&site, "do=set&key=2&bytes=17").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_beyond_a_limit_writes_nothing() {
    let site = granted("[limits]\nkv-keys = 2\n").await;
    assert!(error(&site, "do=set-many&count=3").await.starts_with("kv-keys"));
    assert_eq!(ok(&site, "do=list-all").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_carries_no_more_than_a_call_may() {
    let site = granted("[limits]\nhostcall-fuel = \"64KiB\"\n").await;
    for key in ["0", "1"] {
        ok(&site, &format!("do=set&key={key}&bytes=32768")).await;
    }
    assert_eq!(ok(&site, "do=get-many-bytes&count=2").await, json!(65536));
    ok(&site, "do=set&key=2&bytes=1").await;
    assert!(error(&site, "do=get-many-bytes&count=3").await.starts_with("hostcall-fuel: "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_listing_comes_in_pages() {
    let site = granted("[limits]\nkv-operations = 5000\n").await;
    ok(&site, "do=set-many&count=2500").await;
    let first = ok(&site, "do=list").await;
    assert_eq!(first["keys"].as_array().map(Vec::len), Some(1_000));
    assert!(first["cursor"].is_string(), "{}", first["cursor"]);
    let all = ok(&site, "do=list-all").await;
    let mut expected: Vec<_> = (0..2500).map(|at| at.to_string()).collect();
    expected.sort();
    assert_eq!(all, json!(expected));
    let nonsense = ok(&site, "do=list&cursor=zzz").await;
    assert_eq!(nonsense, json!({ "keys": [], "cursor": null }));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn what_is_written_is_read_again() {
    let site = granted("").await;
    ok(&site, "do=set&key=a&value=kept").await;
    site.reload().await.expect("nothing changed");
    assert_eq!(ok(&site, "do=get&key=a").await, json!("kept"));
    site.dir().write("app/segment.toml", "[grants]\nkv = [\"s\", \"t\"]\n");
    site.reload().await.expect("a grant more");
    assert_eq!(ok(&site, "do=get&key=a").await, json!("kept"));
    ok(&site, "do=set&store=t&key=a&value=other").await;
    site.dir().write("app/segment.toml", "");
    site.reload().await.expect("no grant any more");
    assert_eq!(error(&site, "do=get&key=a").await, "access-denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_swap_at_once_lose_nothing() {
    let site = granted("[limits]\nkv-operations = 10000\ncpu = \"20s\"\n").await;
    let adds = |what: &'static str| {
        let site = &site;
        async move { ok(site, &format!("do={what}&key={what}&times=10")).await }
    };
    for what in ["swap-adds", "increment"] {
        let eight = [(); 8].map(|()| adds(what));
        futures_join(eight).await;
        assert_eq!(ok(&site, &format!("do=get&key={what}")).await, json!("80"), "{what}");
    }
}

async fn futures_join<const N: usize>(tasks: [impl Future<Output = Value>; N]) {
    let mut tasks: Vec<_> = tasks.into_iter().map(Box::pin).collect();
    std::future::poll_fn(|context| {
        tasks.retain_mut(|task| task.as_mut().poll(context).is_pending());
        if tasks.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_guest_waits_for_a_store_as_long_as_it_may() {
    let redis = Redis::start().await;
    let site = granted_at(&settings_of(&redis), "[limits]\nkv-wait = \"4s\"\n").await;
    ok(&site, "do=set&key=a&value=kept").await;
    redis.pause(Duration::from_millis(500)).await;
    assert_eq!(ok(&site, "do=get&key=a").await, json!("kept"));
    redis.pause(Duration::from_mins(1)).await;
    let told = error(&site, "do=get&key=a").await;
    assert!(told.starts_with("kv-wait: "), "{told}");
}

/// Nothing else is charged while a store keeps a guest waiting, and it keeps it no longer than it may.
#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_store_costs_no_cpu_and_ends() {
    let silent = Origin::start().await;
    let settings = format!("[kv]\nurl = \"redis://{}/0\"\n", silent.address());
    let site = granted_at(&settings, "[limits]\ncpu = \"300ms\"\nkv-wait = \"1s\"\n").await;
    tokio::select! {
        told = error(&site, "do=get&key=a") => assert!(told.starts_with("kv-wait: "), "{told}"),
        () = silent.hold("") => unreachable!("it holds the connection"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stores_need_a_place_that_is_not_served() {
    let grant = "[grants]\nkv = [\"s\"]\n";
    let nowhere = site_with("", grant).faults().await;
    assert!(nowhere[0].starts_with("app/segment.toml:2: grants the store `s`, and no place for stores is set"));
    for place in ["app/kv", "public/kv", "app"] {
        let site = site_with(&format!("[kv]\nurl = \"redb:{place}\"\n"), grant).file("public/a.txt", "a");
        let told = site.faults().await;
        assert!(told[0].contains("which is served"), "{place}: {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_damaged_costs_nobody_else() {
    let site = granted("").await;
    site.dir().write("app/segment.toml", "[grants]\nkv = [\"s\", \"t\"]\n");
    site.dir().write("kv/t.redb", vec![b'!'; 8192]);
    site.reload().await.expect("a grant more");
    assert_eq!(error(&site, "do=get&store=t&key=a").await, "the store is not available");
    assert_eq!(error(&site, "do=set&store=t&key=a&value=b").await, "the store is not available");
    ok(&site, "do=set&key=a&value=b").await;
    assert_eq!(ok(&site, "do=get&key=a").await, json!("b"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_of_stores_belongs_to_one_server() {
    let site = granted("").await;
    ok(&site, "do=set&key=a&value=mine").await;
    let settings = format!("[kv]\nurl = \"redb:{}\"\n", site.dir().path().join("kv").display());
    let second = site_with(&settings, "[grants]\nkv = [\"s\"]\n").load().await;
    let told = second.site().open_stores().await.expect_err("the first server has them").to_string();
    assert!(told.contains("holds key-value stores that another server is using"), "{told}");
    assert_eq!(error(&second, "do=get&key=a").await, "the store is not available");
    assert_eq!(ok(&site, "do=get&key=a").await, json!("mine"));
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_share_the_stores_of_a_redis_server_and_outlive_it() {
    let redis = Redis::start().await;
    let policy = "[limits]\nkv-operations = 5000\nkv-wait = \"20s\"\n";
    let first = granted_at(&settings_of(&redis), policy).await;
    let second = granted_at(&settings_of(&redis), policy).await;
    ok(&first, "do=set-many&count=2500&value=v").await;
    assert_eq!(ok(&second, "do=increment&key=0x").await, json!(1));
    assert_eq!(ok(&second, "do=list-all").await.as_array().map(Vec::len), Some(2501));
    assert_eq!(error(&second, "do=list&cursor=zzz").await, "the cursor is none of this store");
    let redis = redis.restarted().await;
    // Connections of before are broken: the first operations after it may fail, later ones do not.
    for _ in 0..100 {
        if first.get("/?do=get&key=7").await.json() == json!({ "ok": "v" }) {
            break;
        }
    }
    assert_eq!(ok(&first, "do=get&key=7").await, json!("v"));
    assert_eq!(ok(&first, "do=get&key=0x").await, json!("1"));
    redis.stop().await;
    assert_eq!(error(&first, "do=get&key=7").await, "the store is not available");
}
