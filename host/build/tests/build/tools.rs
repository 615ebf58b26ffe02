//! Missing, failing and lying tools, played by shell scripts.

use std::fs;

use routelet_build::{Builder, Options, Outcome, Report};

use crate::site::{Site, Tools, faults, manifest, outcomes};

fn site() -> Site {
    Site::with(&[("Cargo.toml", &manifest(&["a", "b"])), ("app/a/route.rs", "one"), ("app/b/route.rs", "two")])
}

fn only_fault(report: &Report) -> String {
    let said = faults(report);
    assert_eq!(said.len(), 1, "{said:#?}");
    said[0].clone()
}

/// What is said of the first of two routes left alone, which is no failure.
fn skipped(report: &Report) -> String {
    assert!(report.succeeded() && report.skipped.len() == 2, "{report:#?}");
    report.skipped[0].to_string()
}

#[test]
fn without_cargo_the_way_to_install_it_is_named() {
    let said = skipped(&site().build_with(&Tools::none().environment()));
    assert_eq!(
        said,
        "app/a/route.rs: skipped rust: cargo is not installed: no directory in PATH holds it; \
         install Rust: `curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh`"
    );
}

#[test]
fn a_tool_that_cannot_start_is_named() {
    let tools = Tools::complete();
    tools.break_tool("rustc");
    let said = skipped(&site().build_with(&tools.environment()));
    assert!(said.contains("rustc cannot be started: "), "{said}");
    assert!(said.contains("; repair or remove "), "{said}");
}

#[test]
fn a_toolchain_that_does_not_know_the_target_says_so_itself() {
    let tools = Tools::complete().tool("rustc", "echo 'error: unknown target' >&2; exit 1");
    let said = skipped(&site().build_with(&tools.environment()));
    assert!(
        said.contains(
            "`rustc --print target-libdir --target wasm32-wasip2` failed: error: unknown target; `rustup show`"
        ),
        "{said}"
    );
}

#[test]
fn a_missing_target_is_added_in_the_directory_of_the_site() {
    let tools = Tools::complete();
    fs::remove_dir(tools.library()).unwrap();
    let add = format!("echo 'info: downloading' >&2; mkdir -p '{}'", tools.library().display());
    let tools = tools.tool("rustup", &add);
    let site = site();
    let mut lines = Vec::new();
    let report = site.builder(&tools.environment()).build(&mut |line| lines.push(line.to_owned()));
    assert!(report.succeeded(), "{:?}", faults(&report));
    assert_eq!(lines[0], "adding the Rust target wasm32-wasip2: rustup target add wasm32-wasip2");
    assert_eq!(lines[1], "info: downloading");
    let site_directory = fs::canonicalize(site.path()).unwrap();
    let expected = format!("rustup in {}: target add wasm32-wasip2", site_directory.display());
    assert!(tools.log().contains(&expected), "{:#?}", tools.log());
}

#[test]
fn a_target_that_cannot_be_added_says_what_rustup_said() {
    let tools = Tools::complete().tool("rustup", "echo 'error: no network' >&2; exit 1");
    fs::remove_dir(tools.library()).unwrap();
    let site = site();
    let said = skipped(&site.build_with(&tools.environment()));
    let directory = fs::canonicalize(site.path()).unwrap();
    assert_eq!(
        said,
        format!(
            "app/a/route.rs: skipped rust: `rustup target add wasm32-wasip2` failed: error: no network; \
             run `rustup target add wasm32-wasip2` in {}",
            directory.display()
        )
    );
    assert!(tools.log().iter().all(|line| !line.starts_with("cargo ")), "nothing else was tried");
}

#[test]
fn a_missing_target_without_rustup_is_named() {
    let tools = Tools::complete();
    fs::remove_dir(tools.library()).unwrap();
    let said = skipped(&site().build_with(&tools.environment()));
    assert!(said.contains("rustup is not installed: no directory in PATH holds it"), "{said}");
    assert!(said.contains("install the target by the way Rust came, or install Rust: "), "{said}");
}

#[test]
fn offline_adds_no_target_and_reaches_cargo() {
    let offline = |tools: &Tools, site: &Site| {
        let options = Options { offline: true, ..Options::dist(tools.environment()) };
        Builder::new(site.path(), options).build(&mut |_| {})
    };
    let tools = Tools::complete().tool("rustup", "");
    let site = site();
    assert!(offline(&tools, &site).succeeded());
    let build = tools.log().into_iter().find(|line| line.contains(": build ")).unwrap();
    assert!(build.ends_with(" --offline"), "{build}");

    fs::remove_dir(tools.library()).unwrap();
    let said = skipped(&offline(&tools, &site));
    assert!(said.contains("--offline forbids to fetch it; run `rustup target add wasm32-wasip2` in "), "{said}");
    assert!(tools.log().iter().all(|line| !line.starts_with("rustup")), "{:#?}", tools.log());
}

#[test]
fn one_call_of_cargo_builds_what_changed_and_no_more() {
    let tools = Tools::complete();
    let site = site();
    let mut builder = site.builder(&tools.environment());
    let mut calls_for = |changed: &[&str]| {
        let before = tools.log().len();
        let changed: Vec<_> = changed.iter().map(Into::into).collect();
        builder.rebuild(&changed, &mut |_| {});
        tools.log().split_off(before)
    };
    let built = |calls: &[String]| {
        let builds: Vec<_> = calls.iter().filter(|call| call.contains(": build ")).collect();
        assert!(builds.len() <= 1, "{calls:#?}");
        let names = |call: &&String| call.split(" --example ").skip(1).map(str::to_owned).collect();
        builds.first().map_or(Vec::new(), names) as Vec<String>
    };
    assert_eq!(built(&calls_for(&[])), ["a", "b"], "the first time, everything");
    let edit = calls_for(&["app/b/route.rs"]);
    assert_eq!(built(&edit), ["b"]);
    assert_eq!(edit.len(), 1, "nothing but cargo build: {edit:#?}");
    assert_eq!(built(&calls_for(&["app/_lib/shared.rs"])), ["a", "b"], "who uses it, cargo knows");
    assert_eq!(built(&calls_for(&["Cargo.toml"])), ["a", "b"]);
    for ignored in ["app/b/.route.rs.swp", "app/b/route.rs~", "app/b/4913", "app/b"] {
        assert_eq!(calls_for(&[ignored]), [""; 0], "{ignored} is read by no compiler");
    }
    for copied in ["app/segment.toml", "public/style.css", "routelet.toml", "app/x/route.wasm"] {
        assert_eq!(calls_for(&[copied]), [""; 0], "{copied} needs no compiler");
    }
}

#[test]
fn a_new_route_and_its_stanza_are_picked_up() {
    let tools = Tools::complete();
    let site = site();
    let mut builder = site.builder(&tools.environment());
    builder.build(&mut |_| {});
    site.write("app/c/route.rs", "three");
    let without = builder.rebuild(&["app/c/route.rs".into()], &mut |_| {});
    assert_eq!(
        only_fault(&without),
        "app/c/route.rs: no [[example]] of Cargo.toml with crate-type cdylib builds it; \
         add to Cargo.toml:\n\
         [[example]]\nname = \"c\"\ncrate-type = [\"cdylib\"]\npath = \"app/c/route.rs\"\n"
    );
    assert_eq!(without.diagnostics(), [""; 0], "no compiler has seen it");
    site.write("Cargo.toml", &manifest(&["a", "b", "c"]));
    let with = builder.rebuild(&["Cargo.toml".into()], &mut |_| {});
    assert_eq!(outcomes(&with), ["app/a/route.rs: unchanged", "app/b/route.rs: unchanged", "app/c/route.rs: built"]);
    site.remove("app/a");
    let removed = builder.rebuild(&["app/a/route.rs".into()], &mut |_| {});
    assert_eq!(outcomes(&removed), ["app/b/route.rs: unchanged", "app/c/route.rs: unchanged"]);
    assert!(!site.has("dist/app/a"));
}

#[test]
fn a_clone_gets_its_sdk_before_cargo_looks_for_it() {
    let tools = Tools::complete();
    let site = site();
    let dependency = "[dependencies]\nroutelet-sdk = { path = \".routelet/sdk/guest-sdk\" }\n";
    site.write("Cargo.toml", &(manifest(&["a", "b"]) + dependency));
    let mut lines = Vec::new();
    site.builder(&tools.environment()).build(&mut |line| lines.push(line.to_owned()));
    assert_eq!(lines[0], "unpacking the SDK to .routelet/sdk");
    assert!(site.has(".routelet/sdk/guest-sdk/Cargo.toml"));
}

#[test]
fn a_manifest_that_cargo_refuses_is_a_fault_with_its_line() {
    let tools =
        Tools::complete().tool("cargo", "printf 'error: invalid key\\n --> Cargo.toml:3:1\\n  |\\n' >&2; exit 101");
    let said = only_fault(&site().build_with(&tools.environment()));
    assert!(said.starts_with("Cargo.toml:3: cargo refuses it: error: invalid key"), "{said}");
    assert!(said.ends_with("; correct it as cargo says"), "{said}");
}

#[test]
fn everything_a_build_depends_on_can_be_watched() {
    let elsewhere = Site::with(&[]);
    let dependency = format!("\"dependencies\":[{{\"path\":\"{}\"}},{{\"path\":null}}]", elsewhere.path().display());
    let site = site();
    let directory = fs::canonicalize(site.path()).unwrap();
    let metadata = METADATA
        .replace("\"dependencies\":[]", &dependency)
        .replace("\"workspace_root\":\"SITE\"", "\"workspace_root\":\"/workspace\"")
        .replace("SITE", &directory.display().to_string());
    let tools = Tools::complete().tool("cargo", &metadata);
    let mut builder = site.builder(&tools.environment());
    builder.build(&mut |_| {});
    let watched = builder.watch_paths();
    for name in ["app", "public", "routelet.toml", "Cargo.toml", "src", ".cargo"] {
        assert!(watched.contains(&directory.join(name)), "{name} in {watched:#?}");
    }
    assert!(watched.contains(&elsewhere.path().to_owned()), "{watched:#?}");
    assert!(watched.contains(&"/workspace/Cargo.toml".into()), "{watched:#?}");
    assert!(!watched.contains(&directory), "the output lies in the site: {watched:#?}");
}

#[test]
fn a_missing_manifest_is_a_fault_that_names_what_it_must_hold() {
    let site = Site::with(&[("app/a/route.rs", "")]);
    let said = only_fault(&site.build_with(&Tools::complete().environment()));
    assert!(said.starts_with("Cargo.toml: cannot be read: "), "{said}");
    assert!(said.contains("expected the package that app/a/route.rs is an example of"), "{said}");
}

#[test]
fn a_build_that_fails_before_any_compiler_is_one_fault() {
    let metadata = Tools::complete();
    let site = site();
    let directory = fs::canonicalize(site.path()).unwrap();
    let script = format!(
        "if [ \"$1\" = metadata ]; then\n{METADATA}\nfi\n\
         echo '    Updating index' >&2; echo 'error: no matching package named `serd` found' >&2; exit 101\n"
    )
    .replace("SITE", &directory.display().to_string());
    let tools = metadata.tool("cargo", &script);
    let report = site.build_with(&tools.environment());
    assert_eq!(
        only_fault(&report),
        "Cargo.toml: cargo refuses it: error: no matching package named `serd` found; \
         correct it as cargo says"
    );
}

#[test]
fn what_cargo_lacks_offline_is_said_with_the_command_that_fetches_it() {
    let script = "echo 'error: failed to download `serde v1.0.228`' >&2\n\
                  echo '  attempting to make an HTTP request, but --offline was specified' >&2\nexit 101";
    let said = only_fault(&site().build_with(&Tools::complete().tool("cargo", script).environment()));
    assert!(said.contains("failed to download `serde v1.0.228`"), "{said}");
    assert!(said.contains("; run `cargo fetch --target wasm32-wasip2` in the site, which fetches"), "{said}");
}

#[test]
fn params_that_the_directory_does_not_capture_are_a_fault_of_their_route() {
    let site = site();
    site.write("app/b/route.rs", "#[get]\nasync fn read(Path(id): Path<u64>) -> String {}\n");
    let report = site.build_with(&Tools::complete().environment());
    assert_eq!(outcomes(&report), ["app/a/route.rs: built", "app/b/route.rs: failed"]);
    assert_eq!(
        only_fault(&report),
        "app/b/route.rs:2: `read` takes one param, as u64; expected what /b captures: nothing; \
         name the directory or the param after the other"
    );
}

#[test]
fn an_error_in_shared_code_fails_every_route_at_its_own_place() {
    let site = site();
    let directory = fs::canonicalize(site.path()).unwrap();
    let script = format!(
        "if [ \"$1\" = metadata ]; then\n{METADATA}\nfi\n\
         echo '{{\"reason\":\"compiler-message\",\"target\":{{\"src_path\":\"SITE/src/lib.rs\"}},\
         \"message\":{{\"level\":\"error\",\"message\":\"unclosed\",\"rendered\":\"error: unclosed\",\
         \"spans\":[{{\"file_name\":\"src/lib.rs\",\"line_start\":4,\"is_primary\":true}}]}}}}'\n\
         echo 'not a message at all'\nexit 101\n"
    )
    .replace("SITE", &directory.display().to_string());
    let tools = Tools::complete().tool("cargo", &script);
    let report = site.build_with(&tools.environment());
    let expected = "src/lib.rs:4: does not compile: unclosed; correct it as the compiler says";
    assert_eq!(faults(&report), [expected], "once, though it fails both");
    assert_eq!(report.diagnostics(), ["error: unclosed"], "likewise");
    assert_eq!(report.routes.len(), 2);
    for route in &report.routes {
        let Outcome::Failed(failure) = &route.outcome else {
            panic!("{route:?}");
        };
        assert_eq!(failure.rendered, "error: unclosed");
    }
}

#[test]
fn tools_see_the_environment_they_are_given_and_no_other() {
    let tools = Tools::complete();
    let (library, seen) = (tools.library(), tools.library().join("seen"));
    let script = format!("env > '{}'; echo '{}'", seen.display(), library.display());
    let tools = tools.tool("rustc", &script);
    site().build_with(&tools.environment().with("ROUTELET_TEST", "given"));
    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.contains("ROUTELET_TEST=given"), "{seen}");
    assert!(!seen.contains("CARGO_MANIFEST_DIR="), "{seen}");
}

/// Cargo's answer about the package of [`site`].
const METADATA: &str = r#"echo '{"packages":[{"name":"site","manifest_path":"SITE/Cargo.toml","dependencies":[],"targets":[{"name":"a","kind":["example"],"crate_types":["cdylib"],"src_path":"SITE/app/a/route.rs"},{"name":"b","kind":["example"],"crate_types":["cdylib"],"src_path":"SITE/app/b/route.rs"}]}],"workspace_root":"SITE"}'; exit 0"#;
