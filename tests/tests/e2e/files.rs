//! Directories granted to guests: what they reach of them, and what bounds what they write.

mod refused;

use std::{fs, os::unix::fs::symlink, path::Path, process::Command};

use routelet_tests::{Guest, SiteDir, TestSite};

const READ: &str = "[grants]\nfiles = [{ from = \"data\", at = \"/data\", access = \"read\" }]\n";
const WRITE: &str = "[grants]\nfiles = [{ from = \"data\", at = \"/data\", access = \"read-write\" }]\n";

fn dir(policy: &str) -> SiteDir {
    let dir = SiteDir::of(Guest::WorksOnFiles).policy(policy);
    dir.file("data/greeting", "hello").file("data/sub/deep", "deep").file("outside/secret", "canary")
}

async fn site(policy: &str) -> TestSite {
    dir(policy).load().await
}

/// A site whose guest may write so much.
async fn bounded(bytes: &str, count: u64) -> TestSite {
    let limits = format!("[limits]\nfiles-bytes = \"{bytes}\"\nfiles-count = {count}\n");
    let dir = SiteDir::of(Guest::WorksOnFiles).policy(&format!("{limits}{WRITE}"));
    fs::create_dir(dir.path().join("data")).expect("a fresh directory");
    dir.load().await
}

/// What came of each line.
async fn told(site: &TestSite, lines: &[&str]) -> Vec<String> {
    let answer = site.post("/", lines.join("\n")).await;
    assert_eq!(answer.status, 200, "{lines:?}\n{}", answer.text());
    answer.text().split('\n').map(str::to_owned).collect()
}

async fn each(site: &TestSite, rows: &[(&str, &str)]) {
    let lines: Vec<_> = rows.iter().map(|(line, _)| *line).collect();
    for ((line, expected), told) in rows.iter().zip(told(site, &lines).await) {
        assert_eq!(told, *expected, "{line}");
    }
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("it is there");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("readable").file_name();
    let mut names: Vec<_> = entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_reads_the_directory_it_is_granted() {
    let site = site(READ).await;
    each(
        &site,
        &[
            ("open file /data greeting", "ok"),
            ("read file 100", "hello"),
            ("read-stream file", "hello"),
            ("list /data", "greeting sub"),
            ("open sub /data sub dr", "ok"),
            ("open deep sub deep", "ok"),
            ("read deep 100", "deep"),
            ("open none /data none", "no-entry"),
            ("list /other", "nothing is open as /other"),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_grant_there_is_no_directory() {
    each(&site("").await, &[("list /data", "nothing is open as /data")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_granted_for_reading_cannot_be_changed() {
    let site = site(READ).await;
    each(
        &site,
        &[
            ("open w /data greeting w", "not-permitted"),
            ("open w /data greeting tr", "not-permitted"),
            ("open w /data new c", "not-permitted"),
            ("open file /data greeting", "ok"),
            ("write file 0 1", "not-permitted"),
            ("stream file 0 1", "not-permitted"),
            ("append file 1", "not-permitted"),
            ("size file 0", "not-permitted"),
            ("touch file 1 0", "not-permitted"),
            ("mkdir /data new", "not-permitted"),
            ("rmdir /data sub", "not-permitted"),
            ("unlink /data greeting", "not-permitted"),
            ("symlink /data greeting new", "not-permitted"),
            ("link /data greeting /data new", "not-permitted"),
            ("rename /data greeting /data new", "not-permitted"),
        ],
    )
    .await;
    assert_eq!(names(&site.dir().path().join("data")), ["greeting", "sub"]);
}

/// GHSA-vqjp-4c8c-hfgg (a final slash) and GHSA-m9f7-9w4p-gv38 (renaming a link with one).
#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_a_granted_directory() {
    let dir = dir(WRITE);
    symlink("../outside", dir.path().join("data/out")).expect("a fresh name");
    symlink(dir.path().join("outside"), dir.path().join("data/absolute")).expect("a fresh name");
    let site = dir.load().await;
    let secret = site.dir().path().join("outside/secret").display().to_string();
    let lines: Vec<String> =
        ["../outside/secret", "sub/../../outside/secret", "out/secret", "absolute/secret", "out/", "absolute/"]
            .iter()
            .flat_map(|path| {
                ["r", "dr", "f", "cw", "cwf", "dfr", "tf"].map(|flags| format!("open x /data {path} {flags}"))
            })
            .chain([format!("open x /data {secret} f"), "open x /data /etc/passwd f".to_owned()])
            .chain(
                ["mkdir /data out/new", "mkdir /data ../new", "unlink /data out/secret", "rmdir /data out/"]
                    .map(str::to_owned),
            )
            .chain(
                [
                    "rename /data out/secret /data in",
                    "rename /data greeting /data out/in",
                    "rename /data sub /data out/",
                ]
                .map(str::to_owned),
            )
            .chain(
                ["link /data out/secret /data in", "link /data greeting /data out/in", "symlink /data x out/in"]
                    .map(str::to_owned),
            )
            .chain(
                ["rename /data out/ /data moved", "rename /data absolute/ /data moved", "symlink /data /etc made"]
                    .map(str::to_owned),
            )
            .collect();
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    for (line, told) in lines.iter().zip(told(&site, &lines).await) {
        assert!(!told.contains("ok") || line.starts_with("rename"), "{line}: {told}");
        assert!(!told.contains("canary"), "{line}: {told}");
    }
    let outside = site.dir().path().join("outside");
    assert_eq!(names(&outside), ["secret"]);
    assert_eq!(fs::read_to_string(outside.join("secret")).expect("it is there"), "canary");
}

/// GHSA-j2g9-4prp-pf6h: a time that no clock shows ended the host.
#[tokio::test(flavor = "multi_thread")]
async fn a_time_beyond_all_clocks_is_an_error() {
    let site = site(WRITE).await;
    let beyond = [
        format!("touch file {} 0", u64::MAX),
        format!("touch file {} 999999999", i64::MAX),
        format!("touch file 0 {}", u32::MAX),
    ];
    let mut lines = vec!["open file /data greeting rw"];
    lines.extend(beyond.iter().map(String::as_str));
    lines.extend(["touch file 1000000 0", "read file 100"]);
    let told = told(&site, &lines).await;
    assert_eq!((told[0].as_str(), told[4].as_str(), told[5].as_str()), ("ok", "ok", "hello"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn what_a_guest_writes_ends_at_its_limit_whichever_way_it_is_written() {
    for (way, at_the_edge, beyond) in [
        ("write", "write f 0 8192", "write f 8192 1"),
        ("stream", "stream f 0 8192", "stream f 8192 1"),
        ("zeroes", "zeroes f 0 8192", "zeroes f 8192 1"),
        ("append", "append f 8192", "append f 1"),
        ("size", "size f 8192", "size f 8193"),
        ("sparse", "write f 8191 1", "write f 1000000000000 1"),
        ("sparse stream", "stream f 8191 1", "stream f 1000000000000 1"),
        ("the last place", "write f 8191 1", "write f 18446744073709551615 1"),
    ] {
        let site = bounded("8KiB", 10).await;
        let told = told(&site, &["open f /data f crw", at_the_edge, beyond, "write f 0 100"]).await;
        assert!(!told[1].contains("quota"), "{way}: {told:?}");
        assert!(told[2].contains("quota"), "{way}: {told:?}");
        assert_eq!(told[3], "100", "{way}: what is there may be written over");
        assert_eq!(fs::metadata(site.dir().path().join("data/f")).expect("it is there").len(), 8192, "{way}");
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn names_end_at_their_limit_whichever_way_they_are_made() {
    for beyond in ["open g /data g cw", "mkdir /data g", "symlink /data many-0 g", "link /data many-0 /data g"] {
        let site = bounded("8KiB", 5).await;
        each(
            &site,
            &[
                ("many /data 6", "5 quota"),
                (beyond, "quota"),
                ("open f /data many-0 cw", "ok"),
                ("rename /data many-0 /data moved", "ok"),
            ],
        )
        .await;
        assert_eq!(names(&site.dir().path().join("data")).len(), 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_removed_makes_room_and_what_is_only_unnamed_does_not() {
    let site = bounded("8KiB", 10).await;
    let full = ("size f 8192", "ok");
    each(&site, &[("open f /data f crw", "ok"), full, ("open g /data g crw", "ok"), ("size g 1", "quota")]).await;
    each(
        &site,
        &[
            ("open f /data f rw", "ok"),
            ("unlink /data f", "ok"),
            ("open g /data g rw", "ok"),
            ("size g 1", "quota"),
            ("close f", "true"),
            ("size g 8192", "ok"),
            ("open g /data g tw", "ok"),
            ("stream g 0 8192", "8192"),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_two_names_counts_once_and_failed_changes_count_nothing() {
    let site = bounded("8KiB", 3).await;
    each(
        &site,
        &[
            ("open f /data f crw", "ok"),
            ("size f 8192", "ok"),
            ("link /data f /data g", "ok"),
            ("mkdir /data f", "exist"),
            ("mkdir /data no/where", "no-entry"),
            ("symlink /data f g", "exist"),
            ("mkdir /data last", "ok"),
            ("size f 4096", "ok"),
            ("open g /data last/h cw", "quota"),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_routes_that_write_to_a_directory_share_its_room() {
    let policy = format!("[limits]\nfiles-bytes = \"8KiB\"\n{WRITE}");
    let dir = dir(&policy)
        .route("other", Guest::WorksOnFiles)
        .file("app/other/segment.toml", "[limits]\nfiles-bytes = \"4KiB\"\n");
    let site = dir.load().await;
    let ask = async |path: &str, lines: &str| site.post(path, lines.to_owned()).await.text().to_owned();
    assert_eq!(ask("/", "open f /data f cw\nsize f 4000").await, "ok\nok");
    assert_eq!(ask("/other", "open g /data g cw\nsize g 1000").await, "ok\nquota", "its own limit is less");
    assert_eq!(ask("/", "open g /data g cw\nsize g 4000").await, "ok\nok");
    assert_eq!(ask("/", "open h /data h cw\nsize h 1000").await, "ok\nquota");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_that_is_too_deep_to_be_counted_takes_no_more() {
    let site = bounded("8KiB", 1000).await;
    each(&site, &[("deep /data 70", "ok")]).await;
    let reloaded = site.reload().await;
    assert_eq!(reloaded, Ok(()));
    let again = bounded_like(&site).await;
    each(&again, &[("open f /data f cw", "quota")]).await;
}

/// The same directory, in a server that has not counted it yet.
async fn bounded_like(site: &TestSite) -> TestSite {
    let from = site.dir().path().join("data");
    let limits = "[limits]\nfiles-bytes = \"8KiB\"\nfiles-count = 1000\n[grants]\n";
    let grant = format!("files = [{{ from = {from:?}, at = \"/data\", access = \"read-write\" }}]\n");
    SiteDir::of(Guest::WorksOnFiles).policy(&format!("{limits}{grant}")).load().await
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn what_is_held_open_ends_at_its_limit() {
    let site = site(&format!("[limits]\nfiles-open = 3\n{READ}")).await;
    each(&site, &[("hold /data greeting 3", "3")]).await;
    each(
        &site,
        &[("hold /data greeting 4", "3 insufficient-memory"), ("open f /data greeting", "insufficient-memory")],
    )
    .await;
    each(
        &site,
        &[
            ("open a /data greeting", "ok"),
            ("open b /data sub dr", "ok"),
            ("open c /data greeting", "ok"),
            ("open d /data greeting", "insufficient-memory"),
            ("close b", "true"),
            ("open d /data greeting", "ok"),
        ],
    )
    .await;
    each(&site, &[("listings /data 9", "8 insufficient-memory"), ("list /data", "insufficient-memory")]).await;

    let site = dir(READ).file("routelet.toml", "[server]\nopen-files = 4\n").load().await;
    each(&site, &[("hold /data greeting 4", "4")]).await;
    each(&site, &[("hold /data greeting 5", "4 insufficient-memory")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_in_a_granted_directory_holds_up_nobody() {
    let dir = dir(WRITE);
    assert!(Command::new("mkfifo").arg(dir.path().join("data/pipe")).status().expect("it is installed").success());
    symlink("pipe", dir.path().join("data/link")).expect("a fresh name");
    let site = dir.load().await;
    each(
        &site,
        &[
            ("open p /data pipe r", "not-permitted"),
            ("open p /data pipe w", "not-permitted"),
            ("open p /data pipe cw", "not-permitted"),
            ("open p /data link fr", "not-permitted"),
            ("open f /data greeting r", "ok"),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_from_one_grant_to_another() {
    let grants = "[grants]\nfiles = [{ from = \"data\", at = \"/data\", access = \"read-write\" }, { from = \"up\", at = \"/up\", access = \"read-write\" }, { from = \"ro\", at = \"/ro\" }]\n";
    let site = dir(grants).file("up/x", "x").file("ro/y", "y").load().await;
    each(
        &site,
        &[
            ("rename /data greeting /up moved", "cross-device"),
            ("link /data greeting /up moved", "cross-device"),
            ("rename /ro y /data y", "not-permitted"),
            ("link /ro y /data y", "not-permitted"),
            ("rename /data greeting /ro moved", "not-permitted"),
            ("link /data greeting /ro moved", "not-permitted"),
            ("open y /data ../ro/y f", "not-permitted"),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_was_replaced_is_given_anew_by_a_reload() {
    let site = site(READ).await;
    let data = site.dir().path().join("data");
    fs::rename(&data, site.dir().path().join("old")).expect("one file system");
    site.dir().write("data/greeting", "anew");
    site.reload().await.expect("the new state is faultless");
    each(&site, &[("open file /data greeting", "ok"), ("read file 100", "anew")]).await;
}
