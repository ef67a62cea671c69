"""Material: rows as they are handed to a writer, and whom a task is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from interplay.engine.forge.assignment import Row
from interplay.engine.seeds import Seed

K = TypeVar("K", bound=str)


def row_with(table: str, key: str, row: msgspec.Struct, note: str) -> Row:
    """A row that a task may be about.

    Args:
        table: where it stands.
        key: its key there.
        row: what it holds.
        note: what makes it useful: a status, a balance, how much is in stock.
    """
    return Row(table=table, key=key, document=msgspec.to_builtins(row, str_keys=True), note=note)


def somebody(keys: Sequence[K], things: Callable[[K], int], seed: Seed) -> K:
    """One of three persons, the one with the most things: whoever has more has more to ask for.

    Args:
        keys: everybody's.
        things: how many somebody has.
        seed: decides.
    """
    return max((seed.child("person", at).pick(keys) for at in range(3)), key=things)
