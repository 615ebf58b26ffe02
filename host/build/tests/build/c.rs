//! This machine's C compiler, or the one pip fetches, from route files to components. One test, because
//! the compiler makes its C library once for it.

use std::{path::Path, process::Command};

use routelet_build::{Builder, Environment, Options, Report};

use crate::site::{Site, Tools, example_of, faults, outcomes};

const HELLO: &str = "#include <routelet.h>
#include \"name.h\"
ROUTELET_GET(request, response) { routelet_sendf(response, \"Hello, %s!\", name()); }
ROUTELET_DELETE(request, response) { routelet_status(response, 204); }
";

/// A file that cannot become a route, and how its fault begins.
const WRONG: [(&str, &str, &str); 5] = [
    (
        "app/syntax/route.c",
        "#include <routelet.h>\nROUTELET_GET(request, response) {\n  int x = 1\n}\n",
        "app/syntax/route.c:3: does not compile: expected ';' at end of declaration",
    ),
    (
        "app/lower/[id]/route.c",
        "#include <routelet.h>\nROUTELET_get(request, response) {}\n",
        "app/lower/[id]/route.c:2: does not compile: ",
    ),
    (
        "app/none/route.c",
        "#include <routelet.h>\nint unused(void) { return 1; }\n",
        "app/none/route.c: it answers no method; expected `ROUTELET_GET(request, response) { ... }` or another method",
    ),
    (
        "app/symbol/route.c",
        "#include <routelet.h>\nint saved(int);\nROUTELET_PUT(request, response) {\n  \
         routelet_status(response, saved(2));\n}\n",
        "app/symbol/route.c:4: `saved` is declared and used, and no file defines it; expected a definition in",
    ),
    (
        "app/twice/route.c",
        "#include <routelet.h>\nROUTELET_GET(request, response) {}\nROUTELET_GET(request, response) {}\n",
        "app/twice/route.c:3: does not compile: redefinition of 'routelet_get_",
    ),
];

#[test]
fn route_files_in_c_become_components_each_by_itself() {
    let site = Site::with(&[
        (
            "app/route.c",
            "#include <routelet.h>\nROUTELET_POST(request, response) { routelet_status(response, 201); }\n",
        ),
        ("app/users/[id]/route.c", HELLO),
        ("app/name.h", "const char *name(void);\n"),
        ("app/name.c", "#include \"name.h\"\nconst char *name(void) { return \"a\"; }\n"),
    ]);
    site.keep_toolchains();
    site.write("app/readme/route.c", &example_of("README.md", "c"));
    site.write("app/sdk/route.c", &example_of("guest-sdk/c/README.md", "c"));
    for (file, text, _) in WRONG {
        site.write(file, text);
    }
    let environment = Environment::of_process();
    let first = site.build_with(&environment);
    assert_eq!(first.skipped, []);
    let said = faults(&first);
    let mut expected: Vec<_> = WRONG.iter().map(|(_, _, start)| *start).collect();
    expected.sort_unstable();
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, start) in said.iter().zip(expected) {
        assert!(said.starts_with(start), "expected {start}\nfound    {said}");
    }
    assert_eq!(
        good(&first),
        ["app/readme/route.c", "app/route.c", "app/sdk/route.c", "app/users/[id]/route.c"]
            .map(|file| format!("{file}: built"))
    );
    site.exports_exactly("dist/app/readme/route.wasm", &["get"]);
    site.exports_exactly("dist/app/sdk/route.wasm", &["get", "post"]);
    site.remove("app/readme");
    site.remove("app/sdk");
    site.exports_exactly("dist/app/users/[id]/route.wasm", &["get", "delete"]);
    site.exports_exactly("dist/app/route.wasm", &["post"]);

    for (file, _, _) in WRONG {
        site.remove(file);
    }
    assert_eq!(good(&site.build_with(&environment)), ["app/route.c: unchanged", "app/users/[id]/route.c: unchanged"]);
    site.write("app/name.c", "#include \"name.h\"\nconst char *name(void) { return \"b\"; }\n");
    assert_eq!(good(&site.build_with(&environment)), ["app/route.c: unchanged", "app/users/[id]/route.c: built"]);
}

/// With a host that the test plays: reading requests needs no component.
#[test]
fn the_sdk_passes_its_own_tests() {
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guest-sdk/c");
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("sdk");
    let mut compiler = Command::new("cc");
    // The attributes are those of WebAssembly.
    compiler.current_dir(&sdk).args(["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wno-attributes", "-o"]);
    compiler.arg(&program).args(["tests/sdk.c", "text.c", "memory.c", "request.c"]);
    let compiled = compiler.output().expect("Rust links by it");
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let tested = Command::new(program).output().unwrap();
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
}

#[test]
fn without_python_routes_in_c_are_skipped_with_the_way_out() {
    let site = Site::with(&[("app/route.c", HELLO)]);
    let report = site.build_with(&Tools::none().environment());
    assert_eq!(
        report.skipped[0].to_string(),
        "app/route.c: skipped c: ziglang==0.17.0 is needed, and no directory in PATH holds python3 to fetch it; \
         install Python 3 with pip: https://www.python.org/downloads, or `apt install python3-pip`"
    );
}

#[test]
fn what_pip_says_is_the_reason_where_it_fails() {
    let site = Site::with(&[("app/route.c", HELLO)]);
    let tools = Tools::none().tool("python3", "echo 'ERROR: no network' >&2; exit 1");
    let report = site.build_with(&tools.environment());
    let reason = &report.skipped[0].reason;
    assert!(reason.contains("ziglang==0.17.0` failed: ERROR: no network; look whether PyPI"), "{reason}");
    assert!(!site.has(".routelet/toolchains/ziglang-0.17.0"));
}

#[test]
fn a_compiler_of_another_series_is_named_and_not_used() {
    let site = Site::with(&[("app/route.c", HELLO)]);
    let tools = Tools::none().tool("zig", "echo 0.11.0");
    let found = format!("zig is 0.11.0 ({}); expected 0.17.x", tools.place("zig"));
    let or_install = "or install Zig 0.17: https://ziglang.org/download";
    let build = |tools: &Tools, offline| {
        let mut said = Vec::new();
        let options = Options { offline, ..Options::dist(tools.environment()) };
        let report = Builder::new(site.path(), options).build(&mut |line| said.push(line.to_owned()));
        (report.skipped[0].reason.clone(), said)
    };
    let (reason, _) = build(&tools, false);
    assert!(reason.starts_with(&format!("{found}; ziglang==0.17.0 is needed, and no directory in PATH")), "{reason}");
    let (reason, _) = build(&tools, true);
    let missing = "ziglang==0.17.0 is not in .routelet/toolchains, and --offline forbids to fetch it";
    assert_eq!(reason, format!("{found}; {missing}; build once without --offline, {or_install}"));
    let tools = tools.tool("python3", "exit 1");
    let (_, said) = build(&tools, false);
    let note = format!("{found}, so it is not used: ziglang is fetched, {or_install}");
    assert!(said.contains(&note), "expected {note}\nfound {said:#?}");
}

fn good(report: &Report) -> Vec<String> {
    let lines = outcomes(report).into_iter();
    lines.filter(|line| !line.ends_with(": failed")).collect()
}
