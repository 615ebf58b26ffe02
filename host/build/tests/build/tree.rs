//! What a build copies, builds, skips and refuses, and what happens to its output.

use std::{fs, os::unix::fs::MetadataExt};

use crate::site::{Site, Tools, faults, manifest, outcomes};

#[test]
fn a_site_without_sources_needs_no_tool() {
    let site = Site::with(&[
        ("routelet.toml", ""),
        ("app/route.wasm", "component"),
        ("app/segment.toml", ""),
        ("app/about/page.html", "<p>"),
        ("app/robots.txt", ""),
        ("app/icon2.png", ""),
        ("app/notes.md", "ignored"),
        ("app/_lib/route.wasm", "private"),
        ("app/%5Flib/route.wasm", "routed"),
        ("public/deep/er/style.css", ""),
        ("README.md", ""),
    ]);
    let report = site.build();
    assert_eq!(faults(&report), [""; 0]);
    assert_eq!(
        site.files("dist"),
        [
            "app/%5Flib/route.wasm",
            "app/about/page.html",
            "app/icon2.png",
            "app/robots.txt",
            "app/route.wasm",
            "app/segment.toml",
            "public/deep/er/style.css",
            "routelet.toml",
        ]
    );
}

#[test]
fn what_did_not_change_is_not_touched() {
    let site = Site::with(&[("app/route.wasm", "one"), ("app/a/route.wasm", "two")]);
    let first = site.build();
    let inode = |file: &str| fs::metadata(site.path().join(file)).unwrap().ino();
    let before = [inode("dist/app/route.wasm"), inode("dist/app/a/route.wasm")];
    assert_eq!(first.changed.len(), 2);

    site.write("app/route.wasm", "one");
    site.write("app/a/route.wasm", "TWO");
    let second = site.build();
    assert_eq!(second.changed, ["app/a/route.wasm".into()] as [std::path::PathBuf; 1]);
    assert_eq!(inode("dist/app/route.wasm"), before[0]);
    assert_ne!(inode("dist/app/a/route.wasm"), before[1], "it is replaced, not written over");
    assert_eq!(site.read("dist/app/a/route.wasm"), "TWO");
}

#[test]
fn what_is_gone_from_the_source_goes_from_the_output_and_nothing_else() {
    let site = Site::with(&[("app/a/b/route.wasm", "gone"), ("app/c/route.wasm", "stays")]);
    site.build();
    site.write("dist/app/a/notes.txt", "somebody's own");
    site.remove("app/a");
    let report = site.build();
    assert_eq!(faults(&report), [""; 0]);
    assert_eq!(site.files("dist"), ["app/a/notes.txt", "app/c/route.wasm"]);
    assert!(!site.has("dist/app/a/b"), "its empty directory goes with it");
}

#[test]
fn a_deleted_output_file_comes_back() {
    let site = Site::with(&[("app/route.wasm", "one")]);
    site.build();
    site.remove("dist/app/route.wasm");
    assert_eq!(site.build().changed.len(), 1);
    assert_eq!(site.read("dist/app/route.wasm"), "one");
}

#[test]
fn a_dist_of_somebody_else_is_left_alone() {
    let site = Site::with(&[("app/route.wasm", "one"), ("dist/index.html", "theirs")]);
    assert_eq!(
        faults(&site.build()),
        ["dist: it is not empty, and routelet did not write what is in it; \
          expected a directory that a build may write; \
          move it away or build to another directory"]
    );
    assert_eq!(site.files("dist"), ["index.html"]);
}

#[test]
fn a_file_of_somebody_else_is_never_overwritten() {
    let site = Site::with(&[("app/route.wasm", "one")]);
    site.build();
    site.write("dist/app/a/route.wasm", "theirs");
    site.write("app/a/route.wasm", "ours");
    assert_eq!(
        faults(&site.build()),
        ["dist/app/a/route.wasm: a file that routelet did not write is in the way; move it away"]
    );
    assert_eq!(site.read("dist/app/a/route.wasm"), "theirs");
}

#[test]
fn a_spoilt_list_of_written_files_is_not_guessed_at() {
    let site = Site::with(&[("app/route.wasm", "one")]);
    site.build();
    site.write("dist/.routelet-files.json", "{");
    let said = faults(&site.build());
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(
        said[0].starts_with("dist/.routelet-files.json: is not a list of written files: ")
            && said[0].ends_with("; remove the directory that holds it and build again"),
        "{said:#?}"
    );
}

#[test]
fn a_build_that_broke_off_is_finished_by_the_next() {
    let site = Site::with(&[("app/z/route.wasm", "old")]);
    site.build();
    site.remove("app/z");
    site.write("app/a/route.wasm", "one");
    site.write("app/b/route.wasm", "two");
    site.write("dist/app/b", "a file where a directory has to be");
    let said = faults(&site.build());
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].starts_with("dist/app/b: cannot be written: "), "{said:#?}");
    assert_eq!(site.read("dist/app/a/route.wasm"), "one", "written before it broke off");

    site.remove("dist/app/b");
    assert_eq!(faults(&site.build()), [""; 0], "what was written is known as routelet's own");
    assert_eq!(site.files("dist"), ["app/a/route.wasm", "app/b/route.wasm"]);
}

#[test]
fn a_site_without_app_says_so() {
    let site = Site::with(&[("Cargo.toml", "")]);
    assert_eq!(
        faults(&site.build()),
        ["app: no such directory; expected the route tree of a site; \
          run `routelet new` to start a site, or name the directory that holds app/"]
    );
    assert!(!site.has("dist"));
}

#[test]
fn a_language_without_its_tools_is_skipped_and_keeps_no_other_from_being_built() {
    const INSTALL: &str = "install Node.js 20 or later: https://nodejs.org/en/download, or `apt install nodejs npm`";
    let site = Site::with(&[
        ("Cargo.toml", &manifest(&["b"])),
        ("app/a/route.ts", ""),
        ("app/b/route.rs", ""),
        ("app/c/route.js", ""),
    ]);
    let report = site.build_with(&Tools::complete().environment());
    let reason = format!("node is not installed: no directory in PATH holds it; {INSTALL}");
    let sources = [("app/a/route.ts", "typescript"), ("app/c/route.js", "javascript")];
    let expected = sources.map(|(file, language)| format!("{file}: skipped {language}: {reason}"));
    assert_eq!(skipped(&report), expected);
    assert_eq!(outcomes(&report), ["app/b/route.rs: built"]);

    let old = Tools::complete().tool("node", "echo v18.20.4");
    let found = format!("node is 18.20.4 ({}); expected 20 or later", old.place("node"));
    let expected = format!("app/a/route.ts: skipped typescript: {found}; {INSTALL}");
    assert_eq!(skipped(&site.build_with(&old.environment()))[0], expected);
}

/// Skipping is no failure.
fn skipped(report: &routelet_build::Report) -> Vec<String> {
    assert!(report.succeeded(), "{:?}", faults(report));
    report.skipped.iter().map(ToString::to_string).collect()
}

#[test]
fn several_faults_are_reported_together() {
    let site = Site::with(&[
        ("app/both/route.rs", ""),
        ("app/both/route.wasm", ""),
        ("app/two/route.py", ""),
        ("app/two/route.ts", ""),
        ("app/real", ""),
    ]);
    std::os::unix::fs::symlink("real", site.path().join("app/link")).unwrap();
    let mut said = faults(&site.build());
    said.sort();
    assert_eq!(
        said,
        [
            "app/both/route.rs: route.wasm lies beside it; expected one route in a directory; keep one of them",
            "app/link: a symbolic link; expected a file or a directory; put the file itself there",
            "app/two/route.py: route.ts lies beside it; expected one route in a directory; keep one of them",
        ]
    );
}

#[test]
fn a_failed_route_keeps_its_last_good_component_and_harms_no_other() {
    let tools = Tools::complete();
    let site =
        Site::with(&[("Cargo.toml", &manifest(&["a", "b"])), ("app/a/route.rs", "good"), ("app/b/route.rs", "good")]);
    let mut builder = site.builder(&tools.environment());
    let first = builder.build(&mut |_| {});
    assert_eq!(outcomes(&first), ["app/a/route.rs: built", "app/b/route.rs: built"]);

    site.write("app/a/route.rs", "error");
    site.write("app/b/route.rs", "better");
    let changed = ["app/a/route.rs".into(), site.path().join("app/b/route.rs")];
    let second = builder.rebuild(&changed, &mut |_| {});
    assert_eq!(outcomes(&second), ["app/a/route.rs: failed", "app/b/route.rs: built"]);
    assert_eq!(faults(&second), ["app/a/route.rs:7: does not compile: it says error; correct it as the compiler says"]);
    assert_eq!(site.read("dist/app/a/route.wasm"), "good");
    assert_eq!(site.read("dist/app/b/route.wasm"), "better");
}
