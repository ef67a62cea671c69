"""Units: a run's two logs read side by side.

Both logs stand in unit order, so joining them holds one record of each in memory, however long the run.
A unit that is not done has one record or none; what that means is the reader's to say, with `is_open`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from interplay.engine.errors import RunError, UsageError
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.run import Run
from interplay.engine.run.writing import JOURNAL
from interplay.engine.trajectory import Trajectory, Trials


class Numbered(Protocol):
    """A record of one unit."""

    @property
    def unit(self) -> int:
        """Its number."""
        ...


L = TypeVar("L", bound=Numbered)
M = TypeVar("M", bound=Numbered)

NAMED = 5
"""So many ids are named where a prefix fits several."""


class Unit(NamedTuple):
    """What a run holds of one unit."""

    number: int
    record: BlueprintRecord | None
    trials: Trials | None

    @property
    def played(self) -> tuple[Trajectory, ...]:
        """Its conversations in order; none where there is no record of any."""
        return self.trials.trials if self.trials is not None else ()

    @property
    def trajectory(self) -> Trajectory | None:
        """The conversation that speaks for the unit: the first that was verified, else the last."""
        return self.trials.best if self.trials is not None and self.trials.trials else None


def is_open(run: Run) -> bool:
    """Whether the run is being written, or was cut short with records still waiting for their turn.

    In such a run any unit may lack a record, or have one of two; in another, the units that lack
    anything are the last ones.
    """
    return (run.path / JOURNAL).exists()


def units(run: Run) -> Iterator[Unit]:
    """Every unit of which there is a record, in order.

    Raises:
        RunError: a file cannot be read, a line is damaged, or a record stands out of order.
    """
    records = ascending(run, "blueprints", run.blueprints(BlueprintRecord))
    conversations = ascending(run, "trajectories", run.trajectories(Trials))
    return (Unit(*found) for found in abreast(records, conversations))


def abreast(records: Iterator[L], conversations: Iterator[M]) -> Iterator[tuple[int, L | None, M | None]]:
    """Two logs in unit order, side by side: each unit of which either has a record, and what each has of it."""
    record, trials = next(records, None), next(conversations, None)
    while record is not None or trials is not None:
        number = min(each.unit for each in (record, trials) if each is not None)
        mine = record if record is not None and record.unit == number else None
        yours = trials if trials is not None and trials.unit == number else None
        yield number, mine, yours
        if mine is not None:
            record = next(records, None)
        if yours is not None:
            trials = next(conversations, None)


def find_unit(run: Run, name: str) -> Unit:
    """The unit of this name.

    Args:
        run: where to look.
        name: the unit's number, its blueprint's id, or the first characters of the id that no other
            has; the world's name before an id may be left out.

    Raises:
        RunError: a file cannot be read, or a line is damaged.
        UsageError: there is none, or several; says what there is.
    """
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 12 else _number_of(run, name)
    record, trials = run.blueprints(BlueprintRecord).find(number), run.trajectories(Trials).find(number)
    if record is None and trials is None:
        if number < run.config.units:
            raise UsageError(f"unit {number} of {run.path} is not done yet; `interplay resume {run.path}` does it")
        raise UsageError(f"{run.path} has no unit {number}; its units are 0 to {run.config.units - 1}")
    return Unit(number, record, trials)


class _Named(msgspec.Struct):
    unit: int
    blueprint: str


def _number_of(run: Run, name: str) -> int:
    """The unit whose conversations name a blueprint of this id, or of the only id that begins so."""
    beginnings = (name, f"{run.config.domain}-{name}")
    found: dict[str, int] = {}
    for each in run.trajectories(_Named):
        if each.blueprint in beginnings:
            return each.unit
        if each.blueprint.startswith(beginnings) and len(found) <= NAMED:
            found[each.blueprint] = each.unit
    if len(found) == 1:
        return next(iter(found.values()))
    if not found:
        raise UsageError(
            f"no conversation in {run.path} has a blueprint whose id is or begins with {name!r}; "
            f"`interplay show {run.path}` lists them"
        )
    some = ", ".join(list(found)[:NAMED]) + (", ..." if len(found) > NAMED else "")
    raise UsageError(f"several blueprints have an id that begins with {name!r}: {some}")


def ascending(run: Run, log: str, records: Iterable[L]) -> Iterator[L]:
    """The same records, whose units have to ascend within the run's.

    Raises:
        RunError: one does not; says where.
    """
    last = -1
    for record in records:
        if not last < record.unit < run.config.units:
            raise RunError(
                f"{run.path}, {log}: unit {record.unit} stands after unit {last} in a run of {run.config.units} units"
                if last >= 0
                else f"{run.path}, {log}: there is a unit {record.unit} in a run of {run.config.units} units"
            )
        last = record.unit
        yield record
