"""Bodies of messages as the host holds them, piece by piece. Knows neither requests nor responses.

The host wants what belongs to something given back before that something: the stream before its body, the body
before its message. Whatever was opened is therefore closed by name, never by the garbage collector.
"""

from __future__ import annotations

from typing import Any

from . import _host
from .loop import ready
from .problem import Problem

# The host returns what it has, so a larger figure only costs memory.
_READ_BYTES = 64 * 1024

#: What the request under way has opened, in that order.
_opened: list[Incoming] = []


class BodyError(Exception):
    """A body broke off before its end."""


class Closed(Exception):
    """The receiver of a body is gone."""


class Incoming:
    """A body that arrives, of a request or of an answer; opened by its first read."""

    def __init__(self, message: Any) -> None:
        self._message = message
        self._body: Any = None
        self._stream: Any = None
        self._is_over = False
        _opened.append(self)

    def __aiter__(self) -> Incoming:
        return self

    async def __anext__(self) -> bytes:
        if self._stream is None and not self._is_over:
            self._body = self._message.consume()
            self._stream = self._body.stream()
        while not self._is_over:
            try:
                piece: bytes = self._stream.read(_READ_BYTES)
            except _host.Err as error:
                self._fail(error.value)
                break
            if piece:
                return piece
            await ready(self._stream.subscribe())
        raise StopAsyncIteration

    def _fail(self, error: Any) -> None:
        if isinstance(error, _host.streams.StreamError_Closed):
            return self.close_body()
        code = _host.types.http_error_code(error.value)
        error.value.__exit__(None, None, None)
        self.close_body()
        name = name_of(code)
        if name in ("HTTP-request-body-size", "HTTP-response-body-size"):
            raise Problem(413)
        raise BodyError(f"the body broke off: {name}")

    def close_body(self) -> None:
        """Gives the stream and the body back to the host."""
        self._is_over = True
        for part in (self._stream, self._body):
            if part is not None:
                part.__exit__(None, None, None)
        self._stream = self._body = None

    def close(self) -> None:
        """Gives the message back too."""
        self.close_body()
        if self._message is not None:
            self._message.__exit__(None, None, None)
        self._message = None


def close_all() -> None:
    """Gives back whatever the request under way has opened, the last first."""
    while _opened:
        _opened.pop().close()


class Outgoing:
    """A body being written. Unless it is finished, the host cuts the connection: a broken answer never looks whole."""

    def __init__(self, message: Any) -> None:
        self._body = message.body()
        self._stream = self._body.write()

    def write_at_once(self, piece: bytes) -> bool:
        """Writes all of it if the host takes it at once; says whether it did."""
        try:
            if self._stream.check_write() < len(piece):
                return False
            self._stream.write(piece)
        except _host.Err:
            return False
        return True

    async def write(self, piece: bytes) -> None:
        """Writes all of it, waiting as the receiver's pace asks for."""
        rest = memoryview(piece)
        while rest:
            room = self._called(self._stream.check_write)
            if room == 0:
                await ready(self._stream.subscribe())
            else:
                self._called(self._stream.write, bytes(rest[:room]))
                rest = rest[room:]

    def flush(self) -> None:
        """Asks the host to pass on what it has: the first event of a slow stream must not sit in a buffer."""
        self._called(self._stream.flush)

    def _called(self, function: Any, *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except _host.Err:
            raise Closed from None

    def finish(self) -> None:
        """Declares the body complete."""
        stream, body, self._stream, self._body = self._stream, self._body, None, None
        stream.__exit__(None, None, None)
        try:
            _host.types.OutgoingBody.finish(body, None)
        except _host.Err as error:
            raise Closed(name_of(error.value)) from None

    def abandon(self) -> None:
        """Gives the body back unfinished."""
        for part in (self._stream, self._body):
            if part is not None:
                part.__exit__(None, None, None)
        self._stream = self._body = None


def name_of(code: Any) -> str:
    """An error code as WIT spells it.

    >>> class ErrorCode_DnsTimeout: pass
    >>> name_of(ErrorCode_DnsTimeout())
    'DNS-timeout'
    """
    if code is None:
        return "the host gives no reason"
    words: list[str] = []
    for letter in type(code).__name__.removeprefix("ErrorCode_"):
        if letter.isupper() or not words:
            words.append("")
        words[-1] += letter.lower()
    capital = {"dns", "http", "tls", "ip"}
    name = "-".join(word.upper() if word in capital else word for word in words)
    reason = getattr(code, "value", None)
    return f"{name}: {reason}" if isinstance(reason, str) else name
