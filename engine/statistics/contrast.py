"""Contrast: two runs set side by side, measure by measure, and which differences are noise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import comb
from typing import Literal, NamedTuple

import msgspec

from interplay.engine.statistics.comparing import (
    FEW,
    Difference,
    Moments,
    Word,
    holm,
    mean_difference,
    paired_mean_difference,
    paired_share_difference,
    share_difference,
    word,
)
from interplay.engine.statistics.observing import Observations, Seen
from interplay.engine.statistics.passing import Estimate, interval
from interplay.engine.statistics.report import Report

FAULTS = 8
"""Kinds of faults that are compared: the most frequent ones of both runs."""
LONG = 0.5
"""An interval of a difference of means that is wider than this part of the larger mean tells nothing."""


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One number of two runs."""

    name: str
    kind: Literal["share", "number"]
    """"share": from 0.0 to 1.0, to be shown in percent."""
    first: Estimate | None
    """None where the run does not say it."""
    second: Estimate | None
    observations: tuple[int, int]
    """What each rests on: blueprints, or tasks."""
    paired: bool = False
    """Whether both rest on the same blueprints."""
    difference: Difference | None = None
    """None where a side does not say it."""
    adjusted: float = 1.0
    """The difference's chance, for all measures together."""
    word: Word = "few"


class Contrast(msgspec.Struct, frozen=True, kw_only=True):
    """Two runs side by side."""

    measures: tuple[Measure, ...]
    shared: int
    """Blueprints that both played."""
    paired: bool
    """Whether they are compared one by one."""
    compared: int
    """Differences that were looked at together."""

    @property
    def real(self) -> tuple[Measure, ...]:
        """Measures whose difference chance does not explain."""
        return tuple(each for each in self.measures if each.word == "real")


class Side(NamedTuple):
    """What was counted of one run."""

    report: Report
    observations: Observations


def contrast(first: Side, second: Side) -> Contrast:
    """Set two runs side by side.

    They are compared blueprint by blueprint where both played the same, at least half of the smaller one's.
    """
    pairs = first.observations.shared(second.observations)
    enough = max(FEW, min(each.observations.scored for each in (first, second)) / 2)
    paired = len(pairs) >= enough
    one, two = first.observations, second.observations
    measures = [
        *_successes(one, two, pairs if paired else None),
        *_lengths(one, two, pairs if paired else None),
        *_faults(one, two),
        *_yields(first.report, second.report),
    ]
    compared = [each for each in measures if each.difference is not None]
    adjusted = dict(
        zip(map(id, compared), holm([each.difference.p for each in compared if each.difference]), strict=True)
    )
    return Contrast(
        measures=tuple(_judged(each, adjusted.get(id(each), 1.0)) for each in measures),
        shared=len(pairs),
        paired=paired,
        compared=len(compared),
    )


def _judged(measure: Measure, adjusted: float) -> Measure:
    if measure.difference is None or measure.first is None or measure.second is None:
        return measure
    few = min(measure.observations)
    size = max(abs(measure.first.value), abs(measure.second.value))
    wide = {"wide": LONG * size} if measure.kind == "number" else {}
    said = word(measure.difference, adjusted, few, **wide)
    return msgspec.structs.replace(measure, adjusted=adjusted, word=said)


def _successes(one: Observations, two: Observations, pairs: Sequence[tuple[Seen, Seen]] | None) -> Iterator[Measure]:
    """pass^k for each k that both can tell, and whether any attempt was verified."""
    trials = [max((of for of, _ in each.trials), default=0) for each in (one, two)]
    most = min(trials) if one.fixed and two.fixed else 1
    for k in range(1, most + 1):
        name = f"pass^{k}" if max(trials) > 1 else "verified"

        def chance(seen: Seen, k: int = k) -> float | None:
            return comb(seen.verified, k) / comb(seen.trials, k) if seen.trials >= k else None

        whole = [_chances(each, k) for each in (one, two)]
        yield _share(name, (whole[0], whole[1]), _paired(pairs, chance))
    if not (one.fixed or two.fixed) and max(one.most, two.most) > 1:
        yield _share("verified at any attempt", (one.any, two.any), _paired(pairs, lambda seen: seen.any))


def _chances(each: Observations, k: int) -> Counter[float]:
    found: Counter[float] = Counter()
    for (trials, verified), count in each.trials.items():
        if trials >= k:
            found[comb(verified, k) / comb(trials, k)] += count
    return found


def _paired(
    pairs: Sequence[tuple[Seen, Seen]] | None, value: Callable[[Seen], float | None]
) -> Counter[tuple[float, float]] | None:
    if pairs is None:
        return None
    found: Counter[tuple[float, float]] = Counter()
    for first, second in pairs:
        one, two = value(first), value(second)
        if one is not None and two is not None:
            found[float(one), float(two)] += 1
    return found or None


def _share(
    name: str, sides: tuple[Counter[float], Counter[float]], pairs: Counter[tuple[float, float]] | None = None
) -> Measure:
    """A measure of values from 0.0 to 1.0; of the pairs alone where there are some."""
    one, two = sides
    difference = None
    if pairs is not None:
        one, two = (Counter[float](), Counter[float]())
        for (left, right), count in pairs.items():
            one[left] += count
            two[right] += count
        difference = paired_share_difference(pairs)
    elif one and two:
        difference = share_difference(one, two)
    return Measure(
        name=name,
        kind="share",
        first=_estimated(one),
        second=_estimated(two),
        observations=(one.total(), two.total()),
        paired=pairs is not None,
        difference=difference,
    )


def _estimated(values: Counter[float]) -> Estimate | None:
    if not values:
        return None
    mean = sum(value * count for value, count in sorted(values.items())) / values.total()
    return Estimate(mean, *interval(values))


def _lengths(one: Observations, two: Observations, pairs: Sequence[tuple[Seen, Seen]] | None) -> Iterator[Measure]:
    yield _number("turns of the human", (one.turns, two.turns), pairs, lambda seen: seen.turns)
    yield _number("tool calls", (one.calls, two.calls), pairs, lambda seen: seen.calls)


def _number(
    name: str,
    sides: tuple[Moments, Moments],
    pairs: Sequence[tuple[Seen, Seen]] | None,
    value: Callable[[Seen], float | None],
) -> Measure:
    one, two = sides
    difference, found = None, _paired(pairs, value)
    if found is not None:
        one, two, apart = Moments(), Moments(), Moments()
        for (left, right), count in sorted(found.items()):
            for _ in range(count):
                one.add(left)
                two.add(right)
                apart.add(right - left)
        difference = paired_mean_difference(apart) if apart.count > 1 else None
    elif min(one.count, two.count) > 1:
        difference = mean_difference(one, two)
    return Measure(
        name=name,
        kind="number",
        first=Estimate(one.mean, *one.interval()) if one.count else None,
        second=Estimate(two.mean, *two.interval()) if two.count else None,
        observations=(one.count, two.count),
        paired=found is not None,
        difference=difference,
    )


def _faults(one: Observations, two: Observations) -> Iterator[Measure]:
    """How often each thing was wrong, of scored conversations, as of different blueprints: which says less."""
    often: Counter[str] = Counter()
    for each in (one, two):
        for fault, counts in each.faults.items():
            often[fault] += counts.total()
    ordered = sorted(often, key=lambda fault: (-often[fault], fault))
    for fault in ordered[:FAULTS]:
        yield _share(f"fault {fault}", (_with_none(one, fault), _with_none(two, fault)))


def _with_none(each: Observations, fault: str) -> Counter[float]:
    found = Counter(each.faults.get(fault, {}))
    if each.scored > found.total():
        found[0.0] = each.scored - found.total()
    return found


def _yields(one: Report, two: Report) -> Iterator[Measure]:
    """Tasks that became blueprints."""
    made = one.making.counts, two.making.counts
    if not (made[0].tasks and made[1].tasks):
        return
    for name, part in (("blueprint at the first attempt", "first"), ("blueprint at any attempt", "accepted")):
        sides = [Counter({1.0: getattr(each, part), 0.0: each.tasks - getattr(each, part)}) for each in made]
        yield _share(name, (+sides[0], +sides[1]))
