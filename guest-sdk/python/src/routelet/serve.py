"""One request, from the host's resources to an answer it has taken. Knows no particular handler."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

from . import _host, bodies, loop, response, traces
from .methods import Handler
from .params import Arguments
from .problem import Problem
from .request import Param, Request
from .response import Response

_after: list[Callable[[], Any] | Awaitable[Any]] = []


def after(work: Callable[[], Any] | Awaitable[Any]) -> None:
    """Has `work` done once the answer has been sent: a function, a coroutine function or a coroutine.

    The client does not wait for it; the time it takes counts for the limits of the route.
    """
    _after.append(work)


class Exported:
    """A handler as the component exports it: an interface with one function."""

    def __init__(self, method: str, handler: Handler, arguments: Arguments) -> None:
        self._method = method.upper()
        self._handler = handler
        self._arguments = arguments

    def __call__(self) -> Exported:
        # The toolchain asks a class for an instance.
        return self

    def handle(self, request: Any, response_out: Any) -> None:
        """Answers one request of the host's."""
        running = loop.current = loop.Loop()  # type: ignore[abstract]
        _after.clear()
        try:
            answered = self._answer(running, request)
            running.run_until_complete(_send(answered, response_out, self._fail))
            while _after:
                _run_after(running, _after.pop(0))
        finally:
            bodies.close_all()
            running.close()
            loop.current = None

    def _answer(self, running: loop.Loop, raw: Any) -> Response:
        try:
            request = _request(raw)
            # A plain function runs outside the loop, so that it can wait for what it needs of it.
            returned = self._handler(**self._arguments(request))
            if inspect.isawaitable(returned):
                returned = running.run_until_complete(_awaited(returned))
        except Problem as problem:
            return response.of_problem(problem)
        except Exception as error:
            return self._fail(error)
        try:
            return response.of(returned)
        except (TypeError, ValueError) as error:
            traces.log(f"{self._method} {error}: {traces.where(self._handler)}")
            return Response(None, 500)

    def _fail(self, error: BaseException) -> Response:
        traces.log(f"{self._method} failed: {traces.render(error)}")
        return Response(None, 500)


async def _awaited(returned: Awaitable[Any]) -> Any:
    return await returned


def _run_after(running: loop.Loop, work: Callable[[], Any] | Awaitable[Any]) -> None:
    try:
        started = work() if callable(work) else work
        if inspect.isawaitable(started):
            running.run_until_complete(_awaited(started))
    except Exception as error:
        traces.log(f"what was to be done after the answer failed: {traces.render(error)}")


def _request(raw: Any) -> Request:
    fields = raw.headers()
    headers = [(name, value.decode("latin-1")) for name, value in fields.entries()]
    fields.__exit__(None, None, None)
    scheme = type(raw.scheme()).__name__.removeprefix("Scheme_").lower()
    url = f"{'https' if scheme == 'https' else 'http'}://{raw.authority() or 'localhost'}{raw.path_with_query() or '/'}"
    return Request(
        _method(raw.method()),
        url,
        headers,
        bodies.Incoming(raw),
        params=_params(),
        pattern=_host.context.pattern(),
        id=_host.context.request_id(),
        client_address=_host.context.client_address(),
    )


def _method(method: Any) -> str:
    if isinstance(method, _host.types.Method_Other):
        return str(method.value)
    return type(method).__name__.removeprefix("Method_").upper()


def _params() -> dict[str, Param]:
    pattern = _host.context.pattern()
    return {
        param.name: list(param.values) if f"[...{param.name}]" in pattern else param.values[0]
        for param in _host.context.params()
    }


async def _send(answer: Response, out: Any, fail: Callable[[BaseException], Response]) -> None:
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    if isinstance(body, (Iterator, AsyncIterator)):
        return await _send_stream(answer, _Pieces(body), out, fail)
    if body is not None:
        answer.headers["content-length"] = str(len(body))
    head = _head(answer)
    if body is None:
        return _set(out, head)
    outgoing = bodies.Outgoing(head)
    # A short body goes before the head, so that the host can write both at once.
    is_written = outgoing.write_at_once(body)
    if is_written:
        outgoing.finish()
    _set(out, head)
    if not is_written:
        await _finish(outgoing, outgoing.write(body))


async def _finish(outgoing: bodies.Outgoing, written: Awaitable[None]) -> None:
    try:
        await written
        outgoing.finish()
    except bodies.Closed:
        outgoing.abandon()


async def _send_stream(
    answer: Response, pieces: _Pieces, out: Any, fail: Callable[[BaseException], Response]
) -> None:
    # The first piece comes before the head: a stream that fails at once can still be answered with 500.
    try:
        await pieces.look()
    except Exception as error:
        return await _send(fail(error), out, fail)
    head = _head(answer)
    outgoing = bodies.Outgoing(head)
    _set(out, head)
    try:
        while (piece := await pieces.next(outgoing)) is not None:
            await outgoing.write(piece)
        outgoing.finish()
    except bodies.Closed:
        outgoing.abandon()
        await pieces.close()
    except Exception as error:
        traces.log(f"the body was left unfinished: {traces.render(error)}")
        outgoing.abandon()


class _Pieces:
    """What a generator yields, as bytes, looked ahead where that costs no wait."""

    def __init__(self, source: Iterator[Any] | AsyncIterator[Any]) -> None:
        self._source = source
        self._next: asyncio.Task[bytes | None] | None = None

    async def look(self) -> None:
        """Starts on the next piece. Raises where making it has failed already."""
        self._next = asyncio.ensure_future(self._take())
        await asyncio.sleep(0)
        if self._next.done():
            self._next.result()

    async def next(self, outgoing: bodies.Outgoing) -> bytes | None:
        """The next piece, or None after the last."""
        if self._next is None:
            await self.look()
        task, self._next = self._next, None
        assert task is not None
        if not task.done():
            outgoing.flush()
        return await task

    async def _take(self) -> bytes | None:
        try:
            if isinstance(self._source, AsyncIterator):
                piece = await self._source.__anext__()
            else:
                piece = next(self._source)
        except (StopIteration, StopAsyncIteration):
            return None
        if isinstance(piece, str):
            return piece.encode()
        if isinstance(piece, (bytes, bytearray)):
            return bytes(piece)
        raise TypeError(f"the body yielded {piece!r}; expected str or bytes")

    async def close(self) -> None:
        """Has the generator run what it does at its end."""
        if hasattr(self._source, "aclose"):
            await self._source.aclose()
        elif hasattr(self._source, "close"):
            self._source.close()


def _set(out: Any, head: Any) -> None:
    _host.types.ResponseOutparam.set(out, _host.Ok(head))


def _head(answer: Response) -> Any:
    entries = [(name, value.encode("utf-8")) for name, value in answer.headers.pairs()]
    try:
        fields = _host.types.Fields.from_list(entries)
    except _host.Err:
        fields = _host.types.Fields()
        for name, value in entries:
            try:
                fields.append(name, value)
            except _host.Err:
                traces.log(f"the host refuses the header field {name}; it is left out")
    head = _host.types.OutgoingResponse(fields)
    if answer.status != 200:
        head.set_status_code(answer.status)
    return head
