"""The request a handler is given. Knows no host: where its body comes from is somebody else's."""

from __future__ import annotations

import json as _json
from collections.abc import AsyncIterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Union, cast
from urllib.parse import parse_qsl, urlsplit

from . import cookies, multipart
from .fields import Headers, Values
from .problem import Problem

if TYPE_CHECKING:
    # Editors and checkers carry it; at run time a type variable needs no default.
    from typing_extensions import TypeVar
else:
    from typing import TypeVar as _TypeVar

    def TypeVar(name: str, *, bound: Any, default: Any) -> Any:  # noqa: N802
        return _TypeVar(name, bound=bound)


Param = Union[str, list[str]]
Params = TypeVar("Params", bound=Mapping[str, object], default=Mapping[str, Param])


async def _once(content: bytes) -> AsyncIterator[bytes]:
    if content:
        yield content


class Request(Generic[Params]):
    """One HTTP request. `Request[Params]` knows the params of its route, by the `TypedDict` that `routelet typegen`
    writes for each.

    A test makes its own:

    >>> request = Request("GET", "http://localhost/users/42?verbose=1", params={"id": "42"})
    >>> request.path, request.query["verbose"], request.params["id"]
    ('/users/42', '1', '42')
    """

    def __init__(
        self,
        method: str = "GET",
        url: str = "http://localhost/",
        headers: Mapping[str, str] | list[tuple[str, str]] = (),  # type: ignore[assignment]
        body: bytes | str | AsyncIterator[bytes] = b"",
        *,
        params: Mapping[str, Param] | None = None,
        pattern: str = "",
        id: str = "",
        client_address: str | None = None,
    ) -> None:
        self.method = method
        self.url = url
        self.headers = Headers(headers)
        #: What the brackets of the route's directories captured: a list for `[...rest]`, nothing for an optional
        #: catch-all that matched nothing.
        self.params = cast(Params, dict(params or {}))
        #: The route's pattern: `/users/[id]`.
        self.pattern = pattern
        #: The identifier under which the host logs this request.
        self.id = id
        #: Where the request comes from, as far as the host knows and believes it.
        self.client_address = client_address
        content = body.encode() if isinstance(body, str) else body
        self._source = _once(content) if isinstance(content, bytes) else content
        self._content: bytes | None = None
        self._is_read = False

    @property
    def path(self) -> str:
        """The path of the URL, as the client spelled it."""
        return urlsplit(self.url).path

    @property
    def query_string(self) -> str:
        """The query of the URL, as the client spelled it."""
        return urlsplit(self.url).query

    @cached_property
    def query(self) -> Values[str]:
        """The query of the URL, decoded."""
        return Values(parse_qsl(self.query_string, keep_blank_values=True))

    @cached_property
    def cookies(self) -> Values[str]:
        """The cookies that the client sent."""
        return cookies.parse("; ".join(self.headers.get_all("cookie")))

    def stream(self) -> AsyncIterator[bytes]:
        """The body piece by piece, as it arrives; once only."""
        if self._is_read:
            raise RuntimeError("the body of this request has been read already")
        self._is_read = True
        return self._source

    async def body(self) -> bytes:
        """The whole body."""
        if self._content is None:
            self._content = b"".join([piece async for piece in self.stream()])
        return self._content

    async def text(self) -> str:
        """The whole body as UTF-8. 400 where it is none."""
        try:
            return (await self.body()).decode()
        except UnicodeDecodeError as error:
            raise Problem(400, f"body: not UTF-8 at byte {error.start}") from None

    async def json(self) -> Any:
        """The whole body as JSON. 400 where it is none."""
        text = await self.text()
        try:
            return _json.loads(text, parse_constant=_no_number)
        except ValueError as error:
            raise Problem(400, f"body: no JSON: {error}") from None
        except RecursionError:
            raise Problem(400, "body: no JSON that is nested this deep is read") from None

    async def form(self) -> multipart.Form:
        """The fields of a submitted form, urlencoded or multipart. 415 where the body is no form."""
        return multipart.parse(self.headers.get("content-type", ""), await self.body())

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.url}>"


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")
