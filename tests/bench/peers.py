"""What is measured, and what it is measured beside: where the programs lie, and how they come there.

Everything lands below `target/`.
"""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WORK = TARGET / "bench"
ROUTELET = TARGET / "release/routelet"
BARE_HYPER = TARGET / "release/examples/bare_hyper"
WASMTIME_VERSION = "48.0.8"


def cargo(*arguments):
    subprocess.run(["cargo", *arguments], cwd=ROOT, check=True)


def build():
    # One command, so that both share every dependency.
    cargo("build", "--release", "-p", "routelet", "-p", "routelet-tests", "--bin", "routelet", "--example", "bare_hyper")
    cargo("build", "--release", "-p", "routelet-guests", "--examples",
          "--target", "wasm32-wasip2", "--target-dir", str(TARGET / "guests"))


def guest(name):
    return TARGET / "guests/wasm32-wasip2/release/examples" / f"{name}.wasm"


def wasmtime():
    """The program `wasmtime` of the runtime's own release; compiled once, which takes ten minutes."""
    program = TARGET / "tools/bin/wasmtime"
    if not program.exists():
        cargo("install", "wasmtime-cli", "--version", WASMTIME_VERSION, "--locked", "--root", str(TARGET / "tools"))
    return program


def next_application(handler):
    """An application of Next.js with one route handler, built; where its program lies."""
    there = WORK / "next"
    app = there / "app"
    shutil.rmtree(app, ignore_errors=True)
    app.mkdir(parents=True)
    (app / "route.ts").write_text(handler)
    for name in ["package.json", "package-lock.json"]:
        shutil.copy(ROOT / "tests/next" / name, there / name)
    (there / "next.config.mjs").write_text("export default {}\n")
    npm = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
    if not (there / "node_modules/next").exists():
        subprocess.run(npm, cwd=there, check=True)
    program = there / "node_modules/next/dist/bin/next"
    subprocess.run(["node", program, "build"], cwd=there, check=True, stdout=subprocess.DEVNULL)
    return there, program


def site(name, components, settings=""):
    """A tree of finished components, by the directory of each."""
    there = WORK / "sites" / name
    shutil.rmtree(there, ignore_errors=True)
    for directory, component in components.items():
        (there / "app" / directory).mkdir(parents=True, exist_ok=True)
        shutil.copy(component, there / "app" / directory / "route.wasm")
    (there / "app").mkdir(parents=True, exist_ok=True)
    (there / "app/segment.toml").write_text(settings)
    return there


def serve(there, *flags):
    return [ROUTELET, "serve", there, "--listen", "127.0.0.1:0", "--cache-dir", WORK / "cache", *flags]
