"""Record: what Phase 1 made of one unit, as a run keeps it.

The blueprint that was accepted with its reviews, and every candidate that was not, with the reasons.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from interplay.engine.blueprint import Blueprint, Candidate
from interplay.engine.forge.assignment import Finding
from interplay.engine.forge.difficulty import Difficulty
from interplay.engine.forge.probing import Probe
from interplay.engine.forge.review import Review


class Rejected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One attempt that came to nothing."""

    task: int
    """Which task of the unit, from 0: what was sampled, and everything attempted with it."""
    attempt: int
    """Which attempt at the task, from 0."""
    findings: tuple[Finding, ...]
    """Why; the first says where it fell."""
    candidate: Candidate | None = None
    """What was proposed; None where nothing was."""
    reviews: tuple[Review, ...] = ()
    parents: tuple[str, ...] = ()
    """Ids of the blueprints that it was joined from; such a one is no attempt at a task."""
    sampled: tuple[str, ...] = ()
    """Tools that were sampled for it, by a walk on the graph or by what the run had learned."""

    @property
    def check(self) -> str:
        """Name of the check or criterion that it fell at."""
        return self.findings[0].check


class BlueprintRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a run's blueprints: the blueprint, or why there is none."""

    unit: int
    blueprint: Blueprint | None = None
    task: int = 0
    """Which task it came of; with `attempt`, how long it took."""
    attempt: int = 0
    parents: tuple[str, ...] = ()
    """Ids of the blueprints that it was joined from."""
    given: bool = False
    """Whether it was made elsewhere and is only played here, so that it is no task of this run."""
    sampled: tuple[str, ...] = ()
    """Tools that were sampled for it."""
    difficulty: Difficulty | None = None
    reviews: tuple[Review, ...] = ()
    probe: Probe | None = None
    """What the reviewers said of a version of it that was made wrong on purpose."""
    rejected: tuple[Rejected, ...] = ()
    failure: str = ""
    provider: bool = False
    """Whether the failure was a provider's."""

    @property
    def fallen(self) -> dict[str, int]:
        """Candidates that fell, by the check that they fell at."""
        return dict(Counter(each.check for each in self.rejected))


class Yield(msgspec.Struct, frozen=True, kw_only=True):
    """How many tasks became blueprints."""

    tasks: int
    first: int
    """Of those, accepted at the first attempt: the yield without feedback."""
    accepted: int
    """Accepted at any attempt: with it."""
    joined: int
    """Blueprints that were joined from others, which count as no task."""
    fallen: dict[str, int]
    """Attempts that fell, by "stage:check", most frequent first."""


class YieldCounter:
    """Adds up units as they come."""

    def __init__(self) -> None:
        self._tasks = self._first = self._accepted = self._joined = 0
        self._fallen: Counter[str] = Counter()

    def add(self, record: BlueprintRecord) -> None:
        """Count one unit's tasks; what was made elsewhere is none."""
        if record.given:
            return
        tried = {each.task for each in record.rejected if not each.parents}
        if record.parents:
            self._joined += 1
        elif record.blueprint is not None:
            tried.add(record.task)
            self._accepted += 1
            self._first += record.attempt == 0
        self._tasks += len(tried)
        self._fallen.update(f"{each.findings[0].stage}:{each.check}" for each in record.rejected)

    def value(self) -> Yield:
        """The counts so far."""
        fallen = dict(sorted(self._fallen.items(), key=lambda item: (-item[1], item[0])))
        return Yield(tasks=self._tasks, first=self._first, accepted=self._accepted, joined=self._joined, fallen=fallen)
