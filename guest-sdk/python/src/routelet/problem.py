"""Errors as answers (RFC 9457). Decides what a client may read of an error, and nothing about when there is one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any


class Problem(Exception):
    """Ends a handler with an answer of content type `application/problem+json`.

    >>> Problem(404, "no user has that id").to_json()
    '{"title": "Not Found", "status": 404, "detail": "no user has that id"}'

    Further members and header fields are added by name:

    >>> Problem(402, "the account is overdrawn", balance=-3).to_json()
    '{"title": "Payment Required", "status": 402, "detail": "the account is overdrawn", "balance": -3}'
    """

    def __init__(
        self,
        status: int,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        if not 400 <= status <= 599:
            raise ValueError(f"a problem has a status from 400 to 599, not {status}")
        super().__init__(detail or _reason(status))
        self.status = status
        self.headers = dict(headers or {})
        self.members: dict[str, Any] = {"title": _reason(status), "status": status}
        if detail is not None:
            self.members["detail"] = detail
        self.members.update(members)

    def to_json(self) -> str:
        """What the client reads."""
        return json.dumps(self.members, ensure_ascii=False)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
