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


class Takes(enum.Enum):
    """How much of the path a param captures."""

    #: `[id]`
    ONE = enum.auto()
    #: `[...rest]`
    SEVERAL = enum.auto()
    #: `[[...rest]]`, which may capture nothing.
    ANY = enum.auto()


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


def segments(route: str) -> dict[str, Takes]:
    """The params of a route's directories, and how much each takes.

    >>> segments("app/docs/[lang]/[...path]/route.py")
    {'lang': <Takes.ONE: 1>, 'path': <Takes.SEVERAL: 2>}
    """
    found = re.findall(r"(?:^|/)\[(\[?)(\.\.\.)?([^\[\]/]+)\]{1,2}(?=/)", route)
    kinds = {("", ""): Takes.ONE, ("", "..."): Takes.SEVERAL}
    return {name: kinds.get((twice, dots), Takes.ANY) for twice, dots, name in found}


def arguments(handler: Callable[..., Any], taken: dict[str, Takes]) -> Arguments:
    """How the arguments of `handler` are taken from a request; `taken` are the params of its path."""
    parameters = inspect.signature(handler).parameters.values()
    try:
        hints = typing.get_type_hints(inspect.unwrap(handler))
    except (NameError, TypeError) as error:
        raise SignatureError(f"an annotation cannot be read: {error}") from None
    takers = []
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.kind is parameter.POSITIONAL_ONLY:
            raise SignatureError(f"`{parameter.name}` stands before `/`; arguments are given by name")
        annotation = hints.get(parameter.name, parameter.annotation)
        takers.append((parameter.name, _taker(parameter, annotation, taken)))
    return lambda request: {name: take(request) for name, take in takers}


def _taker(parameter: inspect.Parameter, annotation: Any, taken: dict[str, Takes]) -> Callable[[Request], Any]:
    name = parameter.name
    by_name = {re.sub(r"\W", "_", segment): segment for segment in taken}
    is_open = annotation in (parameter.empty, Any)
    if annotation is Request or typing.get_origin(annotation) is Request or (name == "request" and is_open):
        _hold_against(taken, name, *typing.get_args(annotation))
        return lambda request: request
    if name == "params" and name not in by_name:
        _hold_against(taken, name, annotation)
        return lambda request: dict(request.params)
    if name in by_name:
        segment = by_name[name]
        asked = _asked(name, annotation)
        _refuse_other_amount(segment, taken[segment], asked, parameter)
        return _from_path(segment, asked, parameter)
    if annotation is parameter.empty:
        raise SignatureError(
            f"`{name}` is none of what the path captures ({_names(taken)}), and has no annotation; write `{name}: str`, or "
            "another type, for what the query has by that name, or name it after the path"
        )
    return _from_query(name, _asked(name, annotation), parameter)


def _hold_against(taken: dict[str, Takes], name: str, params: Any = None) -> None:
    """A `TypedDict` of params has those of the route, or its types would be wrong."""
    if not typing.is_typeddict(params):
        return
    required, optional = params.__required_keys__, params.__optional_keys__
    if required | optional != taken.keys():
        found = _names(dict.fromkeys(sorted(required | optional)))
        raise SignatureError(
            f"`{name}` has the params of another route ({found}); expected those that the path captures: {_names(taken)}"
        )
    for segment, takes in taken.items():
        if takes is Takes.ANY and segment in required:
            raise SignatureError(f"`{name}` says that `{segment}` is always there, and [[...{segment}]] may capture nothing")


def _refuse_other_amount(segment: str, takes: Takes, asked: Asked, parameter: inspect.Parameter) -> None:
    if takes is Takes.ONE and asked.is_list:
        raise SignatureError(f"`{parameter.name}` is asked for as a list, and [{segment}] captures one text")
    may_be_absent = asked.is_list or asked.is_optional or parameter.default is not parameter.empty
    if takes is Takes.ANY and not may_be_absent:
        raise SignatureError(
            f"`{parameter.name}` is always asked for, and [[...{segment}]] may capture nothing; "
            f"write `{parameter.name}: list[str]`, or a default"
        )


def _names(taken: dict[str, Any]) -> str:
    return ", ".join(f"`{name}`" for name in taken) or "nothing"


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
