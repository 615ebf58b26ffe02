"""Sites of one language, servers that serve them, and the six cases they have to answer. It measures nothing."""

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path(__file__).with_name("languages")
SERVER_CORE = "0"
PATIENCE_SECONDS = 600
# A whole interpreter is compiled, and the machine may be slow.
LIMITS = '[limits]\ncompile-time = "10m"\n'
# Settings of this machine, and a cargo directory that all sites would share, are no part of a figure.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("ROUTELET_") and k != "CARGO_TARGET_DIR"}


class LeftOut(Exception):
    """Why a row or a column is not there."""


def note(text):
    print(text, file=sys.stderr, flush=True)


def run(*command, cwd=ROOT, **environment):
    """Seconds it took; its own last words where it fails."""
    started = time.monotonic()
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=ENVIRONMENT | environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise LeftOut(f"{Path(command[0]).name} failed: " + " ".join(done.stdout.strip().splitlines()[-3:]))
    return time.monotonic() - started


# Sites

def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@dataclass
class Site:
    """Sources of one language, and what `routelet build` makes of them."""

    program: Path
    language: str
    folder: Path
    routes: dict = field(default_factory=dict)

    def add(self, place, source):
        file = Path("app") / place / f"route.{self.language}"
        write(self.folder / file, source)
        self.routes[place] = file
        write(self.folder / "app/segment.toml", LIMITS)
        if self.language == "rs":
            write(self.folder / "Cargo.toml", self.manifest())

    def manifest(self):
        text = ('[package]\nname = "bench"\nversion = "0.1.0"\nedition = "2024"\n\n[dependencies]\n'
                'routelet-sdk = { path = ".routelet/sdk/guest-sdk" }\n'
                'serde = { version = "1", features = ["derive"] }\n\n[workspace]\nexclude = [".routelet"]\n')
        for number, file in enumerate(self.routes.values()):
            text += f'\n[[example]]\nname = "route{number}"\npath = "{file}"\ncrate-type = ["cdylib"]\n'
        return text

    def build(self):
        return run(self.program, "build", self.folder, "--strict", cwd=self.folder)

    def edit(self, place, old, new):
        file = self.folder / self.routes[place]
        file.write_text(file.read_text().replace(old, new))

    def built(self, place):
        return self.folder / "dist/app" / place / "route.wasm"

    def bytes(self):
        return sum(self.built(place).stat().st_size for place in self.routes)


def source(language, case):
    return (SOURCES / language / f"{case}.{language}").read_text()


# Servers

@dataclass
class Running:
    port: int
    pid: int
    start_seconds: float

    def resident_mib(self):
        return int(re.search(r"VmRSS:\s+([0-9]+)", Path(f"/proc/{self.pid}/status").read_text()).group(1)) / 1024


@contextlib.contextmanager
def running(command, port=None, pinned=True, **environment):
    """A server that listens: on that port, or where its first line says."""
    words = [*(["taskset", "-c", SERVER_CORE] if pinned else []), *map(str, command)]
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(words, env=ENVIRONMENT | environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            found = wait_for(port) if port else told(process)
            if not found:
                log.seek(0)
                raise LeftOut(f"{Path(command[0]).name} does not serve: {log.read().strip()[-300:]}")
            yield Running(port or found, process.pid, time.monotonic() - started)
        finally:
            process.terminate()
            process.communicate()


def told(process):
    found = re.search(r"http://[0-9.]+:([0-9]+)", process.stdout.readline())
    return found and int(found.group(1))


def wait_for(port):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return True
        time.sleep(0.002)
    return False


def serving(program, site, cache, **how):
    command = [program, "serve", site, "--listen", "127.0.0.1:0"]
    return running(command, ROUTELET_CACHE_DIR=str(cache), **how)


def wasmtime_serving(binary, component):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return running([binary, "serve", "-Scli", "--addr", f"127.0.0.1:{port}", component], port=port)


# The six cases

@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    pieces: list

    @property
    def text(self):
        return b"".join(self.pieces).decode()


def ask(port, method, target, headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    with contextlib.closing(connection):
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        pieces = list(iter(lambda: answer.read1(65536), b""))
        return Answer(answer.status, answer.headers, pieces)


@dataclass
class Case:
    name: str
    place: str
    request: tuple
    is_right: Callable


CASES = [
    Case("hello", "hello", ("GET", "/hello"), lambda a: a.status == 200 and a.text.startswith("Hello")),
    Case("JSON POST", "json", ("POST", "/json", {"content-type": "application/json"}, '{"n":21}'),
         lambda a: a.status == 201 and json.loads(a.text) == {"twice": 42}),
    Case("params", "params/[id]", ("GET", "/params/42?q=a%20b"), lambda a: (a.status, a.text) == (200, "42 a b")),
    Case("streaming", "streaming", ("GET", "/streaming"), lambda a: a.pieces == [b"one\n", b"two\n"]),
    Case("cookies", "cookies", ("GET", "/cookies", {"cookie": "visits=1"}),
         lambda a: a.text == "2" and a.headers["set-cookie"].startswith("visits=2")),
    Case("error", "error", ("GET", "/error"), lambda a: a.status == 500 and "accord" not in a.text),
]


def judged(port, case):
    try:
        answer = ask(port, *case.request)
        return "pass" if case.is_right(answer) else f"fail: {answer.status} {answer.text[:40]!r}"
    except (OSError, ValueError, AttributeError, http.client.HTTPException) as error:
        return f"fail: {error!r}"[:60]
