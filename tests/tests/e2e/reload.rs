//! Changing the directory of a site that is being served: one swap, nothing mixed, nothing lost.

use routelet_tests::{
    Answer, Guest, SiteDir,
    fixtures::core_module,
    site::{channel, request},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_flight_ends_on_the_state_it_began_with() {
    let site = SiteDir::of(Guest::StreamsSlowly).load().await;
    let (mut release, body) = channel();
    let held = site.open(request("POST", "/").map(|_| body)).await;
    site.dir().write("app/route.wasm", Guest::HelloPlain.bytes());
    site.reload().await.expect("the new state is faultless");
    assert_eq!(site.get("/").await.text(), "hello from a plain component\n");
    release.send_data("go".into()).await.expect("the old guest reads");
    drop(release);
    let old = Answer::read(held).await;
    assert_eq!(old.text(), "data: 1\n\ndata: 2\n\n");
    assert!(old.complete);
}

#[tokio::test(flavor = "multi_thread")]
async fn routes_come_and_go() {
    let site = SiteDir::of(Guest::HelloPlain).load().await;
    assert_eq!(site.get("/new").await.status, 404);
    site.dir().write("app/new/route.wasm", Guest::HelloPlain.bytes());
    site.reload().await.expect("the new state is faultless");
    assert_eq!(site.get("/new").await.status, 200);
    std::fs::remove_dir_all(site.dir().path().join("app/new")).expect("it is there");
    site.reload().await.expect("the new state is faultless");
    assert_eq!(site.get("/new").await.status, 404);
    assert_eq!(site.get("/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_state_keeps_the_whole_old_one_and_says_why() {
    let site = SiteDir::of(Guest::HelloPlain).route("other", Guest::HelloPlain).load().await;
    site.dir().write("app/route.wasm", core_module());
    site.dir().write("app/other/route.wasm", Guest::HelloNative.bytes());
    let faults = site.reload().await.expect_err("a core module is no route");
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("app/route.wasm: "), "{faults:?}");
    for target in ["/", "/other"] {
        assert_eq!(site.get(target).await.text(), "hello from a plain component\n", "{target}");
    }
    site.dir().write("app/route.wasm", Guest::HelloNative.bytes());
    site.reload().await.expect("the fault is gone");
    assert_eq!(site.get("/").await.text(), "hello from get\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_policy_holds_from_the_next_request() {
    let site = SiteDir::of(Guest::ReadsEnv).load().await;
    assert_eq!(site.get("/").await.json()["env"]["KEY"], serde_json::Value::Null);
    site.dir().write("app/segment.toml", "[grants]\nenv = { KEY = \"granted\" }\n");
    site.reload().await.expect("the new state is faultless");
    assert_eq!(site.get("/").await.json()["env"]["KEY"], "granted");
    site.dir().write("app/segment.toml", "");
    site.reload().await.expect("the new state is faultless");
    assert_eq!(site.get("/").await.json()["env"]["KEY"], serde_json::Value::Null);
}
