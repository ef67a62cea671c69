"""Gathering: a run, read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from interplay.engine.report.picking import Picker, Shown
from interplay.engine.run import Run
from interplay.engine.statistics import Report, Statistics, asked_of, bill_of
from interplay.engine.statistics.contrast import Side
from interplay.engine.statistics.observing import Observations
from interplay.engine.units import Unit, is_open, units

Watched = Callable[[Iterable[Unit]], Iterable[Unit]]
"""Shows how far the reading has come."""


class Gathered(NamedTuple):
    """What a page says of one run."""

    run: Run
    name: str
    """What the run is called on the page; another name than the other run's."""
    key: str
    """Stands before the ids of what is shown of it."""
    report: Report
    observations: Observations
    shown: tuple[Shown, ...]
    examples: dict[str, tuple[int, int]]
    """By what was wrong, unit and trial of the first conversation that had it."""
    open: bool
    """Whether the run is being written, or was cut short."""

    @property
    def side(self) -> Side:
        """To be compared."""
        return Side(self.report, self.observations)


def gather(
    run: Run, name: str, *, key: str = "a-", sample: int, compared: bool = False, watched: Watched = iter
) -> Gathered:
    """Read a run.

    Args:
        run: which; it may be being written.
        name: what it is called on the page.
        key: stands before the ids of what is shown of it.
        sample: conversations that are shown, at most.
        compared: whether a line of each blueprint is kept, for another run.
        watched: shows how far the reading has come.

    Raises:
        RunError: a file cannot be read, or a line is damaged.
    """
    asked, still = asked_of(run.config), is_open(run)
    statistics = Statistics(run.config.units, asked=asked)
    observations = Observations(asked) if compared else Observations(asked, kept=0)
    picker = Picker(run.config.seed, sample)
    for unit in watched(units(run)):
        statistics.add(unit)
        observations.add(unit)
        picker.add(unit)
    report = statistics.report(bill_of(run))
    return Gathered(run, name, key, report, observations, picker.picked(), picker.examples, still)
