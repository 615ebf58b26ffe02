"""A host for handlers under plain CPython: the resources of `wasi:http`, as componentize-py spells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from routelet import _host, methods, params, traces
from routelet.serve import Exported


class Resource:
    """Something that belongs to the host: given back once, and its children before it."""

    parent = None

    def __init__(self):
        self.children = set()
        self.is_given_back = False

    def child(self, resource):
        resource.parent = self
        self.children.add(resource)
        return resource

    def __exit__(self, *_):
        assert not self.is_given_back, f"{self!r} is given back twice"
        assert not self.children, f"{self!r} is given back before {self.children}"
        self.is_given_back = True
        if self.parent is not None:
            self.parent.children.discard(self)


@dataclass
class Ok:
    value: object


class Err(Exception):
    def __init__(self, value):
        super().__init__(value)
        self.value = value


class StreamError_Closed:
    pass


class StreamError_LastOperationFailed:
    def __init__(self, value):
        self.value = value


class ErrorCode_HttpRequestBodySize:
    value = None


class ErrorCode_HttpRequestDenied:
    pass


class Pollable(Resource):
    def ready(self):
        return True


class Fields(Resource):
    def __init__(self, entries=()):
        super().__init__()
        self._entries = list(entries)

    @classmethod
    def from_list(cls, entries):
        if any(name == "connection" for name, _ in entries):
            raise Err("forbidden")
        return cls(entries)

    def append(self, name, value):
        if name == "connection":
            raise Err("forbidden")
        self._entries.append((name, value))

    def entries(self):
        return self._entries


class InputStream(Resource):
    """Yields its pieces with a wait before each; `None` fails as a body over its limit does."""

    def __init__(self, pieces):
        super().__init__()
        self._pieces = list(pieces)
        self._is_due = False

    def read(self, _):
        self._is_due = not self._is_due
        if self._is_due and self._pieces:
            return b""
        if not self._pieces:
            raise Err(StreamError_Closed())
        piece = self._pieces.pop(0)
        if piece is None:
            raise Err(StreamError_LastOperationFailed(self.child(Resource())))
        return piece

    def subscribe(self):
        return self.child(Pollable())


class IncomingBody(Resource):
    def __init__(self, pieces):
        super().__init__()
        self._pieces = pieces

    def stream(self):
        return self.child(InputStream(self._pieces))


class Message(Resource):
    """A request to the guest, or an answer to it."""

    def __init__(self, method, target, headers, pieces):
        super().__init__()
        self._method, self._target, self._headers, self._pieces = method, target, headers, pieces

    def method(self):
        return type(f"Method_{self._method.capitalize()}", (), {})()

    def scheme(self):
        return type("Scheme_Http", (), {})()

    def authority(self):
        return "localhost"

    def path_with_query(self):
        return self._target

    def headers(self):
        return self.child(Fields(self._headers))

    def status(self):
        return 200

    def consume(self):
        return self.child(IncomingBody(self._pieces))


class OutputStream(Resource):
    """Takes four bytes at a time, and none right after that."""

    def __init__(self, sent):
        super().__init__()
        self._sent = sent
        self._is_full = False

    def check_write(self):
        if self._sent.is_cut:
            raise Err(StreamError_Closed())
        self._is_full = not self._is_full
        return 0 if self._is_full else 4

    def write(self, piece):
        assert len(piece) <= 4
        self._sent.content += piece
        self._sent.is_cut = len(self._sent.content) >= self._sent.cut_after

    def flush(self):
        self._sent.flushes += 1

    def subscribe(self):
        return self.child(Pollable())


class OutgoingBody(Resource):
    def __init__(self, sent):
        super().__init__()
        self._sent = sent

    def write(self):
        return self.child(OutputStream(self._sent))

    @staticmethod
    def finish(body, trailers):
        body.__exit__()
        body._sent.is_whole = True


class Outgoing(Resource):
    """An answer or a request of the guest's."""

    def __init__(self, fields):
        super().__init__()
        self.sent = Sent(fields=fields.entries())

    def set_status_code(self, status):
        self.sent.status = status

    def body(self):
        self.sent.is_whole = False
        return OutgoingBody(self.sent)

    def set_method(self, method):
        self.sent.method = type(method).__name__

    def set_scheme(self, scheme):
        self.sent.scheme = type(scheme).__name__

    def set_authority(self, authority):
        self.sent.authority = authority

    def set_path_with_query(self, target):
        self.sent.target = target


@dataclass
class Sent:
    """What the guest has sent."""

    fields: list
    status: int = 200
    content: bytes = b""
    is_whole: bool = True
    is_cut: bool = False
    cut_after: float = float("inf")
    flushes: int = 0
    later: dict = field(default_factory=dict)

    def header(self, name):
        return ", ".join(value.decode() for found, value in self.fields if found == name)

    @property
    def text(self):
        return self.content.decode()


class Host:
    """Calls handlers as the host does."""

    def __init__(self):
        self.slept_ns = []
        self.params = []
        self.pattern = ""
        self.fetched = []
        self.cut_after = float("inf")

    def call(self, handler, target="/", *, method="GET", headers=(), body=(), params=None, pattern="/"):
        """What the handler sends for this request."""
        self.pattern = pattern
        self.params = [SimpleNamespace(name=name, values=values) for name, values in (params or {}).items()]
        entries = [(name, value.encode()) for name, value in headers]
        message = Message(method, target, entries, [body] if isinstance(body, (bytes, str)) else list(body))
        message._pieces = [piece.encode() if isinstance(piece, str) else piece for piece in message._pieces]
        taken = params_of(pattern)
        out = []
        exported = Exported(method.lower(), handler, arguments_of(handler, taken))
        exported().handle(message, out)
        assert message.is_given_back, "the request is given back at the end"
        assert len(out) == 1, "one answer"
        return out[0].value.sent

    def answer(self, status, pieces):
        """What the next request of the guest's is answered."""
        message = Message("GET", "/", [("content-type", b"text/plain")], list(pieces))
        message.status = lambda: status
        self.fetched.append(message)


def params_of(pattern):
    return params.segments(f"app{pattern}/route.py")


def arguments_of(handler, taken):
    return params.arguments(handler, taken)


@pytest.fixture
def host(monkeypatch):
    """The host, in the place of the missing one."""
    made = Host()
    types = SimpleNamespace(
        Fields=Fields,
        Method_Other=type("Method_Other", (), {"__init__": lambda self, value: setattr(self, "value", value)}),
        OutgoingBody=OutgoingBody,
        OutgoingRequest=Outgoing,
        Scheme_Http=type("Scheme_Http", (), {}),
        Scheme_Https=type("Scheme_Https", (), {}),
        http_error_code=lambda error: ErrorCode_HttpRequestBodySize(),
    )
    for name in ("Get", "Post", "Put"):
        setattr(types, f"Method_{name}", type(f"Method_{name}", (), {}))

    def outgoing_response(fields):
        response = Outgoing(fields)
        response.sent.cut_after = made.cut_after
        return response

    class ResponseOutparam:
        @staticmethod
        def set(out, result):
            out.append(result)

    types.OutgoingResponse = outgoing_response
    types.ResponseOutparam = ResponseOutparam

    def subscribe_duration(nanoseconds):
        made.slept_ns.append(nanoseconds)
        return Pollable()

    class Future(Resource):
        def __init__(self, outcome):
            super().__init__()
            self._turns, self._outcome = 0, outcome

        def get(self):
            self._turns += 1
            return None if self._turns == 1 else Ok(self._outcome)

        def subscribe(self):
            return self.child(Pollable())

    def handle(request, options):
        made.last = request.sent
        if not made.fetched:
            raise Err(ErrorCode_HttpRequestDenied())
        return Future(Ok(made.fetched.pop(0)))

    replaced = {
        "Ok": Ok,
        "Err": Err,
        "types": types,
        "context": SimpleNamespace(
            pattern=lambda: made.pattern,
            params=lambda: made.params,
            request_id=lambda: "r1",
            client_address=lambda: "127.0.0.1",
        ),
        "monotonic_clock": SimpleNamespace(subscribe_duration=subscribe_duration),
        "outgoing_handler": SimpleNamespace(handle=handle),
        "poll": SimpleNamespace(poll=lambda pollables: list(range(len(pollables)))),
        "streams": SimpleNamespace(StreamError_Closed=StreamError_Closed),
    }
    for name, value in replaced.items():
        monkeypatch.setattr(_host, name, value, raising=False)
    monkeypatch.setattr(traces, "root", __file__.rpartition("/")[0])
    monkeypatch.setattr(methods, "declared", {})
    return made
