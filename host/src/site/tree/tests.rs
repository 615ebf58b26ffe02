//! Sites in temporary directories: what is found, and what is wrong with each.

mod odd;

use std::{collections::BTreeSet, os::unix::fs::symlink};

use tempfile::TempDir;

use super::*;

/// A directory that holds these files; a name that ends in `/` is an empty folder.
fn site(files: &[&str]) -> TempDir {
    let site = tempfile::tempdir().unwrap();
    for file in files {
        add(&site, file);
    }
    site
}

fn add(site: &TempDir, file: &str) {
    let path = site.path().join(file);
    if file.ends_with('/') {
        return fs::create_dir_all(path).unwrap();
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "").unwrap();
}

fn link(site: &TempDir, to: &str, file: &str) {
    add(site, &format!("{}/", Path::new(file).parent().unwrap().display()));
    symlink(to, site.path().join(file)).unwrap();
}

/// Each route as `pattern kind file`.
fn routes(tree: &Tree) -> Vec<String> {
    let shown = |route: &RouteFile| format!("{} {:?} {}", route.pattern, route.kind, route.file.display());
    tree.routes.iter().map(shown).collect()
}

fn faults(tree: &Tree) -> Vec<String> {
    tree.faults.iter().map(Fault::to_string).collect()
}

/// The faults of a site with these files; the site's own path is written SITE.
fn faults_of(files: &[&str]) -> Vec<String> {
    let site = site(files);
    let path = site.path().display().to_string();
    faults(&Tree::scan(site.path())).iter().map(|fault| fault.replace(&path, "SITE")).collect()
}

#[test]
fn a_tree_becomes_routes_sorted_by_pattern() {
    let site = site(&[
        "routelet.toml",
        "README.md",
        "app/route.wasm",
        "app/users/[id]/route.wasm",
        "app/docs/[...path]/route.wasm",
        "app/shop/[[...slug]]/route.wasm",
        "app/(internal)/stats/route.wasm",
        "app/@slot/side/route.wasm",
        "app/_lib/x/route.wasm",
        "app/_lib/pre-[id]/route.rs",
        "app/%5Fx/route.wasm",
        "app/feed.xml/route.wasm",
        "app/route.wasm.d/route.wasm",
        "app/café/route.wasm",
        "app/about/page.html",
        "app/robots.txt",
        "app/blog/sitemap.xml",
        "app/blog/[post]/icon.png",
        "app/blog/robots.txt",
        "app/blog/notes.txt",
        "app/empty/",
        "public/style.css",
        "public/.well-known/security.txt",
        "public/.env",
        "public/x/.git/config",
        "public/x/.well-known/y",
        "public/a b/ü%20.txt",
    ]);
    let tree = Tree::scan(site.path());
    assert_eq!(faults(&tree), [""; 0]);
    assert_eq!(
        routes(&tree),
        [
            "/ Component app/route.wasm",
            "/%5Fx Component app/%5Fx/route.wasm",
            "/about Page app/about/page.html",
            "/blog/[post]/icon.png Metadata app/blog/[post]/icon.png",
            "/blog/sitemap.xml Metadata app/blog/sitemap.xml",
            "/café Component app/café/route.wasm",
            "/docs/[...path] Component app/docs/[...path]/route.wasm",
            "/feed.xml Component app/feed.xml/route.wasm",
            "/robots.txt Metadata app/robots.txt",
            "/route.wasm.d Component app/route.wasm.d/route.wasm",
            "/shop/[[...slug]] Component app/shop/[[...slug]]/route.wasm",
            "/side Component app/@slot/side/route.wasm",
            "/stats Component app/(internal)/stats/route.wasm",
            "/users/[id] Component app/users/[id]/route.wasm",
        ]
    );
    assert_eq!(tree.routes[0].absolute, site.path().join("app/route.wasm"));
    let public: Vec<_> = tree.public.iter().map(|file| file.segments.join("/")).collect();
    assert_eq!(public, [".well-known/security.txt", "a b/ü%20.txt", "style.css"]);
    assert_eq!(tree.public[2].absolute, site.path().join("public/style.css"));
}

#[test]
fn a_directory_without_app_is_the_tree_itself() {
    let site = site(&[
        "routelet.toml",
        "segment.toml",
        "route.wasm",
        "robots.txt",
        "dist/app/old/route.wasm",
        "dist/public/route.rs",
        ".routelet/x/route.rs",
        "public/x.txt",
        "api/public/route.wasm",
        "api/dist/route.wasm",
    ]);
    link(&site, "/etc", ".routelet/link");
    let tree = Tree::scan(site.path());
    assert_eq!(faults(&tree), [""; 0]);
    assert_eq!(
        routes(&tree),
        [
            "/ Component route.wasm",
            "/api/dist Component api/dist/route.wasm",
            "/api/public Component api/public/route.wasm",
            "/robots.txt Metadata robots.txt",
        ]
    );
    assert_eq!(tree.public.len(), 1);
    assert_eq!(
        tree.settings,
        [SettingsFile { at_root: true, file: "segment.toml".into(), absolute: site.path().join("segment.toml") }]
    );
}

#[test]
fn a_route_names_the_settings_that_apply_outermost_first() {
    let site = site(&[
        "app/segment.toml",
        "app/(team)/segment.toml",
        "app/(team)/a/[id]/segment.toml",
        "app/(team)/a/[id]/route.wasm",
        "app/(team)/a/route.wasm",
        "app/b/route.wasm",
        "app/_private/segment.toml",
    ]);
    let tree = Tree::scan(site.path());
    let settings: Vec<_> = tree.settings.iter().map(|settings| settings.file.to_str().unwrap()).collect();
    let of = |at: usize| tree.routes[at].settings.iter().map(|file| file.to_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(settings, ["app/segment.toml", "app/(team)/segment.toml", "app/(team)/a/[id]/segment.toml"]);
    assert_eq!(tree.settings.iter().map(|settings| settings.at_root).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(of(0), ["app/segment.toml", "app/(team)/segment.toml"]);
    assert_eq!(of(1), settings);
    assert_eq!(of(2), ["app/segment.toml"]);
}

#[test]
fn what_is_no_site_says_so() {
    let site = site(&["file"]);
    let missing = site.path().join("missing");
    let fault = faults(&Tree::scan(&missing)).remove(0);
    let expected =
        "no such directory; expected the directory of a site; check the path, or create one with `routelet new`";
    assert_eq!(fault, format!("{}: {expected}", missing.display()));
    let file = site.path().join("file");
    let fault = faults(&Tree::scan(&file)).remove(0);
    let expected = "is no directory; expected the directory of a site; name the directory that holds `app`";
    assert_eq!(fault, format!("{}: {expected}", file.display()));
    assert_eq!(faults_of(&["README.md"]), [""; 0]);
}

#[test]
fn every_fault_of_a_tree_is_reported_at_once() {
    let found = faults_of(&[
        "app/a/route.rs",
        "app/b/route.cwasm",
        "app/c/route.py",
        "app/c/route.wasm",
        "app/c/route.ts",
        "app/d/pre-[id]/(.)x/route.go",
        "app/e/[...all]/f/route.wasm",
        "app/g/[id]/route.wasm",
        "app/(x)/g/[slug]/route.wasm",
        "app/h/page.html",
        "app/h/route.wasm",
        "app/i.txt/route.wasm",
        "app/robots.txt",
        "app/robots.txt.d/ok/page.html",
        "app/j/[a]/[b]/[a]/page.html",
        "public/i.txt",
        "public/robots.txt",
    ]);
    let expected = [
        "app/a/route.rs: is source; expected a built component, `route.wasm`; \
         run `routelet build SITE`, then serve `SITE/dist`",
        "app/b/route.cwasm: is precompiled machine code, which no sandbox checks; expected a component; \
         put `route.wasm` there instead; it is compiled and cached by the host",
        "app/c/route.py: lies beside app/c/route.wasm; expected one `route` file in a folder; keep one of them",
        "app/c/route.ts: lies beside app/c/route.wasm; expected one `route` file in a folder; keep one of them",
        "app/d/pre-[id]: `pre-[id]` has brackets in a part of its name; \
         name the whole folder as in `[id]`, or write %5B and %5D for literal brackets",
        "app/d/pre-[id]/(.)x: `(.)x` is an intercepting marker, which routes do not have; \
         name the folder by the URL it answers, or write %28 and %29 for literal parentheses",
        "app/d/pre-[id]/(.)x/route.go: is source; expected a built component, `route.wasm`; \
         run `routelet build SITE`, then serve `SITE/dist`",
        "app/e/[...all]/f/route.wasm: `f` lies below the catch-all `[...all]`, which takes every path there; \
         make `[...all]` the last folder, or a parameter of one segment",
        "app/(x)/g/[slug]/route.wasm: answers /g/[slug], as app/g/[id]/route.wasm does; \
         expected one file for each path; keep one, or move the other to a path of its own",
        "app/h/route.wasm: answers /h, as app/h/page.html does; \
         expected one file for each path; keep one, or move the other to a path of its own",
        "app/j/[a]/[b]/[a]/page.html: two parameters of one path are named `a`; rename one of them",
        "public/i.txt: answers /i.txt, as app/i.txt/route.wasm does; \
         expected one file for each path; keep one, or move the other to a path of its own",
        "public/robots.txt: answers /robots.txt, as app/robots.txt does; \
         expected one file for each path; keep one, or move the other to a path of its own",
    ];
    let (found, expected): (BTreeSet<_>, BTreeSet<_>) =
        (found.into_iter().collect(), expected.map(String::from).into());
    assert_eq!(found, expected);
}

#[test]
fn nothing_answers_below_a_folder_whose_name_means_nothing() {
    let site = site(&["app/pre-[id]/route.wasm", "app/pre-[id]/x/page.html", "app/x/page.html"]);
    let tree = Tree::scan(site.path());
    assert_eq!(tree.faults.len(), 1);
    assert_eq!(routes(&tree), ["/x Page app/x/page.html"]);
}

#[test]
fn two_sources_in_a_folder_are_one_too_many() {
    let found = faults_of(&["app/route.js", "app/route.rs"]);
    assert_eq!(
        found,
        [
            "app/route.js: is source; expected a built component, `route.wasm`; \
             run `routelet build SITE`, then serve `SITE/dist`",
            "app/route.rs: lies beside app/route.js; expected one `route` file in a folder; keep one of them",
        ]
    );
}

#[test]
fn a_scan_finds_the_same_in_any_order_of_creation() {
    let files = ["app/[b]/x/route.wasm", "app/[a]/y/route.wasm", "app/(g)/[a]/y/page.html", "app/z/route.rs"];
    let mut backwards = files;
    backwards.reverse();
    assert_eq!(faults_of(&files), faults_of(&backwards));
}
