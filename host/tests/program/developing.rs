//! `dev` while somebody writes: what is edited, broken, mended and added is what is served.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::PROGRAM;
use routelet_tests::{
    binary::{Program, Serving},
    client::Raw,
    guests::target_dir,
};

/// A new site, built once. It always lies in the same place, beside what its compilers keep from one
/// test run to the next.
struct Draft {
    site: PathBuf,
}

impl Draft {
    fn new() -> Self {
        let folder = target_dir().join("draft");
        let (site, kept) = (folder.join("site"), folder.join("kept"));
        fs::create_dir_all(&kept).expect("a writable directory");
        // Of an earlier run, if there was one.
        let _ = fs::remove_dir_all(&site);
        let draft = Self { site };
        draft.routelet(&folder, &["new", "site"]);
        std::os::unix::fs::symlink(kept, draft.site.join(".routelet/target")).expect("a fresh directory");
        draft.routelet(&folder, &["build", "site"]);
        draft
    }

    /// Runs a command to its end, however long the compiler takes.
    fn routelet(&self, here: &Path, words: &[&str]) {
        let status = Command::new(PROGRAM).args(words).current_dir(here).stdout(Stdio::null()).status();
        assert!(status.expect("the program can be started").success(), "{words:?}");
    }

    async fn dev(&self) -> Serving {
        Program::at(PROGRAM)
            .start(["dev".as_ref(), self.site.as_os_str(), "--listen".as_ref(), "127.0.0.1:0".as_ref()])
            .await
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        edit(&self.site.join(file), from, to);
    }
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("it is there");
    assert!(text.contains(from), "{from:?} in {text}");
    fs::write(file, text.replace(from, to)).expect("room on the disk");
}

#[tokio::test]
async fn a_site_is_served_while_it_is_written() {
    let draft = Draft::new();
    let server = draft.dev().await;
    let get = async |path: &str| Raw::exchange(server.address, path).await;
    assert!(get("/").await.contains("Hello, World!\n"));

    draft.edit("app/route.rs", "Hello, World!", "Hello again!");
    server.logged(": 1 rebuilt, 2 routes, 0 faults").await;
    assert!(get("/").await.contains("Hello again!\n"));

    draft.edit("app/route.rs", "&'static str", "Strng");
    server.logged(": 0 rebuilt, 2 routes, 1 faults").await;
    let diagnosis = get("/").await;
    assert!(diagnosis.starts_with("HTTP/1.1 503 "), "{diagnosis}");
    assert!(diagnosis.contains("app/route.rs") && diagnosis.contains("Strng"), "{diagnosis}");
    let other = get("/api/users/1").await;
    assert!(!other.starts_with("HTTP/1.1 503 "), "{other}");
    server.logged(": does not compile: ").await;

    draft.edit("app/route.rs", "Strng", "&'static str");
    draft.routelet(&draft.site, &["new", "route", "/added/[name]"]);
    server.logged(" 3 routes, 0 faults").await;
    assert!(get("/").await.contains("Hello again!\n"));
    let added = get("/added/x").await;
    assert!(added.starts_with("HTTP/1.1 200 "), "{added}");
}
