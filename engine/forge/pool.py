"""Pool: what a run has made so far, as a unit may know it.

Accepted blueprints are examples, may be joined, and must not come again; what fell teaches which tool
sequences work. Records are entered in unit order, and a view shows those below a unit's horizon.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from interplay.engine.blueprint import Blueprint
from interplay.engine.domain import Domain
from interplay.engine.forge.duplicates import Duplicates
from interplay.engine.forge.recombination import People
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.forge.sequences import Sequences
from interplay.engine.seeds import Seed

KEPT = 8192
"""Examples that are kept at least, the latest: more than what is drawn from and two rounds of units."""
DRAWN = 2048
"""Examples are drawn from so many, the latest that a unit may know."""


class Pool:
    """What a run has made so far.

    Args:
        domain: the run's world.
    """

    def __init__(self, domain: Domain[Any]) -> None:
        self.duplicates = Duplicates(domain.tools)
        self.people = People()
        self.sequences = Sequences()
        self._units: list[int] = []
        self._examples: list[Blueprint] = []

    def enter(self, record: BlueprintRecord) -> None:
        """Take up what was made of the next unit."""
        for each in record.rejected:
            if each.candidate is not None and each.check != "format":  # what falls there was not executed
                self.sequences.add(record.unit, [a.tool for a in each.candidate.actions], each.check != "execution")
        if record.blueprint is None:
            return
        self.sequences.add(record.unit, [action.tool for action in record.blueprint.actions], True)
        self.duplicates.add(record.unit, record.blueprint)
        self.people.add(record.unit, record.blueprint)
        self._units.append(record.unit)
        self._examples.append(record.blueprint)
        if len(self._units) >= 2 * KEPT:
            del self._units[:KEPT], self._examples[:KEPT]

    def view(self, limit: int) -> View:
        """What units from this number on may not know is left out."""
        return View(self, limit)

    def examples(self, limit: int, seed: Seed, count: int) -> tuple[Blueprint, ...]:
        """Some accepted blueprints below a limit, none twice; fewer where there are fewer."""
        end = bisect_left(self._units, limit)
        start = max(0, end - DRAWN)
        places = seed.random().sample(range(start, end), min(count, end - start))
        return tuple(self._examples[place] for place in places)


class View:
    """The pool, as one unit may know it.

    Args:
        pool: of the run.
        limit: the unit knows units below this one.
    """

    def __init__(self, pool: Pool, limit: int) -> None:
        self._pool = pool
        self.limit = limit

    def examples(self, seed: Seed, count: int) -> Sequence[Blueprint]:
        """Some accepted blueprints."""
        return self._pool.examples(self.limit, seed, count)

    def check_new(self, blueprint: Blueprint) -> None:
        """The blueprint is none that was there before.

        Raises:
            BlueprintError: "duplicate".
        """
        self._pool.duplicates.check(blueprint, self.limit)

    def parts(self, seed: Seed) -> tuple[Blueprint, ...]:
        """Blueprints of one person that may be joined; none where there are no such."""
        return self._pool.people.pick(self.limit, seed)

    def sequence(self, seed: Seed) -> tuple[str, ...]:
        """Tools in an order that should work and is not covered yet; none where nothing was learned."""
        return self._pool.sequences.propose(self.limit, seed)
