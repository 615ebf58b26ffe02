"""Decorators, and what the build reads of them without running a file."""

import os
import sys
from pathlib import Path

import pytest

from routelet import entry, get, methods, post

sys.path.insert(0, str(Path(__file__).parents[1] / "build"))
import source  # noqa: E402


def read(tmp_path, text, **others):
    for name, content in {"app/x/route.py": text, **others}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return source.read(str(tmp_path), "app/x/route.py")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from routelet import get\n@get\ndef a(): ...\n", {"get"}),
        ("from routelet import get as read, post\n@read\n@post\nasync def a(): ...\n", {"get", "post"}),
        ("import routelet\n@routelet.delete\ndef a(): ...\n", {"delete"}),
        ("import routelet as r\n@r.put\n@other\ndef a(): ...\n", {"put"}),
        ("from routelet import *\n@head\ndef a(): ...\n", {"head"}),
    ],
)
def test_methods_are_read_from_decorators(tmp_path, text, found):
    route = read(tmp_path, text)
    assert (set(route.methods), route.findings) == (found, [])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("def f(:\n", 1, "SyntaxError: "),
        ("x = 1\n", None, "declares no method; expected @get, @post"),
        ("def get(request): ...\n", 1, "`get` answers nothing by its name alone"),
        ("async def POST(request): ...\n", 1, "write `from routelet import post`, and @post above it"),
        ("from routelet import Get\n", 1, "routelet has no `Get`; the decorators are in lower case: `get`"),
        ("@get\ndef a(): ...\n", 1, "@get is not imported; write `from routelet import get`"),
        ("import routelet\n@routelet.trace\ndef a(): ...\n", 2, "routelet has no decorator `trace`; expected one of"),
        ("from routelet import get\n@get\nclass A: ...\n", 3, "@get stands above the class `A`; expected a function"),
        ("get = 'hi'\n", 1, "`get` is no function; expected @get above a function"),
        ("from routelet import get\n@get('/x')\ndef a(): ...\n", 2, "@get takes no arguments"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, line, said):
    (first, *_) = read(tmp_path, text).findings
    assert (first["file"], first["line"]) == ("app/x/route.py", line)
    assert said in first["text"]


def test_the_modules_of_the_site_are_followed(tmp_path):
    text = "from routelet import get\nimport lib.a\nfrom ..y import b\nfrom . import c, nothing\n@get\ndef f():\n    import lib.late\n"
    others = {
        "lib/__init__.py": "",
        "lib/a.py": "from .deep import d\nimport json\n",
        "lib/deep/d.py": "",
        "lib/late.py": "",
        "lib/unused.py": "",
        "app/y/b.py": "import lib.a\n",
        "app/x/c.py": "",
    }
    route = read(tmp_path, text, **others)
    expected = {"lib/__init__.py", "lib/a.py", "lib/deep/d.py", "lib/late.py", "app/y/b.py", "app/x/c.py", "app/x/route.py"}
    assert route.inputs == expected
    assert route.late == [["app/x/route.py", 0, "lib.late", []]]


def test_what_lies_beside_a_module_is_a_part_of_it(tmp_path):
    others = {"app/x/page.html": "hi", "app/x/segment.toml": "", "app/x/.hidden": "", "app/x/unused.py": ""}
    route = read(tmp_path, "from routelet import get\n@get\ndef f(): ...\n", **others)
    stage = tmp_path / "stage"
    source.copy(route, str(stage))
    assert sorted(os.listdir(stage / "app/x")) == ["page.html", "route.py"]
    assert "app/x/page.html" in route.inputs


def test_the_types_of_a_route_come_with_it(tmp_path):
    types = ".routelet/types/python/routelet_types"
    text = "from routelet import get\nfrom routelet_types.x import Request\n@get\ndef f(request: Request): ...\n"
    others = {f"{types}/__init__.py": "", f"{types}/x.py": "", f"{types}/y.py": "", "routelet_types/x.py": ""}
    route = read(tmp_path, text, **others)
    assert route.inputs == {"app/x/route.py", f"{types}/__init__.py", f"{types}/x.py"}
    stage = tmp_path / "stage"
    source.copy(route, str(stage))
    assert sorted(os.listdir(stage)) == ["app", "routelet_types"]
    assert sorted(os.listdir(stage / "routelet_types")) == ["__init__.py", "x.py"]


@pytest.mark.parametrize("thing", ["hi", 5, type("Klass", (), {})])
def test_a_decorator_wants_a_function(thing):
    with pytest.raises(TypeError, match="expected a function"):
        get(thing)


def test_a_module_declares_a_method_once(monkeypatch):
    monkeypatch.setattr(methods, "declared", {})
    assert post(read) is read
    with pytest.raises(TypeError, match="two functions"):
        post(read)


def load(tmp_path, monkeypatch, text, declared=("get",), **order):
    """What the component would export, and the fault that kept it from being one."""
    route = read(tmp_path, text)
    monkeypatch.setattr(methods, "declared", {})
    monkeypatch.setattr(entry, "_freeze", lambda: None)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    monkeypatch.syspath_prepend(str(tmp_path))
    told = {"source": "app/x/route.py", "methods": list(declared), "late": route.late, "entry": str(tmp_path / "e.py")}
    try:
        return entry.load({**told, **order}), None
    except SystemExit:
        return None, (tmp_path / "fault.json").read_text()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere'"),
        ("raise ValueError('boom')", "ValueError: boom"),
        ("import os\nkey = os.environ['KEY']", "the variable KEY is read while the route is built"),
        ("import os\nkey = os.environ.get('KEY')", "read it inside the handler"),
        ("import os\nkey = os.getenv('KEY')", "read it inside the handler"),
        ("from routelet import post\npost(len)", "post is declared while the file runs"),
    ],
)
def test_what_fails_while_a_route_is_built_is_told_with_its_line(tmp_path, monkeypatch, body, said):
    exports, fault = load(tmp_path, monkeypatch, f"from routelet import get\n@get\ndef f(): return 'ok'\n{body}\n")
    assert exports is None
    assert said in fault and '"file": "app/x/route.py"' in fault, fault


def test_a_route_that_loads_exports_its_methods(tmp_path, monkeypatch):
    text = "from pathlib import Path\nfrom routelet import get\nprint('built')\n@get\ndef f(): return 'ok'\n"
    exports, fault = load(tmp_path, monkeypatch, text)
    assert (fault, list(exports)) == (None, ["get"])
    assert (tmp_path / "printed.txt").read_text() == "built\n"
