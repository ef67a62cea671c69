"""Horizon: how much of its own run a unit may know.

Units are made concurrently, and what one draws from the run so far (examples, duplicates, sequences that
work, blueprints to join) must not depend on who happened to be quicker. So each unit knows exactly the
units below its horizon, and waits until they are made. Where nothing in Phase 1 waits for a model, a unit
knows all before it. With models, units come in rounds, and a unit knows all rounds but its own and the one
before it: while the last of a round are still being written, the next is under way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Generic, TypeVar

from anyio import Event

R = TypeVar("R")

FIRST_ROUND = 32
"""Units in the first round; each next has twice as many."""
LARGEST_ROUND = 2048


def before_all(unit: int) -> int:
    """The horizon of a unit that knows every unit before it."""
    return unit


def before_rounds(unit: int) -> int:
    """The horizon of a unit that knows all rounds but its own and the one before."""
    starts = _starts(unit)
    at = bisect_right(starts, unit) - 1
    return starts[max(at - 1, 0)]


def _starts(unit: int) -> list[int]:
    """Where rounds start, up to the one that holds a unit; only the last two of many equal ones."""
    starts, size = [0], FIRST_ROUND
    while starts[-1] + size <= unit and size < LARGEST_ROUND:
        starts.append(starts[-1] + size)
        size *= 2
    whole = (unit - starts[-1]) // size
    return [*starts, *(starts[-1] + size * at for at in range(max(1, whole - 1), whole + 1))]


class Horizon(Generic[R]):
    """Lets units wait for those that they may know, and hands these over in unit order.

    Args:
        of: the horizon of a unit: it knows all units below it.
        known: called with each unit's record, in unit order.
    """

    def __init__(self, of: Callable[[int], int], known: Callable[[R], None]) -> None:
        self.of = of
        self._known = known
        self._early: dict[int, R] = {}
        self._below = 0
        self._waiting: dict[int, Event] = {}

    async def reach(self, unit: int) -> int:
        """Wait until every unit below this one's horizon was entered; returns the horizon."""
        horizon = self.of(unit)
        if self._below < horizon:
            await self._waiting.setdefault(horizon, Event()).wait()
        return horizon

    def enter(self, unit: int, record: R) -> None:
        """A unit was made, or will never be."""
        self._early[unit] = record
        while self._below in self._early:
            self._known(self._early.pop(self._below))
            self._below += 1
        for horizon in [each for each in self._waiting if each <= self._below]:
            self._waiting.pop(horizon).set()
