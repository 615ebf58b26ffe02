"""Loads a route while its component is built, and hands over what the component exports.

It runs inside the component that is about to be frozen: whatever it imports is there when a request comes, and nothing
else is. What is wrong with the route is written beside its sources, for the build program to tell.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import importlib
import importlib.util
import inspect
import io
import json
import linecache
import os
import re
import sys
import traceback
from types import ModuleType
from typing import Any, NoReturn

from . import methods, params, traces
from .serve import Exported

#: Modules of the standard library that it imports by itself when something is first used.
_LATE = (
    "_strptime",
    "calendar",
    "encodings.ascii",
    "encodings.cp1252",
    "encodings.hex_codec",
    "encodings.idna",
    "encodings.latin_1",
    "encodings.utf_16",
    "encodings.utf_8_sig",
    "html.entities",
    "inspect",
    "stringprep",
    "traceback",
)
#: An import that stands inside a function, in the text of an installed package.
_INNER_IMPORT = re.compile(rb"^[ \t]+(?:from[ \t]+(\.*)([\w.]*)[ \t]+)?import[ \t]+([\w.]+)", re.MULTILINE)

Export = dict[str, Exported]


class _Fault(Exception):
    """Something that the route's author got wrong."""

    def __init__(self, file: str, line: int | None, text: str, trace: str = "") -> None:
        super().__init__(text)
        self.finding = {"file": file, "line": line, "text": text, "trace": trace}


def load(order: dict[str, Any]) -> Export:
    """The exports of a route: `source` is its file, `methods` what its decorators say, `packages` where the site's
    packages lie, `late` the imports inside its functions, each with the file it stands in."""
    traces.root = os.path.dirname(order["entry"])
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            exports = _exports(order)
            _import_late(order)
    except _Fault as fault:
        _refuse(fault)
    finally:
        _tell("printed.txt", printed.getvalue())
    _freeze()
    return exports


def _exports(order: dict[str, Any]) -> Export:
    source = order["source"]
    with _reads_no_environment():
        module = _run(source, order.get("packages", ""))
    found = {method: handler for (name, method), handler in methods.declared.items() if name == module.__name__}
    for method in found.keys() ^ set(order["methods"]):
        raise _Fault(
            source,
            _line(found.get(method)),
            f"{method} is declared while the file runs, where the build does not see it; "
            f"write @{method} above a function at the top level of the file",
        )
    taken = params.segments(source)
    exports = {}
    for method, handler in found.items():
        try:
            exports[method] = Exported(method, handler, params.arguments(handler, taken))
        except (params.SignatureError, ValueError) as error:
            raise _Fault(source, _line(handler), f"@{method}: {error}") from None
    return exports


def _line(handler: Any) -> int | None:
    code = getattr(inspect.unwrap(handler), "__code__", None) if handler else None
    return code.co_firstlineno if code is not None else None


def _run(source: str, packages: str) -> ModuleType:
    """Runs the file as the module that its directories name, so that its relative imports work."""
    *folders, _ = source.split("/")
    package = _package(folders)
    name = f"{package}.route"
    spec = importlib.util.spec_from_file_location(name, f"{traces.root}/{source}")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        raise _fault_of(error, source, packages) from None
    return module


def _package(folders: list[str]) -> str:
    """The package of a directory. What is no name in Python, such as `[id]`, becomes one."""
    full = ""
    for depth, folder in enumerate(folders, start=1):
        parent, name = full, re.sub(r"\W", "_", folder)
        full = f"{parent}.{name}" if parent else name
        path = "/".join([traces.root, *folders[:depth]])
        if name == folder and not name[0].isdigit():
            with contextlib.suppress(ModuleNotFoundError):
                importlib.import_module(full)
        if path not in getattr(sys.modules.get(full), "__path__", ()):
            module = ModuleType(full)
            module.__path__ = [path]
            sys.modules[full] = module
            if parent:
                setattr(sys.modules[parent], name, module)
    return full


def _fault_of(error: BaseException, source: str, packages: str) -> _Fault:
    """The place in the site's own files that is to blame, in Python's words."""
    text = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    trace = traces.render(error)
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(f"{traces.root}/"):
        return _Fault(_inside(error.filename or ""), error.lineno, f"{type(error).__name__}: {error.msg}", trace)
    file, line = source, None
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(f"{traces.root}/"):
            file, line = _inside(frame.filename), frame.lineno
    native = _native_package(error, packages) if isinstance(error, ImportError) else None
    if native is not None:
        text = f"the package `{native}` needs native code, which no component can hold: {text}"
    return _Fault(file, line, text, trace)


def _inside(file: str) -> str:
    return file.removeprefix(f"{traces.root}/")


def _native_package(error: ImportError, packages: str) -> str | None:
    """The installed package that failed to import, if it has native code."""
    frames = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    inside = [file.removeprefix(f"{packages}/") for file in frames if packages and file.startswith(f"{packages}/")]
    names = [file.split("/")[0] for file in inside] + [(error.name or "").split(".")[0]]
    for name in filter(None, names):
        beside = [file for file in os.listdir(packages) if file.startswith(f"{name}.")] if packages else []
        within = [file for _, _, files in os.walk(f"{packages}/{name}") for file in files]
        if any(file.endswith((".so", ".pyd", ".dylib")) for file in beside + within):
            return name
    return None


@contextlib.contextmanager
def _reads_no_environment() -> Any:
    """The environment is granted when the route is served: a value read now would be frozen as missing."""
    kind = type(os.environ)

    class Unset(kind):  # type: ignore[misc, valid-type]
        def __getitem__(self, key: str) -> str:
            depth = 1
            while (frame := sys._getframe(depth)).f_code.co_filename.endswith(("os.py", "_collections_abc.py")) or (
                frame.f_code.co_filename.startswith("<frozen")
            ):
                depth += 1
            if traces.is_of_site(frame.f_code):
                raise RuntimeError(
                    f"the variable {key} is read while the route is built, where it has no value; "
                    "read it inside the handler"
                )
            return super().__getitem__(key)  # type: ignore[no-any-return]

    os.environ.__class__ = Unset
    try:
        yield
    finally:
        os.environ.__class__ = kind


def _import_late(order: dict[str, Any]) -> None:
    """Imports what stands inside functions: at run time there is no file to import it from."""
    for name in _LATE:
        _try(name)
    for file, dots, module, names in order.get("late", []):
        *folders, _ = file.split("/")
        _try_from("." * dots, module, names, _package(folders) if folders else "")
    packages = order.get("packages", "")
    seen: set[str] = set()
    while packages:
        loaded = [one for one in list(sys.modules.values()) if _file(one).startswith(f"{packages}/")]
        fresh = [one for one in loaded if one.__name__ not in seen]
        if not fresh:
            return
        seen.update(one.__name__ for one in fresh)
        for one in fresh:
            _import_inner(one)


def _file(module: ModuleType) -> str:
    return getattr(module, "__file__", None) or ""


def _import_inner(module: ModuleType) -> None:
    try:
        with builtins.open(_file(module), "rb") as file:
            text = file.read()
    except OSError:
        return
    for dots, origin, name in _INNER_IMPORT.findall(text):
        if dots or origin:
            _try_from(dots.decode(), origin.decode(), [name.decode()], getattr(module, "__package__", "") or "")
        else:
            _try(name.decode())


def _try_from(dots: str, module: str, names: list[str], package: str) -> None:
    with contextlib.suppress(ImportError, ValueError):
        name = importlib.util.resolve_name(dots + module, package) if dots else module
        _try(name)
        for one in names:
            _try(f"{name}.{one}")


def _try(name: str) -> None:
    """What cannot be imported now fails where it is used, as it should."""
    if name.split(".")[0] in ("tkinter", "idlelib", "turtle", "antigravity", "this", "__main__"):
        return
    with contextlib.suppress(Exception):
        importlib.import_module(name)


class _Absent:
    """Says of a module that is not in the component why it is not."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> None:
        raise ModuleNotFoundError(
            f"no module `{name}` is in this component: it holds what its sources name in an import statement", name=name
        )


def _freeze() -> None:
    """Keeps what a traceback shows, and drops what cannot be used any more."""
    for module in list(sys.modules.values()):
        file = _file(module)
        if file.startswith(f"{traces.root}/"):
            with contextlib.suppress(OSError), builtins.open(file, encoding="utf-8") as opened:
                lines = opened.read().splitlines(keepends=True)
                # Without a time of change, the file is never looked for again.
                linecache.cache[file] = (len(lines), None, lines, file)
    finders: list[Any] = [one for one in sys.meta_path if one is not importlib.machinery.PathFinder]
    # The toolchain imports a few modules of its own behind us.
    sys.meta_path[:] = [*finders, importlib.machinery.PathFinder, _Absent]
    importlib.invalidate_caches()
    gc.collect()
    gc.freeze()


def _tell(file: str, text: str) -> None:
    with contextlib.suppress(OSError), builtins.open(f"{traces.root}/{file}", "w", encoding="utf-8") as opened:
        opened.write(text)


def _refuse(fault: _Fault) -> NoReturn:
    _tell("fault.json", json.dumps(fault.finding))
    raise SystemExit(1)
