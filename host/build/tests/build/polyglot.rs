//! Several languages in one site, their tools played by shell scripts: each rebuilds its own, and one without
//! tools keeps no other from being built.

use routelet_build::{Builder, Options};

use crate::site::{CARGO, Site, Tools, faults, manifest, outcomes};

/// Plays Node.js and the SDK's build program under it: a component has its source's own text.
const NODE: &str = r#"
if [ "$1" = --version ]; then echo v22.0.0; exit 0; fi
while read -r order; do
  of() { echo "$order" | sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
  mkdir -p "$(dirname "$(of output)")"
  cp "$(of site)/$(of source)" "$(of output)"
  echo "node built $(of source)" >> "$tools/log"
  echo "{\"inputs\":[\"$(of source)\"],\"warnings\":[],\"findings\":[]}"
done
"#;

fn tools() -> Tools {
    Tools::complete().tool("node", NODE).tool("npm", "mkdir -p node_modules")
}

fn site() -> Site {
    Site::with(&[
        ("Cargo.toml", &manifest(&["a", "b"])),
        ("app/a/route.rs", "one"),
        ("app/b/route.rs", "two"),
        ("app/c/route.ts", "three"),
        ("app/d/route.js", "four"),
    ])
}

#[test]
fn a_save_rebuilds_that_route_alone_whatever_its_language() {
    let (tools, site) = (tools(), site());
    let mut builder = site.builder(&tools.environment());
    let first = builder.build(&mut |_| {});
    let built =
        ["app/a/route.rs", "app/b/route.rs", "app/c/route.ts", "app/d/route.js"].map(|file| format!("{file}: built"));
    assert_eq!(outcomes(&first), built, "{:#?}", first.skipped);
    for (saved, word, ran) in [
        ("app/c/route.ts", "Three", "node built app/c/route.ts"),
        ("app/d/route.js", "Four", "node built app/d/route.js"),
        ("app/b/route.rs", "Two", "--example b"),
    ] {
        site.write(saved, word);
        let before = tools.log().len();
        let report = builder.rebuild(&[saved.into()], &mut |_| {});
        let calls = tools.log().split_off(before);
        assert!(calls.len() == 1 && calls[0].ends_with(ran), "{saved}: {calls:#?}");
        let rebuilt: Vec<_> = outcomes(&report).into_iter().filter(|line| line.ends_with(": built")).collect();
        assert_eq!(rebuilt, [format!("{saved}: built")]);
        let component = std::path::Path::new("dist").join(saved).with_extension("wasm");
        assert_eq!(site.read(component.to_str().unwrap()), word);
    }
}

/// Plays a build program whose routes all import `lib/x.ts`, and which finds what is wrong there.
const IMPORTING_NODE: &str = r#"
if [ "$1" = --version ]; then echo v22.0.0; exit 0; fi
while read -r order; do
  of() { echo "$order" | sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
  inputs="\"inputs\":[\"$(of source)\",\"lib/x.ts\"],\"warnings\":[]"
  if grep -q error "$(of site)/lib/x.ts"; then
    place="\"file\":\"$(of source)\",\"line\":1,\"column\":null,\"lineText\":\"\""
    echo "{$inputs,\"findings\":[{\"text\":\"x is wrong\",$place}]}"
  else
    cp "$(of site)/lib/x.ts" "$(of output)"
    echo "{$inputs,\"findings\":[]}"
  fi
done
"#;

#[test]
fn what_a_failed_route_imports_is_watched_and_mends_it() {
    let tools = Tools::complete().tool("node", IMPORTING_NODE).tool("npm", "mkdir -p node_modules");
    let site = Site::with(&[
        ("Cargo.toml", &manifest(&["a"])),
        ("app/a/route.rs", "one"),
        ("app/c/route.ts", "import x"),
        ("lib/x.ts", "error"),
    ]);
    let mut builder = site.builder(&tools.environment());
    let broken = builder.build(&mut |_| {});
    assert_eq!(outcomes(&broken), ["app/a/route.rs: built", "app/c/route.ts: failed"], "{:?}", faults(&broken));
    let imported = std::fs::canonicalize(site.path()).unwrap().join("lib/x.ts");
    assert!(builder.watch_paths().contains(&imported), "{:#?}", builder.watch_paths());
    site.write("lib/x.ts", "right");
    let before = tools.log().len();
    let mended = builder.rebuild(&[imported], &mut |_| {});
    assert_eq!(outcomes(&mended), ["app/a/route.rs: unchanged", "app/c/route.ts: built"], "{:?}", faults(&mended));
    let calls = tools.log().split_off(before);
    assert!(calls.iter().all(|call| call.starts_with("node ")), "who reads it not is not asked: {calls:#?}");
}

/// Comes to an end when the other one is there as well: each waits for the other's end of a pipe.
const MEET: &str = r#"mkfifo "$tools/here" "$tools/there" 2>/dev/null
meet() { timeout 300 sh -c "$1" >/dev/null || { echo "nobody came" >&2; exit 1; }; }
"#;

#[test]
fn languages_build_side_by_side_and_each_line_says_whose_it_is() {
    let cargo =
        format!("{MEET}if [ \"$1\" = build ]; then meet \"echo > '$tools/here'; cat '$tools/there'\"; fi\n{CARGO}");
    let node = NODE.replace("while read", &format!("{MEET}while read")).replace(
        "  mkdir -p",
        "  if [ \"$(of source)\" = app/c/route.ts ]; then meet \"cat '$tools/here'; echo > '$tools/there'\"; fi\n  mkdir -p",
    );
    let tools = Tools::complete().tool("cargo", &cargo).tool("node", &node).tool("npm", "mkdir -p node_modules");
    let mut lines = Vec::new();
    let report = site().builder(&tools.environment()).build(&mut |line| lines.push(line.to_owned()));
    assert!(report.succeeded() && report.routes.len() == 4, "{:#?} {lines:#?}", faults(&report));
    assert!(lines.contains(&"rust: Compiling site".to_owned()), "{lines:#?}");
    let building = "javascript: building 2 routes in TypeScript and JavaScript";
    assert!(lines.contains(&building.to_owned()), "{lines:#?}");
}

#[test]
fn a_language_without_tools_keeps_no_other_from_being_built() {
    let environment = Tools::none().tool("node", NODE).tool("npm", "mkdir -p node_modules");
    let report = site().build_with(&environment.environment());
    assert_eq!(outcomes(&report), ["app/c/route.ts: built", "app/d/route.js: built"]);
    assert_eq!(report.skipped.len(), 2, "{:#?}", report.skipped);
    assert!(report.succeeded(), "left alone is no failure: {:#?}", report.site_faults);
}

#[test]
fn packages_that_are_missing_offline_are_said_with_the_command_that_fetches_them() {
    let npm = "case \"$*\" in *--offline*) echo 'npm error code ENOTCACHED' >&2; exit 1;; esac";
    let tools = Tools::complete().tool("node", NODE).tool("npm", npm);
    let site = site();
    let options = Options { offline: true, ..Options::dist(tools.environment()) };
    let report = Builder::new(site.path(), options).build(&mut |_| {});
    assert_eq!(outcomes(&report), ["app/a/route.rs: built", "app/b/route.rs: built"]);
    let said = report.skipped[0].to_string();
    assert!(said.starts_with("app/c/route.ts: skipped typescript: `npm install "), "{said}");
    assert!(
        said.ends_with(
            "ENOTCACHED; the packages are not all in npm's cache; run `routelet build SITE` once without --offline"
        ),
        "{said}"
    );
}

#[test]
fn what_cargo_locks_itself_asks_for_no_further_build() {
    let (tools, site) = (tools(), site());
    let mut builder = site.builder(&tools.environment());
    let mut calls_after = |lock: &str| {
        site.write("Cargo.lock", lock);
        let before = tools.log().len();
        builder.rebuild(&["Cargo.lock".into()], &mut |_| {});
        tools.log().split_off(before).len()
    };
    assert_ne!(calls_after("first"), 0, "nothing was built yet");
    assert_eq!(calls_after("first"), 0, "as the build left it");
    assert_ne!(calls_after("second"), 0, "somebody else has changed it");
}
