"""People for the readers' runs: everybody always finds the same words, so that plays part where an agent errs."""

from __future__ import annotations

from interplay.agents import faulty
from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.engine.actors import Agent, Human
from interplay.engine.casting import AgentPart, HumanPart
from interplay.engine.seeds import Seed

KINDS: tuple[type[GuidedAgent], ...] = (
    GuidedAgent,
    faulty.SkipsConfirmation,
    faulty.ClaimsWithoutDoing,
    faulty.HandsOverNeedlessly,
    faulty.DoesTwice,
    faulty.ForgetsOutput,
)


def agent(part: AgentPart) -> Agent:
    """A good agent, or one with a fault, by chance."""
    kind = GuidedAgent if part.seed.child("good").chance(0.4) else part.seed.child("kind").pick(KINDS)
    return kind(part.blueprint, part.tools, Seed.root(1))


def human(part: HumanPart) -> Human:
    """A person whose words chance does not change."""
    return ScriptedHuman(part.brief, Seed.root(2), tools=part.tools)
