"""Progress: what a run has done so far, as values for whoever shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import msgspec


class Progress(msgspec.Struct, frozen=True):
    """A moment of a run."""

    total: int
    """Units in the run."""
    before: int
    """Units that an earlier session of the run had done."""
    done: int
    """Units that this session has done."""
    in_flight: int
    kinds: dict[str, int]
    """What became of the units of this session: verified, rejected, failed:ROLE, unresolved."""
    seconds: float
    """Wall time of this session."""

    @property
    def rate(self) -> float:
        """Units a second in this session."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimated from the rate; None while there is none."""
        left = self.total - self.before - self.done
        return left / self.rate if self.rate > 0 else None


class Tracker:
    """Counts what happens, and gives the moment when asked.

    Args:
        total: units in the run.
        before: units that were done already.
        clock: seconds, monotonic.
    """

    def __init__(self, total: int, before: int, clock: Callable[[], float]) -> None:
        self._total, self._before, self._clock = total, before, clock
        self._began = clock()
        self._started = 0
        self._kinds: Counter[str] = Counter()

    def begin(self) -> None:
        """A unit was admitted."""
        self._started += 1

    def end(self, kind: str) -> None:
        """A unit was done."""
        self._kinds[kind] += 1

    def now(self) -> Progress:
        """The moment."""
        done = self._kinds.total()
        return Progress(
            self._total, self._before, done, self._started - done, dict(self._kinds), self._clock() - self._began
        )
