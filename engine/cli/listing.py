"""Listing: a run's conversations as a table."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import click
import msgspec
from rich.text import Text

from interplay.engine.cli.printing import console, inert_line, print_json, print_table, table
from interplay.engine.messages import HumanMessage, ToolCall
from interplay.engine.run import Run
from interplay.engine.statistics import ending_name
from interplay.engine.trajectory import kind
from interplay.engine.units import Unit, units

STYLES = {"verified": "green", "rejected": "red", "failed": "magenta", "unresolved": "yellow"}
"""The colour of each outcome."""
FIRST_WORDS = 60
"""Characters of a wish that a table shows."""

HEADINGS = ("unit", "blueprint", "outcome", "ending", "turns", "calls", "goals", "traits", "first wish")
GAP = 2
"""Columns between two cells."""
MIN_WIDTH = 6
"""However narrow the terminal, so much is shown of each cell."""


class Summary(msgspec.Struct, frozen=True):
    """One conversation in a line."""

    unit: int
    blueprint: str
    outcome: str
    """As in `trajectory.kind`, or "not played"."""
    ending: str
    turns: int
    calls: int
    goals: tuple[str, ...]
    traits: tuple[str, ...]
    wish: str
    """What the human says first that they want: the instruction begins with who they are."""
    instruction: str


def print_list(run: Run, *, limit: int, offset: int, only: str | None, as_json: bool) -> None:
    """Print some of a run's conversations, in unit order.

    Args:
        run: whose.
        limit: how many at most.
        offset: how many of those that fit are passed over first.
        only: outcome that is wanted; None for any.
        as_json: one JSON object a line instead of a table.
    """
    fitting = (each for each in units(run) if only is None or _outcome(each).split(":")[0] == only)
    some = islice(fitting, offset, None)
    wanted = islice(some, limit)
    if as_json:
        for unit in wanted:
            print_json(summary(unit))
        return
    found = [summary(unit) for unit in wanted]
    if found:
        _print_table(found, run.config.domain)
    _print_end(run, found, more=next(some, None) is not None, offset=offset, only=only)


def summary(unit: Unit) -> Summary:
    """One conversation in a line."""
    record, trajectory = unit.record, unit.trajectory
    blueprint = record.blueprint if record is not None else None
    messages = trajectory.messages if trajectory is not None else ()
    goals = blueprint.goals if blueprint is not None else ()
    return Summary(
        unit=unit.number,
        blueprint=trajectory.blueprint if trajectory is not None else blueprint.id if blueprint is not None else "",
        outcome=_outcome(unit),
        ending=ending_name(trajectory.ending if trajectory is not None else None),
        turns=sum(isinstance(message, HumanMessage) for message in messages),
        calls=sum(isinstance(message, ToolCall) for message in messages),
        goals=tuple(goal.kind for goal in goals),
        traits=blueprint.traits if blueprint is not None else (),
        wish=goals[0].wish if goals else "",
        instruction=blueprint.instruction if blueprint is not None else "",
    )


def style_of(outcome: str) -> str:
    """The colour of an outcome such as "failed:agent"."""
    return STYLES.get(outcome.split(":", 1)[0], "")


def _outcome(unit: Unit) -> str:
    return kind(unit.trajectory.outcome) if unit.trajectory is not None else "not played"


def _print_table(found: list[Summary], domain: str) -> None:
    out = console()
    rows = [_row(each, domain) for each in found]
    listed = table(*HEADINGS, right=("unit", "turns", "calls"))
    for column, width in zip(listed.columns, _widths(rows, out.width), strict=True):
        column.min_width = column.max_width = width
    for each, row in zip(found, rows, strict=True):
        outcome = Text(row[2], style_of(each.outcome))
        listed.add_row(*(outcome if at == 2 else Text(cell) for at, cell in enumerate(row)))
    print_table(out, listed)


def _row(each: Summary, domain: str) -> tuple[str, ...]:
    """The cells, inert."""
    goals = ", ".join(f"{count} {goal}" for goal, count in Counter(each.goals).items())
    blueprint = inert_line(each.blueprint.removeprefix(f"{domain}-"))
    numbers = str(each.turns), str(each.calls)
    traits = inert_line(", ".join(each.traits))
    return str(each.unit), blueprint, each.outcome, each.ending, *numbers, goals, traits, _first_words(each.wish)


def _widths(rows: list[tuple[str, ...]], width: int) -> list[int]:
    """Columns' widths: what stands in the last three gives way where the table would be wider than this."""
    needed = [max(map(len, (heading, *cells))) for heading, *cells in zip(HEADINGS, *rows, strict=True)]
    left = width - sum(needed[:-3]) - GAP * len(HEADINGS)
    goals = min(needed[-3], max(MIN_WIDTH, left // 3))
    traits = min(needed[-2], max(MIN_WIDTH, left // 3))
    return [*needed[:-3], goals, traits, min(needed[-1], max(MIN_WIDTH, left - goals - traits))]


def _first_words(text: str) -> str:
    said = " ".join(inert_line(text[: 4 * FIRST_WORDS]).split())
    return said if len(said) <= FIRST_WORDS else said[:FIRST_WORDS].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _print_end(run: Run, found: list[Summary], *, more: bool, offset: int, only: str | None) -> None:
    what = f"{only} " if only else ""
    if not found:
        past = f" after the first {offset:,}" if offset else ""
        click.echo(f"{run.path} has no {what}conversations{past}")
    elif more:
        click.echo(f"\nmore follow: --offset {offset + len(found)}; `interplay show {run.path} UNIT` reads one")
    else:
        click.echo(f"\nno more {what}conversations; `interplay show {run.path} UNIT` reads one")
