"""`interplay show`: a run's conversations, listed or read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from interplay.engine.run import Run
    from interplay.engine.trajectory import Trajectory
    from interplay.engine.units import Unit


@click.command(epilog="Example: interplay show runs/first --only rejected; interplay show runs/first 17")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("name", metavar="[ID]", required=False)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="Conversations to list.")
@click.option("--offset", default=0, show_default=True, type=click.IntRange(min=0), help="Pass over so many first.")
@click.option(
    "--only",
    type=click.Choice(["verified", "rejected", "failed", "unresolved"]),
    help="List those of which this became.",
)
@click.option(
    "--trial", type=click.IntRange(min=0), help="Of several conversations, read this one.  [default: the best]"
)
@click.option("--drafts", is_flag=True, help="Print what the human might have said, turn by turn.")
@click.option("--full", is_flag=True, help="Print long results and values whole, and all that was rejected.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a conversation, each on a line.")
def show(
    directory: Path,
    name: str | None,
    limit: int,
    offset: int,
    only: str | None,
    trial: int | None,
    drafts: bool,
    full: bool,
    as_json: bool,
) -> None:
    """List the conversations of the run in DIR, or read one.

    ID is a unit's number, its blueprint's id, or the id's first characters. Reading one shows how its
    blueprint came about, what was said and done, what that changed against what was expected, and every
    part of the verdict. Of several conversations of one blueprint, the best is the first that was verified, else
    the last.
    """
    from interplay.engine.cli.listing import print_list
    from interplay.engine.errors import UsageError
    from interplay.engine.run import Run

    run = Run.open(directory)
    if name is not None:
        _one(run, name, trial, drafts=drafts, full=full, as_json=as_json)
        return
    if trial is not None:
        raise UsageError(f"--trial needs the ID of a unit: `interplay show {directory} 17 --trial {trial}`")
    print_list(run, limit=limit, offset=offset, only=only, as_json=as_json)


def _one(run: Run, name: str, trial: int | None, *, drafts: bool, full: bool, as_json: bool) -> None:
    from interplay.engine.cli.page import Page
    from interplay.engine.cli.printing import console, print_json
    from interplay.engine.cli.reading import Reading
    from interplay.engine.inspection import inspect, world_of
    from interplay.engine.units import find_unit

    unit = find_unit(run, name)
    trajectory = _chosen(unit, trial)
    if as_json:
        print_json(_as_json(unit, trajectory))
        return
    read = inspect(unit, trajectory, *world_of(run))
    Reading(Page(console(), full=full), read, drafts=drafts).print()


def _chosen(unit: Unit, trial: int | None) -> Trajectory | None:
    """The conversation that is asked for.

    Raises:
        UsageError: there is none of that number.
    """
    from interplay.engine.errors import UsageError

    if trial is None:
        return unit.trajectory
    if trial >= len(unit.played):
        there = f"its trials are 0 to {len(unit.played) - 1}" if unit.played else "it was not played yet"
        raise UsageError(f"unit {unit.number} has no trial {trial}; {there}")
    return unit.played[trial]


def _as_json(unit: Unit, trajectory: Trajectory | None) -> dict[str, Any]:
    """All of a unit that concerns one of its conversations, and what became of the others."""
    from interplay.engine.forge.record import BlueprintRecord
    from interplay.engine.trajectory import kind

    record = unit.record or BlueprintRecord(unit.number)
    played = [
        {"trial": each.trial, "outcome": kind(each.outcome), "fault": getattr(each.outcome, "fault", None)}
        for each in unit.played
    ]
    return {
        "unit": unit.number,
        "blueprint": record.blueprint,
        "task": record.task,
        "attempt": record.attempt,
        "parents": record.parents,
        "difficulty": record.difficulty,
        "reviews": record.reviews,
        "probe": record.probe,
        "rejected": record.rejected,
        "failure": record.failure,
        "trials": played,
        "trajectory": trajectory,
    }
