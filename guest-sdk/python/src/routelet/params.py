"""A handler's arguments, from its signature: the request, params of the path, the rest from the query.

What a signature asks for is decided once, while the route is built; a request only fills it.
"""

from __future__ import annotations

import enum
import inspect
import re
import types
import typing
import uuid
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple, Union

from .problem import Problem
from .request import Request

Arguments = Callable[[Request], dict[str, Any]]
Parse = Callable[[str], Any]


class SignatureError(TypeError):
    """A handler asks for something that no request can give."""


class Asked(NamedTuple):
    """One argument, as its annotation describes it."""

    parse: Parse
    expected: str
    is_list: bool
    is_optional: bool


_WORDS = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}
_INT = re.compile(r"[+-]?[0-9]{1,4000}")


def _int(text: str) -> int:
    if not _INT.fullmatch(text):
        raise ValueError
    return int(text)


def _bool(text: str) -> bool:
    return _WORDS[text.lower()]


_SCALARS: dict[Any, tuple[Parse, str]] = {
    str: (str, "a text"),
    int: (_int, "an int"),
    float: (float, "a float"),
    bool: (_bool, "true or false"),
    uuid.UUID: (uuid.UUID, "a UUID"),
    Decimal: (Decimal, "a decimal"),
    date: (date.fromisoformat, "a date as in 2026-01-31"),
    datetime: (datetime.fromisoformat, "a date and time as in 2026-01-31T12:00:00"),
}


def segments(route: str) -> dict[str, bool]:
    """The params of a route's directories, and whether each takes several pieces.

    >>> segments("app/docs/[lang]/[...path]/route.py")
    {'lang': False, 'path': True}
    """
    found = re.findall(r"(?:^|/)\[{1,2}(\.\.\.)?([^\[\]/]+)\]{1,2}(?=/)", route)
    return {name: bool(dots) for dots, name in found}


def arguments(handler: Callable[..., Any], taken: dict[str, bool]) -> Arguments:
    """How the arguments of `handler` are taken from a request; `taken` are the params of its path."""
    parameters = inspect.signature(handler).parameters.values()
    try:
        hints = typing.get_type_hints(inspect.unwrap(handler))
    except (NameError, TypeError) as error:
        raise SignatureError(f"an annotation cannot be read: {error}") from None
    by_name = {re.sub(r"\W", "_", name): name for name in taken}
    takers = []
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.kind is parameter.POSITIONAL_ONLY:
            raise SignatureError(f"`{parameter.name}` stands before `/`; arguments are given by name")
        annotation = hints.get(parameter.name, parameter.annotation)
        takers.append((parameter.name, _taker(parameter, annotation, by_name, taken)))
    return lambda request: {name: take(request) for name, take in takers}


def _taker(
    parameter: inspect.Parameter, annotation: Any, by_name: dict[str, str], taken: dict[str, bool]
) -> Callable[[Request], Any]:
    name = parameter.name
    if annotation is Request or (name == "request" and annotation in (parameter.empty, Any)):
        return lambda request: request
    if name == "params" and name not in by_name:
        return lambda request: dict(request.params)
    asked = _asked(name, annotation)
    if name in by_name:
        return _from_path(by_name[name], asked, parameter)
    return _from_query(name, asked, parameter)


def _asked(name: str, annotation: Any) -> Asked:
    if annotation in (inspect.Parameter.empty, Any):
        annotation = str
    if typing.get_origin(annotation) in (Union, types.UnionType):
        rest = [kind for kind in typing.get_args(annotation) if kind is not type(None)]
        if len(rest) == 1:
            return _asked(name, rest[0])._replace(is_optional=True)
    if annotation is list or typing.get_origin(annotation) is list:
        (inner,) = typing.get_args(annotation) or (str,)
        return _asked(name, inner)._replace(is_list=True)
    if annotation in _SCALARS:
        return Asked(*_SCALARS[annotation], False, False)
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return Asked(*_one_of({str(member.value): member for member in annotation}), False, False)
    if typing.get_origin(annotation) is Literal:
        return Asked(*_one_of({str(value): value for value in typing.get_args(annotation)}), False, False)
    raise SignatureError(
        f"`{name}` is asked for as {getattr(annotation, '__name__', annotation)}; expected Request, or str, int, float, "
        "bool, UUID, Decimal, date, datetime, an Enum or a Literal, a list of one, or one | None"
    )


def _one_of(values: dict[str, Any]) -> tuple[Parse, str]:
    return values.__getitem__, "one of " + ", ".join(values)


def _from_path(segment: str, asked: Asked, parameter: inspect.Parameter) -> Callable[[Request], Any]:
    def take(request: Request) -> Any:
        value = request.params.get(segment)
        if value is None:
            return _absent("path", segment, asked, parameter)
        if asked.is_list:
            pieces = value if isinstance(value, list) else [value]
            return [_parsed("path", segment, asked, piece) for piece in pieces]
        return _parsed("path", segment, asked, "/".join(value) if isinstance(value, list) else value)

    return take


def _from_query(name: str, asked: Asked, parameter: inspect.Parameter) -> Callable[[Request], Any]:
    def take(request: Request) -> Any:
        values = request.query.get_all(name)
        if not values:
            return _absent("query", name, asked, parameter)
        if asked.is_list:
            return [_parsed("query", name, asked, value) for value in values]
        return _parsed("query", name, asked, values[0])

    return take


def _parsed(place: str, name: str, asked: Asked, text: str) -> Any:
    try:
        return asked.parse(text)
    except (ArithmeticError, LookupError, ValueError):
        raise Problem(400, f"{place}: {name}: expected {asked.expected}", name=name) from None


def _absent(place: str, name: str, asked: Asked, parameter: inspect.Parameter) -> Any:
    if parameter.default is not parameter.empty:
        return parameter.default
    if asked.is_optional:
        return None
    if asked.is_list:
        return []
    raise Problem(400, f"{place}: {name} is missing; expected {asked.expected}", name=name)
