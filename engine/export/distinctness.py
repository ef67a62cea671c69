"""Distinctness: which conversations an export has already.

Of each one a digest of eight bytes is kept, and nothing else. Two different conversations of the same digest count as
one, and the later is left out, always the same one: among ten million the chance that this happens at all is one in
300,000.
"""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import Literal, TypeAlias

import msgspec

from interplay.engine.export.records import call_text
from interplay.engine.export.samples import Sample

Unique: TypeAlias = Literal["conversation", "calls", "blueprint", "none"]
LEAST = 1024


class Seen:
    """Numbers that were seen, at most 32 bytes each: a table with open addressing."""

    def __init__(self) -> None:
        self._places = array("Q", bytes(8 * LEAST))  # 0: free
        self._count = 0

    def add(self, number: int) -> bool:
        """See a number.

        Args:
            number: 0 to 2**64 - 1, evenly spread.

        Returns:
            Whether it was not seen before.
        """
        number = number or 1
        at = self._place(number)
        if self._places[at]:
            return False
        self._places[at] = number
        self._count += 1
        if 2 * self._count > len(self._places):
            self._grow()
        return True

    def _place(self, number: int) -> int:
        """Where a number stands, or would."""
        last = len(self._places) - 1
        at = number & last
        while (there := self._places[at]) and there != number:
            at = (at + 1) & last
        return at

    def _grow(self) -> None:
        numbers = [number for number in self._places if number]
        self._places = array("Q", bytes(16 * len(self._places)))
        for number in numbers:
            self._places[self._place(number)] = number


class Distinctness:
    """Lets through what is there for the first time.

    Args:
        unique: what must not be there twice: what the agent saw and did, its calls with their arguments, or its
            blueprint; "none": anything may.
        thoughts: whether what the agent thought stands in the rows.
    """

    def __init__(self, unique: Unique = "conversation", *, thoughts: bool = False) -> None:
        self.unique = unique
        self._thoughts = thoughts
        self._seen = Seen()

    def is_new(self, sample: Sample) -> bool:
        """Whether the like of a conversation was not there before."""
        match self.unique:
            case "none":
                return True
            case "conversation":
                parts = self._conversation(sample)
            case "calls":
                said = (each for each in sample.seen if each.type == "tool_call" and each.by == "agent")
                parts = [call_text(each).encode() for each in said]
            case "blueprint":
                parts = [sample.blueprint.encode()]
        parts.append(sample.domain.encode())
        return self._seen.add(int.from_bytes(blake2b(b"\0".join(parts), digest_size=8).digest(), "little"))

    def _conversation(self, sample: Sample) -> list[bytes | msgspec.Raw]:
        """Whatever stands in a row, but for the policy, where it comes from, and the calls' ids."""
        parts: list[bytes | msgspec.Raw] = []
        thoughts = self._thoughts
        for said in sample.seen:
            kind = said.type
            if kind == "human":
                parts += (b"h", said.text)
            elif kind == "agent":
                parts += (b"a", said.text)
            elif said.by != "agent":
                continue
            elif kind == "tool_call":
                parts += (b"c", said.tool, said.arguments)
            else:
                parts += (b"r", said.content)
            if thoughts:
                parts.append(said.thought)
        if sample.offered is not None:
            parts.append(" ".join(sample.tools.names).encode())
        return parts
