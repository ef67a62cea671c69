"""Hiring: from the names in a run's settings to a crew.

A role with a model is played by the actor on models, any other by the scripted one, unless the settings name
somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from interplay.engine.casting import AGENTS, HUMANS, asks_model, find, load_agent, load_human
from interplay.engine.crew import Crew, Member
from interplay.engine.domain import Domain
from interplay.engine.errors import CastingError
from interplay.engine.forge.casting import REVIEWERS, WRITERS, load_reviewer, load_writer, waits
from interplay.engine.forge.contamination import Exclusions
from interplay.engine.forge.difficulty import Targets
from interplay.engine.forge.given import Given, read_given
from interplay.engine.models.config import REVIEWER, RoleConfig
from interplay.engine.personas import Personas, read_personas
from interplay.engine.settings import Settings

ON_MODEL = "model"
"""Name of the actor on models, in every role."""
CODED = ("wishes", "changes", "answers")
"""The committee, unless another is asked for."""
_GROUPS = {"writer": WRITERS, "human": HUMANS, "agent": AGENTS}


def hire(settings: Settings, inputs: Mapping[str, Path], world: Domain[Any]) -> Crew:
    """Everybody whom the settings name.

    Args:
        settings: with the names of the inputs.
        inputs: the files that the settings name.
        world: for which the crew works.
    Raises:
        CastingError: somebody cannot be had, or asks a model and has none.
        DataError: an input is malformed; names file and line.
        UsageError: the difficulty that is asked for is none.
    """
    roles = settings.roles
    Targets.parse(settings.forge.difficulty)
    _expect_models(settings)
    writer = load_writer(_actor(roles.writer, "scripted"))
    given = _given(settings, inputs, world)
    members = tuple(_members(settings))
    return Crew(
        human=load_human(_actor(roles.human, "scripted")),
        agent=load_agent(_actor(roles.agent, "guided")),
        writer=writer,
        members=members,
        personas=_personas(settings, inputs),
        exclusions=Exclusions.read([inputs[each] for each in settings.exclude], world.tools)
        if settings.exclude
        else None,
        retell=getattr(writer, "retell", None),
        candidates=roles.human.candidates,
        waits=waits(writer) or any(waits(member.reviewer) for member in members),
        given=given,
    )


def _given(settings: Settings, inputs: Mapping[str, Path], world: Domain[Any]) -> tuple[Given, ...]:
    """Blueprints that need not be made: those of a file, else those that the world comes with."""
    if settings.blueprints:
        return read_given(inputs[settings.blueprints])
    return () if world.scripts is None else tuple(map(Given, world.scripts()))


def _actor(role: RoleConfig, usual: str) -> str:
    return role.actor or (ON_MODEL if role.model else usual)


def _expect_models(settings: Settings) -> None:
    """See that whoever asks a model has one, so that it does not come out unit by unit."""
    for role, place, part in settings.parts():
        title, _, _ = role.partition(":")
        if title == "judge" and part.actor:
            raise CastingError(f"{place}.actor says nothing: whoever judges a human's drafts is always a model")
        group = _GROUPS.get(title, REVIEWERS)
        if part.model or not part.actor or (group is REVIEWERS and not settings.forge.review):
            continue
        if asks_model(find(group, title, part.actor)):
            raise CastingError(
                f"the {title} {part.actor!r} asks a model, and {place} has none: name one there in a config, as "
                'model = "ENDPOINT#NAME", or give every role one with --model URL#NAME'
            )


def _members(settings: Settings) -> list[Member]:
    if not settings.forge.review:
        return []
    if not settings.reviewers:
        return [Member(load_reviewer(name), REVIEWER + name) for name in CODED]
    return [
        Member(load_reviewer(each.actor or ON_MODEL, prompt=each.prompt, title=each.name), REVIEWER + each.name)
        for each in settings.reviewers
    ]


def _personas(settings: Settings, inputs: Mapping[str, Path]) -> Personas | None:
    """Those of a file, else drawn ones for a writer on a model; a world's own writer draws its own."""
    if settings.personas:
        return read_personas(inputs[settings.personas])
    return Personas() if settings.roles.writer.model else None
