//! This machine's cargo and its target for components, from a new site to a rebuilt one. One test,
//! because the SDK is compiled once for it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use routelet_build::{Builder, Environment, NewRoute, Options, Outcome, Report, new_route, new_site};

use crate::site::{example_of, faults, outcomes};

/// What each route of the site is built from and has to export.
const ROUTES: [(&str, &str); 7] = [
    ("/", "GET"),
    ("/api/users/[id]", "GET,DELETE"),
    ("/all/[id]", "GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS"),
    ("/docs/[...path]", "GET,POST"),
    ("/repos/[org]/[...rest]", "PUT"),
    ("/shop/[[...slug]]", "GET"),
    ("/wiki/[page-name]/[[...rest]]", "PATCH"),
];

/// What the example of the README leaves out.
const README: &str = "#[derive(serde::Serialize)]
struct User {
    id: u64,
}

fn find(id: u64) -> Option<User> {
    (id > 0).then_some(User { id })
}

";

#[test]
fn a_new_site_builds_and_rebuilds_what_changed() {
    let around = tempfile::tempdir().unwrap();
    // A site stands on its own even inside somebody's workspace.
    fs::write(around.path().join("Cargo.toml"), "[workspace]\n").unwrap();
    let site = around.path().join("site");
    start(&site);
    let mut builder = Builder::new(&site, Options::dev(Environment::of_process()));

    let first = timed("cold build", builder.build(&mut |_| {}));
    assert_eq!(faults(&first), [""; 0]);
    assert_eq!(first.warnings, [""; 0], "starters compile without a warning");
    assert_eq!(first.routes.len(), ROUTES.len());
    for (pattern, methods) in ROUTES {
        exports_exactly(&builder.output().join(file_of(pattern, "wasm")), methods);
    }

    edit(&site.join("app/route.rs"), "Hello, World!", "Hello again!");
    let edited = timed("edit", builder.rebuild(&["app/route.rs".into()], &mut |_| {}));
    assert_eq!(edited.changed, [PathBuf::from("app/route.wasm")]);
    assert_eq!(outcomes(&edited).iter().filter(|line| line.ends_with(": unchanged")).count(), ROUTES.len() - 1);

    fs::write(site.join("app/api/users/[id]/route.rs"), README.to_owned() + &example_of("README.md", "rust")).unwrap();
    let readme = builder.rebuild(&["app/api/users/[id]/route.rs".into()], &mut |_| {});
    assert_eq!(faults(&readme), [""; 0]);
    exports_exactly(&builder.output().join("app/api/users/[id]/route.wasm"), "GET,DELETE");

    edit(&site.join("app/route.rs"), "&'static str", "u64");
    let broken = builder.rebuild(&["app/route.rs".into()], &mut |_| {});
    let said = faults(&broken);
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].starts_with("app/route.rs:"), "{said:#?}");
}

fn start(site: &Path) {
    new_site(site, "rs").unwrap();
    for (pattern, methods) in &ROUTES[2..] {
        let route = NewRoute {
            pattern: (*pattern).to_owned(),
            language: None,
            methods: methods.split(',').map(str::to_owned).collect(),
        };
        new_route(site, &route).unwrap();
    }
}

fn file_of(pattern: &str, extension: &str) -> PathBuf {
    Path::new("app").join(&pattern[1..]).join(format!("route.{extension}"))
}

/// Exported interfaces stand in a component by their full names; those of other methods must not.
fn exports_exactly(component: &Path, methods: &str) {
    let bytes = fs::read(component).unwrap();
    let methods: Vec<_> = methods.split(',').map(str::to_ascii_lowercase).collect();
    for method in ["get", "head", "post", "put", "patch", "delete", "options"] {
        let interface = format!("routelet:route/{method}@0.2.0");
        let found = bytes.windows(interface.len()).any(|at| at == interface.as_bytes());
        let expected = methods.iter().any(|wanted| wanted == method);
        assert_eq!(found, expected, "{interface} in {}", component.display());
    }
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

fn timed(what: &str, report: Report) -> Report {
    let sizes: Vec<_> = report
        .routes
        .iter()
        .map(|route| match &route.outcome {
            Outcome::Built { bytes } | Outcome::Unchanged { bytes } => bytes.to_string(),
            Outcome::Failed(_) => "-".to_owned(),
        })
        .collect();
    let outside = report.elapsed - report.elapsed_in_tools;
    println!("{what}: {:?}, {outside:?} of it outside cargo; {} bytes", report.elapsed, sizes.join(", "));
    report
}
