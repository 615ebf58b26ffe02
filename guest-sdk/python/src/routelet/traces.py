"""Tracebacks as a person who wrote the route wants to read them. Writes nothing."""

from __future__ import annotations

import sys
import traceback
from types import CodeType

#: Where the sources of the site lay when the route was built; set by then.
root = "/0"


def is_of_site(code: CodeType) -> bool:
    """Whether the site's own author wrote it."""
    return code.co_filename.startswith(f"{root}/")


def render(error: BaseException) -> str:
    """The traceback from the site's own code on, its files as the site has them."""
    trace = error.__traceback__
    while trace is not None and not is_of_site(trace.tb_frame.f_code):
        trace = trace.tb_next
    try:
        lines = traceback.format_exception(type(error), error, trace or error.__traceback__)
    except RecursionError:
        lines = [f"{type(error).__name__}: {error}"]
    return "".join(lines).replace(f'"{root}/', '"').rstrip()


def where(function: object) -> str:
    """The file and line of a function, as in `app/route.py:3`."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return "its route"
    return f"{code.co_filename.removeprefix(root + '/')}:{code.co_firstlineno}"


def log(text: str) -> None:
    """A line for the host's log."""
    print(text, file=sys.stderr, flush=True)
