"""Sequences: which orders of tools work, learned from the run itself.

Every candidate that was executed teaches something: its tool names as n-grams, under those that worked or
those that did not. What is proposed next should work, by the log-odds of its pairs, and is unlike what there
is already, by its triples that no working sequence had yet.

Every n-gram keeps the units that it was seen in, so that a question sees only units below its limit.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from math import log
from random import Random

from interplay.engine.seeds import Seed

ENOUGH = 24
"""Sequences that worked before anything is proposed."""
LONGEST = 12
"""Tools in a proposed sequence at most."""
DRAWN = 6
"""Sequences that are drawn for one proposal, of which the newest that should work is taken."""
SMOOTHING = 0.5
"""Added to each count, so that what was seen once says little."""

_BEGIN, _END = "^", "$"

Gram = tuple[str, ...]


class _Seen:
    """The units that each n-gram was seen in, in order, so that its count as of a unit is a search."""

    def __init__(self) -> None:
        self._units: dict[Gram, list[int]] = {}

    def add(self, gram: Gram, unit: int) -> None:
        insort(self._units.setdefault(gram, []), unit)

    def count(self, gram: Gram, limit: int) -> int:
        units = self._units.get(gram)
        return bisect_left(units, limit) if units else 0


class Sequences:
    """Tool sequences that worked, and those that did not."""

    def __init__(self) -> None:
        self._valid, self._invalid = _Seen(), _Seen()
        self._next: dict[str, dict[str, list[int]]] = {}
        """What followed each tool where it worked, with the units."""

    def add(self, unit: int, tools: Sequence[str], valid: bool) -> None:
        """Learn from one candidate that was executed; units may come in any order.

        Args:
            unit: that it was written for.
            tools: names of its actions' tools, in order.
            valid: whether they ran.
        """
        names = _plain(tools)
        seen = self._valid if valid else self._invalid
        for gram in ((), *_grams(names, 2), *_grams(names, 3)):
            seen.add(gram, unit)
        if valid:
            for before, after in _grams(names, 2):
                insort(self._next.setdefault(before, {}).setdefault(after, []), unit)

    def odds(self, tools: Sequence[str], limit: int) -> float:
        """How likely a sequence is to work: the log-odds of its weakest pair; 0 says nothing either way.

        Args:
            tools: names, in order.
            limit: units from this number on are not seen.
        """
        return min(self._odds(pair, limit) for pair in _grams(_plain(tools), 2))

    def novelty(self, tools: Sequence[str], limit: int) -> float:
        """Share of a sequence's triples that no working sequence had, 0 to 1."""
        triples = list(_grams(_plain(tools), 3))
        return sum(not self._valid.count(triple, limit) for triple in triples) / len(triples) if triples else 0.0

    def propose(self, limit: int, seed: Seed) -> tuple[str, ...]:
        """A sequence that should work and is covered least by those that did.

        Args:
            limit: units from this number on are not seen.
            seed: decides.
        Returns:
            Names of tools; none where too little was learned, or nothing drawn is likely to work.
        """
        if self._valid.count((), limit) < ENOUGH:
            return ()
        rng = seed.random()
        least = min(0.0, self._odds((), limit))  # where most fail, what all have in common fails, too
        drawn = [names for _ in range(DRAWN) if (names := self._draw(limit, rng)) and self.odds(names, limit) >= least]
        return max(drawn, key=lambda names: self.novelty(names, limit), default=())

    def _draw(self, limit: int, rng: Random) -> tuple[str, ...]:
        """A walk along pairs that worked, each as often as it did."""
        names: list[str] = []
        last = _BEGIN
        while len(names) < LONGEST:
            following = self._next.get(last, {})
            ways = [(name, count) for name, units in following.items() if (count := bisect_left(units, limit))]
            if not ways:
                break
            ways.sort()  # in an order of its own, for units may have come in any
            (last,) = rng.choices([name for name, _ in ways], [count for _, count in ways])
            if last == _END:
                break
            names.append(last)
        return tuple(names)

    def _odds(self, pair: Gram, limit: int) -> float:
        valid, invalid = self._valid.count(pair, limit), self._invalid.count(pair, limit)
        return log((valid + SMOOTHING) / (invalid + SMOOTHING))


def _plain(tools: Sequence[str]) -> tuple[str, ...]:
    """A sequence without immediate repetitions: three orders looked up are one step."""
    return tuple(name for at, name in enumerate(tools) if not at or tools[at - 1] != name)


def _grams(names: Sequence[str], size: int) -> Iterator[Gram]:
    framed = (_BEGIN, *names, _END)
    return (framed[at : at + size] for at in range(len(framed) - size + 1))
