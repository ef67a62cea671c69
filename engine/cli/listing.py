"""Listing: a run's conversations as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
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
"""Characters of an instruction that a table shows."""

_ADDRESS = "You are "


class Summary(msgspec.Struct, frozen=True):
    """One conversation in a line."""

    unit: int
    blueprint: str
    outcome: str
    """Empty while the conversation has not been played."""
    ending: str
    turns: int
    calls: int
    goals: tuple[str, ...]
    traits: tuple[str, ...]
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
        _print_table(found)
    _print_end(run, found, more=next(some, None) is not None, offset=offset, only=only)


def summary(unit: Unit) -> Summary:
    """One conversation in a line."""
    record, trajectory = unit.record, unit.trajectory
    blueprint = record.blueprint if record is not None else None
    messages = trajectory.messages if trajectory is not None else ()
    return Summary(
        unit=unit.number,
        blueprint=trajectory.blueprint if trajectory is not None else blueprint.id if blueprint is not None else "",
        outcome=_outcome(unit),
        ending=ending_name(trajectory.ending if trajectory is not None else None),
        turns=sum(isinstance(message, HumanMessage) for message in messages),
        calls=sum(isinstance(message, ToolCall) for message in messages),
        goals=tuple(goal.kind for goal in blueprint.goals) if blueprint is not None else (),
        traits=blueprint.traits if blueprint is not None else (),
        instruction=blueprint.instruction if blueprint is not None else "",
    )


def style_of(outcome: str) -> str:
    """The colour of an outcome such as "failed:agent"."""
    return STYLES.get(outcome.split(":", 1)[0], "")


def _outcome(unit: Unit) -> str:
    return kind(unit.trajectory.outcome) if unit.trajectory is not None else ""


def _print_table(found: list[Summary]) -> None:
    listed = table(
        *("unit", "blueprint", "outcome", "ending", "turns", "calls", "goals", "traits", "instruction"),
        right=("unit", "turns", "calls"),
    )
    for name, narrowest in (("goals", 6), ("traits", 6), ("instruction", 16)):
        next(column for column in listed.columns if column.header == name).min_width = narrowest
    for each in found:
        goals = ", ".join(f"{count} {goal}" for goal, count in Counter(each.goals).items())
        listed.add_row(
            str(each.unit),
            Text(inert_line(each.blueprint)),
            Text(each.outcome or "not played", style_of(each.outcome)),
            each.ending,
            str(each.turns),
            str(each.calls),
            Text(goals),
            Text(inert_line(", ".join(each.traits))),
            Text(_first_words(each.instruction)),
        )
    print_table(console(), listed)


def _first_words(instruction: str) -> str:
    """The beginning of an instruction, without the words that each begins with."""
    said = " ".join(_after_address(instruction))
    return said if len(said) <= FIRST_WORDS else said[:FIRST_WORDS].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _after_address(instruction: str) -> Iterator[str]:
    yield from inert_line(instruction[: 4 * FIRST_WORDS]).removeprefix(_ADDRESS).split()


def _print_end(run: Run, found: list[Summary], *, more: bool, offset: int, only: str | None) -> None:
    what = f"{only} " if only else ""
    if not found:
        past = f" after the first {offset:,}" if offset else ""
        click.echo(f"{run.path} has no {what}conversations{past}")
    elif more:
        click.echo(f"\nmore follow: --offset {offset + len(found)}; `interplay show {run.path} UNIT` reads one")
    else:
        click.echo(f"\nno more {what}conversations; `interplay show {run.path} UNIT` reads one")
