"""What a handler answers, and what else it may return instead. Sends nothing."""

from __future__ import annotations

import json as _json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from types import AsyncGeneratorType, GeneratorType
from typing import Any, Union

from .cookies import SameSite, render
from .fields import Headers
from .problem import Problem

Piece = Union[str, bytes]
Body = Union[None, str, bytes, Iterator[Piece], AsyncIterator[Piece]]
Fields = Union[Mapping[str, str], Iterable[tuple[str, str]]]

TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"


class Response:
    """An answer: a status, header fields and a body.

    The body is a text, bytes, nothing, or an iterator of texts or bytes (a generator, an async generator), which is
    sent piece by piece as it yields.

    >>> response = Response("Hello", status=201, headers={"x-answer": "42"})
    >>> response.status, response.headers["content-type"], response.body
    (201, 'text/plain; charset=utf-8', b'Hello')
    """

    def __init__(
        self,
        body: Body = None,
        status: int = 200,
        headers: Fields | None = None,
        content_type: str | None = None,
    ) -> None:
        if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
            raise ValueError(f"the status of a response is {status!r}; expected a number from 200 to 599")
        self.status = int(status)
        self.headers = Headers(headers or ())
        self.body: Body = body.encode() if isinstance(body, str) else body
        if content_type is not None:
            self.headers["content-type"] = content_type
        elif isinstance(body, str):
            self.headers.setdefault("content-type", TEXT)
        elif body is not None:
            self.headers.setdefault("content-type", BINARY if isinstance(body, bytes) else TEXT)
        if not isinstance(self.body, (type(None), bytes, Iterator, AsyncIterator)):
            raise TypeError(
                f"the body of a response is {_article(body)}; expected a str, bytes or a generator of them"
                + ("; use Response.json for an object" if isinstance(body, (dict, list)) else "")
            )

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: Fields | None = None) -> Response:
        """A value as JSON.

        >>> Response.json({"id": 1}).body
        b'{"id":1}'
        """
        text = _json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return cls(text, status, headers, "application/json")

    @classmethod
    def html(cls, text: str, status: int = 200, headers: Fields | None = None) -> Response:
        """A text as HTML. Escape what comes from elsewhere (`html.escape`)."""
        return cls(text, status, headers, "text/html; charset=utf-8")

    @classmethod
    def redirect(cls, location: str, status: int = 307) -> Response:
        """Sends the client elsewhere: 307 keeps its method, 303 makes it GET, 308 is for good.

        >>> Response.redirect("/login", 303).headers["location"]
        '/login'
        """
        if status not in (301, 302, 303, 307, 308):
            raise ValueError(f"{status} is no redirect; expected 301, 302, 303, 307 or 308")
        return cls(None, status, {"location": location})

    def set_cookie(
        self,
        name: str,
        value: str,
        *,
        max_age: int | None = None,
        expires: datetime | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        http_only: bool = False,
        same_site: SameSite | None = None,
    ) -> Response:
        """Sets a cookie, beside those that are set already.

        >>> Response("hi").set_cookie("seen", "1", same_site="lax").headers["set-cookie"]
        'seen=1; Path=/; SameSite=Lax'
        """
        text = render(
            name,
            value,
            max_age=max_age,
            expires=expires,
            path=path,
            domain=domain,
            secure=secure,
            http_only=http_only,
            same_site=same_site,
        )
        self.headers.append("set-cookie", text)
        return self

    def delete_cookie(self, name: str, *, path: str | None = "/", domain: str | None = None) -> Response:
        """Deletes the cookie of that name, path and domain."""
        return self.set_cookie(name, "", expires=datetime.fromtimestamp(0, timezone.utc), path=path, domain=domain)

    def __repr__(self) -> str:
        return f"<Response {self.status}>"


def of(returned: Any) -> Response:
    """The response that a handler means by what it returned. A TypeError says what was found and expected.

    >>> of({"id": 1}).headers["content-type"]
    'application/json'
    >>> of(None)
    Traceback (most recent call last):
    TypeError: returned None; expected a Response, str, bytes, dict, list or a generator of str or bytes
    """
    if isinstance(returned, Response):
        return returned
    if isinstance(returned, (str, bytes, AsyncGeneratorType, GeneratorType)):
        return Response(returned)
    if isinstance(returned, (dict, list)):
        return Response.json(returned)
    raise TypeError(
        f"returned {_article(returned)}; expected a Response, str, bytes, dict, list or a generator of str or bytes"
    )


def of_problem(problem: Problem) -> Response:
    """The response that a problem is."""
    return Response(problem.to_json(), problem.status, problem.headers, "application/problem+json")


def _article(value: object) -> str:
    if value is None:
        return "None"
    name = type(value).__name__
    return f"an {name}" if name[0] in "aeiouAEIOU" else f"a {name}"
