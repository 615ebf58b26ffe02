//! The walk-through of the sample site: each command of its README is run, and must print what it promises.

mod curl;
mod script;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use routelet_tests::{SiteDir, binary::Program, origin::Origin};

use script::{Step, Upstream};

const PROGRAM: &str = env!("CARGO_BIN_EXE_routelet");

/// What the sample proxy is granted, until a test says where its upstream listens.
const UPSTREAM_WRITTEN: &str = "http://127.0.0.1:9000";

#[tokio::test]
async fn the_walk_through_of_the_sample_site_is_true() {
    let upstream = Origin::start().await;
    let (site, skipped) = sample_site(&upstream.url(""));
    let server = Program::at(PROGRAM).serve(&site.path().join("dist")).await;
    let base = format!("http://{}", server.address);
    let text = fs::read_to_string(repository().join("sample-routes/README.md")).expect("it is in the repository");
    let steps = script::steps(&text).expect("every block is a command and its answer");
    let (served, left_out): (Vec<_>, Vec<_>) = steps.iter().partition(|step| !asks_for_one_of(&skipped, step));
    let mut broken = Vec::new();
    for step in &served {
        broken.extend(take(step, &base, &upstream).await.err());
    }
    if !left_out.is_empty() {
        // Past the test runner's capture, so that nobody takes them for true.
        let _ = writeln!(io::stderr(), "{} of {} steps were not taken: {skipped:?}", left_out.len(), steps.len());
    }
    assert!(broken.is_empty(), "{} of {} steps:\n{}", broken.len(), served.len(), broken.join("\n"));
}

fn asks_for_one_of(skipped: &[String], step: &Step) -> bool {
    let url = |path| format!("{}{path}", curl::WRITTEN_BASE);
    skipped.iter().any(|path| step.words.iter().any(|word| word.starts_with(&url(path))))
}

/// How the URLs begin of the routes that a build left alone, by what it said.
fn skipped_by(said: &str) -> Vec<String> {
    let sources = said.lines().filter_map(|line| line.split_once(": skipped ")?.0.strip_prefix("app/"));
    let directories = sources.filter_map(|source| source.rsplit_once('/'));
    directories.map(|(directory, _)| format!("/{}", directory.split('[').next().unwrap_or_default())).collect()
}

#[test]
fn skipped_routes_are_known_by_their_urls() {
    let said = "building 2 routes in C\napp/next/todos/route.ts: skipped typescript: no node\n\
                app/c/[name]/route.c: skipped c: no pip\n2 routes, 0 faults, 2 skipped in 0.1 s: dist\n";
    assert_eq!(skipped_by(said), ["/next/todos", "/c/"]);
}

/// Runs a step while the upstream answers or hangs up, whichever the block says.
async fn take(step: &Step, base: &str, upstream: &Origin) -> Result<(), String> {
    let repository = repository();
    let answering = async {
        match step.upstream {
            Upstream::Answers => upstream.answer_all("hello from a public file\n").await,
            Upstream::IsAway => hang_up_on_all(upstream).await,
        }
    };
    tokio::select! {
        outcome = curl::run(step, base, &repository) => outcome,
        () = answering => Err("the upstream ended".to_owned()),
    }
}

async fn hang_up_on_all(upstream: &Origin) {
    loop {
        drop(upstream.call().await);
    }
}

/// What `routelet build` makes of the sample site, as `dist` beside the secrets that its paths lead back to,
/// with the upstream's address where the sample names its own; and how the URLs of skipped routes begin.
fn sample_site(upstream: &str) -> (SiteDir, Vec<String>) {
    let samples = repository().join("sample-routes");
    let skipped = build(&samples);
    let site = SiteDir::new();
    copy(&samples.join("dist"), &site.path().join("dist"), upstream);
    copy(&samples.join("secrets.example"), &site.path().join("secrets.example"), upstream);
    (site, skipped)
}

/// Takes as long as compiling thirty small crates takes, and what the other languages fetch, where it was not
/// done before; its messages show that.
fn build(samples: &Path) -> Vec<String> {
    let mut build = Command::new(PROGRAM);
    let built = build.arg("build").arg(samples).stdout(Stdio::null()).output().expect("the program can be started");
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "routelet build sample-routes: {}\n{said}", built.status);
    type_check(samples);
    skipped_by(&said)
}

/// What editors would mark: TypeScript holds the route files against the types that the build has written. It
/// is there where the build found Node.js.
fn type_check(samples: &Path) {
    let compiler = Path::new(".routelet/node_modules/typescript/bin/tsc");
    if !samples.join(compiler).is_file() {
        return;
    }
    let checked = Command::new("node").arg(compiler).args(["-p", "."]).current_dir(samples).output();
    let checked = checked.expect("the build has run it");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

fn copy(from: &Path, to: &Path, upstream: &str) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a writable directory");
        for entry in fs::read_dir(from).expect("the build has written it") {
            let name = entry.expect("the build has written it").file_name();
            copy(&from.join(&name), &to.join(&name), upstream);
        }
    } else if from.ends_with("proxy/segment.toml") {
        let text = fs::read_to_string(from).expect("the build has written it");
        assert!(text.contains(UPSTREAM_WRITTEN), "{text}");
        fs::write(to, text.replace(UPSTREAM_WRITTEN, upstream)).expect("room on the disk");
    } else {
        fs::copy(from, to).expect("room on the disk");
    }
}

fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("a member of the workspace").to_owned()
}
