//! What a hostile or careless hand can put into a site: links, pipes, names that are no text, and
//! more of everything than there should be.

use super::*;

fn pipe(site: &TempDir, file: &str) {
    add(site, &format!("{}/", Path::new(file).parent().unwrap().display()));
    let made = std::process::Command::new("mkfifo").arg(site.path().join(file)).status().unwrap();
    assert!(made.success(), "mkfifo {file}");
}

#[test]
fn symbolic_links_are_faults_wherever_they_are() {
    let site = site(&["app/real/route.wasm"]);
    link(&site, "real", "app/folder");
    link(&site, "../real/route.wasm", "app/x/route.wasm");
    link(&site, "nowhere", "app/x/segment.toml");
    link(&site, ".", "app/loop");
    link(&site, "/etc", "app/_lib");
    link(&site, "/etc/passwd", "public/passwd");
    let tree = Tree::scan(site.path());
    let (message, named): (BTreeSet<_>, Vec<_>) = tree
        .faults
        .iter()
        .map(|fault| {
            let text = fault.to_string();
            (text.split_once(": ").unwrap().1.to_owned(), fault.file.to_str().unwrap())
        })
        .unzip();
    let expected =
        "is a symbolic link; expected a file or folder of the site itself; replace it by a copy of what it points to";
    assert_eq!(message, BTreeSet::from([expected.to_owned()]));
    assert_eq!(
        named,
        ["app/_lib", "app/folder", "app/loop", "app/x/route.wasm", "app/x/segment.toml", "public/passwd"]
    );
    let expected = ["/real Component app/real/route.wasm", "/x Component app/x/route.wasm"];
    assert_eq!(routes(&tree), expected, "a route that cannot be read is still a route");
    assert_eq!(tree.settings.len(), 1, "and so are settings");
}

#[test]
fn a_linked_app_or_public_is_not_entered() {
    let site = site(&["other/route.wasm", "files/x.txt"]);
    link(&site, "other", "app");
    link(&site, "files", "public");
    let tree = Tree::scan(site.path());
    assert_eq!(faults(&tree).len(), 2);
    assert_eq!((tree.routes.len(), tree.public.len()), (0, 0));
}

#[test]
fn what_is_neither_file_nor_folder_is_never_opened() {
    let site = site(&["app/ok/route.wasm"]);
    for file in ["app/a/route.wasm", "app/segment.toml", "app/page.html", "app/unknown", "public/x"] {
        pipe(&site, file);
    }
    let tree = Tree::scan(site.path());
    let found = faults(&tree);
    let expected = ["app/a/route.wasm", "app/page.html", "app/segment.toml", "public/x"].map(|file| {
        format!("{file}: is neither a file nor a folder; expected a regular file; replace it by one, or remove it")
    });
    assert_eq!(found, expected);
    assert_eq!((tree.routes.len(), tree.settings.len(), tree.public.len()), (3, 1, 0));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_faults_that_can_be_printed() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let site = site(&["app/ok/route.wasm"]);
    let folder = site.path().join("app").join(OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("route.wasm"), "").unwrap();
    let tree = Tree::scan(site.path());
    assert_eq!(faults(&tree), ["app/caf\u{fffd}: has a name that is not UTF-8; rename it"]);
    assert!(tree.faults[0].file.to_str().is_some());
    assert_eq!(tree.routes.len(), 1);
}

#[test]
fn a_deep_tree_is_cut_off_with_a_fault() {
    let deepest = "a/".repeat(64);
    let site = site(&[&format!("app/{deepest}route.wasm"), &format!("app/{deepest}b/c/route.wasm")]);
    let tree = Tree::scan(site.path());
    let place = format!("app/{deepest}b");
    let expected =
        "lies more than 64 folders deep; expected at most 64, as many as a request path can have; move it up";
    assert_eq!(faults(&tree), [format!("{place}: {expected}")]);
    assert_eq!(tree.routes.len(), 1);
}

#[test]
fn beyond_a_bound_the_folder_with_the_most_is_left_out_whole() {
    let site = site(&["app/a/1/route.wasm", "app/a/2/route.wasm", "app/b/route.wasm", "app/c/route.wasm"]);
    let bounds = Bounds { routes: 3, ..Bounds::default() };
    let tree = Tree::within(site.path(), bounds);
    let expected =
        "has the most of more than the 3 routes a site can have; split the site, or let a parameter answer for many";
    assert_eq!(faults(&tree), [format!("app/a: {expected}")]);
    assert_eq!(routes(&tree), ["/b Component app/b/route.wasm", "/c Component app/c/route.wasm"]);

    let bounds = Bounds { entries: 8, ..Bounds::default() };
    let tree = Tree::within(site.path(), bounds);
    let expected =
        "holds the most of more than 8 files and folders; expected the directory of a site; keep other files out of it";
    assert_eq!(faults(&tree), [format!("app/a: {expected}")]);
    assert_eq!(routes(&tree), ["/b Component app/b/route.wasm", "/c Component app/c/route.wasm"]);
}

#[test]
fn too_much_at_the_top_is_nobody_elses_fault() {
    let site = site(&["app/a/route.wasm", "app/b/route.wasm", "app/c/route.wasm"]);
    let bounds = Bounds { entries: 2, ..Bounds::default() };
    assert!(faults(&Tree::within(site.path(), bounds))[0].starts_with("app: holds the most of more than 2 "));
}
