"""Assignment: what a writer is given, and what it is told to do better.

A writer is any callable from an assignment to a candidate, async or not. Of the context each part is a
hint: the checks and the committee decide what is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

from interplay.engine.blueprint import Blueprint, Candidate, Persona
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.models.exchange import Model
from interplay.engine.seeds import Seed

Stage = Literal["writing", "checks", "committee"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the world's data that a task may be about."""

    table: str
    key: str
    document: Any
    """The row as JSON values."""
    note: str = ""
    """What makes it useful: "pending", "3 of 8 variants in stock"."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What was sampled for one attempt; any part may be empty."""

    persona: Persona | None = None
    """How the person should behave; None leaves it to the writer."""
    tools: tuple[str, ...] = ()
    """Names of tools that belong together, in an order in which they may be called, the person's among them."""
    setups: tuple[str, ...] = ()
    """Names of setups that may be what is wrong."""
    sections: tuple[str, ...] = ()
    """Headings of the policy's sections that the task should touch."""
    rows: tuple[Row, ...] = ()
    examples: tuple[Blueprint, ...] = ()
    """Validated blueprints, to be like in quality and unlike in content."""
    target: dict[str, int] = {}
    """Asked difficulty, by dimension: {"writes": 2}; an absent dimension is free."""


PROVIDER = "provider"
"""The check at which an attempt falls when a model gave no usable answer: nobody can learn from that."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing wrong with a candidate."""

    stage: Stage
    check: str
    """Name of the check, or of the committee's criterion: "execution", "provenance", "completeness"."""
    text: str
    by: str = ""
    """Name of the reviewer who said it."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to do better: every finding on the last attempt, as one list."""

    findings: tuple[Finding, ...]

    @property
    def checks(self) -> frozenset[str]:
        """Names of what failed."""
        return frozenset(finding.check for finding in self.findings)


class Assignment(NamedTuple):
    """One attempt at a task."""

    domain: Domain[Any]
    base: Base[Any]
    seed: Seed
    """Of the task: the same in all attempts at it."""
    attempt: int
    """From 0."""
    context: Context
    previous: Candidate | None = None
    """The last attempt at this task; None in the first, and whenever there is no feedback."""
    plan: Plan | None = None
    """What was wrong with it."""
    model: Model | None = None
    """The model in the writer's role; None for a scripted one."""
    at: str = ""
    """Address of this attempt in its unit, for the model."""
    reviewers: tuple[str, ...] = ()
    """Names of those who will review it."""


class Writer(Protocol):
    """Proposes candidates."""

    def __call__(self, assignment: Assignment, /) -> Candidate | Awaitable[Candidate]:
        """A candidate, which may be one that the checks reject.

        Raises:
            BlueprintError: nothing can be written from this.
        """
        ...
