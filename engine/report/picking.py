"""Picking: which conversations are shown, the same ones for the same run.

Each conversation has a number that its run's seed and its own place decide; of each sort the lowest number is
shown. So the choice looks like chance, and depends neither on when a run is read nor on what else is in it.
"""

from __future__ import annotations

from collections import Counter
from heapq import heappush, heappushpop
from typing import NamedTuple

from interplay.engine.statistics.distinct import hashed
from interplay.engine.trajectory import Faulted, Scored, Trajectory
from interplay.engine.units import Unit

SORTS = 64
"""Sorts of faults of which one conversation is held; there are rarely more."""


class Shown(NamedTuple):
    """A conversation that is shown, and what of."""

    unit: Unit
    trajectory: Trajectory
    why: str
    """What was wrong with it: "policy:ID", "failed: agent"; "verified"."""


class Picker:
    """Picks while a run is read.

    Args:
        seed: of the run.
        most: conversations at most.
    """

    def __init__(self, seed: int, most: int) -> None:
        self._seed, self._most = seed, most
        self._good: list[tuple[int, int, int, Shown]] = []
        """A heap, the highest number first."""
        self._bad: dict[str, tuple[int, Shown]] = {}
        self._often: Counter[str] = Counter()
        self.examples: dict[str, tuple[int, int]] = {}
        """By what was wrong, unit and trial of the first conversation that had it."""

    def add(self, unit: Unit) -> None:
        """See one unit."""
        for trajectory in unit.played:
            if trajectory.ending is None:
                continue
            number = hashed(f"{self._seed} {unit.number} {trajectory.trial}")
            if trajectory.accepted:
                self._add_good(number, Shown(unit, trajectory, "verified"))
            for why in wrong(trajectory):
                self._add_bad(number, Shown(unit, trajectory, why))

    def picked(self) -> tuple[Shown, ...]:
        """One of each of the most frequent faults, for at most half of the page, and verified ones."""
        good = [shown for *_, shown in sorted(self._good, key=lambda each: each[1])]
        wanted = max(self._most // 2, self._most - len(good))
        bad: list[Shown] = []
        ordered = sorted(self._bad.items(), key=lambda item: (-self._often[item[0]], item[0]))
        for _, (_, shown) in ordered:
            known = any((shown.unit.number, shown.trajectory.trial) == (s.unit.number, s.trajectory.trial) for s in bad)
            if len(bad) < wanted and not known:
                bad.append(shown)
        return (*good[: self._most - len(bad)], *bad)

    def _add_good(self, number: int, shown: Shown) -> None:
        entry = (-number, number, shown.trajectory.trial, shown)
        if len(self._good) < self._most:
            heappush(self._good, entry)
        elif self._good and number < self._good[0][1]:
            heappushpop(self._good, entry)

    def _add_bad(self, number: int, shown: Shown) -> None:
        self._often[shown.why] += 1
        self.examples.setdefault(shown.why, (shown.unit.number, shown.trajectory.trial))
        held = self._bad.get(shown.why)
        if (held is None and len(self._bad) < SORTS) or (held is not None and number < held[0]):
            self._bad[shown.why] = (number, shown)


def wrong(trajectory: Trajectory) -> list[str]:
    """What was wrong with a conversation that took place, each once; nothing of a verified one."""
    match trajectory.outcome:
        case Scored(verdict=verdict):
            return list(dict.fromkeys(verdict.faults))
        case Faulted(fault=fault):
            return [f"failed: {fault}"]
        case _:
            return []
