"""Progress: what a run has done so far, as values for whoever shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from interplay.engine.forge.record import BlueprintRecord, Yield, YieldCounter
from interplay.engine.models.bill import Bill


class Progress(msgspec.Struct, frozen=True):
    """A moment of a run."""

    total: int
    """Units in the run."""
    before: int
    """Units that an earlier session of the run had done."""
    done: int
    """Units that this session has done."""
    in_flight: int
    good: int
    """Of those, units that came to what was wanted."""
    kinds: dict[str, int]
    """What became of the conversations of this session: verified, rejected, failed:WHOSE, unresolved."""
    seconds: float
    """Wall time of this session."""
    bill: Bill | None = None
    """What its models cost so far; None where there are none."""
    made: Yield | None = None
    """What became of the tasks of this session; None before the first."""

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
        bill: what the models cost so far.
    """

    def __init__(
        self, total: int, before: int, clock: Callable[[], float], bill: Callable[[], Bill] | None = None
    ) -> None:
        self._total, self._before, self._clock, self._bill = total, before, clock, bill
        self._began = clock()
        self._started = self._done = self._good = 0
        self._kinds: Counter[str] = Counter()
        self._made = YieldCounter()

    def begin(self) -> None:
        """A unit was admitted."""
        self._started += 1

    def make(self, record: BlueprintRecord) -> None:
        """A unit's blueprint was made, or given up."""
        self._made.add(record)

    def end(self, kinds: Iterable[str], *, good: bool) -> None:
        """A unit was done.

        Args:
            kinds: what became of each of its conversations.
            good: whether it came to what was wanted.
        """
        self._done += 1
        self._good += good
        self._kinds.update(kinds)

    def now(self) -> Progress:
        """The moment."""
        return Progress(
            self._total,
            self._before,
            self._done,
            self._started - self._done,
            self._good,
            dict(self._kinds),
            self._clock() - self._began,
            self._bill() if self._bill else None,
            self._made.value() if self._started else None,
        )
