"""Probing: whether a reviewer can tell a bad blueprint from a good one.

Now and then an accepted blueprint is spoilt on purpose, in a way that no check can see, and shown to the
committee. Who says yes to everything is found out so, and who says no to everything by what they said of the
good ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import Validated, validate
from interplay.engine.forge.committee import THRESHOLD, YES, count, score
from interplay.engine.forge.flaws import HIDDEN, Flaw
from interplay.engine.forge.review import CRITERIA, Review
from interplay.engine.seeds import Seed

SHARE = 0.05
"""Share of accepted blueprints that are probed with."""
FLOOR = 0.5
"""The least share of spoilt blueprints that a reviewer has to say no to."""
TOGETHER = "the committee"
"""Stands for all reviewers, as they decide together."""
ENOUGH = 10
"""Spoilt blueprints that a reviewer has to have judged before it is called unreliable."""


class Probe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What reviewers said of a blueprint that was spoilt on purpose."""

    flaw: str
    """Name of the flaw."""
    reviews: tuple[Review, ...]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How reliable one reviewer was."""

    reviewer: str
    shown: int
    """Spoilt blueprints that it judged."""
    caught: int
    """Of those, the ones that it said no to."""
    good: int
    """Accepted blueprints that it judged."""
    passed: int
    """Of those, the ones that it said yes to in everything."""
    abstained: int
    """Blueprints of either kind on which it had no opinion."""
    unreliable: bool
    """Whether it caught too few of enough."""


class Spoilt(NamedTuple):
    """A blueprint that is wrong and passes every check."""

    flaw: Flaw
    validated: Validated


def due(seed: Seed, share: float = SHARE) -> bool:
    """Whether an accepted blueprint is to be probed with.

    Args:
        seed: the blueprint's.
        share: how many of all, 0.0 to 1.0.
    """
    return seed.child("probe", "due").chance(share)


def spoil(domain: Domain[Any], base: Base[Any], blueprint: Blueprint, seed: Seed) -> Spoilt | None:
    """A version of a blueprint that is wrong and that every check passes.

    Args:
        domain: its world.
        base: the data it was written for.
        blueprint: a good one.
        seed: decides how.
    Returns:
        None where no flaw fits.
    """
    flaws = list(HIDDEN)
    seed.child("probe", "order").random().shuffle(flaws)
    for flaw in flaws:
        spoilt = flaw.spoil(domain, base, blueprint, seed.child("probe", flaw.name))
        if spoilt is not None:
            try:
                return Spoilt(flaw, validate(domain, base, spoilt))
            except BlueprintError:
                continue
    return None


class Standings:
    """Adds up, for each reviewer, what it said of the good and of the spoilt.

    Args:
        floor: the least share of spoilt blueprints to catch.
        enough: how many it has to have judged before that is asked.
        threshold: the least average with which the committee accepts.
    """

    def __init__(self, floor: float = FLOOR, enough: int = ENOUGH, threshold: float = THRESHOLD) -> None:
        self._floor, self._enough, self._threshold = floor, enough, threshold
        self._counts: dict[str, list[int]] = {}

    def add(self, reviews: Sequence[Review]) -> None:
        """Count what was said of an accepted blueprint.

        Args:
            reviews: everybody's.
        """
        for review in reviews:
            counts = self._of(review.reviewer)
            counts[4] += review.abstains
            counts[2] += not review.abstains
            counts[3] += not review.abstains and not objects(review)
        if len(reviews) > 1:
            counts = self._of(TOGETHER)
            counts[2] += 1
            counts[3] += 1

    def add_probe(self, probe: Probe) -> None:
        """Count what was said of a spoilt one.

        Args:
            probe: the flaw and the reviews.
        """
        for review in probe.reviews:
            counts = self._of(review.reviewer)
            counts[4] += review.abstains
            counts[0] += not review.abstains
            counts[1] += not review.abstains and objects(review)
        if len(probe.reviews) > 1:
            counts = self._of(TOGETHER)
            counts[0] += 1
            counts[1] += not count(probe.reviews, self._threshold).accepted

    def value(self) -> tuple[Standing, ...]:
        """Every reviewer's standing, by name."""
        return tuple(self._standing(name, counts) for name, counts in sorted(self._counts.items()))

    def unreliable(self) -> tuple[str, ...]:
        """Names of reviewers that caught too few of enough."""
        return tuple(standing.reviewer for standing in self.value() if standing.unreliable)

    def _of(self, reviewer: str) -> list[int]:
        return self._counts.setdefault(reviewer, [0, 0, 0, 0, 0])

    def _standing(self, name: str, counts: Sequence[int]) -> Standing:
        shown, caught, good, passed, abstained = counts
        unreliable = shown >= self._enough and caught < self._floor * shown
        return Standing(
            reviewer=name,
            shown=shown,
            caught=caught,
            good=good,
            passed=passed,
            abstained=abstained,
            unreliable=unreliable,
        )


def objects(review: Review) -> bool:
    """Whether a review says no to anything."""
    return any(score(review, criterion) < YES for criterion in CRITERIA)
