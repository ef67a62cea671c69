"""Review: what a reviewer is shown and what it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Annotated, Any, Literal, NamedTuple, Protocol, get_args

import msgspec

from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.models.exchange import Model
from interplay.engine.truth import Truth

Criterion = Literal["correctness", "completeness", "satisfaction", "creativity"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)

Score = Annotated[int, msgspec.Meta(ge=0, le=10)]


class Review(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reviewer's answer on one blueprint."""

    reviewer: str
    abstains: bool = False
    """Then the scores say nothing."""
    unanswered: bool = False
    """Whether it abstains because its model gave no usable answer: the provider's fault, and nothing about the task."""
    correctness: Score = 0
    """Whether the actions are what policy and data allow for this intent, 0 to 10."""
    completeness: Score = 0
    """Whether every wish is served and nothing is done that nobody wished."""
    satisfaction: Score = 0
    """Whether the person would be content with the end, or knows why not."""
    creativity: Score = 0
    """Whether it is unlike what there is already."""
    reason: str = ""


class Case(NamedTuple):
    """What a reviewer is shown."""

    domain: Domain[Any]
    blueprint: Blueprint
    truth: Truth
    """The actions, executed: what they returned and changed."""
    examples: Sequence[Blueprint] = ()
    """Some of what was accepted before, to judge creativity by."""
    model: Model | None = None
    """The model in this reviewer's role; None for a coded one."""
    at: str = ""
    """Address of this review in its unit, for the model."""
    base: Base[Any] | None = None
    """The data that the blueprint was written for; who has it can try out what the blueprint forbids."""


class Reviewer(Protocol):
    """Judges blueprints; `name` stands in the reviews and in the statistics."""

    name: str

    def __call__(self, case: Case, /) -> Review | Awaitable[Review]:
        """An opinion; one that cannot be had is an abstention."""
        ...
