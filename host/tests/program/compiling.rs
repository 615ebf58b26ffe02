//! Components that are dear to compile, in a server that has others to serve.

use std::{
    fmt::Write as _,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
};

use routelet::{
    Config, Site,
    config::{Compiler, Owners},
};
use routelet_tests::{Guest, SiteDir, binary::Program, client::Raw, fixtures::Route};
use sha2::{Digest as _, Sha256};

use crate::PROGRAM;

/// What a component of a few megabytes may take here, far less than by default.
const TIGHT: &str = "[limits]\ncompile-time = \"3s\"\ncompile-memory = \"64MiB\"\n";
const MANY: &str = "owners = \"many\"\n";
/// So many take more memory than the least that may be set, and seconds.
const MANY_FUNCTIONS: usize = 20_000;
const HANDLE: &str = "(func (export \"handle\") (param i32 i32) unreachable)";

fn route(core: &str) -> Vec<u8> {
    Route::answering(&["get"]).with_core(&format!("{HANDLE}{core}")).bytes()
}

fn one_huge_function() -> Vec<u8> {
    let sums = "local.get 0 i32.const 7 i32.mul local.get 1 i32.add local.set 0 ".repeat(150_000);
    route(&format!("(func (param i32 i32) {sums})"))
}

fn fifty_thousand_locals() -> Vec<u8> {
    let mut body = String::new();
    for local in (0..49_000).step_by(7) {
        let _ = write!(body, "(if (local.get {local}) (then (local.set {} (local.get {})))) ", local + 5, local + 99);
    }
    route(&format!("(func (local {}) (loop {body} br 0))", "i32 ".repeat(50_000)))
}

fn many_functions(count: usize) -> Vec<u8> {
    route(&"(func (param i32) (result i32) local.get 0)".repeat(count))
}

fn deep_blocks() -> Vec<u8> {
    route(&format!("(func (param i32) {}{})", "block local.get 0 br_if 0 ".repeat(200_000), "end ".repeat(200_000)))
}

/// Each just below the length that the compiler refuses outright, which is 65520.
fn huge_branch_tables() -> Vec<u8> {
    let table = format!("(block (block (br_table {} (local.get 0))))", "0 1 ".repeat(32_000));
    route(&format!("(func (param i32) {})", table.repeat(40)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compile_bomb_is_a_fault_of_its_route_alone() {
    let bombs = [
        ("function", one_huge_function()),
        ("locals", fifty_thousand_locals()),
        ("functions", many_functions(400_000)),
        ("blocks", deep_blocks()),
        ("tables", huge_branch_tables()),
    ];
    let mut site = SiteDir::new().route("good", Guest::HelloPlain).file("routelet.toml", MANY);
    for (name, bomb) in &bombs {
        site = site.component(name, bomb).file(&format!("app/{name}/segment.toml"), TIGHT);
    }
    let cache = tempfile::tempdir().expect("a temporary directory");
    let server = serve(site.path(), cache.path()).await;
    let told = server.log().join("\n");
    for (name, _) in &bombs {
        let answer = Raw::exchange(server.address, &format!("/{name}")).await;
        assert!(answer.starts_with("HTTP/1.1 503 "), "{name}: {answer}\n{told}");
        let file = format!("app/{name}/route.wasm: ");
        let fault = told.lines().find(|line| line.contains(&file)).expect(name);
        let of_limit = fault.contains("expected at most") && fault.contains("in its segment.toml");
        // Some find a fault of the compiler before they find a limit, which ends the child alone.
        assert!(of_limit || fault.contains("broke the process that compiled it"), "{fault}");
    }
    assert!(Raw::exchange(server.address, "/good").await.starts_with("HTTP/1.1 200 "));
}

/// One component under limits that are met, and under each that is not; with a cache of its own each time, in
/// which nothing of it is compiled yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_component_is_compiled_with_what_it_may_take() {
    let dear = many_functions(MANY_FUNCTIONS);
    for (time, memory, beyond) in
        [("10m", "1GiB", None), ("10ms", "1GiB", Some("compile-time")), ("10m", "64MiB", Some("compile-memory"))]
    {
        let limits = format!("[limits]\ncompile-time = \"{time}\"\ncompile-memory = \"{memory}\"\n");
        let site = SiteDir::new().component("dear", &dear).policy(&limits).file("routelet.toml", MANY);
        let cache = tempfile::tempdir().expect("a temporary directory");
        let server = serve(site.path(), cache.path()).await;
        let log = server.log();
        let fault = log.iter().find(|line| line.contains("app/dear/route.wasm: "));
        let raise = beyond.map(|limit| format!("raise `{limit}`"));
        let told = raise.as_ref().is_none_or(|raise| fault.is_some_and(|fault| fault.contains(raise)));
        assert!(told && fault.is_some() == beyond.is_some(), "{beyond:?}: {log:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_compiler_made_is_loaded_and_kept() {
    let cache = tempfile::tempdir().expect("a temporary directory");
    let site = SiteDir::of(Guest::HelloPlain).route("native", Guest::HelloNative);
    for _ in ["compiled", "from the cache"] {
        let server = serve(site.path(), cache.path()).await;
        for target in ["/", "/native"] {
            assert!(Raw::exchange(server.address, target).await.starts_with("HTTP/1.1 200 "), "{target}");
        }
    }
    let entries = fs::read_dir(cache.path()).expect("a directory").count();
    assert_eq!(entries, 4, "two entries, what is known of the site, and the key");
}

/// What may have become of an entry: of its bytes, and of those of another component's entry.
type Damage = fn(whole: &[u8], other: &[u8]) -> Vec<u8>;

const DAMAGES: [(&str, Damage); 7] = [
    ("a bit of its code", |whole, _| flipped(whole, whole.len() / 2)),
    ("a bit of its first page", |whole, _| flipped(whole, 100)),
    ("a bit of its end", |whole, _| flipped(whole, whole.len() - 1)),
    ("half written", |whole, _| whole[..whole.len() / 2].to_vec()),
    ("empty", |_, _| Vec::new()),
    ("of another component", |_, other| other.to_vec()),
    ("no code at all", |_, _| b"\x7fELF, made elsewhere".repeat(100)),
];

fn flipped(whole: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    bytes[at] ^= 1;
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_entry_of_the_cache_is_compiled_again_and_kept() {
    let cache = tempfile::tempdir().expect("a temporary directory");
    let component = Guest::HelloPlain.bytes();
    let site = SiteDir::new().component("", &component).route("native", Guest::HelloNative);
    let serves = async || {
        let server = serve(site.path(), cache.path()).await;
        for target in ["/", "/native"] {
            let answer = Raw::exchange(server.address, target).await;
            assert!(answer.starts_with("HTTP/1.1 200 "), "{target}: {answer}\n{}", server.log().join("\n"));
        }
        assert_eq!(server.panics(), [""; 0]);
    };
    serves().await;
    let [entry, other] = entries(cache.path(), &component);
    let [whole, foreign] = [&entry, &other].map(|path| fs::read(path).expect("an entry"));
    for (damage, damaged) in DAMAGES {
        let damaged = damaged(&whole, &foreign);
        fs::write(&entry, &damaged).expect("room on the disk");
        serves().await;
        let (again, written) = (fs::read(&entry).expect("an entry"), fs::metadata(&entry).expect("an entry").ino());
        assert!(again != damaged && again.len() == whole.len(), "{damage}: it was not replaced");
        // What counts is read and stays; what does not would be written anew.
        serves().await;
        assert_eq!(fs::metadata(&entry).expect("an entry").ino(), written, "{damage}: what replaced it does not count");
    }
    assert_eq!(fs::read(&other).expect("an entry"), foreign, "the entry beside it was left alone");
}

/// The entry of this component, whose digest it is named for, and the one that is left.
fn entries(cache: &Path, component: &[u8]) -> [PathBuf; 2] {
    let digest: String = Sha256::digest(component).iter().map(|byte| format!("{byte:02x}")).collect();
    let files = fs::read_dir(cache).expect("a directory").map(|entry| entry.expect("readable").path());
    let of_component =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&digest));
    let is_code = |path: &PathBuf| !path.ends_with("key") && !is_of_site(path);
    let (mine, others): (Vec<_>, Vec<_>) = files.filter(is_code).partition(of_component);
    [mine, others].map(|mut paths| paths.pop().expect("an entry for each component"))
}

/// What a cache knows of a site.
fn is_of_site(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("site-"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_has_changed_is_served_anew_though_its_length_and_time_are_what_they_were() {
    let cache = tempfile::tempdir().expect("a temporary directory");
    let before = Guest::HelloPlain.bytes();
    let (says, instead) = (b"hello from a plain", b"hello from another");
    let at = before.windows(says.len()).position(|bytes| bytes == says).expect("it says so");
    let after = [&before[..at], instead, &before[at + says.len()..]].concat();
    let site = SiteDir::new().component("", &before);
    let file = site.path().join("app/route.wasm");
    let says = async |word: &str| {
        let server = serve(site.path(), cache.path()).await;
        let answer = Raw::exchange(server.address, "/").await;
        assert!(answer.contains(word), "{answer}\n{}", server.log().join("\n"));
    };
    says("plain").await;
    let written = fs::metadata(&file).expect("it is there");
    let known = || {
        let files = fs::read_dir(cache.path()).expect("a directory").map(|entry| entry.expect("readable").path());
        let of_site = files.filter(|path| is_of_site(path)).map(|path| fs::read(path).expect("ours"));
        let of_site: Vec<_> = of_site.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
        of_site.iter().any(|known| known.contains(&format!("\"inode\":{},", written.ino())))
    };
    // It is read at every start until its last change is some seconds old.
    while !known() {
        says("plain").await;
    }
    says("plain").await;
    fs::write(&file, &after).expect("writable");
    let changed = fs::File::options().write(true).open(&file).expect("ours");
    changed.set_modified(written.modified().expect("there are times")).expect("ours");
    let now = fs::metadata(&file).expect("it is there");
    assert_eq!((now.len(), now.ino(), now.mtime()), (written.len(), written.ino(), written.mtime()));
    says("another").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compiler_takes_orders_only() {
    // Its standard input is empty here.
    let ended = Program::at(PROGRAM).run(["compile"]).await;
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (1, "", "it ends too early\n"));
    let help = Program::at(PROGRAM).run(["--help"]).await;
    assert!(!help.stdout.contains("compile one component"), "{}", help.stdout);
}

/// A compiler that runs this first.
fn compiler_after(dir: &Path, script: &str) -> Compiler {
    let program = dir.join("compiler");
    fs::write(&program, format!("#!/bin/sh\n{script}\nexec {PROGRAM} compile\n")).expect("writable");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("ours");
    Compiler::Child(program)
}

/// Loads a site that nothing was ever compiled for.
async fn load(site: &SiteDir, compiler: Compiler) -> Site {
    let config = Config { owners: Owners::Many, cache_dir: None, compiler, ..Config::default() };
    Site::load(site.path(), config).await.expect("no fault of the whole")
}

fn faulty_files(site: &Site) -> Vec<PathBuf> {
    site.faults().iter().map(|fault| fault.file.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_compile_is_not_compiled_again_at_a_reload() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let count = dir.path().join("count");
    let compiler = compiler_after(dir.path(), &format!("echo once >> {}", count.display()));
    let compiled = || fs::read_to_string(&count).expect("it was called").lines().count();
    let dir = SiteDir::new()
        .route("good", Guest::HelloPlain)
        .route("same", Guest::HelloPlain)
        .component("bad", &route("(memory 1 1 shared)"));
    let site = load(&dir, compiler).await;
    assert_eq!(faulty_files(&site), [Path::new("app/bad/route.wasm")]);
    assert_eq!(compiled(), 2, "each of the two different components");
    for _ in 0..3 {
        site.reload().await.expect("a fault of one owner");
        assert_eq!(faulty_files(&site), [Path::new("app/bad/route.wasm")]);
    }
    assert_eq!(compiled(), 2, "nothing has changed");
    dir.write("app/bad/segment.toml", "[limits]\ncompile-time = \"59s\"\n");
    site.reload().await.expect("a fault of one owner");
    assert_eq!(compiled(), 3, "it may take another time by now");
    dir.write("app/bad/route.wasm", route("(memory 1 2 shared)"));
    site.reload().await.expect("a fault of one owner");
    assert_eq!(compiled(), 4, "it is another component by now");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_whose_components_fail_one_by_one_does_not_hold_up_the_others() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let compiler = compiler_after(dir.path(), "exec sleep 600");
    let at_once = std::thread::available_parallelism().map_or(1, usize::from).max(2);
    let bombs = at_once + 2;
    let mut dir = SiteDir::new().file("app/a/segment.toml", "[limits]\ncompile-time = \"1s\"\n");
    for bomb in 0..bombs {
        dir = dir.component(&format!("a/{bomb}"), &route(&format!("(memory {bomb})")));
    }
    let site = load(&dir, compiler).await;
    let tried = || {
        let told: Vec<_> = site.faults().iter().map(ToString::to_string).collect();
        let (tried, left): (Vec<_>, Vec<_>) = told.iter().partition(|fault| fault.contains("takes more than 1s"));
        assert!(left.iter().all(|fault| fault.contains("is not compiled yet")), "{told:?}");
        assert_eq!(told.len(), bombs, "{told:?}");
        tried.len()
    };
    let mut before = tried();
    assert!((1..=at_once).contains(&before), "as many as were begun before one had failed, not {before}");
    while before < bombs {
        site.reload().await.expect("a fault of one owner");
        let now = tried();
        assert!((before + 1..=before + at_once).contains(&now), "each goes on where the one before stopped: {now}");
        before = now;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_compiles_slowly_does_not_hold_up_another() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (first, meeting) = (dir.path().join("first"), dir.path().join("meeting"));
    assert!(Command::new("mkfifo").arg(&meeting).status().expect("it is installed").success());
    // Whoever is first waits until another has begun.
    let (first, meeting) = (first.display(), meeting.display());
    let script = format!("if mkdir {first} 2> /dev/null; then echo > {meeting}; else read begun < {meeting}; fi");
    let compiler = compiler_after(dir.path(), &script);
    let dir = SiteDir::new().route("one", Guest::HelloPlain).route("other", Guest::HelloNative);
    let site = load(&dir, compiler).await;
    assert!(faulty_files(&site).is_empty(), "{:?}", faulty_files(&site));
}

async fn serve(site: &Path, cache: &Path) -> routelet_tests::binary::Serving {
    let words = ["serve".as_ref(), site.as_os_str(), "--listen=127.0.0.1:0".as_ref(), "--cache-dir".as_ref()];
    Program::at(PROGRAM).start([&words[..], &[cache.as_os_str()]].concat()).await
}
