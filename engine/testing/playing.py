"""Playing: a world's blueprints, played by the scripted actors.

The last thing to ask of a world: whether its tasks can be talked through to an end that the verifier accepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import anyio

from interplay.engine.blueprint import Blueprint
from interplay.engine.casting import AgentPart, HumanPart, load_agent, load_human
from interplay.engine.conversation import Limits, Played, play
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.environment import Environment
from interplay.engine.forge.drafting import draft
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.verifier import Evidence, Verdict, Verifier


class Performance(NamedTuple):
    """One blueprint, played and judged; as text, what was wrong and what was said and done."""

    blueprint: Blueprint
    played: Played
    verdict: Verdict

    def __str__(self) -> str:
        wrong = ", ".join(self.verdict.faults) or "nothing"
        head = f"{self.blueprint.id}: wrong: {wrong}; ended: {type(self.played.ending).__name__}"
        return "\n".join((head, *map(_line, self.played.messages)))


def _line(message: AnyMessage) -> str:
    match message:
        case HumanMessage(text=text):
            return f"  human: {text}"
        case AgentMessage(text=text):
            return f"  agent: {text}"
        case ToolCall(tool=tool, arguments=arguments, by=by):
            return f"  {by} calls {tool} {arguments}"
        case ToolResult(content=content):
            return f"    {content}"


def play_blueprints(
    domain: Domain[Any], base: Base[Any], count: int, *, seed: Seed, agent: str = "guided", human: str = "scripted"
) -> Iterator[Performance]:
    """Draft blueprints and play each once.

    Args:
        domain: the world.
        base: data of it.
        count: how many.
        seed: decides everything.
        agent: who plays the agent, by name.
        human: who plays the human, by name.
    Raises:
        BlueprintError: none of many drafts passed the checks.
    """
    cast_agent, cast_human = load_agent(agent), load_human(human)
    verifier = Verifier(domain.tools, domain.policy, base)
    for number in range(count):
        at = seed.child("blueprint", number)
        blueprint, truth = draft(domain, base, at, f"{domain.name}-{number}")
        environment = Environment(domain.tools, truth.start.fork(), blueprint)
        person = cast_human(HumanPart(blueprint.brief, at.child("human"), tools=domain.tools.human))
        employee = cast_agent(AgentPart(blueprint, domain.tools, domain.policy, at.child("agent")))
        played = anyio.run(play, person, employee, environment, Limits())
        evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
        yield Performance(blueprint, played, verifier.verify(blueprint, truth, evidence))
