//! Python routes: missing and lying tools, played by shell scripts; and this machine's Python with what it
//! fetches, from route files to components, in one test, because the packages are fetched once for it.

use std::{io::Write as _, path::Path, process::Command};

use routelet_build::{Builder, Environment, Options, Report, typegen};

use crate::site::{Site, Tools, example_of, faults, outcomes};

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

from routelet_types.id import Params

from ..hello.greeting import greeting

page = Template('{{ greeting }} {{ name }}')


@get
async def read(id: int):
    return page.render(greeting=greeting(), name=NAME)


@post
async def create(request: Request[Params]):
    return await request.json()
";

/// A file that cannot become a route, and how its fault begins.
const WRONG: [(&str, &str, &str); 14] = [
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
    (
        "app/n/[id]/route.py",
        "from routelet import get\n\n@get\ndef a(idd): pass\n",
        "app/n/[id]/route.py:3: @get: `idd` is none of what the path captures (`id`), and has no annotation; write",
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
    site.write("app/readme/[id]/route.py", &example_of("README.md", "python"));
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
    assert_eq!(good(&first), ["[id]", "hello", "readme/[id]"].map(|route| format!("app/{route}/route.py: built")));
    exports_exactly(&site, "dist/app/readme/[id]/route.wasm", &["get", "post"]);
    site.remove("app/readme");
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

/// What functions of `app/typed/[id]/[[...rest]]` return, and what mypy says of it; nothing where that is right.
const TYPED: [(&str, &str); 8] = [
    ("typed.params['id'].upper() + typed.params.get('rest', [''])[0]", ""),
    ("typed.url + PATTERN", ""),
    ("bare.params['any']", ""),
    ("typed.params['idd']", "error: TypedDict \"Params\" has no key \"idd\""),
    ("typed.params['id'].append('x')", "error: \"str\" has no attribute \"append\""),
    ("typed.params['rest'].upper()", "error: \"list[str]\" has no attribute \"upper\""),
    ("typed.cookie", "error: \"Request[Params]\" has no attribute \"cookie\""),
    ("bare.params['any'].upper()", "error: Item \"list[str]\" of \"str | list[str]\" has no attribute \"upper\""),
];

#[test]
fn the_types_of_python_routes_are_those_of_their_directories() {
    const ROUTE: &str = "app/typed/[id]/[[...rest]]/route.py";
    let site = Site::with(&[("app/gone/route.py", HELLO), ("app/plain/route.py", HELLO)]);
    typegen(site.path()).unwrap();
    site.remove("app/gone");
    let mut text =
        "from routelet import Request\nfrom routelet_types.typed_id_rest import PATTERN, Request as R\n".to_owned();
    for (number, (returned, _)) in TYPED.iter().enumerate() {
        text += &format!("def f{number}(typed: R, bare: Request) -> object: return {returned}\n");
    }
    site.write(ROUTE, &text);
    let modules = ["__init__", "plain", "typed_id_rest"]
        .map(|name| Path::new(".routelet/types/python/routelet_types").join(name).with_extension("py"));
    assert_eq!(typegen(site.path()).unwrap(), modules);
    assert_eq!(site.files(".routelet/types/python").len(), modules.len(), "what is gone has no types");
    let Some(said) = mypy(&site, ROUTE) else { return };
    let elsewhere: Vec<_> =
        said.lines().filter(|line| line.contains(": error: ") && !line.starts_with(ROUTE)).collect();
    assert_eq!(elsewhere, [""; 0], "the SDK and the types themselves are right");
    for (number, (returned, expected)) in TYPED.iter().enumerate() {
        let place = format!("{ROUTE}:{}: ", number + 3);
        let found: Vec<_> = said.lines().filter_map(|line| line.strip_prefix(&place)).collect();
        let is_right =
            if expected.is_empty() { found.is_empty() } else { found.iter().any(|it| it.contains(expected)) };
        assert!(is_right, "{returned}: expected {expected:?}\nfound {found:#?} in\n{said}");
    }
}

/// What mypy says of a file of the site; it comes from PyPI once for all runs. A machine without pip goes without.
fn mypy(site: &Site, file: &str) -> Option<String> {
    const MYPY: &str = "mypy==2.4.1";
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(MYPY);
    if !place.is_dir() {
        let unfinished = place.with_extension("part");
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]);
        pip.arg(&unfinished).arg(MYPY);
        if !pip.status().is_ok_and(|status| status.success()) {
            let _ = writeln!(std::io::stderr(), "skipped the types of Python routes: pip does not fetch {MYPY}");
            return None;
        }
        std::fs::rename(&unfinished, &place).unwrap();
    }
    let mut mypy = Command::new("python3");
    mypy.current_dir(site.path()).env("PYTHONPATH", &place).env("PYTHONDONTWRITEBYTECODE", "1");
    mypy.env("MYPYPATH", ".routelet/sdk/guest-sdk/python/src:.routelet/types/python");
    let output = mypy.args(["-m", "mypy", "--strict", "--cache-dir=/dev/null", file]).output().unwrap();
    Some(String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
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
