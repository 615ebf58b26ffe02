//! Key-value stores under kills: what was acknowledged is there after `kill -9`, whole, and a store
//! that the disk refuses or that is damaged costs one error, not the server.

use std::{fs, path::Path, process::Command};

use routelet_tests::{
    Guest, SiteDir,
    binary::{Program, Serving, Signal},
    client::Raw,
    eventually,
    redis::Redis,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::rounds::{figure, rounds, skipped};

const PROGRAM: &str = env!("CARGO_BIN_EXE_routelet");

/// Requests that write at once while the program is killed.
const WRITERS: usize = 4;
/// Requests that add by compare-and-swap try again as often as others come between, however slow the machine is.
const POLICY: &str =
    "[grants]\nkv = [\"s\"]\n[limits]\nkv-operations = 100000\ncpu = \"20s\"\nfirst-byte = \"10m\"\nwall = \"10m\"\n";

fn site(url: &str) -> SiteDir {
    SiteDir::of(Guest::UsesStore).policy(POLICY).file("routelet.toml", format!("[kv]\nurl = \"{url}\"\n"))
}

/// What an operation gave; nothing where the server was gone before it answered.
async fn asked(address: std::net::SocketAddr, query: &str) -> Option<Value> {
    let answer = Raw::try_exchange(address, &format!("/?{query}")).await?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    serde_json::from_str(body.get(body.find('{')?..=body.rfind('}')?)?).ok()
}

async fn ok(serving: &Serving, query: &str) -> Value {
    let answer = asked(serving.address, query).await.unwrap_or_else(|| panic!("{query}: no answer"));
    answer.get("ok").unwrap_or_else(|| panic!("{query}: {answer}")).clone()
}

/// Writes a value of this many equal letters, then a larger one, until the server is gone; the last
/// length that was acknowledged, and the one that was not.
async fn write_until_the_end(address: std::net::SocketAddr, writer: usize, round: u64) -> (u64, u64) {
    let (mut acknowledged, mut tried) = (0, 0);
    for step in 1..1_000 {
        tried = round * 1_000 + step;
        let written = asked(address, &format!("do=set&key=w{writer}&bytes={tried}")).await;
        if written != Some(json!({ "ok": null })) {
            break;
        }
        acknowledged = tried;
    }
    (acknowledged, tried)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_nothing_it_acknowledged() {
    let site = site("redb:kv");
    let all = rounds(3, 1_000);
    let mut acknowledged = 0;
    for round in 0..all {
        // Values stay small however long this goes on.
        let base = round % 50;
        let serving = Program::at(PROGRAM).serve(site.path()).await;
        let address = serving.address;
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            writers.spawn(async move { (writer, write_until_the_end(address, writer, base).await) });
        }
        // The kill comes after a different number of commits each time.
        for step in 0..=(round % 7) {
            ok(&serving, &format!("do=set&key=beat&value={step}")).await;
        }
        serving.signal(Signal::KILL);
        eventually("the killed program ends", serving.ended()).await;
        let wrote = writers.join_all().await;
        acknowledged += wrote.iter().filter(|(_, (last, _))| *last > 0).count();
        check(&site, &wrote).await;
    }
    figure("kv_kills", format_args!("{all} kills, {acknowledged} acknowledged last writes, 0 lost, 0 torn"));
}

/// After a clean opening every writer's key holds what was acknowledged last, or what was under way.
async fn check(site: &SiteDir, wrote: &[(usize, (u64, u64))]) {
    let serving = Program::at(PROGRAM).serve(site.path()).await;
    for (writer, (acknowledged, tried)) in wrote {
        let found = ok(&serving, &format!("do=get&key=w{writer}")).await;
        let value = found.as_str().unwrap_or_default();
        assert!(value.bytes().all(|byte| byte == b'v'), "writer {writer}: a torn value");
        let length = value.len() as u64;
        let whole = *acknowledged == 0 || length == *acknowledged || length == *tried;
        assert!(whole, "writer {writer}: {length} is neither {acknowledged} nor {tried}");
    }
    serving.signal(Signal::KILL);
    serving.ended().await;
}

/// Two routes' requests at once, each adding one by compare-and-swap.
async fn swaps_are_linearizable(url: &str) -> u64 {
    let site = site(url).route("other", Guest::UsesStore);
    let serving = Program::at(PROGRAM).serve(site.path()).await;
    let (address, each) = (serving.address, rounds(5, 100));
    let mut adding = JoinSet::new();
    for at in 0..8 {
        let path = if at % 2 == 0 { "/" } else { "/other" };
        let target = format!("{path}?do=swap-adds&key=c&times={each}");
        adding.spawn(async move { Raw::try_exchange(address, &target).await.expect("an answer") });
    }
    for answer in adding.join_all().await {
        assert!(answer.contains("\"ok\""), "{answer}");
    }
    let sum = 8 * each;
    assert_eq!(ok(&serving, "do=get&key=c").await, json!(sum.to_string()), "{url}");
    sum
}

#[tokio::test(flavor = "multi_thread")]
async fn swaps_from_several_routes_lose_nothing_in_either_kind_of_store() {
    let redis = Redis::start().await;
    let embedded = swaps_are_linearizable("redb:kv").await;
    let remote = swaps_are_linearizable(&redis.url()).await;
    figure("kv_swaps", format_args!("{embedded} swaps in a file and {remote} in a Redis server, 0 lost"));
}

/// Flips one bit of every page of a file, as no disk does: each time another one.
fn damage(file: &Path, round: usize) {
    let mut bytes = fs::read(file).expect("the store is there");
    for page in bytes.chunks_mut(4096) {
        let at = (round * 797 + 13) % page.len();
        page[at] ^= 1 << (round % 8);
    }
    fs::write(file, bytes).expect("room on the disk");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_costs_an_error_and_not_the_server() {
    let all = usize::try_from(rounds(3, 200)).expect("few");
    let mut noticed = 0;
    for round in 0..all {
        let site = site("redb:kv").route("plain", Guest::HelloPlain);
        let serving = Program::at(PROGRAM).serve(site.path()).await;
        ok(&serving, "do=set-many&count=100&bytes=500").await;
        let written = "v".repeat(500);
        serving.signal(Signal::KILL);
        serving.ended().await;
        damage(&site.path().join("kv/s.redb"), round);
        let serving = Program::at(PROGRAM).serve(site.path()).await;
        for query in ["do=list-all", "do=get-many-bytes&count=100", "do=set&key=new&bytes=10"] {
            let answer = asked(serving.address, query).await.expect("the server answers");
            noticed += usize::from(answer.get("error").is_some());
        }
        let value = asked(serving.address, "do=get&key=7").await.expect("the server answers");
        assert!(value.get("error").is_some() || value == json!({ "ok": written }), "{value}");
        let plain = Raw::try_exchange(serving.address, "/plain").await.expect("the server answers");
        assert!(plain.starts_with("HTTP/1.1 200"), "{plain}");
    }
    figure(
        "kv_damage",
        format_args!("{all} files with a flipped bit in every page, {noticed} errors, the server served on"),
    );
}

/// A disk of three mebibytes, where this machine lets a test mount one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(dir.path());
        mount.output().ok().filter(|done| done.status.success()).map(|_| Self(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_costs_an_error_and_not_the_server() {
    let Some(disk) = SmallDisk::mount() else {
        return skipped("kv_full_disk", "no disk of its own can be mounted here");
    };
    let site = site(&format!("redb:{}", disk.0.path().join("kv").display()));
    let serving = Program::at(PROGRAM).serve(site.path()).await;
    ok(&serving, "do=set&key=first&value=kept").await;
    let mut answers = Vec::new();
    for at in 0..40 {
        answers.push(asked(serving.address, &format!("do=set&key=k{at}&bytes=200000")).await.expect("an answer"));
    }
    let refused = answers.iter().filter(|answer| answer.get("error").is_some()).count();
    assert!(refused > 0, "{answers:?}");
    figure("kv_full_disk", format_args!("{refused} of 40 writes refused, the server served on"));
}
