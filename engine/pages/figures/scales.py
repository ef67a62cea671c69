"""Scales: where a number stands on paper, which numbers are written beside it, and how."""

from __future__ import annotations

from collections import Counter
from math import floor, log10
from typing import NamedTuple

STEPS = (1, 2, 5)
"""A step between ticks is one of these times a power of ten."""
BINS = 30
"""Columns of a histogram at most, one for what lies beyond not counted."""
TAIL = 0.01
"""At most this share of what was counted may be put together as lying beyond."""
_SHORT = ((10**12, 10**12, "T"), (10**9, 10**9, "G"), (10**6, 10**6, "M"), (10**4, 10**3, "k"))
"""From which number on, by what, and which letter stands for it."""
_NOTHING = 1e-9


def step(least: float) -> float:
    """The smallest step of the series 1, 2, 5, 10, 20 ... (and downwards) that is no smaller than this.

    Args:
        least: above 0.
    """
    power = floor(log10(least))
    for exponent in (power, power + 1):
        for first in STEPS:
            found = first * 10.0**exponent
            if found >= least * (1 - 1e-9):
                return found
    return 10.0 ** (power + 1)


def ticks(top: float, most: int = 5, *, whole: bool = True) -> list[float]:
    """Round numbers from 0 to the first that reaches the top.

    Args:
        top: the largest number that is drawn, 0 or more.
        most: intervals at most.
        whole: whether fractions make no sense.
    """
    if top < _NOTHING:
        return [0.0, 1.0]
    by = step(max(top / most, 1.0) if whole else top / most)
    found = [0.0]
    while found[-1] < top * (1 - 1e-9):
        found.append(len(found) * by)
    return found


def number(value: float) -> str:
    """A number as it stands at a tick, in few characters: "7", "2,500", "12k", "1.5M"."""
    for least, size, letter in _SHORT:
        if value >= least:
            return f"{value / size:.3g}{letter}" if value < 1000 * size else f"{value:.2g}"
    return f"{value:,.10g}"


def percent(share: float, digits: int = 1) -> str:
    """A share from 0.0 to 1.0: "33.3 %"."""
    return f"{100 * share:.{digits}f} %"


class Bin(NamedTuple):
    """A column of a histogram."""

    first: int
    last: int
    """The largest number in it."""
    beyond: bool = False
    """Whether it holds everything from its first number on."""

    @property
    def name(self) -> str:
        """Its numbers: "7", "10 to 19", "200 and more"."""
        if self.beyond:
            return f"{self.first:,} and more"
        return f"{self.first:,}" if self.first == self.last else f"{self.first:,} to {self.last:,}"


def bins(counts: Counter[int]) -> list[Bin]:
    """Columns that hold all the numbers, of equal and round width, none left out between them.

    A few numbers far from the others would squeeze those into one column: up to `TAIL` of all stand
    together in a last one where that makes the others narrower.

    Args:
        counts: how often each number occurs; at least one number.
    """
    low, high = min(counts), max(counts)
    body = _body(counts)
    width = _width(low, high)
    if width > 1 and _width(low, body) < width:
        width = _width(low, body)
        starts = range(low // width * width, body + 1, width)
        found = [Bin(start, start + width - 1) for start in starts]
        return [*found, Bin(found[-1].last + 1, high, beyond=True)]
    return [Bin(start, start + width - 1) for start in range(low // width * width, high + 1, width)]


def median(counts: Counter[int]) -> float:
    """The middle number.

    Args:
        counts: how often each number occurs; at least one number.
    """
    total, seen = counts.total(), 0
    middle: list[int] = []
    for each, often in sorted(counts.items()):
        seen += often
        while len(middle) < 2 and seen >= ((total + 1) // 2, total // 2 + 1)[len(middle)]:
            middle.append(each)
    return sum(middle) / 2


def _width(low: int, high: int) -> int:
    return max(1, round(step((high - low + 1) / BINS)))


def _body(counts: Counter[int]) -> int:
    """The number that all but the tail do not exceed."""
    left = counts.total() * TAIL
    for each in sorted(counts, reverse=True):
        left -= counts[each]
        if left < 0:
            return each
    return min(counts)
