"""A route's own requests to other servers, through the host. Only what the policy grants is reached."""

from __future__ import annotations

import asyncio
import json as _json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from . import _host, bodies
from .fields import Headers
from .loop import ready

_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
# The host derives these from the URL and the body, and refuses the first as a field.
_DERIVED = ("host", "content-length")


class FetchError(Exception):
    """There is no answer; `code` says why, as `wasi:http` names it: `HTTP-request-denied` is a missing grant."""

    def __init__(self, url: str, code: str) -> None:
        way_out = "; grant it in segment.toml: outbound" if code.startswith("HTTP-request-denied") else ""
        super().__init__(f"{url}: {code}{way_out}")
        self.code = code


class Answer:
    """What another server answered."""

    def __init__(self, url: str, status: int, headers: Headers, source: AsyncIterator[bytes]) -> None:
        self.url = url
        self.status = status
        self.headers = headers
        self._source = source
        self._content: bytes | None = None

    @property
    def ok(self) -> bool:
        """Whether the status says success."""
        return 200 <= self.status <= 299

    def stream(self) -> AsyncIterator[bytes]:
        """The body piece by piece, as it arrives; once only."""
        return self._source

    async def body(self) -> bytes:
        """The whole body."""
        if self._content is None:
            self._content = b"".join([piece async for piece in self._source])
        return self._content

    async def text(self) -> str:
        """The whole body as UTF-8; what is none becomes U+FFFD."""
        return (await self.body()).decode("utf-8", "replace")

    async def json(self) -> Any:
        """The whole body as JSON."""
        return _json.loads(await self.body())

    def __repr__(self) -> str:
        return f"<Answer {self.status} of {self.url}>"


async def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: str | bytes | None = None,
    json: Any = None,
    timeout: float | None = None,
) -> Answer:
    """Sends a request and returns the head of its answer; the body is read from it. Redirects are not followed.

    `timeout` bounds the time to that head, in seconds; beyond it a TimeoutError is raised.
    """
    fields = Headers(headers or {})
    if json is not None:
        body = _json.dumps(json, ensure_ascii=False)
        fields.setdefault("content-type", "application/json")
    content = body.encode() if isinstance(body, str) else body
    if timeout is None:
        return await _fetch(url, method, fields, content)
    return await asyncio.wait_for(_fetch(url, method, fields, content), timeout)


async def _fetch(url: str, method: str, fields: Headers, content: bytes | None) -> Answer:
    request = _request(url, method, fields, content)
    outgoing = bodies.Outgoing(request)
    try:
        future = _host.outgoing_handler.handle(request, None)
    except _host.Err as error:
        outgoing.abandon()
        raise FetchError(url, bodies.name_of(error.value)) from None
    # A server may answer before it has read the whole request, as an echo does.
    upload = asyncio.ensure_future(_upload(outgoing, content))
    try:
        response = await _head(future, url)
    except BaseException:
        upload.cancel()
        raise
    headers = response.headers()
    entries = [(name, value.decode("latin-1")) for name, value in headers.entries()]
    headers.__exit__(None, None, None)
    return Answer(url, response.status(), Headers(entries), bodies.Incoming(response))


def _request(url: str, method: str, fields: Headers, content: bytes | None) -> Any:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{url!r} is no URL of a server; expected http:// or https:// and a host")
    entries = [(name, value.encode("latin-1")) for name, value in fields.pairs() if name not in _DERIVED]
    if content is not None:
        entries.append(("content-length", str(len(content)).encode()))
    try:
        request = _host.types.OutgoingRequest(_host.types.Fields.from_list(entries))
        request.set_method(_method(method))
        scheme = _host.types.Scheme_Https if parts.scheme == "https" else _host.types.Scheme_Http
        request.set_scheme(scheme())
        request.set_authority(parts.netloc)
        request.set_path_with_query((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    except _host.Err as error:
        raise ValueError(f"{method} {url}: the host refuses it: {error.value}") from None
    return request


def _method(method: str) -> Any:
    name = method.upper()
    if name in _METHODS:
        return getattr(_host.types, f"Method_{name.capitalize()}")()
    return _host.types.Method_Other(method)


async def _upload(outgoing: bodies.Outgoing, content: bytes | None) -> None:
    try:
        await outgoing.write(content or b"")
        outgoing.finish()
    except bodies.Closed:
        # The server has heard enough; its answer says the rest.
        outgoing.abandon()


async def _head(future: Any, url: str) -> Any:
    while (outcome := future.get()) is None:
        await ready(future.subscribe())
    future.__exit__(None, None, None)
    if isinstance(outcome, _host.Ok):
        outcome = outcome.value
        if isinstance(outcome, _host.Ok):
            return outcome.value
        raise FetchError(url, bodies.name_of(outcome.value))
    raise FetchError(url, "the host lost the answer")
