"""`interplay show`: a run's conversations, listed or read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from interplay.engine.database import Base
    from interplay.engine.domain import Domain
    from interplay.engine.run import Run


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
@click.option("--full", is_flag=True, help="Print long results and values whole.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a conversation, each on a line.")
def show(
    directory: Path, name: str | None, limit: int, offset: int, only: str | None, full: bool, as_json: bool
) -> None:
    """List the conversations of the run in DIR, or read one.

    ID is a unit's number, its blueprint's id, or the id's first characters. Reading one shows what was
    said and done, what it changed against what was expected, and every part of the verdict.
    """
    from interplay.engine.cli.listing import print_list
    from interplay.engine.run import Run

    run = Run.open(directory)
    if name is None:
        print_list(run, limit=limit, offset=offset, only=only, as_json=as_json)
    else:
        _one(run, name, full=full, as_json=as_json)


def _one(run: Run, name: str, *, full: bool, as_json: bool) -> None:
    from interplay.engine.cli.printing import console, print_json
    from interplay.engine.cli.reading import Reading
    from interplay.engine.units import find_unit

    unit = find_unit(run, name)
    if as_json:
        record = unit.record
        print_json(
            {
                "unit": unit.number,
                "blueprint": record.blueprint if record else None,
                "rejected": record.rejected if record else {},
                "failure": record.failure if record else "",
                "trajectory": unit.trajectory,
            }
        )
        return
    world, trouble = _world(run)
    Reading(console(), unit, world, full=full).print(trouble)


def _world(run: Run) -> tuple[tuple[Domain[Any], Base[Any]] | None, str]:
    """The run's world and data, which only the comparison of states needs; else why they cannot be had."""
    from interplay.engine.domain import load_domain
    from interplay.engine.errors import DomainError, RunError

    try:
        world = load_domain(run.config.domain)
        return (world, run.base(world)), ""
    except (DomainError, RunError) as error:
        return None, str(error)
