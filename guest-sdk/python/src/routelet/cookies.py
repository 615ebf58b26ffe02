"""Cookies as text (RFC 6265). Knows no request and no response."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Literal
from urllib.parse import quote, unquote

from .fields import Values

SameSite = Literal["strict", "lax", "none"]

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# What RFC 6265, section 4.1.1, allows in a value, without `%`: values are percent-decoded when read.
_VALUE_SAFE = "!#$&'()*+-./:<=>?@[]^_`{|}~"
_ATTRIBUTE = re.compile(r"[ -:<-~]*")


def parse(header: str) -> Values[str]:
    """The cookies of a `Cookie` field.

    >>> parse("seen=42; name=a%20b")["name"]
    'a b'
    """
    pairs = []
    for piece in header.split(";"):
        name, equals, value = piece.strip().partition("=")
        if equals:
            value = value.strip()
            if len(value) >= 2 and value[0] == value[-1] == '"':
                value = value[1:-1]
            pairs.append((name.strip(), unquote(value)))
    return Values(pairs)


def render(
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
) -> str:
    """The value of a `Set-Cookie` field.

    >>> render("seen", "a b", max_age=60, http_only=True)
    'seen=a%20b; Path=/; Max-Age=60; HttpOnly'
    """
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"cookie {name!r}: the name is not a token: letters, digits and !#$%&'*+-.^_`|~")
    if same_site == "none" and not secure:
        raise ValueError(f"cookie {name!r}: same_site='none' needs secure=True")
    text = f"{name}={quote(value, safe=_VALUE_SAFE)}"
    for word, attribute in (("Path", path), ("Domain", domain)):
        if attribute is not None:
            if not _ATTRIBUTE.fullmatch(attribute):
                raise ValueError(f"cookie {name!r}: {word} is {attribute!r}; expected ASCII without `;`")
            text += f"; {word}={attribute}"
    if max_age is not None:
        text += f"; Max-Age={int(max_age)}"
    if expires is not None:
        text += f"; Expires={format_datetime(expires.astimezone(timezone.utc), usegmt=True)}"
    text += "; Secure" if secure else ""
    text += "; HttpOnly" if http_only else ""
    if same_site is not None:
        text += f"; SameSite={same_site.capitalize()}"
    return text
