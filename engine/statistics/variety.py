"""Variety: how unlike each other conversations are, in the words of the human and in what was called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from interplay.engine.statistics.distinct import DISTINCT, Distinct, hashed
from interplay.engine.statistics.spread import share

GRAMS = (1, 2, 3)
"""Lengths of the runs of words that are counted."""

_MASK = 2**64 - 1
_WORD = re.compile(r"\w+(?:['\N{RIGHT SINGLE QUOTATION MARK}-]\w+)*")


class Grams(msgspec.Struct, frozen=True):
    """Runs of so many words."""

    distinct: int
    all: int
    ratio: float
    """distinct / all, 0.0 to 1.0: "distinct-n". Source: Li et al. 2016, arXiv:1510.03055."""


class Variety:
    """Counts words, runs of words, and sequences of tools.

    Args:
        distinct: how many distinct things of each sort are counted exactly.
    """

    def __init__(self, distinct: int = DISTINCT) -> None:
        self._sequences = Distinct(distinct)
        self._grams = {length: Distinct(distinct) for length in GRAMS}
        self._all: Counter[int] = Counter()

    def add(self, tools: Iterable[str], texts: Iterable[str]) -> None:
        """Count one conversation.

        Args:
            tools: that were called, in order.
            texts: that the human said.
        """
        self._sequences.add(hashed("\n".join(tools)))
        for text in texts:
            self._add_words(text)

    @property
    def sequences(self) -> int:
        """Distinct sequences of tools."""
        return self._sequences.count

    @property
    def estimated(self) -> bool:
        """Whether some count of distinct things is an estimate."""
        return not all(each.exact for each in (self._sequences, *self._grams.values()))

    def grams(self) -> dict[str, Grams]:
        """Runs of words, by length."""
        return {str(length): self._counted(length) for length in GRAMS}

    def _counted(self, length: int) -> Grams:
        distinct, total = self._grams[length].count, self._all[length]
        return Grams(distinct, total, share(distinct, total))

    def _add_words(self, text: str) -> None:
        said = [_word(word) for word in words(text)]
        for length, grams in self._grams.items():
            self._all[length] += max(0, len(said) - length + 1)
            for run in zip(*(said[at:] for at in range(length)), strict=False):
                grams.add(hash(run) & _MASK)  # hashes of tuples of numbers are the same in every process


def words(text: str) -> list[str]:
    """A text's words without regard to case; letters, digits and what joins them inside a word."""
    return _WORD.findall(text.casefold())


_word = lru_cache(maxsize=1 << 16)(hashed)
