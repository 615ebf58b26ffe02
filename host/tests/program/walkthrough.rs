//! The walk-through of the sample site: each command of its README is run, and must print what it promises.

mod curl;
mod script;

use std::fs;
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
    let site = sample_site(&upstream.url(""));
    let server = Program::at(PROGRAM).serve(&site.path().join("dist")).await;
    let base = format!("http://{}", server.address);
    let text = fs::read_to_string(repository().join("sample-routes/README.md")).expect("it is in the repository");
    let steps = script::steps(&text).expect("every block is a command and its answer");
    let mut broken = Vec::new();
    for step in steps.iter().filter(|step| has_node() || !is_typescript(step)) {
        broken.extend(take(step, &base, &upstream).await.err());
    }
    assert!(broken.is_empty(), "{} of {} steps:\n{}", broken.len(), steps.len(), broken.join("\n"));
}

/// Below it lies what is built with Node.js.
const TYPESCRIPT: &str = "/next/";

fn is_typescript(step: &Step) -> bool {
    step.words.iter().any(|word| word.contains(TYPESCRIPT))
}

/// Without it the build has said that it skipped these routes.
fn has_node() -> bool {
    Command::new("npm").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
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
/// with the upstream's address where the sample names its own.
fn sample_site(upstream: &str) -> SiteDir {
    let samples = repository().join("sample-routes");
    build(&samples);
    let site = SiteDir::new();
    copy(&samples.join("dist"), &site.path().join("dist"), upstream);
    copy(&samples.join("secrets.example"), &site.path().join("secrets.example"), upstream);
    site
}

/// Takes as long as compiling thirty small crates takes, where it was not done before; its messages show that.
fn build(samples: &Path) {
    let mut build = Command::new(PROGRAM);
    let status = build.arg("build").arg(samples).stdout(Stdio::null()).status();
    let status = status.expect("the program can be started");
    assert!(status.success(), "routelet build sample-routes: {status}");
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
