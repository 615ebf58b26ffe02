"""Submitted forms, from bytes to fields (RFC 7578). Reads no request."""

from __future__ import annotations

from email.message import Message
from urllib.parse import parse_qsl

from .fields import Headers, Values
from .problem import Problem

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class Upload:
    """A file in a form. Its name is the client's: never use it as a path."""

    def __init__(self, filename: str, headers: Headers, content: bytes) -> None:
        self.filename = filename
        self.headers = headers
        self.content = content

    @property
    def content_type(self) -> str:
        """The content type that the client claims."""
        return self.headers.get("content-type", "application/octet-stream")

    def text(self) -> str:
        """The content as UTF-8; what is none becomes U+FFFD."""
        return self.content.decode("utf-8", "replace")

    def __len__(self) -> int:
        return len(self.content)

    def __repr__(self) -> str:
        return f"Upload({self.filename!r}, {len(self)} bytes)"


Form = Values["str | Upload"]


def parse(content_type: str, body: bytes) -> Form:
    """The fields of a form, in their order. 415 where the body is none, 400 where it is broken."""
    media_type, parameters = _header(content_type)
    if media_type == URLENCODED:
        return Values(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    boundary = parameters.get("boundary")
    if media_type != MULTIPART or not boundary:
        raise Problem(415, f"expected a body of content type {URLENCODED}, or {MULTIPART} with a boundary")
    return Values(_field(part) for part in _parts(body, boundary.encode("latin-1", "replace")))


def _header(value: str) -> tuple[str, dict[str, str]]:
    message = Message()
    message["content-type"] = value
    parameters = message.get_params(failobj=[], unquote=True) or []
    return message.get_content_type() if value else "", {name.lower(): text for name, text in parameters[1:]}


def _parts(body: bytes, boundary: bytes) -> list[bytes]:
    # What stands before the first delimiter and after the last is to be ignored (RFC 2046, section 5.1.1).
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Problem(400, "form: its closing boundary is missing")
    parts = []
    for piece in pieces[1:-1]:
        padding, newline, part = piece.partition(b"\r\n")
        if padding.strip(b" \t") or not newline:
            raise Problem(400, "form: a boundary has no line of its own")
        parts.append(part)
    return parts


def _field(part: bytes) -> tuple[str, str | Upload]:
    head, separator, content = (b"\r\n" + part).partition(b"\r\n\r\n")
    if not separator:
        raise Problem(400, "form: a part has no blank line after its header fields")
    headers = Headers()
    for line in head.split(b"\r\n"):
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if colon:
            headers.append(name.strip(), value.strip())
    message = Message()
    message["content-disposition"] = headers.get("content-disposition", "")
    field = message.get_param("name", header="content-disposition")
    if not isinstance(field, str):
        raise Problem(400, "form: a part has no name")
    filename = message.get_param("filename", header="content-disposition")
    if isinstance(filename, str):
        return field, Upload(filename, headers, content)
    return field, content.decode("utf-8", "replace")
