//! Several languages in one site, their tools played by shell scripts: each rebuilds its own, and one without
//! tools keeps no other from being built.

use routelet_build::{Builder, Options};

use crate::site::{Site, Tools, manifest, outcomes};

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
