#!/usr/bin/env python3
"""Tells, as Markdown tables, what routes cost in each language, and which of six cases they answer.

    tests/bench/languages.py [--only rs,ts,py,c,go] [--many 1,10,50] [--seconds 5] [--rounds 3] [--program FILE]

It builds sites of the sources in tests/bench/languages with the program (release, built where none is named), and
serves them with one core, with wrk on another. It needs what the languages need (npm, pip, cargo), taskset, wrk for
the rates, and wasmtime 48 for the column of that name, on the path or in target/tools/bin. Nothing else should run.
Everything goes to a temporary directory; what package managers keep in caches of their own stays there.
"""

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from language_sites import (CASES, LIMITS, ROOT, SOURCES, LeftOut, Site, ask, judged, note, run, serving, source,
                            wasmtime_serving, write)

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
CLIENT_CORE = "1"
LANGUAGES = {"rs": "Rust", "ts": "TypeScript", "py": "Python", "c": "C", "go": "Go"}
SERIAL = '[route]\nreuse = "serial"\n'


def run_wrk(port, seconds, connections):
    command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", f"http://127.0.0.1:{port}/"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in printed or "Socket errors" in printed:
        note(printed)
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", printed).group(1))


def spent_seconds():
    """Processor time of all processes that were started here and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@dataclass
class Bench:
    """One run of this program: where everything lies, and how much is asked."""

    program: Path
    wasmtime: str
    work: Path
    rounds: int
    seconds: int
    connections: int

    def one(self, name, component, settings=""):
        site = self.work / "served" / name
        write(site / "app/segment.toml", LIMITS + settings)
        shutil.copy(component, site / "app/route.wasm")
        return site

    def compile_seconds(self, site, cache_name=None):
        """On the clock and of processors: what a start takes longer than the next one, where all is compiled."""
        cache = self.work / "cold" / (cache_name or site.name)
        starts = []
        for _ in range(2):
            spent = spent_seconds()
            with serving(self.program, site, cache, pinned=False) as server:
                clock = server.start_seconds
            starts.append((clock, spent_seconds() - spent))
        return [first - next_one for first, next_one in zip(*starts)]

    def measured(self, servers):
        """Milliseconds of the first request and requests per second of each, in interleaved rounds."""
        found = {name: ([], []) for name in servers}
        for _ in range(self.rounds):
            for name, start in servers.items():
                with start() as server:
                    started = time.monotonic()
                    ask(server.port, "GET", "/")
                    found[name][0].append((time.monotonic() - started) * 1000)
                    if self.seconds:
                        run_wrk(server.port, 1, self.connections)
                        found[name][1].append(run_wrk(server.port, self.seconds, self.connections))
        return {name: (statistics.median(first), statistics.median(rates) if rates else None)
                for name, (first, rates) in found.items()}

    def serve(self, site):
        return lambda: serving(self.program, site, self.work / "cache")


def language_rows(bench, language):
    """The row of each of the three tables."""
    site = Site(bench.program, language, bench.work / "sites" / language)
    site.add("hello", source(language, "hello"))
    cold = site.build()
    size = site.bytes()
    site.edit("hello", "Hello, World!", "Hello again!")
    warm = site.build()
    component = shutil.copy(site.built("hello"), bench.work / f"{language}.wasm")
    for case in CASES[1:]:
        site.add(case.place, source(language, case.place.split("/")[0]))
    site.build()
    with serving(bench.program, site.folder / "dist", bench.work / "cache") as server:
        matrix = [judged(server.port, case) for case in CASES]
    fresh = bench.one(f"{language}-fresh", component)
    serial = bench.one(f"{language}-serial", component, SERIAL)
    compile_clock, _ = bench.compile_seconds(fresh)
    servers = {"fresh": bench.serve(fresh), "serial": bench.serve(serial)}
    plain, why_not = plain_component(bench, site)
    if plain:
        servers["plain"] = bench.serve(bench.one(f"{language}-plain", plain))
        if bench.wasmtime:
            servers["wasmtime"] = lambda: wasmtime_serving(bench.wasmtime, plain)
    found = bench.measured(servers)
    name = LANGUAGES[language]
    first = found["fresh"][0]
    costs = [name, kib(size), f"{cold:.1f}", f"{warm:.1f}", f"{compile_clock:.2f}", f"{first:.1f}",
             rate(found, "fresh"), rate(found, "serial")]
    beside = [name, kib(Path(plain).stat().st_size), rate(found, "plain"), rate(found, "wasmtime")] if plain else None
    return [name, *matrix], costs, beside or [name, why_not, "", ""]


def plain_component(bench, site):
    """The same hello for `wasmtime serve`, or why there is none."""
    makers = {"rs": plain_rust, "ts": plain_javascript, "py": plain_python}
    if site.language not in makers:
        return None, "none: a plain component takes wit-bindgen by hand"
    try:
        return makers[site.language](bench, site), ""
    except LeftOut as error:
        return None, f"none: {error}"


def plain_rust(_bench, _site):
    target = TARGET / "guests"
    run("cargo", "build", "--release", "-p", "routelet-guests", "--example", "hello_plain",
        "--target", "wasm32-wasip2", "--target-dir", target)
    return target / "wasm32-wasip2/release/examples/hello_plain.wasm"


def plain_javascript(bench, site):
    out = bench.work / "plain-js.wasm"
    tool = site.folder / ".routelet/node_modules/.bin/componentize-js"
    run(tool, SOURCES / "plain/hello.js", "--wit", plain_wit(bench), "--world-name", "plain", "--out", out)
    return out


def plain_python(bench, site):
    out = bench.work / "plain-py.wasm"
    tool = next((site.folder / ".routelet").glob("**/bin/componentize-py"), None)
    if tool is None:
        raise LeftOut("no componentize-py in the site")
    run(tool, "-d", plain_wit(bench), "-w", "plain", "componentize", "-p", SOURCES / "plain", "app", "-o", out,
        cwd=bench.work, PYTHONPATH=str(tool.parents[1]), PYTHONDONTWRITEBYTECODE="1")
    return out


def plain_wit(bench):
    wit = bench.work / "wit"
    if not wit.exists():
        shutil.copytree(ROOT / "wit/deps", wit / "deps")
        shutil.copy(SOURCES / "plain/world.wit", wit)
    return wit


def javascript_site(bench, name, count):
    site = Site(bench.program, "js", bench.work / "sites" / name)
    for number in range(count):
        site.add(f"r{number}", f'export const GET = () => new Response("route {number}\\n");\n')
    return site


def second_rows(bench):
    """What it costs to compile a component in JavaScript, and one more with the same engine after it."""
    site = javascript_site(bench, "js-second", 2)
    site.build()
    rows = []
    for number, name in enumerate(["first", "second"]):
        alone = bench.one(f"js-{name}", site.built(f"r{number}"))
        rows.append([name, *bench.compile_seconds(alone, "js-second")])
    return [[name, f"{clock:.2f}", f"{clock / rows[0][1]:.2f}", f"{spent:.2f}", f"{spent / rows[0][2]:.2f}"]
            for name, clock, spent in rows]


def many_row(bench, count):
    """What so many routes in JavaScript cost together."""
    site = javascript_site(bench, f"js-{count}", count)
    cold = site.build()
    site.edit("r0", "route 0", "first route")
    warm = site.build()
    dist = site.folder / "dist"
    cache = bench.work / f"cold/js-{count}"
    with serving(bench.program, dist, cache, pinned=False) as server:
        compile_first = server.start_seconds
    with serving(bench.program, dist, cache, pinned=False) as server:
        idle = server.resident_mib()
        for number in range(count):
            assert ask(server.port, "GET", f"/r{number}").status == 200
        return [count, kib(site.bytes()), f"{cold:.1f}", f"{warm:.1f}", f"{compile_first - server.start_seconds:.2f}",
                f"{server.start_seconds * 1000:.0f}", f"{idle:.0f}", f"{server.resident_mib():.0f}"]


def kib(size):
    return f"{size / 1024:,.0f}"


def rate(found, name):
    return f"{found[name][1]:,.0f}" if name in found and found[name][1] else "-"


# Tables

def table(title, columns, rows):
    print(f"\n### {title}\n")
    print("| " + " | ".join(columns) + " |")
    print("|---|" + "--:|" * (len(columns) - 1))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")


def report(matrix, costs, beside, second, many):
    if matrix:
        table("Cases", ["language", *(case.name for case in CASES)], matrix)
        table("A hello in each language",
              ["language", "KiB", "build cold s", "build warm s", "compile s", "first request ms", "fresh req/s",
               "serial req/s"], costs)
        table("A plain WASI 0.2 component of the same language",
              ["language", "KiB", "routelet, fresh req/s", "wasmtime serve req/s"], beside)
    if second:
        table("A second component with the same engine",
              ["component", "compile s", "of the first", "processor s", "of the first"], second)
    if many:
        table("Routes in JavaScript",
              ["routes", "KiB", "build cold s", "build warm s", "compile s", "start ms", "MiB at the start",
               "MiB with each asked once"], many)
    print("\ncold: a new site, its toolchain installed from what package managers have in their caches; warm: after an "
          "edit of one route; compile: a start with an empty code cache without one with a full one, on both cores; "
          "first request: of a server that has just started.")


def main():
    wanted = arguments()
    program = Path(wanted.program).resolve() if wanted.program else TARGET / "release/routelet"
    if not wanted.program:
        run("cargo", "build", "--release", "-p", "routelet", "--bin", "routelet", CARGO_TARGET_DIR=str(TARGET))
    wasmtime = shutil.which("wasmtime") or shutil.which("wasmtime", path=TARGET / "tools/bin")
    if not wasmtime:
        note("no wasmtime on the path or in target/tools/bin: its column is left out")
    if wanted.seconds and not shutil.which("wrk"):
        note("no wrk on the path: rates are left out")
        wanted.seconds = 0
    matrix, costs, beside, second, many = [], [], [], [], []
    with tempfile.TemporaryDirectory() as work:
        bench = Bench(program, wasmtime, Path(work), wanted.rounds, wanted.seconds, wanted.connections)
        for language in filter(None, wanted.only.split(",")):
            note(f"{LANGUAGES[language]} ...")
            try:
                rows = language_rows(bench, language)
            except LeftOut as error:
                note(f"{LANGUAGES[language]} is left out: {error}")
                continue
            for rows_so_far, row in zip((matrix, costs, beside), rows):
                rows_so_far.append(row)
        if wanted.many:
            note("a second component in JavaScript ...")
            try:
                second = second_rows(bench)
            except LeftOut as error:
                note(f"it is left out: {error}")
        for count in filter(None, wanted.many.split(",")):
            note(f"{count} routes in JavaScript ...")
            try:
                many.append(many_row(bench, int(count)))
            except LeftOut as error:
                note(f"{count} routes in JavaScript are left out: {error}")
    report(matrix, costs, beside, second, many)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(LANGUAGES), help="languages, by the ending of their files")
    parser.add_argument("--many", default="1,10,50", help="how many routes in JavaScript; empty for none, and for no second component")
    parser.add_argument("--seconds", type=int, default=5, help="of load in each round; 0 for none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--program", help="a routelet that is built already")
    wanted = parser.parse_args()
    unknown = set(filter(None, wanted.only.split(","))) - LANGUAGES.keys()
    if unknown:
        parser.error(f"--only {','.join(sorted(unknown))}: expected {','.join(LANGUAGES)}")
    return wanted


if __name__ == "__main__":
    main()
