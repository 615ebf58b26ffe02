"""What is published: the README's route answers, and the wheel holds what a route imports and no more."""

import re
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from routelet import methods

PROJECT = Path(__file__).parents[1]


@pytest.fixture
def route(host, monkeypatch):
    """The handlers of the first example, by their methods."""
    (text, *_) = re.findall(r"```python\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)
    module = ModuleType("readme")
    monkeypatch.setitem(sys.modules, "readme", module)
    exec(compile(text, "README.md", "exec"), module.__dict__)
    return {method: handler for (name, method), handler in methods.declared.items() if name == "readme"}


@pytest.mark.parametrize(
    ("method", "id", "body", "status", "text"),
    [
        ("get", "1", "", 200, '{"id":1,"name":"Ada"}'),
        ("get", "3", "", 404, "no such user"),
        ("get", "x", "", 400, "path: id: expected an int"),
        ("post", "2", '{"name":"Grace H."}', 201, '{"id":2,"name":"Grace H."}'),
        ("delete", "2", "", 204, ""),
    ],
)
def test_the_route_of_the_readme_answers(host, route, method, id, body, status, text):
    sent = host.call(route[method], method=method.upper(), params={"id": [id]}, pattern="/users/[id]", body=body)
    assert sent.status == status and text in sent.text, sent


def test_the_wheel_holds_what_a_route_imports(tmp_path, monkeypatch):
    build = pytest.importorskip("hatchling.build", reason="hatchling, which makes the wheel, is not installed")
    monkeypatch.chdir(PROJECT)
    with zipfile.ZipFile(tmp_path / build.build_wheel(str(tmp_path))) as wheel:
        names = set(wheel.namelist())
        (metadata,) = [name for name in names if name.endswith(".dist-info/METADATA")]
        told = wheel.read(metadata).decode()
    source = PROJECT / "src"
    files = {file.relative_to(source).as_posix() for file in source.rglob("*") if file.suffix == ".py" or file.name == "py.typed"}
    info = metadata.rpartition("/")[0]
    assert names == files | {f"{info}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE")}
    for line in ("License-Expression: Apache-2.0 WITH LLVM-exception", "Requires-Python: >=3.10", "Typing :: Typed"):
        assert line in told, told
