"""Telling: whether a value that has to be told can be had from what the tools return.

What a reference looked up is only part of what an agent may look up, so a value counts as returned when
it stands in a result of the reference, or anywhere in the data, or counts something there.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec

from interplay.engine.database import Base
from interplay.engine.forge.checks import counts, scalars
from interplay.engine.importing.rehearsal import Rehearsal
from interplay.engine.messages import ToolResult
from interplay.engine.telling import told

WORDS = 5
"""A value of so many words is a sentence."""


class Tellings:
    """What a world's data can tell.

    Args:
        base: the data; walked when first asked.
    """

    def __init__(self, base: Base[Any]) -> None:
        self._base = base

    def is_sentence(self, value: str) -> bool:
        """Whether a value is a whole sentence, which the data does not hold."""
        return len(value.split()) >= WORDS and _spelled(value) not in self._held

    def told(self, value: str, rehearsal: Rehearsal) -> bool:
        """Whether a result of the reference, or the data, holds or counts this value."""
        results = [m.document for m in rehearsal.messages if isinstance(m, ToolResult) and m.refusal is None]
        if any(told(value, text) for result in results for text in scalars(result)):
            return True
        return _spelled(value) in self._held or value in {str(n) for result in results for n in counts(result)}

    @cached_property
    def _held(self) -> set[str]:
        """Every scalar of the data, and how many things are in each collection."""
        found: set[str] = set()
        for table in self._base.tables.values():
            for row in table.rows.values():
                document = msgspec.to_builtins(row, str_keys=True)
                found.update(map(_spelled, scalars(document)))
                found.update(map(str, counts(document)))
        return found


def _spelled(value: str) -> str:
    """A value as it is compared: numbers without what only sets them off."""
    text = value.strip().lstrip("$").replace(",", "").casefold()
    try:
        return repr(float(text)) if text[:1].isdigit() else text
    except ValueError:
        return text
