//! `new_site` and `new_route`: what they write, and what they never touch.

use std::fs;

use routelet_build::{NewRoute, find_site, new_route, new_site};

use crate::site::{Site, manifest};

fn route(pattern: &str) -> NewRoute {
    NewRoute { pattern: pattern.to_owned(), language: None, methods: vec!["GET".to_owned()] }
}

#[test]
fn a_new_site_is_complete() {
    let around = tempfile::tempdir().unwrap();
    let site = around.path().join("My Site");
    let files = new_site(&site, "rs").unwrap();
    for file in &files {
        assert!(site.join(file).is_file(), "{}", file.display());
    }
    let manifest = fs::read_to_string(site.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"my-site\""), "{manifest}");
    assert!(manifest.contains("path = \"app/api/users/[id]/route.rs\""), "{manifest}");
    assert!(site.join(".routelet/sdk/guest-sdk/Cargo.toml").is_file());
}

#[test]
fn a_new_site_overwrites_nothing() {
    let site = Site::with(&[("README.md", "mine"), ("app/route.rs", "mine too")]);
    let said = new_site(site.path(), "rs").unwrap_err().to_string();
    let path = site.path().display();
    assert_eq!(
        said,
        format!(
            "{path}/app/route.rs, {path}/README.md are there already, and `new` overwrites nothing; \
             move them away or choose another place"
        )
    );
    assert_eq!(site.files(""), ["README.md", "app/route.rs"]);
}

#[test]
fn a_new_route_is_a_source_and_a_stanza() {
    let before = format!("# mine\n{}", manifest(&["users"]));
    let site = Site::with(&[("Cargo.toml", &before), ("app/users/route.rs", "")]);
    let source = new_route(site.path(), &route("/users/[id]")).unwrap();
    assert_eq!(source.display().to_string(), "app/users/[id]/route.rs");
    assert!(site.read("app/users/[id]/route.rs").contains("Path(id): Path<String>"));
    let stanza = "\n[[example]]\nname = \"users-id\"\ncrate-type = [\"cdylib\"]\npath = \"app/users/[id]/route.rs\"\n";
    assert_eq!(site.read("Cargo.toml"), format!("{before}{stanza}"), "not a letter else changed");
}

#[test]
fn names_of_examples_stay_apart() {
    let site = Site::with(&[("Cargo.toml", &manifest(&["users_id"])), ("app/segment.toml", "")]);
    for pattern in ["/users/[id]", "/users/id", "/users-id", "/"] {
        new_route(site.path(), &route(pattern)).unwrap();
    }
    let manifest = site.read("Cargo.toml");
    for name in ["users_id", "users-id-2", "users-id-3", "users-id-4", "index"] {
        let line = format!("name = \"{name}\"");
        assert_eq!(manifest.matches(&line).count(), 1, "{name} in\n{manifest}");
    }
}

#[test]
fn a_new_route_overwrites_nothing() {
    for language in ["rs", "c", "go"] {
        for there in ["route.rs", "route.ts", "route.c", "route.go", "route.wasm", "page.html"] {
            let new = NewRoute { language: Some(language.to_owned()), ..route("/users") };
            let file = format!("app/users/{there}");
            let site = Site::with(&[("Cargo.toml", &manifest(&[])), (&file, "mine")]);
            let said = new_route(site.path(), &new).unwrap_err().to_string();
            let expected = format!("answers that URL already, beside the new route.{language}; change it or choose");
            assert_eq!(said, format!("{file} {expected} another pattern"));
            assert_eq!(site.files(""), ["Cargo.toml".to_owned(), file.clone()]);
            assert_eq!(site.read(&file), "mine");
            assert_eq!(site.read("Cargo.toml"), manifest(&[]));
        }
    }
}

#[test]
fn a_stanza_that_is_there_is_not_written_twice() {
    let site = Site::with(&[("Cargo.toml", &manifest(&["users"])), ("app/segment.toml", "")]);
    new_route(site.path(), &route("/users")).unwrap();
    assert_eq!(site.read("Cargo.toml"), manifest(&["users"]));
}

#[test]
fn a_manifest_that_takes_no_stanza_is_left_alone() {
    let rows =
        [("example = [{ name = \"x\" }]\n", "a form that takes no [[example]]"), ("[package\n", "unclosed table")];
    for (text, expected) in rows {
        let site = Site::with(&[("Cargo.toml", text), ("app/segment.toml", "")]);
        let said = new_route(site.path(), &route("/users")).unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
        assert!(said.ends_with("path = \"app/users/route.rs\"\n"), "{said}");
        assert_eq!(site.files(""), ["Cargo.toml", "app/segment.toml"]);
        assert_eq!(site.read("Cargo.toml"), text);
    }
}

#[test]
fn a_site_of_finished_components_gains_a_manifest_with_its_first_source() {
    let site = Site::with(&[("routelet.toml", ""), ("app/route.wasm", "")]);
    new_route(site.path(), &route("/users")).unwrap();
    let manifest = site.read("Cargo.toml");
    assert!(manifest.contains("routelet-sdk = { path = \".routelet/sdk/guest-sdk\" }"), "{manifest}");
    assert!(manifest.contains("name = \"users\""), "{manifest}");
}

#[test]
fn a_route_is_in_the_language_of_most_others_unless_told() {
    let site =
        Site::with(&[("routelet.toml", ""), ("app/a/route.ts", ""), ("app/b/route.ts", ""), ("app/c/route.rs", "")]);
    assert_eq!(new_route(site.path(), &route("/x")).unwrap().display().to_string(), "app/x/route.ts");
    assert!(site.read("tsconfig.json").contains("\"strict\": true"), "editors find the types");
    site.write("tsconfig.json", "mine");
    new_route(site.path(), &route("/y")).unwrap();
    assert_eq!(site.read("tsconfig.json"), "mine");
    let told = NewRoute { language: Some("js".to_owned()), ..route("/z") };
    assert_eq!(new_route(site.path(), &told).unwrap().display().to_string(), "app/z/route.js");
    assert!(!site.has("Cargo.toml"), "nothing of Rust");
}

#[test]
fn a_new_site_of_another_language_has_nothing_of_rust() {
    let around = tempfile::tempdir().unwrap();
    let rows = [
        ("ts", "tsconfig.json"),
        ("js", "jsconfig.json"),
        ("py", "pyrightconfig.json"),
        ("c", "compile_flags.txt"),
        ("go", "go.mod"),
    ];
    for (language, extra) in rows {
        let site = around.path().join(language);
        let files: Vec<_> = new_site(&site, language).unwrap().iter().map(|file| file.display().to_string()).collect();
        let (hello, user) = (format!("app/route.{language}"), format!("app/api/users/[id]/route.{language}"));
        for file in [extra, &hello, &user] {
            assert!(files.contains(&file.to_owned()), "{file} in {files:?}");
        }
        assert!(!files.contains(&"Cargo.toml".to_owned()), "{files:?}");
        let added = new_route(&site, &route("/added")).unwrap();
        assert_eq!(added.display().to_string(), format!("app/added/route.{language}"), "in the language of the site");
        assert!(!site.join("Cargo.toml").exists(), "{language}");
    }
}

#[test]
fn other_languages_and_methods_are_refused_by_name() {
    let site = Site::with(&[("Cargo.toml", &manifest(&[])), ("app/segment.toml", "")]);
    let mut other = route("/users");
    other.language = Some("pl".to_owned());
    let said = new_route(site.path(), &other).unwrap_err().to_string();
    assert!(
        said.starts_with("`pl` is no language of a route; expected one of `rs`, `ts`, `js`, `py`, `c`, `go`"),
        "{said}"
    );
    let mut odd = route("/users");
    odd.methods = vec!["FETCH".to_owned()];
    let said = new_route(site.path(), &odd).unwrap_err().to_string();
    assert!(said.starts_with("`FETCH` is no method of a route"), "{said}");
    assert_eq!(site.files(""), ["Cargo.toml", "app/segment.toml"]);
}

#[test]
fn the_site_is_found_from_anywhere_inside() {
    let site = Site::with(&[("routelet.toml", ""), ("app/a/b/route.wasm", "")]);
    for from in ["", "app", "app/a/b"] {
        assert_eq!(find_site(&site.path().join(from)).unwrap(), site.path(), "{from:?}");
    }
    let nowhere = tempfile::tempdir().unwrap();
    let said = find_site(nowhere.path()).unwrap_err().to_string();
    assert!(said.contains("is in no site; expected app/ beside Cargo.toml,"), "{said}");
}
