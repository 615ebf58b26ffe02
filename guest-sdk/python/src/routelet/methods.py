"""The decorators that say which method a function answers. Calls no handler."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any, TypeVar

Handler = Callable[..., Any]
H = TypeVar("H", bound=Handler)

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")

#: What was declared, by the name of the module and the method.
declared: dict[tuple[str, str], Handler] = {}


def get(handler: H) -> H:
    """Answers GET with the function below it, and HEAD where nothing else does."""
    return _declare("get", handler)


def head(handler: H) -> H:
    """Answers HEAD with the function below it."""
    return _declare("head", handler)


def post(handler: H) -> H:
    """Answers POST with the function below it."""
    return _declare("post", handler)


def put(handler: H) -> H:
    """Answers PUT with the function below it."""
    return _declare("put", handler)


def patch(handler: H) -> H:
    """Answers PATCH with the function below it."""
    return _declare("patch", handler)


def delete(handler: H) -> H:
    """Answers DELETE with the function below it."""
    return _declare("delete", handler)


def options(handler: H) -> H:
    """Answers OPTIONS with the function below it."""
    return _declare("options", handler)


def _declare(method: str, handler: H) -> H:
    if not callable(handler) or inspect.isclass(handler):
        found = f"class `{handler.__name__}`" if inspect.isclass(handler) else repr(handler)
        raise TypeError(f"@{method} stands above {found}; expected a function")
    # Whose module it is tells the place of the decorator: the handler may be wrapped in another one's function.
    module = sys._getframe(2).f_globals.get("__name__", "")
    if (module, method) in declared:
        raise TypeError(f"@{method} stands above two functions; keep one")
    declared[module, method] = handler
    return handler
