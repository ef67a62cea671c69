"""Seen: which conversations had a row already, one bit each."""

from __future__ import annotations

from collections.abc import Iterator

from interplay.engine.export.returning.checking import RUN, Checked, Finding
from interplay.engine.export.returning.reading import Unlike
from interplay.engine.patch import Change


class Seen:
    """Remembers conversations by run, trial and part; of each a bit a unit, whatever their order."""

    def __init__(self) -> None:
        self._bits: dict[tuple[str, int, str], bytearray] = {}

    def twice(self, checked: Checked) -> Iterator[Finding]:
        """What is wrong where a row's conversation had one before.

        Args:
            checked: a row; one whose conversation the run does not hold is not remembered.
        """
        name = checked.name
        if name is None or not checked.outcome:
            return
        bits = self._bits.setdefault((name.run, name.trial, name.part), bytearray())
        byte, bit = divmod(name.unit, 8)
        bits.extend(bytes(max(0, byte + 1 - len(bits))))
        if bits[byte] >> bit & 1:
            yield Finding(Unlike("the row", None, (Change((), f"{checked.id} once more", "one row of each"),)), RUN)
        bits[byte] |= 1 << bit
