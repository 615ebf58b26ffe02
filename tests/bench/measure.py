"""One server under one load: how it is started, what it answers a second, and what that costs it.

It knows no server by name, and compares nothing.
"""

import contextlib
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

SERVER_CORES, CLIENT_CORE = "0", "1"
PATIENCE_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A command, the words that say where it listens (or the port it was told), and what it is asked."""

    name: str
    command: list
    port: int | None = None
    path: str = "/"
    script: str = ""
    cores: str = SERVER_CORES
    environment: dict = field(default_factory=dict)
    directory: Path | None = None
    loads: list = field(default_factory=list)

    @contextlib.contextmanager
    def running(self):
        began = time.monotonic()
        process = subprocess.Popen(["taskset", "-c", self.cores, *map(str, self.command)], cwd=self.directory,
                                   env=os.environ | self.environment, start_new_session=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            url = self._url(process)
            running = Running(self, process.pid, url)
            running.wait()
            running.start_ms = (time.monotonic() - began) * 1000
            yield running
        finally:
            # A server may have started others.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()

    def _url(self, process):
        if self.port:
            return f"http://127.0.0.1:{self.port}"
        line = process.stdout.readline()
        found = re.search(r"http://[0-9.]+:[0-9]+", line)
        if not found:
            sys.exit(f"{self.name}: does not say where it listens: {line!r}")
        return found.group(0)

    def ratios(self, base):
        """What it did for each request of `base`, round by round."""
        return [mine.rate / theirs.rate for mine, theirs in zip(self.loads, base.loads)]


@dataclass
class Load:
    rate: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    start_ms: float
    idle_kib: int
    loaded_kib: int
    failed: str


class Running:
    """A server that answers."""

    def __init__(self, server, pid, url):
        self.server, self.pid, self.url = server, pid, url
        self.start_ms = 0.0

    def wait(self):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                urllib.request.urlopen(self.url + self.server.path, timeout=PATIENCE_SECONDS).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.002)

    def family(self):
        """The server and all it has started."""
        pids, todo = [], [self.pid]
        while todo:
            pid = todo.pop()
            pids.append(pid)
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    todo += map(int, (task / "children").read_text().split())
        return pids

    def cpu_seconds(self):
        total = 0
        for pid in self.family():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def resident_kib(self):
        total = 0
        for pid in self.family():
            with contextlib.suppress(OSError):
                found = re.search(r"VmRSS:\s+([0-9]+)", Path(f"/proc/{pid}/status").read_text())
                total += int(found.group(1)) if found else 0
        return total

    def load(self, seconds, connections):
        """Asks as fast as answers come, on the other core; the first second is not counted."""
        idle = self.resident_kib()
        wrk(self, 1, connections)
        before = self.cpu_seconds()
        printed = wrk(self, seconds, connections)
        spent = self.cpu_seconds() - before
        rate = float(re.search(r"Requests/sec:\s+([0-9.]+)", printed).group(1))
        asked = int(re.search(r"([0-9]+) requests in", printed).group(1))
        failed = re.search(r"Socket errors: .*", printed)
        return Load(rate, percentile(printed, 50), percentile(printed, 99), spent / max(asked, 1) * 1e6,
                    self.start_ms, idle, self.resident_kib(), failed.group(0) if failed else "")


def wrk(running, seconds, connections):
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(running.server.script)
        script.flush()
        asked = ["-s", script.name] if running.server.script else []
        command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
                   *asked, running.url + running.server.path]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def percentile(printed, share):
    number, unit = re.search(rf"{share}%\s+([0-9.]+)(us|ms|s|m)", printed).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def in_turns(servers, rounds, seconds, connections):
    """A B C A B C: what disturbs the machine for a while disturbs all of them."""
    for turn in range(rounds):
        for server in servers:
            print(f"round {turn + 1} of {rounds}: {server.name}", file=sys.stderr)
            with server.running() as running:
                server.loads.append(running.load(seconds, connections))


def compared(servers, base):
    """One Markdown table; ratios against `base`, least, median and most over the rounds."""
    rows = [["server", "req/s", "ratio: least", "median", "most", "p50 ms", "p99 ms", "CPU µs a request", "idle MiB", "load MiB"]]
    for server in servers:
        middle = lambda of: statistics.median(of(load) for load in server.loads)
        ratios = sorted(server.ratios(base))
        rows.append([
            server.name, f"{middle(lambda l: l.rate):.0f}",
            f"{ratios[0]:.2f}", f"{statistics.median(ratios):.2f}", f"{ratios[-1]:.2f}",
            f"{middle(lambda l: l.p50_ms):.2f}", f"{middle(lambda l: l.p99_ms):.2f}",
            f"{middle(lambda l: l.cpu_us):.1f}",
            f"{middle(lambda l: l.idle_kib) / 1024:.1f}", f"{middle(lambda l: l.loaded_kib) / 1024:.1f}",
        ])
        for failed in {load.failed for load in server.loads if load.failed}:
            print(f"{server.name}: {failed}", file=sys.stderr)
    return table(rows)


def table(rows):
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])
