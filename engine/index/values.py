"""Values: what is asked of an index, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.forge.difficulty import DIMENSIONS, Difficulty
from interplay.engine.forge.record import Yield
from interplay.engine.statistics.passing import Passed

SORTS = ("turns", "calls", "difficulty")
"""Orders besides that of the units; a "-" before one turns it round."""
FACETS = ("outcome", "fault", "wrong", "rule", "tool", "domain", "run")
"""Filters of which there is a choice."""
SCORED = ("verified", "rejected")
"""Outcomes with a verdict."""
POLICY = "policy:"
"""Begins what is wrong where a rule was broken; the rule's name follows."""

State: TypeAlias = Literal["complete", "writing", "unfinished", "unreadable"]


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which conversations, and in which order; what is empty asks for nothing."""

    run: str = ""
    domain: str = ""
    outcome: str = ""
    """As `trajectory.kind` names it: "verified", "failed:agent"."""
    fault: str = ""
    """Whose: "human", "agent", "environment", "provider", "ours"."""
    wrong: str = ""
    """A code of `Verdict.faults`: "state:missing"."""
    rule: str = ""
    """A rule of the policy that was broken."""
    tool: str = ""
    """A tool that was called."""
    text: str = ""
    """Words, and phrases in quotation marks, all of which occur."""
    unit: int | None = None
    least: dict[str, int] = {}
    """By dimension of difficulty, what it is at least."""
    sort: str = ""
    """One of SORTS, or "-" and one of them; empty: by run, unit and trial, and "-": the last first."""

    def to_params(self) -> dict[str, str]:
        """As names and values for an address; what is empty is left out."""
        found = {name: getattr(self, name) for name in (*FACETS, "text", "sort")}
        found["unit"] = "" if self.unit is None else str(self.unit)
        found["least"] = ",".join(f"{dimension}:{value}" for dimension, value in self.least.items())
        return {name: value for name, value in found.items() if value}

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Query:
        """The query of names and values, as `to_params` writes them.

        Raises:
            UsageError: a name or value that means nothing; says what may stand there.
        """
        unknown = [name for name in params if name not in cls.__struct_fields__]
        if unknown:
            raise UsageError(f"there is no filter {unknown[0][:40]!r}; there are {', '.join(cls.__struct_fields__)}")
        given: dict[str, Any] = {name: value for name, value in params.items() if value}
        if "unit" in given:
            given["unit"] = _number("unit", given["unit"])
        given["least"] = dict(_least(part) for part in given.get("least", "").split(",") if part)
        if given.get("sort", "-").removeprefix("-") not in ("", *SORTS):
            raise UsageError(f"cannot sort by {given['sort'][:40]!r}; by {', '.join(SORTS)}, or with '-' before it")
        return cls(**given)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation, as a list shows it."""

    run: str
    unit: int
    trial: int
    trials: int
    """Of the unit."""
    blueprint: str
    outcome: str
    fault: str
    """Whose it was that it was not verified; empty where it was, or is nobody's."""
    ending: str
    """As `statistics.report.ending_name` names it."""
    turns: int
    """Messages of the human."""
    calls: int
    wrong: tuple[str, ...]
    opening: str
    """The human's first words, at most 160 characters."""
    difficulty: Difficulty | None
    """Of its blueprint, where that has one."""


class Hits(msgspec.Struct, frozen=True):
    """A page of what was found."""

    rows: tuple[Row, ...]
    total: int
    """Of all pages; exact."""
    after: str
    """Where the next page begins; empty on the last."""


class RunEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A run, as far as it was read."""

    name: str
    """Its place below the root, "/" between directories; of a root that is a run, the root's own name."""
    path: Path
    domain: str
    seed: int
    units: int
    """That it is to have."""
    done: int
    """Units of which there is a record of conversations."""
    conversations: int
    verified: int
    """Of the conversations."""
    settings: dict[str, Any]
    state: State
    trouble: str
    """What cannot be read, and why; empty where all can."""


class Progress(msgspec.Struct, frozen=True):
    """How far an index has come."""

    done_bytes: int
    """Of the runs' logs, read."""
    total_bytes: int
    conversations: int
    complete: bool
    """Whether all was read that can be for now."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted of the conversations that fit a query."""

    turns: dict[int, int]
    """Conversations that took place, by messages of the human."""
    calls: dict[int, int]
    outcomes: dict[str, int]
    faults: dict[str, int]
    """By whose fault it was."""
    wrong: dict[str, int]
    """By what was wrong; one may have several."""
    rules: dict[str, int]
    """Of those, the rules that were broken."""
    fallen: dict[str, int]
    """Candidates that fell, by "stage:check"."""
    made: Yield
    """Of the units that the conversations are of; of whole runs, of all units."""
    difficulty: dict[str, dict[int, tuple[int, int]]]
    """By dimension and value: verified ones, of so many scored."""
    passed: Passed | None
    """None where units were not played a fixed number of times, or a filter takes some of their trials away."""


def _least(part: str) -> tuple[str, int]:
    dimension, _, value = part.partition(":")
    if dimension not in DIMENSIONS:
        raise UsageError(f"no dimension of difficulty is called {dimension[:40]!r}; there are {', '.join(DIMENSIONS)}")
    return dimension, _number(f"least {dimension}", value)


def _number(what: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError(f"{what} is {text[:40]!r}; it has to be a whole number")
    return int(text)
