"""Spread: how numbers are spread, and counts and shares as a report has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec


class Spread(msgspec.Struct, frozen=True):
    """How numbers are spread; all of it 0 where there are none."""

    mean: float = 0.0
    median: float = 0.0
    p95: int = 0
    """The smallest number that at least 95 % of them do not exceed."""
    min: int = 0
    max: int = 0


def spread(counts: Counter[int]) -> Spread:
    """How numbers are spread.

    Args:
        counts: how often each occurs.
    """
    total = counts.total()
    if not total:
        return Spread()
    ordered = sorted(counts.items())
    middle = (_ranked(ordered, (total + 1) // 2) + _ranked(ordered, total // 2 + 1)) / 2
    mean = sum(number * count for number, count in ordered) / total
    return Spread(round(mean, 4), middle, _ranked(ordered, -(-total * 95 // 100)), ordered[0][0], ordered[-1][0])


def descending(counts: Counter[str]) -> dict[str, int]:
    """Counts, the largest first, equal ones by name."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def share(part: int, whole: int) -> float:
    """A part of a whole, to four places; 0.0 of nothing."""
    return round(part / whole, 4) if whole else 0.0


def _ranked(ordered: Iterable[tuple[int, int]], rank: int) -> int:
    """The number at a rank, from 1, among numbers given with their counts."""
    number = 0
    for number, count in ordered:  # noqa: B007  (the last one looked at is the answer)
        rank -= count
        if rank <= 0:
            break
    return number
