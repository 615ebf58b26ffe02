"""How long a save takes under `routelet dev` until the new version answers, and how much of that is not the compiler's.

    python3 tests/bench/dev.py [--program target/release/routelet] [--edits 5]

It starts a site of its own with a route in Rust and one in TypeScript, builds it once, and edits each route in turn.
Time is taken from the save to the first answer with the new text, on the clock; what the line of `dev` says was spent
in tools (cargo, Node.js) is taken off for the column `ours`. The median of the edits is printed, and each of them.
"""

import argparse
import re
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

TYPESCRIPT = "export const GET = () => new Response('word-0')\n"
RUST = 'use routelet_sdk::prelude::*;\n\n#[get]\nasync fn read() -> &\'static str {\n    "word-0"\n}\n'
RELOADED = re.compile(r"reloaded in [\d.]+ s, ([\d.]+) s of it in tools")
# A first build fetches and compiles everything.
FIRST_BUILD_SECONDS_MAX = 1800
EDIT_SECONDS_MAX = 300
# Between two looks at whether the new version answers; the error of a measurement.
LOOK_SECONDS = 0.002


class Dev:
    """A running `routelet dev`, and what it said."""

    def __init__(self, program, site):
        command = [program, "dev", str(site), "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.said = threading.Condition()
        threading.Thread(target=self._hear, daemon=True).start()
        first = self.process.stdout.readline()
        if "listening on " not in first:
            raise SystemExit(f"dev does not listen: {first!r}\n" + "\n".join(self.lines))
        self.url = first.split("listening on ", 1)[1].split()[0]

    def _hear(self):
        for line in self.process.stderr:
            with self.said:
                self.lines.append(line.rstrip())
                self.said.notify_all()

    def reload_behind(self, seen):
        """The seconds in tools of the first reload that was told behind so many lines."""
        def found():
            return next((match for line in self.lines[seen:] if (match := RELOADED.search(line))), None)

        with self.said:
            if not self.said.wait_for(found, EDIT_SECONDS_MAX):
                raise SystemExit("no reload was told:\n" + "\n".join(self.lines[seen:]))
            return float(found().group(1))

    def get(self, path):
        try:
            with urllib.request.urlopen(self.url + path, timeout=EDIT_SECONDS_MAX) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def edit(self, file, path, old, new):
        """Seconds from the save to the new answer, and how many of them were spent in tools."""
        seen = len(self.lines)
        text = file.read_text().replace(old, new)
        started = time.monotonic()
        file.write_text(text)
        while new not in self.get(path):
            if time.monotonic() - started > EDIT_SECONDS_MAX:
                raise SystemExit(f"{path} never answers {new}:\n" + "\n".join(self.lines[seen:]))
            time.sleep(LOOK_SECONDS)
        return time.monotonic() - started, self.reload_behind(seen)


def site_in(folder, program):
    """A new site, built once."""
    subprocess.run([program, "new", "site"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    site = Path(folder) / "site"
    (site / "app/route.rs").write_text(RUST)
    (site / "app/ts").mkdir()
    (site / "app/ts/route.ts").write_text(TYPESCRIPT)
    build = [program, "build", str(site), "--strict"]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL, timeout=FIRST_BUILD_SECONDS_MAX)
    return site


def measured(dev, file, path, edits):
    # The first edit warms what the compilers keep between two of them.
    dev.edit(file, path, "word-0", "word-1")
    return [dev.edit(file, path, f"word-{number}", f"word-{number + 1}") for number in range(1, edits + 1)]


def row(name, figures):
    whole = [seconds for seconds, _ in figures]
    ours = [seconds - tools for seconds, tools in figures]
    each = " ".join(f"{seconds:.2f}" for seconds in whole)
    print(f"{name:<12} {statistics.median(whole):>8.2f} s {statistics.median(ours) * 1000:>8.0f} ms   {each}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--program", default="target/release/routelet")
    arguments.add_argument("--edits", type=int, default=5)
    chosen = arguments.parse_args()
    program = str(Path(chosen.program).resolve())
    with tempfile.TemporaryDirectory() as folder:
        site = site_in(folder, program)
        dev = Dev(program, site)
        try:
            print(f"{'route':<12} {'save to answer':>10} {'ours':>8}      each")
            row("Rust", measured(dev, site / "app/route.rs", "/", chosen.edits))
            row("TypeScript", measured(dev, site / "app/ts/route.ts", "/ts", chosen.edits))
        finally:
            dev.process.terminate()
            dev.process.wait()


if __name__ == "__main__":
    main()
