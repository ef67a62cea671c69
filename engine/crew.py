"""Crew: everybody who acts in a run, from writing a blueprint to playing it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

from interplay.engine.blueprint import Candidate, Persona
from interplay.engine.casting import AgentFactory, HumanFactory
from interplay.engine.forge.assignment import Writer
from interplay.engine.forge.contamination import Exclusions
from interplay.engine.forge.given import Given
from interplay.engine.forge.review import Reviewer
from interplay.engine.models.exchange import Model
from interplay.engine.seeds import Seed

Models: TypeAlias = Callable[[str, int], Model | None]
"""The model that plays a role in a unit; None where the role has none."""
Retell: TypeAlias = Callable[[Candidate, Model, str], Awaitable[Candidate]]
"""A candidate with its instruction in a model's words, asked for at an address."""


class Member(NamedTuple):
    """A reviewer, and the role whose model it asks."""

    reviewer: Reviewer
    role: str


class Crew(NamedTuple):
    """Who does what."""

    human: HumanFactory
    agent: AgentFactory
    writer: Writer
    members: tuple[Member, ...] = ()
    """Of the committee."""
    personas: Callable[[Seed], Persona] | None = None
    """A way to behave, drawn from a seed; None leaves it to the writer."""
    exclusions: Exclusions | None = None
    """Test sets that nothing may be taken from."""
    retell: Retell | None = None
    """Tells a joined task in a model's words; None leaves what code composed."""
    candidates: int = 1
    """Replies that a human on a model drafts for each turn."""
    waits: bool = False
    """Whether anybody in Phase 1 waits for a model."""
    given: tuple[Given, ...] = ()
    """Blueprints that were made elsewhere, one a unit; with them there is no Phase 1."""
