//! Python routes: missing and lying tools, played by shell scripts; and this machine's Python with what it
//! fetches, from route files to components, in one test, because the packages are fetched once for it.

use routelet_build::{Builder, Environment, Options, Report};

use crate::site::{Site, Tools, faults, outcomes};

const INSTALL: &str =
    "install Python 3.10 or later with pip: https://www.python.org/downloads, or `apt install python3 python3-pip`";

fn skipped(site: &Site, options: Options) -> (Vec<String>, Vec<String>) {
    let mut said = Vec::new();
    let report = Builder::new(site.path(), options).build(&mut |line| said.push(line.to_owned()));
    (report.skipped.iter().map(ToString::to_string).collect(), said)
}

#[test]
fn without_its_tools_a_python_route_is_skipped_by_their_names() {
    let site = Site::with(&[("app/route.py", "")]);
    let pip_fails = "case \"$*\" in *pip*) echo 'No module named pip' >&2; exit 1;; *) echo 3.12;; esac";
    for (tools, offline, reason) in [
        (Tools::none(), false, format!("python3 is not installed: no directory in PATH holds it; {INSTALL}")),
        (Tools::none().tool("python3", "echo 3.9"), false, format!("); expected 3.10 or later; {INSTALL}")),
        (
            Tools::none().tool("python3", "echo 3.10"),
            true,
            "componentize-py==0.25.1 is not in .routelet/toolchains, and --offline forbids to fetch it; \
             build once without --offline"
                .to_owned(),
        ),
        (Tools::none().tool("python3", pip_fails), false, "failed: No module named pip; look whether PyPI".to_owned()),
    ] {
        let options = Options { offline, ..Options::dist(tools.environment()) };
        let (skipped, _) = skipped(&site, options);
        assert_eq!(skipped.len(), 1, "{skipped:?}");
        assert!(skipped[0].starts_with("app/route.py: skipped python: "), "{skipped:?}");
        assert!(skipped[0].contains(&reason), "expected {reason}\nfound    {}", skipped[0]);
    }
}

#[test]
fn what_is_fetched_is_said_with_its_size_and_how_far_it_is() {
    let site = Site::with(&[("app/route.py", "")]);
    // Says nothing until somebody who was told that goes on asks for more.
    let tools = Tools::none().tool(
        "python3",
        "case \"$*\" in *pip*) head -c 3500000 /dev/zero > \"$TMPDIR/a\"; timeout 60 cat \"$tools/more\"; exit 1;; *) echo 3.12;; esac",
    );
    let more = tools.fifo("more");
    let mut said = Vec::new();
    let mut progress = |line: &str| {
        if line.starts_with("still fetching ") && said.iter().all(|said: &String| !said.starts_with("still ")) {
            std::fs::write(&more, "more\n").unwrap();
        }
        said.push(line.to_owned());
    };
    Builder::new(site.path(), Options::dist(tools.environment())).build(&mut progress);
    let started = "fetching componentize-py==0.25.1, which Python routes are built with, from PyPI into \
                   .routelet/toolchains: pip install, 17 MB";
    assert!(said.iter().any(|line| line == started), "{said:#?}");
    let far = "still fetching componentize-py==0.25.1: 3 MB on disk after ";
    assert!(said.iter().any(|line| line.starts_with(far) && line.ends_with(" s")), "{said:#?}");
    assert_eq!(site.files(".routelet/toolchains"), [""; 0], "what is unfinished does not stay");
}

const HELLO: &str = "from routelet import get


@get
def hello():
    return 'Hello, World!'
";

const NAMED: &str = "from jinja2 import Template
from lib.names import NAME
from routelet import Request, get, post

from ..hello.greeting import greeting

page = Template('{{ greeting }} {{ name }}')


@get
async def read(id: int):
    return page.render(greeting=greeting(), name=NAME)


@post
async def create(request: Request):
    return await request.json()
";

/// A file that cannot become a route, and how its fault begins.
const WRONG: [(&str, &str, &str); 13] = [
    ("app/a/route.py", "def get(:\n", "app/a/route.py:1: SyntaxError: "),
    ("app/b/route.py", "x = 1\n", "app/b/route.py: declares no method; expected @get, @post or another method above"),
    (
        "app/c/route.py",
        "async def GET(request):\n    pass\n",
        "app/c/route.py:1: `GET` answers nothing by its name alone; write `from routelet import get`, and @get above it",
    ),
    (
        "app/d/route.py",
        "from routelet import GET\n@GET\ndef read(): pass\n",
        "app/d/route.py:1: routelet has no `GET`; the decorators are in lower case: `get`",
    ),
    (
        "app/e/route.py",
        "import routelet\n@routelet.Get\ndef read(): pass\n",
        "app/e/route.py:2: routelet has no decorator `Get`; the decorators are in lower case: @routelet.get",
    ),
    (
        "app/f/route.py",
        "import routelet\n@routelet.trace\ndef read(): pass\n",
        "app/f/route.py:2: routelet has no decorator `trace`; expected one of @get, @head, @post,",
    ),
    (
        "app/g/route.py",
        "from routelet import get\n@get\nclass Read: pass\n",
        "app/g/route.py:3: @get stands above the class `Read`; expected a function",
    ),
    ("app/h/route.py", "get = 'hi'\n", "app/h/route.py:1: `get` is no function; expected @get above a function"),
    (
        "app/i/route.py",
        "from routelet import get\n@get\ndef a(): pass\n@get\ndef b(): pass\n",
        "app/i/route.py:5: @get stands above a second function; the first is in line 3",
    ),
    (
        "app/j/route.py",
        "from routelet import get\n@get('/j')\ndef a(): pass\n",
        "app/j/route.py:2: @get takes no arguments; the URL of a route is the directory it lies in",
    ),
    (
        "app/k/route.py",
        "from routelet import get\nimport nowhere\n@get\ndef a(): pass\n",
        "app/k/route.py:2: ModuleNotFoundError: No module named 'nowhere'",
    ),
    (
        "app/l/route.py",
        "from routelet import get\n@get\ndef a(): pass\nraise ValueError('boom')\n",
        "app/l/route.py:4: ValueError: boom",
    ),
    (
        "app/m/route.py",
        "from routelet import get\nimport ujson\n@get\ndef a(): pass\n",
        "app/m/route.py:2: the package `ujson` needs native code, which no component can hold: ",
    ),
];

#[test]
fn python_files_become_components_each_by_itself() {
    let site = Site::with(&[
        ("requirements.txt", "jinja2==3.1.6\nujson==5.11.0\n"),
        ("lib/names.py", "NAME = 'a'\n"),
        ("app/hello/route.py", HELLO),
        ("app/hello/greeting.py", "def greeting():\n    return 'Hi'\n"),
        ("app/[id]/route.py", NAMED),
    ]);
    site.keep_toolchains();
    for (file, text, _) in WRONG {
        site.write(file, text);
    }
    let environment = Environment::of_process();
    let first = site.build_with(&environment);
    let said = faults(&first);
    assert_eq!(said.len(), WRONG.len(), "{said:#?}");
    for (said, (_, _, start)) in said.iter().zip(WRONG) {
        assert!(said.starts_with(start), "expected {start}\nfound    {said}");
    }
    assert_eq!(good(&first), ["app/[id]/route.py: built", "app/hello/route.py: built"]);
    exports_exactly(&site, "dist/app/hello/route.wasm", &["get"]);
    exports_exactly(&site, "dist/app/[id]/route.wasm", &["get", "post"]);

    for (file, _, _) in WRONG {
        site.remove(file);
    }
    let again = site.build_with(&environment);
    assert_eq!(good(&again), ["app/[id]/route.py: unchanged", "app/hello/route.py: unchanged"]);
    site.write("lib/names.py", "NAME = 'b'\n");
    let shared = site.build_with(&environment);
    assert_eq!(good(&shared), ["app/[id]/route.py: built", "app/hello/route.py: unchanged"]);
}

fn good(report: &Report) -> Vec<String> {
    let lines = outcomes(report).into_iter();
    lines.filter(|line| !line.ends_with(": failed")).collect()
}

/// Exported interfaces stand in a component by their full names; those of other methods must not.
fn exports_exactly(site: &Site, component: &str, methods: &[&str]) {
    let bytes = std::fs::read(site.path().join(component)).unwrap();
    for method in ["get", "head", "post", "put", "patch", "delete", "options"] {
        let interface = format!("routelet:route/{method}@0.2.0");
        let found = bytes.windows(interface.len()).any(|at| at == interface.as_bytes());
        assert_eq!(found, methods.contains(&method), "{interface} in {component}");
    }
}
