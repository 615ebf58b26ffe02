//! Several owners in one site: what one of them breaks keeps nobody else from starting or updating, and what a
//! policy forbids is not served, not even for the time of a mistake.

use std::{
    fs,
    os::unix::fs::symlink,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use routelet_tests::{Answer, Guest, SiteDir, TestSite, fixtures::core_module};

const PLAIN: &str = "hello from a plain component\n";
const NATIVE: &str = "hello from get\n";

/// A site of several owners, each with a route below a folder of the top.
fn owners(names: &[&str]) -> SiteDir {
    let dir = SiteDir::new().file("routelet.toml", "owners = \"many\"\n");
    names.iter().fold(dir, |dir, name| dir.route(name, Guest::HelloPlain))
}

const TEN: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "(h)/contended", "(i)/mine", "j"];

/// Breaks three of ten: a component, a segment file, and a route on the path of another's.
fn break_three(dir: &SiteDir) {
    dir.write("app/a/route.wasm", core_module());
    dir.write("app/b/segment.toml", "[limits]\nmemroy = \"1MiB\"\n");
    dir.write("app/(i)/contended/route.wasm", Guest::HelloNative.bytes());
}

async fn statuses(site: &TestSite, paths: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for path in paths {
        statuses.push(site.get(path).await.status);
    }
    statuses
}

/// The files of the faults a site goes on with.
fn faulty_files(site: &TestSite) -> Vec<String> {
    site.site().faults().iter().map(|fault| fault.file.display().to_string()).collect()
}

fn remove(site: &TestSite, path: &str) {
    fs::remove_dir_all(site.dir().path().join(path)).expect("it is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_broken_owners_of_ten_do_not_keep_seven_from_starting() {
    let dir = owners(&TEN).route("b/below", Guest::HelloPlain);
    break_three(&dir);
    let site = dir.load().await;
    let served = ["/c", "/d", "/e", "/f", "/g", "/mine", "/j"];
    assert_eq!(statuses(&site, &served).await, [200; 7]);
    assert_eq!(statuses(&site, &["/a", "/b", "/b/below", "/contended"]).await, [503; 4]);
    assert_eq!(faulty_files(&site), ["app/(i)/contended/route.wasm", "app/a/route.wasm", "app/b/segment.toml"]);
    let conflict = site.site().faults()[0].to_string();
    assert!(conflict.contains("app/(h)/contended/route.wasm"), "the other file is named as well: {conflict}");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_owners_that_break_under_load_do_not_disturb_or_delay_seven() {
    let site = Arc::new(owners(&TEN).load().await);
    let ended = Arc::new(AtomicBool::new(false));
    let load = tokio::spawn(ask_all_until(ended.clone(), site.clone()));
    break_three(site.dir());
    for owner in ["c", "d", "e"] {
        site.dir().write(format!("app/{owner}/route.wasm"), Guest::HelloNative.bytes());
    }
    site.dir().write("app/f/new/route.wasm", Guest::HelloNative.bytes());
    remove(&site, "app/j");
    site.reload().await.expect("none of it is a fault of the whole");
    for changed in ["/c", "/d", "/e", "/f/new"] {
        assert_eq!(site.get(changed).await.text(), NATIVE, "{changed}: the others are updated");
    }
    for kept in ["/a", "/b", "/contended", "/f", "/g", "/mine"] {
        assert_eq!(site.get(kept).await.text(), PLAIN, "{kept}: what is broken stays as it was");
    }
    assert_eq!(site.get("/j").await.status, 404, "what was removed goes away");
    assert_eq!(faulty_files(&site).len(), 3);
    ended.store(true, Ordering::Relaxed);
    assert!(load.await.expect("the load does not panic") > 0);
}

/// Asks for what every state of the site has, until told that it is enough; the number of answers.
async fn ask_all_until(ended: Arc<AtomicBool>, site: Arc<TestSite>) -> u64 {
    let mut answers = 0;
    while !ended.load(Ordering::Relaxed) {
        for path in ["/a", "/b", "/c", "/d", "/e", "/f", "/g", "/contended", "/mine"] {
            let Answer { status, complete, body, .. } = site.get(path).await;
            assert_eq!((status, complete), (200, true), "{path}");
            assert!([PLAIN.as_bytes(), NATIVE.as_bytes()].contains(&&body[..]), "{path}");
            answers += 1;
        }
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mended_fault_is_served_anew() {
    let dir = owners(&["a", "b"]);
    dir.write("app/a/route.wasm", core_module());
    let site = dir.load().await;
    assert_eq!(statuses(&site, &["/a", "/b"]).await, [503, 200]);
    site.dir().write("app/a/route.wasm", Guest::HelloNative.bytes());
    site.reload().await.expect("the fault is gone");
    assert_eq!(site.get("/a").await.text(), NATIVE);
    assert_eq!(faulty_files(&site), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_served_first_keeps_a_path_that_another_claims() {
    let site = owners(&["(h)/x/[id]", "(i)/mine"]).load().await;
    for claim in ["app/(a)/x/[id]/route.wasm", "app/(z)/x/[name]/y/route.wasm", "app/(z)/[[...rest]]/route.wasm"] {
        site.dir().write(claim, Guest::HelloNative.bytes());
    }
    site.reload().await.expect("a conflict is a fault of its parties alone");
    assert_eq!(site.get("/x/1").await.text(), PLAIN, "the one that was there answers");
    assert_eq!(site.get("/x/1/y").await.status, 503, "the newcomer says that it is out of service");
    assert_eq!(site.get("/mine").await.text(), PLAIN);
    remove(&site, "app/(h)");
    remove(&site, "app/(z)");
    site.reload().await.expect("as before");
    assert_eq!(site.get("/x/1").await.text(), NATIVE, "its place is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_file_and_a_route_on_one_path_are_a_conflict_of_those_two_alone() {
    let site = owners(&["a", "b"]).file("public/a", "public a").load().await;
    assert_eq!(statuses(&site, &["/a", "/b"]).await, [503, 200], "at the start neither has the better right");
    let site = owners(&["b"]).file("public/a", "public a").load().await;
    site.dir().write("app/a/route.wasm", Guest::HelloPlain.bytes());
    site.dir().write("public/b", "public b");
    site.reload().await.expect("a conflict is a fault of its parties alone");
    assert_eq!(site.get("/a").await.text(), "public a");
    assert_eq!(site.get("/b").await.text(), PLAIN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_segment_file_leaves_its_last_good_version_in_force() {
    let site = owners(&["a", "a/below", "b"])
        .file("app/segment.toml", "[ceiling]\nenv = [\"*\"]\n")
        .file("app/a/segment.toml", "[grants]\nenv = { KEY = \"old\" }\n")
        .route("a/env", Guest::ReadsEnv)
        .load()
        .await;
    site.dir().write("app/a/segment.toml", "[grants]\nenv = { KEY = 1 }\n");
    site.dir().write("app/a/new/route.wasm", Guest::ReadsEnv.bytes());
    for _ in 0..2 {
        site.reload().await.expect("a fault of one owner");
        assert_eq!(site.get("/a/env").await.json()["env"]["KEY"], "old");
        assert_eq!(site.get("/a/new").await.json()["env"]["KEY"], "old", "routes go on being updated under it");
    }
    site.dir().write("app/a/segment.toml", "[grants]\nenv = { KEY = \"new\" }\n");
    site.reload().await.expect("the fault is gone");
    assert_eq!(site.get("/a/env").await.json()["env"]["KEY"], "new");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_ancestor_forbids_by_now_is_not_served_as_last_good() {
    const CEILING: &str = "[ceiling]\nenv = [\"*\"]\n";
    let site = owners(&["b"])
        .policy(CEILING)
        .file("app/a/segment.toml", "[limits]\nmemory = \"32MiB\"\n[grants]\nenv = { KEY = \"a\" }\n")
        .route("a", Guest::ReadsEnv)
        .load()
        .await;
    assert_eq!(site.get("/a").await.status, 200);
    for (tightened, because) in [
        ("[limits]\nmemory = \"16MiB\"\n[ceiling]\nenv = [\"*\"]\n", "a limit below the one written there"),
        ("[ceiling]\nenv = [\"OTHER\"]\n", "a ceiling that does not cover its grant"),
        ("", "no ceiling at all"),
    ] {
        site.dir().write("app/segment.toml", tightened);
        site.reload().await.expect("the root segment is as it should be");
        assert_eq!(statuses(&site, &["/a", "/b"]).await, [503, 200], "{because}");
        // Its own file being broken as well brings nothing back.
        site.dir().write("app/a/segment.toml", "[broken");
        site.reload().await.expect("a fault of one owner");
        assert_eq!(statuses(&site, &["/a", "/b"]).await, [503, 200], "{because}, and a broken file");
        site.dir().write("app/a/segment.toml", "[limits]\nmemory = \"32MiB\"\n[grants]\nenv = { KEY = \"a\" }\n");
        site.dir().write("app/segment.toml", CEILING);
        site.reload().await.expect("all is well");
        assert_eq!(site.get("/a").await.json()["env"]["KEY"], "a", "allowed again after {because}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_loosens_no_default_that_the_operator_left() {
    let loosened = "[limits]\nconcurrency = 512\nlog-rate = 1000000\nwall = \"none\"\n";
    let site = owners(&["a", "b"]).file("app/a/segment.toml", loosened).load().await;
    assert_eq!(statuses(&site, &["/a", "/b"]).await, [503, 200]);
    let told: Vec<_> = site.site().faults().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().all(|fault| fault.contains("than the default of") && fault.contains("root's segment.toml")));
    site.dir().write("app/segment.toml", loosened);
    site.reload().await.expect("the operator may");
    assert_eq!(statuses(&site, &["/a", "/b"]).await, [200, 200]);
    site.dir().write("app/segment.toml", "");
    site.reload().await.expect("the root segment is as it should be");
    assert_eq!(statuses(&site, &["/a", "/b"]).await, [503, 200], "nor is it served as the last good version");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_good_component_runs_under_the_policy_of_now() {
    let site = owners(&["b"]).policy("[grants]\nenv = { KEY = \"old\" }\n").route("a", Guest::ReadsEnv).load().await;
    site.dir().write("app/a/route.wasm", core_module());
    site.dir().write("app/segment.toml", "[grants]\nenv = { KEY = \"new\" }\n");
    site.reload().await.expect("a fault of one owner");
    assert_eq!(site.get("/a").await.json()["env"]["KEY"], "new");
    site.dir().write("app/segment.toml", "[limits]\nmemory = \"64KiB\"\n");
    site.reload().await.expect("a fault of one owner");
    assert_eq!(site.get("/a").await.status, 503, "it starts with more than it may have by now");
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_whole_stop_the_start_and_keep_the_old_state() {
    for (file, text) in
        [("app/segment.toml", "[limits]\nmemroy = 1\n"), ("routelet.toml", "owners = \"many\"\nx = 1\n")]
    {
        let faults = owners(&["a"]).file(file, text).faults().await;
        assert!(faults.len() == 1 && faults[0].starts_with(file), "{faults:?}");
    }
    let site = owners(&["a"]).load().await;
    site.dir().write("app/segment.toml", "[limits]\nmemroy = 1\n");
    site.dir().write("app/a/route.wasm", Guest::HelloNative.bytes());
    site.reload().await.expect_err("the root segment is the operator's");
    assert_eq!(site.get("/a").await.text(), PLAIN);
    fs::remove_file(site.dir().path().join("app/segment.toml")).expect("it is there");
    fs::rename(site.dir().path().join("app"), site.dir().path().join("elsewhere")).expect("one file system");
    symlink("elsewhere", site.dir().path().join("app")).expect("one file system");
    site.reload().await.expect_err("the tree is gone");
    assert_eq!(site.get("/a").await.text(), PLAIN);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_and_pipes_of_one_owner_are_nobody_elses_fault() {
    let site = owners(&["a", "b", "c/below", "d", "e"]).load().await;
    let app = site.dir().path().join("app");
    for folder in ["a", "c"] {
        fs::rename(app.join(folder), site.dir().path().join(folder)).expect("one file system");
        symlink(site.dir().path().join(folder), app.join(folder)).expect("one file system");
    }
    for file in ["b/route.wasm", "d/segment.toml"] {
        let _ = fs::remove_file(app.join(file));
        assert!(Command::new("mkfifo").arg(app.join(file)).status().expect("it is installed").success());
    }
    fs::create_dir_all(app.join("e").join("deep/".repeat(70))).expect("a writable directory");
    site.dir().write("app/e/route.wasm", Guest::HelloNative.bytes());
    site.reload().await.expect("faults of owners");
    let kept = ["/a", "/b", "/c/below", "/d"];
    assert_eq!(statuses(&site, &kept).await, [200; 4], "they stay as they were");
    assert_eq!(site.get("/e").await.text(), NATIVE, "a tree too deep costs the part that is");
    assert_eq!(faulty_files(&site).len(), 5);

    let site = site.again().await;
    for _ in 0..2 {
        assert_eq!(statuses(&site, &["/b", "/d", "/e"]).await, [503, 503, 200], "a start knows no last good version");
        site.reload().await.expect("faults of owners");
    }
}
