#!/usr/bin/env python3
"""Compares servers of one hello on one core, with wrk on the other, in interleaved rounds.

    tests/bench/run.py [--rounds 3] [--seconds 5] [--connections 32] [--only NAME] [--no-build]

It builds what it measures (release), and needs wrk, taskset and, for the row of that name, wasmtime 48.
Two cores at least; nothing else should run. Figures of one run are comparable among each other only.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
SERVER_CORE, CLIENT_CORE = "0", "1"
PATIENCE_SECONDS = 30


def cargo(*arguments):
    subprocess.run(["cargo", *arguments], cwd=ROOT, check=True)


def build():
    # One command, so that both share every dependency.
    cargo("build", "--release", "-p", "routelet", "-p", "routelet-tests", "--bin", "routelet", "--example", "bare_hyper")
    cargo("build", "--release", "-p", "routelet-guests", "--examples",
          "--target", "wasm32-wasip2", "--target-dir", str(TARGET / "guests"))


def guest(name):
    return TARGET / "guests/wasm32-wasip2/release/examples" / f"{name}.wasm"


def site_of(component, directory, settings=""):
    (directory / "app").mkdir(parents=True)
    shutil.copy(component, directory / "app/route.wasm")
    (directory / "app/segment.toml").write_text(settings)
    return directory


class Server:
    """One server being measured: how it is started, and how its address is learnt."""

    def __init__(self, name, command, port=None):
        self.name, self.command, self.port = name, command, port
        self.rates, self.slow_ms, self.start_ms = [], [], []
        self.idle_kib = self.loaded_kib = 0

    def measure(self, seconds, connections):
        started = time.monotonic()
        process = subprocess.Popen(["taskset", "-c", SERVER_CORE, *self.command],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            url = self.url(process)
            wait_for(url)
            self.start_ms.append((time.monotonic() - started) * 1000)
            self.idle_kib = resident_kib(process.pid)
            run_wrk(url, 1, connections)
            rate, slow_ms = run_wrk(url, seconds, connections)
            self.loaded_kib = resident_kib(process.pid)
            self.rates.append(rate)
            self.slow_ms.append(slow_ms)
        finally:
            process.terminate()
            process.wait()

    def url(self, process):
        if self.port:
            return f"http://127.0.0.1:{self.port}/"
        line = process.stdout.readline()
        found = re.search(r"http://[0-9.]+:[0-9]+", line)
        if not found:
            sys.exit(f"{self.name}: does not say where it listens: {line!r}")
        return found.group(0) + "/"


def wait_for(url):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
                assert answer.status == 200
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.002)


def run_wrk(url, seconds, connections):
    command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in printed or "Socket errors" in printed:
        print(printed, file=sys.stderr)
    rate = float(re.search(r"Requests/sec:\s+([0-9.]+)", printed).group(1))
    number, unit = re.search(r"99%\s+([0-9.]+)(us|ms|s)", printed).groups()
    return rate, float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def resident_kib(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+([0-9]+)", status).group(1))


def servers(work):
    program = str(TARGET / "release/routelet")
    os.environ["ROUTELET_CACHE_DIR"] = str(work / "cache")

    def serve(name, component, settings=""):
        site = site_of(component, work / name.replace(" ", "-"), settings)
        return Server(f"routelet, {name}", [program, "serve", str(site), "--listen", "127.0.0.1:0"])

    listed = [
        serve("native", guest("hello_native")),
        serve("plain wasi 0.2", guest("hello_plain")),
        serve("plain, reuse = serial", guest("hello_plain"), '[route]\nreuse = "serial"\n'),
    ]
    if shutil.which("wasmtime"):
        plain = ["wasmtime", "serve", "-Scli", "--addr", "127.0.0.1:18080", str(guest("hello_plain"))]
        listed.append(Server("wasmtime serve, plain", plain, port=18080))
    else:
        print("no wasmtime on the path: its row is left out", file=sys.stderr)
    listed.append(Server("bare hyper", [str(TARGET / "release/examples/bare_hyper")]))
    return listed


def report(listed):
    base = next((s for s in listed if s.name.startswith("wasmtime")), listed[-1])
    top = statistics.median(base.rates)
    print(f"{'server':<34}{'req/s':>10}{'spread':>8}{'ratio':>8}{'p99 ms':>9}{'start ms':>10}{'idle MiB':>10}{'load MiB':>10}")
    for s in listed:
        rate = statistics.median(s.rates)
        spread = (max(s.rates) - min(s.rates)) / rate
        print(f"{s.name:<34}{rate:>10.0f}{spread:>8.0%}{rate / top:>8.2f}{statistics.median(s.slow_ms):>9.2f}"
              f"{min(s.start_ms):>10.0f}{s.idle_kib / 1024:>10.1f}{s.loaded_kib / 1024:>10.1f}")
    print(f"ratio: against {base.name}; start: to the first answer, the best of all rounds (warm code cache)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--no-build", action="store_true", help="measure what is there")
    parser.add_argument("--only", default="", help="servers whose name holds this text")
    wanted = parser.parse_args()
    if not wanted.no_build:
        build()
    with tempfile.TemporaryDirectory() as work:
        listed = [s for s in servers(Path(work)) if wanted.only in s.name]
        for _ in range(wanted.rounds):
            for server in listed:
                server.measure(wanted.seconds, wanted.connections)
        report(listed)


if __name__ == "__main__":
    main()
