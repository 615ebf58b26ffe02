"""What the host offers, as componentize-py spells it. Outside a component nothing of it is there.

Read as attributes of this module: a test puts its own in their place.
"""

from __future__ import annotations

from typing import Any

context: Any
monotonic_clock: Any
outgoing_handler: Any
poll: Any
streams: Any
types: Any
Ok: Any
Err: Any

try:
    from componentize_py_types import Err, Ok  # type: ignore[import-not-found,no-redef]
    from wit_world.imports import (  # type: ignore[import-not-found,no-redef]
        context,
        monotonic_clock,
        outgoing_handler,
        poll,
        streams,
        types,
    )
except ImportError:

    class Err(Exception):  # type: ignore[no-redef]
        """Nothing is ever raised as this where there is no host."""
