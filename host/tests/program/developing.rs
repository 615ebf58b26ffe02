//! `dev` while somebody writes: what is edited, broken, mended and added is what is served.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{PROGRAM, languages::kept_toolchains};
use routelet_tests::{
    binary::{Program, Serving},
    client::Raw,
    guests::target_dir,
};

/// What the tools of scripts keep in a site from one build to the next; of one site each, since its names are
/// those of the site's routes.
const KEPT: [&str; 2] = ["javascript", "python"];

/// A new site. It always lies in the same place, beside what its compilers keep from one test run to the next.
pub(crate) struct Draft {
    site: PathBuf,
}

impl Draft {
    /// The site of that name, as `new` starts it. Cargo's directory is that of all drafts, so that the SDK's packages
    /// are compiled once; names of examples may not meet there.
    pub(crate) fn started(name: &str) -> Self {
        let drafts = target_dir().join("draft");
        let folder = drafts.join(name);
        let draft = Self { site: folder.join("site") };
        fs::create_dir_all(&folder).expect("a writable directory");
        // Of an earlier run, if there was one.
        let _ = fs::remove_dir_all(&draft.site);
        routelet(&folder, &["new", "site"]);
        let toolchains = kept_toolchains();
        let kept = KEPT.map(|kept| (kept, folder.join(kept)));
        for (name, place) in [("target", drafts.join("target")), ("toolchains", toolchains)].into_iter().chain(kept) {
            fs::create_dir_all(&place).expect("a writable directory");
            std::os::unix::fs::symlink(place, draft.site.join(".routelet").join(name)).expect("a fresh directory");
        }
        draft
    }

    /// Builds it once, with whatever that fetches and compiles.
    pub(crate) fn build(&self) {
        routelet(&self.site, &["build", ".", "--strict"]);
    }

    pub(crate) fn path(&self) -> &Path {
        &self.site
    }

    pub(crate) async fn dev(&self) -> Serving {
        Program::at(PROGRAM)
            .start(["dev".as_ref(), self.site.as_os_str(), "--listen".as_ref(), "127.0.0.1:0".as_ref()])
            .await
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let file = self.site.join(file);
        fs::create_dir_all(file.parent().expect("it lies in the site")).expect("a writable directory");
        fs::write(file, text).expect("room on the disk");
    }

    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) {
        self.edit_all(file, &[(from, to)]);
    }

    /// Several edits in one save.
    pub(crate) fn edit_all(&self, file: &str, edits: &[(&str, &str)]) {
        let file = self.site.join(file);
        let mut text = fs::read_to_string(&file).expect("it is there");
        for (from, to) in edits {
            assert!(text.contains(from), "{from:?} in {text}");
            text = text.replace(from, to);
        }
        fs::write(file, text).expect("room on the disk");
    }
}

/// Runs a command to its end, however long the compiler takes.
pub(crate) fn routelet(here: &Path, words: &[&str]) {
    let status = Command::new(PROGRAM).args(words).current_dir(here).stdout(Stdio::null()).status();
    assert!(status.expect("the program can be started").success(), "{words:?}");
}

#[tokio::test]
async fn a_site_is_served_while_it_is_written() {
    let draft = Draft::started("rust");
    draft.build();
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
    routelet(&draft.site, &["new", "route", "/added/[name]"]);
    server.logged(" 3 routes, 0 faults").await;
    assert!(get("/").await.contains("Hello again!\n"));
    let added = get("/added/x").await;
    assert!(added.starts_with("HTTP/1.1 200 "), "{added}");
    a_file_that_a_route_begins_to_read_is_watched(&draft, &server).await;
}

/// Cargo says what a component was made of, wherever it lies.
async fn a_file_that_a_route_begins_to_read_is_watched(draft: &Draft, server: &Serving) {
    let get = async || Raw::exchange(server.address, "/").await;
    let seen = server.log().len();
    draft.write("words/hello.txt", "first");
    draft.edit("app/route.rs", "\"Hello again!\\n\"", "include_str!(\"../words/hello.txt\")");
    server.logged_after(seen, ": 1 rebuilt, 3 routes, 0 faults").await;
    assert!(get().await.contains("first"));
    let seen = server.log().len();
    draft.write("words/hello.txt", "second");
    server.logged_after(seen, ": 1 rebuilt, 3 routes, 0 faults").await;
    assert!(get().await.contains("second"));
}
