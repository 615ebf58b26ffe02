"""A route's file and what it imports of the site, read without running any of it."""

import ast
import os
import shutil

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
# A page or a picture beside a module is a part of it; what is larger belongs into public/ or a granted directory.
DATA_BYTES_MAX = 1024 * 1024
# What `routelet typegen` writes, and the package in it that a route imports.
TYPES = ".routelet/types/python"
TYPES_PACKAGE = "routelet_types"


def finding(file, line, text, column=None, line_text=""):
    """Something wrong with a file, as the build tells it."""
    return {"text": text, "file": file, "line": line, "column": column, "lineText": line_text}


class Route:
    """What the sources say."""

    def __init__(self, site, file):
        self.site = site
        self.file = file
        # Method to the line that declares it.
        self.methods = {}
        # Every file of the site that the route is made of, relative to the site.
        self.inputs = {file}
        # Imports inside functions: file, dots, module, names.
        self.late = []
        self.findings = []

    def add(self, node, text):
        """A finding about a place in the route's own file."""
        line = getattr(node, "lineno", None)
        shown = self.lines[line - 1] if line and line <= len(self.lines) else ""
        self.findings.append(finding(self.file, line, text, line and node.col_offset, shown.rstrip()))


def read(site, file):
    """A route with all it imports of the site, and what is wrong with it."""
    route = Route(site, file)
    tree = _parse(route, file)
    if tree is None:
        return route
    _declare(route, tree)
    _follow(route, file, tree)
    return route


def copy(route, stage):
    """Copies the files of a route to where it is built, with what lies beside them."""
    for file in sorted(route.inputs):
        folder = os.path.dirname(file)
        is_data_there = folder and not folder.startswith(TYPES)
        for name in os.listdir(os.path.join(route.site, folder)) if is_data_there else ():
            os.makedirs(os.path.join(stage, folder), exist_ok=True)
            _copy_data(route, stage, os.path.join(folder, name))
    for file in sorted(route.inputs):
        target = os.path.join(stage, file.removeprefix(f"{TYPES}/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.exists(target):
            shutil.copyfile(os.path.join(route.site, file), target)


def _copy_data(route, stage, file):
    name = os.path.basename(file)
    path = os.path.join(route.site, file)
    is_code = name.endswith((".py", ".wasm", ".rs", ".ts", ".js", ".c", ".go")) or name == "segment.toml"
    if name.startswith(".") or is_code or os.path.islink(path) or not os.path.isfile(path):
        return
    if os.path.getsize(path) <= DATA_BYTES_MAX:
        route.inputs.add(file)
        shutil.copyfile(path, os.path.join(stage, file))


def _parse(route, file):
    with open(os.path.join(route.site, file), "rb") as opened:
        content = opened.read()
    if file == route.file:
        route.lines = content.decode("utf-8", "replace").splitlines()
    try:
        return ast.parse(content, file)
    except SyntaxError as error:
        text = f"{type(error).__name__}: {error.msg}"
        column = error.offset - 1 if error.offset else None
        route.findings.append(finding(file, error.lineno, text, column, (error.text or "").rstrip()))
    except ValueError as error:
        route.findings.append(finding(file, None, str(error)))
    return None


def _declare(route, tree):
    """Reads the methods from the decorators of the functions at the top level."""
    names, modules = _imported(route, tree)
    plain = []
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        used = [_declared(route, one, names, modules) for one in node.decorator_list]
        methods = [method for method in used if method]
        if isinstance(node, ast.ClassDef) and methods:
            route.add(node, f"@{methods[0]} stands above the class `{node.name}`; expected a function")
            continue
        if not methods and node.name.lower() in METHODS:
            plain.append(node)
        for method in methods:
            if method in route.methods:
                route.add(node, f"@{method} stands above a second function; the first is in line {route.methods[method]}")
            route.methods.setdefault(method, node.lineno)
    if not route.methods and not route.findings:
        _declares_nothing(route, tree, plain)


def _declares_nothing(route, tree, plain):
    if plain:
        node = plain[0]
        word = node.name.lower()
        route.add(
            node,
            f"`{node.name}` answers nothing by its name alone; "
            f"write `from routelet import {word}`, and @{word} above it",
        )
        return
    exported = [node for node in tree.body if _assigned(node) in METHODS]
    if exported:
        name = _assigned(exported[0])
        route.add(exported[0], f"`{name}` is no function; expected @{name} above a function")
        return
    route.findings.append(
        finding(route.file, None, "declares no method; expected @get, @post or another method above a function")
    )


def _assigned(node):
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id.lower()
    return None


def _imported(route, tree):
    """The names that mean something of the SDK's, and those that mean the SDK."""
    names, modules = {}, set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "routelet" and not node.level:
            for alias in node.names:
                _refuse_other_case(route, node, alias.name)
                names[alias.asname or alias.name] = alias.name
            if any(alias.name == "*" for alias in node.names):
                names.update({method: method for method in METHODS})
        if isinstance(node, ast.Import):
            modules.update(alias.asname or alias.name for alias in node.names if alias.name == "routelet")
    return names, modules


def _refuse_other_case(route, node, name):
    if name not in METHODS and name.lower() in METHODS:
        route.add(node, f"routelet has no `{name}`; the decorators are in lower case: `{name.lower()}`")


def _declared(route, decorator, names, modules):
    """The method that a decorator stands for, if it is one of the SDK's."""
    called = isinstance(decorator, ast.Call)
    spelled = decorator.func if called else decorator
    if isinstance(spelled, ast.Name):
        meant = names.get(spelled.id)
        if meant is None and spelled.id.lower() in METHODS:
            word = spelled.id.lower()
            route.add(decorator, f"@{spelled.id} is not imported; write `from routelet import {word}` and @{word}")
    elif isinstance(spelled, ast.Attribute) and isinstance(spelled.value, ast.Name) and spelled.value.id in modules:
        meant = spelled.attr
        if meant not in METHODS:
            near = f"; the decorators are in lower case: @{spelled.value.id}.{meant.lower()}"
            route.add(decorator, f"routelet has no decorator `{meant}`{near if meant.lower() in METHODS else _expected()}")
    else:
        return None
    if meant in ("trace", "connect", "route", "any"):
        route.add(decorator, f"routelet has no decorator `{meant}`{_expected()}")
    if meant not in METHODS:
        return None
    if called:
        route.add(decorator, f"@{meant} takes no arguments; the URL of a route is the directory it lies in")
    return meant


def _expected():
    return "; expected one of " + ", ".join(f"@{method}" for method in METHODS)


def _follow(route, file, tree):
    """Finds the modules of the site that a file imports, and so on from each."""
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports = [(0, alias.name, []) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports = [(node.level, node.module or "", [alias.name for alias in node.names])]
        else:
            continue
        for dots, module, names in imports:
            if id(node) not in top:
                route.late.append([file, dots, module, names])
            for found in _files(route.site, file, dots, module, names):
                if found not in route.inputs:
                    route.inputs.add(found)
                    inner = _parse(route, found)
                    if inner is not None:
                        _follow(route, found, inner)


def _files(site, file, dots, module, names):
    """The files of the site that an import means; none where it means a package."""
    folder = ""
    if dots:
        folder = os.path.dirname(file)
        for _ in range(dots - 1):
            folder = os.path.dirname(folder)
    pieces = module.split(".") if module else []
    candidates = [pieces[:depth] for depth in range(1, len(pieces) + 1)]
    candidates += [[*pieces, name] for name in names if name != "*"]
    if not dots and pieces[:1] == [TYPES_PACKAGE]:
        folder = TYPES
    for candidate in candidates:
        base = os.path.join(folder, *candidate)
        for path in (f"{base}.py", os.path.join(base, "__init__.py")):
            if os.path.isfile(os.path.join(site, path)):
                yield path
