"""Distinct: how many different things there were, in bounded memory."""

from __future__ import annotations

from hashlib import blake2b
from heapq import heappush, heappushpop

DISTINCT = 200_000
"""So many distinct things are counted one by one; the standard error beyond is 1/sqrt(DISTINCT), 0.22 %."""


class Distinct:
    """Counts distinct things in bounded memory: it keeps the smallest of their hashes.

    Args:
        limit: how many are kept; while there are no more, the count is exact.

    Source: Bar-Yossef et al. 2002, "Counting distinct elements in a data stream".
    """

    def __init__(self, limit: int = DISTINCT) -> None:
        self._limit = limit
        self._kept: set[int] = set()
        self._largest: list[int] = []  # a heap of the kept, negated

    def add(self, number: int) -> None:
        """See one.

        Args:
            number: its hash, evenly spread over 0 to 2**64 - 1; equal things have equal ones.
        """
        if number in self._kept:
            return
        if len(self._kept) < self._limit:
            self._kept.add(number)
            heappush(self._largest, -number)
        elif number < -self._largest[0]:
            self._kept.add(number)
            self._kept.discard(-heappushpop(self._largest, -number))

    @property
    def exact(self) -> bool:
        """Whether all that were seen are kept."""
        return len(self._kept) < self._limit

    @property
    def count(self) -> int:
        """How many were seen; an estimate where it is not exact."""
        if self.exact:
            return len(self._kept)
        return round((self._limit - 1) * 2.0**64 / -self._largest[0])


def hashed(text: str) -> int:
    """A text's hash for `Distinct`."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
