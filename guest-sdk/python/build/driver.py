"""Builds route files for whoever holds the other end of standard input and output.

An order a line, as JSON, and an answer a line for each. It lives as long as its input is open.

    driver.py WIT SCRATCH SDK [PACKAGES]
"""

import json
import os
import shutil
import sys
import tempfile
import traceback

import component
import source


def answer(order, wit, scratch, paths):
    """What became of one order: the files read for it, and the findings that kept it from becoming a component."""
    stage = tempfile.mkdtemp(prefix="route-", dir=scratch)
    try:
        route = source.read(order["site"], order["source"])
        findings = route.findings
        warnings = []
        if not findings:
            source.copy(route, stage)
            findings, warnings = component.build(route, order["output"], wit, stage, paths)
        return {"inputs": sorted(route.inputs), "warnings": warnings, "findings": findings}
    except Exception:
        text = f"building it failed: {traceback.format_exc()}"
        return {"inputs": [], "warnings": [], "findings": [source.finding(order["source"], None, text)]}
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def main():
    """Answers until nobody asks any more."""
    wit, scratch, *paths = sys.argv[1:]
    os.makedirs(scratch, exist_ok=True)
    # What tools print is for people; standard output is the protocol's, also for those that are no Python.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line), wit, scratch, paths)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
