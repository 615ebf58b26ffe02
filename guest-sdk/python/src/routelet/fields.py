"""Names with values: header fields, queries, forms, cookies. Parses nothing but itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

V = TypeVar("V")


class Values(Mapping[str, V]):
    """Pairs in their order, in which a name may stand several times.

    >>> query = Values([("tag", "a"), ("tag", "b")])
    >>> query["tag"], query.get_all("tag"), query.get("page", "1")
    ('a', ['a', 'b'], '1')
    """

    def __init__(self, pairs: Iterable[tuple[str, V]] = ()) -> None:
        self._pairs = [(self._key(name), value) for name, value in pairs]

    @staticmethod
    def _key(name: str) -> str:
        return name

    def __getitem__(self, name: str) -> V:
        """The first value of that name."""
        key = self._key(name)
        for found, value in self._pairs:
            if found == key:
                return value
        raise KeyError(name)

    def get_all(self, name: str) -> list[V]:
        """Every value of that name, from left to right."""
        key = self._key(name)
        return [value for found, value in self._pairs if found == key]

    def pairs(self) -> list[tuple[str, V]]:
        """Every name with every value, in their order."""
        return list(self._pairs)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self._pairs))

    def __len__(self) -> int:
        return len(dict.fromkeys(name for name, _ in self._pairs))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._pairs!r})"


class Headers(Values[str]):
    """Header fields; case does not matter in their names.

    >>> headers = Headers({"Accept": "text/html"})
    >>> headers.append("accept", "text/plain")
    >>> headers["ACCEPT"], headers.get_all("accept")
    ('text/html, text/plain', ['text/html', 'text/plain'])
    """

    def __init__(self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(fields.items() if isinstance(fields, Mapping) else fields)

    @staticmethod
    def _key(name: str) -> str:
        return name.lower()

    def __getitem__(self, name: str) -> str:
        """All values of that name, joined as RFC 9110, section 5.3, allows."""
        values = self.get_all(name)
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def __setitem__(self, name: str, value: str) -> None:
        """Puts a value in the place of all that were there."""
        del self[name]
        self.append(name, value)

    def __delitem__(self, name: str) -> None:
        """Removes every value of that name; there may be none."""
        key = self._key(name)
        self._pairs = [pair for pair in self._pairs if pair[0] != key]

    def append(self, name: str, value: str) -> None:
        """Adds a value to those that are there."""
        self._pairs.append((self._key(name), value))

    def setdefault(self, name: str, value: str) -> None:
        """Adds a value where there is none."""
        if name not in self:
            self.append(name, value)
