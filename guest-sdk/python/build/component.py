"""From staged sources to a component, by componentize-py. It decides nothing about the sources."""

import json
import os
import shutil
import sys

import source

ENTRY = """from routelet import entry

_exports = entry.load({order} | {{"entry": __file__}})
{exports}"""

WORLD = """package routelet:python;

world route {{
  include routelet:route/imports@0.2.0;
{exports}}}
"""


def build(route, output, wit, stage, paths):
    """Writes the component, or returns what kept it from being one; and what the route printed meanwhile.

    `paths` are the SDK's sources, and where the site's packages lie if it has some.
    """
    told = {
        "source": route.file,
        "methods": sorted(route.methods),
        "late": route.late,
        # Each path is a directory of its own to the guest: the stage is the first, the SDK the second.
        "packages": "/2" if paths[1:] else "",
    }
    exports = "".join(f'{method.capitalize()} = _exports["{method}"]\n' for method in told["methods"])
    with open(os.path.join(stage, "routelet_entry.py"), "w", encoding="utf-8") as file:
        file.write(ENTRY.format(order=repr(told), exports=exports))
    world = _world(wit, told["methods"], stage + "-wit")
    try:
        said = _componentize(world, [stage, *paths], output)
    finally:
        shutil.rmtree(world, ignore_errors=True)
    printed = _read(stage, "printed.txt").strip()
    warnings = [source.finding(route.file, None, f"printed while it was built: {printed}")] if printed else []
    fault = _read(stage, "fault.json")
    if fault:
        return [_finding(route, json.loads(fault))], warnings
    if said:
        return [source.finding(route.file, None, said)], warnings
    return [], warnings


def _world(wit, methods, folder):
    """The world of these methods, beside the packages it speaks of."""
    deps = os.path.join(folder, "deps")
    shutil.copytree(os.path.join(wit, "deps"), deps)
    os.makedirs(os.path.join(deps, "routelet"))
    for name in os.listdir(wit):
        if name.endswith(".wit"):
            shutil.copyfile(os.path.join(wit, name), os.path.join(deps, "routelet", name))
    exports = "".join(f"  export routelet:route/{method}@0.2.0;\n" for method in methods)
    with open(os.path.join(folder, "route.wit"), "w", encoding="utf-8") as file:
        file.write(WORLD.format(exports=exports))
    return folder


def _componentize(world, paths, output):
    """Empty where it worked, otherwise what the toolchain said."""
    # It takes half a second to load, and not every order comes this far.
    import componentize_py

    arguments = ["componentize-py", "--quiet", "-d", world, "-w", "routelet:python/route", "componentize"]
    for path in paths:
        arguments += ["-p", path]
    unfinished = output + ".part"
    sys.argv = [*arguments, "routelet_entry", "-o", unfinished]
    try:
        componentize_py.script()
    except BaseException as error:
        return f"componentize-py failed: {str(error).strip() or type(error).__name__}"
    if not os.path.exists(unfinished):
        return "componentize-py wrote no component"
    os.replace(unfinished, output)
    return ""


def _read(stage, name):
    try:
        with open(os.path.join(stage, name), encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def _finding(route, fault):
    line, text = fault["line"], fault["text"]
    shown = ""
    if line:
        with open(os.path.join(route.site, fault["file"]), encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
        shown = lines[line - 1].rstrip() if line <= len(lines) else ""
    return source.finding(fault["file"], line, f"{text}\n{fault['trace']}".strip(), None, shown)
