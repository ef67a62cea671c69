"""Requirements: what has to hold before a tool goes on; each says no where it does not."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from interplay.engine.database import Table
from interplay.engine.errors import Refusal

K = TypeVar("K", bound=str)
R = TypeVar("R", bound=msgspec.Struct)


def needed(table: Table[K, R], key: K, what: str, hint: str) -> R:
    """The row of this key.

    Args:
        table: where it is looked for.
        key: as the agent gave it.
        what: what a row is called: "order"; the refusal's code is "order_unknown".
        hint: a whole sentence on what a key looks like, or where to find one.
    Raises:
        Refusal: there is no such row.
    """
    row = table.get(key)
    if row is None:
        raise Refusal(f"There is no {what} {shown(key)}. {hint}", code=f"{what.replace(' ', '_')}_unknown")
    return row


def shown(value: str) -> str:
    """A value as a refusal repeats it, cut where it is long."""
    return repr(value if len(value) <= 80 else value[:80] + "...")
