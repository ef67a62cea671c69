"""Listing: a run's conversations as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import click
import msgspec
from rich.text import Text

from interplay.engine.cli.printing import console, print_json, print_table, table
from interplay.engine.inert import inert_line
from interplay.engine.messages import HumanMessage, ToolCall
from interplay.engine.run import Run
from interplay.engine.statistics import ending_name
from interplay.engine.trajectory import Outcome, Scored, Trajectory, kind
from interplay.engine.units import Unit, units

STYLES = {"verified": "green", "rejected": "red", "failed": "magenta", "unresolved": "yellow"}
"""The colour of each outcome."""
FIRST_WORDS = 60
"""Characters of a wish that a table shows."""

HEADINGS = ("unit", "blueprint", "outcome", "ending", "turns", "calls", "goals", "traits", "first wish")
OF_SEVERAL = ("trial", "verified")
"""Columns beside them where a unit has several conversations: which one the line is of, and how many were good."""
GAP = 2
"""Columns between two cells."""
MIN_WIDTH = 6
"""However narrow the terminal, so much is shown of each cell."""


class Summary(msgspec.Struct, frozen=True):
    """One unit in a line, by one of its conversations."""

    unit: int
    trial: int
    """Which conversation this is of, from 0."""
    trials: int
    """How many there are."""
    verified: int
    """How many of them were verified."""
    blueprint: str
    outcome: str
    """As in `trajectory.kind`, or "not played"."""
    fault: str
    """Whose fault it was that it was not verified; empty where it was, or where it is nobody's."""
    ending: str
    turns: int
    calls: int
    goals: tuple[str, ...]
    traits: tuple[str, ...]
    wish: str
    """What the human says first that they want: the instruction begins with who they are."""
    instruction: str


def print_list(run: Run, *, limit: int, offset: int, only: str | None, as_json: bool) -> None:
    """Print some of a run's units, in order.

    Args:
        run: whose.
        limit: how many at most.
        offset: how many of those that fit are passed over first.
        only: what became of a conversation; units that have such a one are shown by the first of them. None for all,
            each shown by the one that speaks for it.
        as_json: one JSON object a line instead of a table.
    """
    fitting = ((unit, shown) for unit in units(run) for shown in _shown(unit, only))
    some = islice(fitting, offset, None)
    wanted = (summary(unit, shown) for unit, shown in islice(some, limit))
    if as_json:
        for each in wanted:
            print_json(each)
        return
    found = list(wanted)
    if found:
        _print_table(found, run.config.domain)
    _print_end(run, found, more=next(some, None) is not None, offset=offset, only=only)


def summary(unit: Unit, shown: Trajectory | None) -> Summary:
    """One unit in a line.

    Args:
        unit: which.
        shown: the conversation that it is shown by; None where there is none.
    """
    blueprint = unit.record.blueprint if unit.record is not None else None
    messages = shown.messages if shown is not None else ()
    goals = blueprint.goals if blueprint is not None else ()
    return Summary(
        unit=unit.number,
        trial=shown.trial if shown is not None else 0,
        trials=len(unit.played),
        verified=sum(trajectory.accepted for trajectory in unit.played),
        blueprint=shown.blueprint if shown is not None else blueprint.id if blueprint is not None else "",
        outcome=kind(shown.outcome) if shown is not None else "not played",
        fault=getattr(shown.outcome, "fault", None) or "" if shown is not None else "",
        ending=ending_name(shown.ending if shown is not None else None),
        turns=sum(isinstance(message, HumanMessage) for message in messages),
        calls=sum(isinstance(message, ToolCall) for message in messages),
        goals=tuple(goal.kind for goal in goals),
        traits=blueprint.traits if blueprint is not None else (),
        wish=goals[0].wish if goals else "",
        instruction=blueprint.instruction if blueprint is not None else "",
    )


def outcome_name(outcome: Outcome) -> str:
    """What became of a conversation, and whose fault that was: "verified", "rejected:human", "failed:provider"."""
    name = kind(outcome)
    return f"{name}:{outcome.fault}" if isinstance(outcome, Scored) and outcome.fault is not None else name


def style_of(outcome: str) -> str:
    """The colour of an outcome such as "failed:agent"."""
    return STYLES.get(outcome.split(":", 1)[0], "")


def _shown(unit: Unit, only: str | None) -> Iterator[Trajectory | None]:
    """The conversation that a unit is shown by, if it is shown."""
    if only is None:
        yield unit.trajectory
        return
    yield from islice((each for each in unit.played if kind(each.outcome).split(":")[0] == only), 1)


def _print_table(found: list[Summary], domain: str) -> None:
    out = console()
    several = any(each.trials > 1 for each in found)
    rows = [_row(each, domain, several=several) for each in found]
    headings = (HEADINGS[0], *OF_SEVERAL, *HEADINGS[1:]) if several else HEADINGS
    listed = table(*headings, right=("unit", "trial", "turns", "calls"))
    for column, width in zip(listed.columns, _widths(headings, rows, out.width), strict=True):
        column.min_width = column.max_width = width
    of_outcome = headings.index("outcome")
    for each, row in zip(found, rows, strict=True):
        style = style_of(each.outcome)
        listed.add_row(*(Text(cell, style if at == of_outcome else "") for at, cell in enumerate(row)))
    print_table(out, listed)


def _row(each: Summary, domain: str, *, several: bool) -> tuple[str, ...]:
    """The cells, inert."""
    goals = ", ".join(f"{count} {goal}" for goal, count in Counter(each.goals).items())
    blueprint = inert_line(each.blueprint.removeprefix(f"{domain}-"))
    trial = (str(each.trial), f"{each.verified} of {each.trials}") if several else ()
    outcome = (
        each.outcome if each.outcome.endswith(f":{each.fault}") or not each.fault else f"{each.outcome}:{each.fault}"
    )
    numbers = str(each.turns), str(each.calls)
    traits = inert_line(", ".join(each.traits))
    return str(each.unit), *trial, blueprint, outcome, each.ending, *numbers, goals, traits, _first_words(each.wish)


def _widths(headings: tuple[str, ...], rows: list[tuple[str, ...]], width: int) -> list[int]:
    """Columns' widths: what stands in the last three gives way where the table would be wider than this."""
    needed = [max(map(len, (heading, *cells))) for heading, *cells in zip(headings, *rows, strict=True)]
    left = width - sum(needed[:-3]) - GAP * len(headings)
    goals = min(needed[-3], max(MIN_WIDTH, left // 3))
    traits = min(needed[-2], max(MIN_WIDTH, left // 3))
    return [*needed[:-3], goals, traits, min(needed[-1], max(MIN_WIDTH, left - goals - traits))]


def _first_words(text: str) -> str:
    said = " ".join(inert_line(text[: 4 * FIRST_WORDS]).split())
    return said if len(said) <= FIRST_WORDS else said[:FIRST_WORDS].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _print_end(run: Run, found: list[Summary], *, more: bool, offset: int, only: str | None) -> None:
    what = f"{only} " if only else ""
    path = inert_line(str(run.path))
    if not found:
        past = f" after the first {offset:,}" if offset else ""
        click.echo(f"{path} has no {what}conversations{past}")
    elif more:
        click.echo(f"\nmore follow: --offset {offset + len(found)}; `interplay show {path} UNIT` reads one")
    else:
        click.echo(f"\nno more {what}conversations; `interplay show {path} UNIT` reads one")
