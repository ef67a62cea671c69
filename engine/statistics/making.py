"""Making: what Phase 1 of a run came to.

How many tasks became blueprints, at the first attempt and with what was wrong told back to the writer; at
what attempts fell; how hard the blueprints are; and how far the reviewers can be relied on.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from interplay.engine.forge.agreement import Agreement
from interplay.engine.forge.committee import THRESHOLD
from interplay.engine.forge.difficulty import DIMENSIONS
from interplay.engine.forge.probing import FLOOR, Standing, Standings
from interplay.engine.forge.record import BlueprintRecord, Yield, YieldCounter
from interplay.engine.forge.review import CRITERIA
from interplay.engine.statistics.passing import Estimate, share_estimate
from interplay.engine.statistics.spread import Spread, descending, spread

OVERALL = "overall"
"""Stands among the criteria for all of them together."""


class Agreed(msgspec.Struct, frozen=True):
    """How far reviewers agree on one criterion."""

    kappa: float | None
    """Fleiss' kappa; None where there was nothing to agree about beyond chance."""
    observed: float
    """Share of pairs of votes that agree."""


class Reviewing(msgspec.Struct, frozen=True):
    """How reliable the committee was."""

    agreement: dict[str, Agreed]
    """By criterion, and "overall"; empty where no blueprint had two votes."""
    reviewers: tuple[Standing, ...]
    """By name; the good ones that they are measured on are the accepted blueprints."""
    floor: float
    """The least share of spoilt blueprints that a reviewer has to catch."""
    unreliable: tuple[str, ...]
    """Reviewers that caught less."""


class Making(msgspec.Struct, frozen=True):
    """What Phase 1 came to."""

    units: int
    """Units of which there is a record."""
    blueprints: int
    """Of those, units that have a blueprint."""
    counts: Yield
    feedback: bool
    """Whether a writer was told what was wrong with its last attempt; else every attempt began anew."""
    first_attempt: Estimate
    """Share of tasks that were accepted at the first attempt: the yield without feedback."""
    any_attempt: Estimate
    """Share of tasks that were accepted at any: the yield with feedback, where there was some."""
    attempts: dict[str, int]
    """Accepted tasks by the attempt that was accepted, from "1"."""
    traits: dict[str, int]
    """Blueprints by what makes them hard."""
    goals: dict[str, int]
    """Goals by kind."""
    difficulty: dict[str, Spread]
    """By dimension; empty where no blueprint has one."""
    reviewing: Reviewing | None
    """None where nobody reviewed."""


class MakingCounter:
    """Counts what Phase 1 made, as it comes.

    Args:
        feedback: whether a writer was told what was wrong with its last attempt.
        threshold: the least average with which the committee accepted.
    """

    def __init__(self, *, feedback: bool = True, threshold: float = THRESHOLD) -> None:
        self._feedback = feedback
        self._yield = YieldCounter()
        self._agreement, self._standings = Agreement(), Standings(threshold=threshold)
        self._attempts: Counter[int] = Counter()
        self._traits: Counter[str] = Counter()
        self._goals: Counter[str] = Counter()
        self._difficulty: dict[str, Counter[int]] = {dimension: Counter() for dimension in DIMENSIONS}
        self._units = self._blueprints = 0

    def add(self, record: BlueprintRecord) -> None:
        """Count one unit."""
        self._units += 1
        self._yield.add(record)
        for each in record.rejected:
            self._agreement.add(each.reviews)
        if record.blueprint is None:
            return
        self._blueprints += 1
        if not (record.parents or record.given):
            self._attempts[record.attempt + 1] += 1
        self._traits.update(set(record.blueprint.traits))
        self._goals.update(goal.kind for goal in record.blueprint.goals)
        self._agreement.add(record.reviews)
        self._standings.add(record.reviews)
        if record.probe is not None:
            self._standings.add_probe(record.probe)
        if record.difficulty is not None:
            for dimension, counts in self._difficulty.items():
                counts[getattr(record.difficulty, dimension)] += 1

    def value(self) -> Making:
        """What was counted so far."""
        counts = self._yield.value()
        hard = {dimension: spread(counted) for dimension, counted in self._difficulty.items() if counted}
        return Making(
            units=self._units,
            blueprints=self._blueprints,
            counts=counts,
            feedback=self._feedback,
            first_attempt=share_estimate(counts.first, counts.tasks),
            any_attempt=share_estimate(counts.accepted, counts.tasks),
            attempts={str(attempt): count for attempt, count in sorted(self._attempts.items())},
            traits=descending(self._traits),
            goals=descending(self._goals),
            difficulty=hard,
            reviewing=self._reviewing(),
        )

    def _reviewing(self) -> Reviewing | None:
        reviewers = self._standings.value()
        agreement = self._agreed()
        if not reviewers and not agreement:
            return None
        return Reviewing(agreement, reviewers, FLOOR, self._standings.unreliable())

    def _agreed(self) -> dict[str, Agreed]:
        found: dict[str, Agreed] = {}
        for criterion in (None, *CRITERIA):
            observed = self._agreement.observed(criterion)
            if observed is not None:
                kappa = self._agreement.value(criterion)
                found[criterion or OVERALL] = Agreed(None if kappa is None else round(kappa, 4), round(observed, 4))
        return found
