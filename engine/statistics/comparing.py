"""Comparing: whether two numbers differ by more than chance.

A difference is the second less the first, with its 95 % interval and the chance of one so large were there
none. Both come from one calculation: that chance is how sure an interval has to be to just reach zero.
Blueprints are what is sampled, so a blueprint with several trials is one observation, their average. Where
both sides played the same blueprints, each is set against itself.

Of twenty equal things one differs "significantly" by chance alone; `holm` makes that one in twenty for all
of them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import comb, erfc, inf, sqrt
from typing import Literal, TypeAlias

import msgspec

from interplay.engine.statistics.passing import ROUNDING, Z, interval

FEW = 10
"""With fewer observations on a side nothing is said of a difference."""
WIDE = 0.3
"""An interval of a difference of shares that reaches zero and is wider than this tells nothing either way."""
SURE = 0.05
"""The chance that is taken of calling anything real that is not."""
_EXACT = 2000
"""Pairs that differ, up to which the exact test is worked out."""

Word: TypeAlias = Literal["real", "noise", "few"]
"""A difference that chance does not explain; one that it does; or too few observations to tell."""
Bounds: TypeAlias = Callable[[float], tuple[float, float]]
"""The interval for a quantile of the normal distribution."""


class Difference(msgspec.Struct, frozen=True):
    """The second less the first."""

    value: float
    low: float
    high: float
    """Ends of the 95 % interval."""
    p: float
    """The chance of a difference at least so large were there none."""

    def __neg__(self) -> Difference:
        """The first less the second."""
        return Difference(-self.value, -self.high, -self.low, self.p)


class Moments(msgspec.Struct):
    """What the mean of numbers is worth, added up as they come."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    """Sum of squared distances from the mean."""

    def add(self, number: float) -> None:
        """See one. Source: Welford 1962."""
        self.count += 1
        step = number - self.mean
        self.mean += step / self.count
        self.squares += step * (number - self.mean)

    @property
    def error(self) -> float:
        """Variance of the mean; 0.0 of fewer than two."""
        return self.squares / (self.count - 1) / self.count if self.count > 1 else 0.0

    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the mean, by Student's distribution."""
        half = _student(Z, max(1, self.count - 1)) * sqrt(self.error)
        return self.mean - half, self.mean + half


def share_difference(first: Counter[float], second: Counter[float]) -> Difference:
    """Two means of values from 0.0 to 1.0, one a blueprint, of different blueprints.

    The interval is worked out from the distances of each side's own interval from its mean, which for
    plain shares is Newcombe's hybrid score interval.

    Args:
        first: how often each value occurs; at least one.
        second: the same of the second.

    Source: Newcombe 1998, Statistics in Medicine 17, 873-890, method 10; for any means Zou and Donner 2008,
    Statistics in Medicine 27, 1693-1702.
    """
    return _shares(first, second, 0.0)


def paired_share_difference(pairs: Mapping[tuple[float, float], int]) -> Difference:
    """Two means of values from 0.0 to 1.0, of the same blueprints.

    As `share_difference`, with how far the two sides go together. Of values that are all 0 or 1, p is
    McNemar's, exact: of the blueprints on which the sides differ, as many would fall to each by chance.

    Args:
        pairs: how often each pair of values of one blueprint occurs; at least one.

    Source: Newcombe 1998, Statistics in Medicine 17, 2635-2650, method 8; McNemar 1947, Psychometrika 12.
    """
    first, second = _sides(pairs)
    found = _shares(first, second, _correlation(pairs))
    if set(first) | set(second) <= {0.0, 1.0}:
        lost, won = pairs.get((1.0, 0.0), 0), pairs.get((0.0, 1.0), 0)
        if lost + won <= _EXACT:
            return msgspec.structs.replace(found, p=_mcnemar(lost, won))
    return found


def mean_difference(first: Moments, second: Moments) -> Difference:
    """Two means of numbers of any size, of different blueprints.

    Args:
        first: at least two numbers.
        second: at least two numbers.

    Source: Welch 1947, Biometrika 34.
    """
    error = first.error + second.error
    parts = [each.error**2 / max(1, each.count - 1) for each in (first, second)]
    freedom = error**2 / sum(parts) if sum(parts) else inf
    return _by_student(second.mean - first.mean, error, freedom)


def paired_mean_difference(differences: Moments) -> Difference:
    """Two means of numbers of any size, of the same blueprints.

    Args:
        differences: each blueprint's, the second less the first; at least two.

    Source: Student 1908, Biometrika 6.
    """
    return _by_student(differences.mean, differences.error, differences.count - 1)


def holm(chances: Sequence[float]) -> list[float]:
    """The same chances, each as large as it has to be for all of them to be looked at together.

    Args:
        chances: from 0.0 to 1.0.

    Source: Holm 1979, Scandinavian Journal of Statistics 6.
    """
    adjusted, least = [0.0] * len(chances), 0.0
    for rank, at in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        least = max(least, min(1.0, chances[at] * (len(chances) - rank)))
        adjusted[at] = least
    return adjusted


def word(difference: Difference, adjusted: float, observations: int, wide: float = WIDE) -> Word:
    """What is to be said of a difference.

    Args:
        difference: as it was found.
        adjusted: its chance, as `holm` has it.
        observations: on the smaller side.
        wide: an interval that is wider than this and reaches zero tells nothing.
    """
    if observations < FEW:
        return "few"
    if adjusted < SURE and (difference.low > 0 or difference.high < 0):
        return "real"
    undecided = difference.low <= 0 <= difference.high and difference.high - difference.low > wide
    return "few" if undecided else "noise"


# --- intervals


def _shares(first: Counter[float], second: Counter[float], correlation: float) -> Difference:
    one, two = _mean(first), _mean(second)

    def bounds(z: float) -> tuple[float, float]:
        (low_one, high_one), (low_two, high_two) = interval(first, z), interval(second, z)
        down = _joined(two - low_two, high_one - one, correlation)
        up = _joined(high_two - two, one - low_one, correlation)
        return max(-1.0, two - one - down), min(1.0, two - one + up)

    return _found(two - one, bounds)


def _by_student(value: float, error: float, freedom: float) -> Difference:
    def bounds(z: float) -> tuple[float, float]:
        half = _student(z, freedom) * sqrt(error)
        return value - half, value + half

    return _found(value, bounds)


def _found(value: float, bounds: Bounds) -> Difference:
    """A difference with its interval, and the chance at which the interval would just reach zero."""
    low, high = bounds(Z)
    if abs(value) < ROUNDING:
        return Difference(0.0, low, high, 1.0)
    near, far = 0.0, 40.0
    for _ in range(60):
        middle = (near + far) / 2
        reaches = bounds(middle)[0] <= 0 if value > 0 else bounds(middle)[1] >= 0
        near, far = (near, middle) if reaches else (middle, far)
    return Difference(value, low, high, erfc(far / sqrt(2)))


def _joined(here: float, there: float, correlation: float) -> float:
    """The distance of a bound from the difference, of the distances of both sides' bounds."""
    return sqrt(max(0.0, here**2 - 2 * correlation * here * there + there**2))


def _student(z: float, freedom: float) -> float:
    """The quantile of Student's distribution that leaves out as much as z does of the normal one.

    Source: Cornish and Fisher, as in Abramowitz and Stegun 26.7.5; to 0.001 from 9 degrees of freedom on.
    """
    if z > 9 or freedom == inf:
        return z  # beyond any chance that is told apart
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


# --- sums


def _mean(values: Counter[float]) -> float:
    return sum(value * count for value, count in sorted(values.items())) / values.total()


def _sides(pairs: Mapping[tuple[float, float], int]) -> tuple[Counter[float], Counter[float]]:
    first: Counter[float] = Counter()
    second: Counter[float] = Counter()
    for (one, two), count in pairs.items():
        first[one] += count
        second[two] += count
    return first, second


def _correlation(pairs: Mapping[tuple[float, float], int]) -> float:
    """Pearson's; 0.0 where a side has a single value. Never 1: two equal samples are not the same thing."""
    first, second = _sides(pairs)
    one, two = _mean(first), _mean(second)
    ordered = sorted(pairs.items())
    product = sum(count * (a - one) * (b - two) for (a, b), count in ordered)
    squares = [
        sum(count * (v - m) ** 2 for v, count in sorted(each.items())) for each, m in ((first, one), (second, two))
    ]
    scale = sqrt(squares[0] * squares[1])
    return product / scale if scale > ROUNDING else 0.0


def _mcnemar(lost: int, won: int) -> float:
    differing = lost + won
    tail = sum(comb(differing, count) for count in range(min(lost, won) + 1))
    return float(min(1.0, 2 * tail / 2**differing))
