#!/usr/bin/env python3
"""Measures routelet beside its limit and its peers, and prints tables of Markdown.

    tests/bench/run.py [GROUP ...] [--rounds 5] [--seconds 4] [--connections 32] [--no-build]

Groups: hello, refusals, json, next, echo, routes, start, cores; all of them unless some are named.

It builds what it measures (release) and fetches the peers: wasmtime from crates.io, Next.js from npm. wrk and curl
have to be there, taskset and Node.js 20 for the groups that need them. Server and load are pinned to different
cores, servers take turns in every round, and figures of one run are comparable among each other only: nothing else
should run. Every limit of routelet is on, at its default.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import peers
from measure import CLIENT_CORE, Server, compared, in_turns, table

WASI_TEXT = "hello from a plain component\n"
NEXT_HELLO = f'export function GET() {{\n  return new Response({WASI_TEXT!r})\n}}\n'.replace("'", '"')


def bare_hyper(name="bare hyper", **more):
    return Server(name, [peers.BARE_HYPER], **more)


def wasmtime_serve(name, component, *flags, port=18080, **more):
    command = [peers.wasmtime(), "serve", "-Scli", *flags, "--addr", f"127.0.0.1:{port}", component]
    return Server(name, command, port=port, **more)


def hello(wanted):
    """A fresh instance for every request, and reuse."""
    plain, native = peers.guest("hello_plain"), peers.guest("hello_native")
    serial = '[route]\nreuse = "serial"\n'
    fresh = wasmtime_serve("wasmtime serve, plain, fresh", plain)
    reused = wasmtime_serve("wasmtime serve, plain, reused 128 times", plain, "--max-instance-reuse-count", "128")
    hyper = bare_hyper()
    servers = [
        Server("routelet, native, fresh", peers.serve(peers.site("native", {".": native}))),
        Server("routelet, plain, fresh", peers.serve(peers.site("plain", {".": plain}))),
        fresh,
        Server("routelet, plain, serial", peers.serve(peers.site("serial", {".": plain}, serial))),
        reused,
        hyper,
    ]
    in_turns(servers, wanted.rounds, wanted.seconds, wanted.connections)
    for base in [fresh, reused, hyper]:
        print(f"Ratios against {base.name}:\n\n{compared(servers, base)}\n")


def refusals(wanted):
    """What the host answers without an instance."""
    there = peers.site("refusals", {"hello": peers.guest("hello_native")})
    with_method = 'wrk.method = "{}"'.format
    base = bare_hyper()
    servers = [
        Server("404", peers.serve(there), path="/nothing"),
        Server("405", peers.serve(there), path="/hello", script=with_method("DELETE")),
        Server("OPTIONS", peers.serve(there), path="/hello", script=with_method("OPTIONS")),
        Server("308", peers.serve(there), path="/hello/"),
        base,
    ]
    in_turns(servers, wanted.rounds, wanted.seconds, wanted.connections)
    print(compared(servers, base))


def json(wanted):
    """A POST of 10 KiB of JSON, parsed and answered."""
    item = '{"id":12345,"name":"somebody","tags":["a","b","c"],"score":0.25,"active":true}'
    body = "[" + ",".join([item] * (10 * 1024 // (len(item) + 1))) + "]"
    script = f"wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\nwrk.body = [==[{body}]==]\n"
    component = peers.guest("parses_json")
    base = wasmtime_serve("wasmtime serve, fresh", component, script=script)
    servers = [Server("routelet, fresh", peers.serve(peers.site("json", {".": component})), script=script), base]
    in_turns(servers, wanted.rounds, wanted.seconds, wanted.connections)
    print(compared(servers, base))


def next(wanted):
    """The same route.ts under `next start` and under routelet."""
    there, program = peers.next_application(NEXT_HELLO)
    source = peers.WORK / "sites/next"
    (source / "app").mkdir(parents=True, exist_ok=True)
    (source / "app/route.ts").write_text(NEXT_HELLO)
    subprocess.run([peers.ROUTELET, "build", source], check=True, stdout=subprocess.DEVNULL)
    base = Server("next start", ["node", program, "start", "--port", "18081"], port=18081, directory=there)
    serial = source / "serial"
    shutil.rmtree(serial, ignore_errors=True)
    subprocess.run(["cp", "-r", source / "dist", serial], check=True)
    (serial / "app/segment.toml").write_text('[route]\nreuse = "serial"\n')
    servers = [
        Server("routelet, fresh", peers.serve(source / "dist")),
        Server("routelet, serial", peers.serve(serial)),
        base,
    ]
    in_turns(servers, wanted.rounds, wanted.seconds, wanted.connections)
    print(compared(servers, base))


def echo(wanted):
    """A body of 1 GiB there and back again, through curl."""
    # Behind a last `/` curl would add the name of its file.
    there = peers.site("echo", {"echo": peers.guest("echoes_body")}, UNBOUNDED)
    native = Server("routelet", peers.serve(there), path="/echo")
    rows = [["server", "seconds: least", "median", "CPU seconds", "memory before MiB", "most MiB"]]
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as gibibyte:
        subprocess.run(["truncate", "-s", "1G", gibibyte.name], check=True)
        taken = {"routelet": [], "bare hyper": []}
        for _ in range(wanted.rounds):
            for server in [native, bare_hyper(path="/echo")]:
                with server.running() as running:
                    taken[server.name].append(echoed(running, gibibyte.name))
    for name, runs in taken.items():
        seconds = [run[0] for run in runs]
        rows.append([name, f"{min(seconds):.2f}", f"{statistics.median(seconds):.2f}",
                     *(f"{statistics.median(run[at] for run in runs):.2f}" for at in (1, 2, 3))])
    print(table(rows))


UNBOUNDED = '[limits]\nrequest-body = "none"\ncpu = "1m"\n'


def echoed(running, path):
    """Seconds, processor time of the server, and its memory before and at its most, in MiB."""
    before, cpu = running.resident_kib(), running.cpu_seconds()
    began, most = time.monotonic(), before
    command = ["taskset", "-c", CLIENT_CORE, "curl", "-sf", "-o", "/dev/null", "-w", "%{size_download}", "-X", "POST",
               "-H", "expect:", "-T", path, running.url + running.server.path]
    client = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    while client.poll() is None:
        most = max(most, running.resident_kib())
        time.sleep(0.02)
    took, came_back = time.monotonic() - began, client.stdout.read()
    if client.returncode or int(came_back) != os.path.getsize(path):
        sys.exit(f"{running.server.name}: curl ended with {client.returncode}, {came_back} bytes came back")
    return took, running.cpu_seconds() - cpu, before / 1024, most / 1024


def routes(wanted):
    """Many routes over a hundred components: their start, their memory, what one of them answers."""
    components = distinct(100)
    few, many = (Server(f"{count} routes", peers.serve(tree(count, components)), path="/r7") for count in (10, 10_000))
    rows = [["routes", "ready ms, cold", "ready ms, warm", "idle MiB"]]
    for count in [10, 1_000, 10_000, 100_000]:
        server = Server(f"{count} routes", peers.serve(tree(count, components)), path=f"/r{count - 1}")
        starts = []
        for _ in range(3):
            with server.running() as running:
                starts.append(running.start_ms)
                idle = running.resident_kib()
        rows.append([count, f"{starts[0]:.0f}", f"{min(starts[1:]):.0f}", f"{idle / 1024:.1f}"])
    print(table(rows) + "\n")
    in_turns([few, many], wanted.rounds, wanted.seconds, wanted.connections)
    print(compared([few, many], few))


def distinct(count):
    """Components of one behaviour and different bytes: a custom section more each."""
    there = peers.WORK / "distinct"
    there.mkdir(parents=True, exist_ok=True)
    plain = peers.guest("hello_plain").read_bytes()
    paths = []
    for number in range(count):
        content = b"\x04note" + number.to_bytes(2, "little")
        paths.append(there / f"{number}.wasm")
        paths[-1].write_bytes(plain + b"\x00" + bytes([len(content)]) + content)
    return paths


def tree(count, components):
    there = peers.WORK / f"sites/routes-{count}"
    if not (there / "app").exists():
        for number in range(count):
            directory = there / f"app/r{number}"
            directory.mkdir(parents=True)
            # Half a gigabyte otherwise: links of the file system, which the server cannot tell from copies.
            os.link(components[number % len(components)], directory / "route.wasm")
    return there


def start(wanted):
    """`serve` of the sample site to its first answer, everything cached."""
    subprocess.run([peers.ROUTELET, "build", peers.ROOT / "sample-routes"], check=True, stdout=subprocess.DEVNULL)
    secrets = ("--secrets-file", peers.ROOT / "sample-routes/secrets.example")
    server = Server("sample site", peers.serve(peers.ROOT / "sample-routes/dist", *secrets), path="/hello")
    starts = []
    for _ in range(wanted.rounds + 1):
        with server.running() as running:
            starts.append((running.start_ms, running.resident_kib() / 1024))
    warm = [ms for ms, _ in starts[1:]]
    print(table([["to the first answer", "ms"], ["first time", f"{starts[0][0]:.0f}"],
                 ["warm: least", f"{min(warm):.0f}"], ["median", f"{statistics.median(warm):.0f}"],
                 ["resident MiB", f"{starts[-1][1]:.1f}"]]))


def cores(wanted):
    """The same load on one core and on two, of a guest that computes so much that the clients cost little."""
    component = peers.guest("computes")
    there = peers.site("cores", {".": component})
    one, two = (Server(f"{len(cores.split(','))} cores", peers.serve(there), path="/?rounds=200000", cores=cores)
                for cores in ("0", "0,1"))
    in_turns([one, two], wanted.rounds, wanted.seconds, wanted.connections)
    print(compared([one, two], one))


GROUPS = [hello, refusals, json, next, echo, routes, start, cores]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--no-build", action="store_true", help="measure what is there")
    wanted = parser.parse_args()
    named = {group.__name__: group for group in GROUPS}
    unknown = [name for name in wanted.groups if name not in named]
    if unknown:
        parser.error(f"{unknown[0]}: no such group; expected one of {', '.join(named)}")
    if not wanted.no_build:
        peers.build()
    for name in wanted.groups or named:
        print(f"\n### {name}\n\n{named[name].__doc__}\n")
        named[name](wanted)


if __name__ == "__main__":
    main()
