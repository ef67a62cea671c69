"""Casting: makes the actors of this house; `pyproject.toml` registers each under its name."""

from __future__ import annotations

from interplay.agents import faulty
from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.agents.modelled.agent import ModelAgent
from interplay.agents.modelled.human import ModelHuman
from interplay.agents.modelled.react import ThinkingAgent
from interplay.agents.reciting import RecitingHuman
from interplay.agents.turnwise import TurnwiseAgent
from interplay.engine.actors import Agent, Human
from interplay.engine.casting import AgentFactory, AgentPart, HumanPart, on_model


def scripted(part: HumanPart) -> Human:
    """The human who goes by the ledger, or by the script where there is one."""
    if part.brief.turns:
        return RecitingHuman(part.brief)
    return ScriptedHuman(part.brief, part.seed, tools=part.tools)


@on_model
def model_human(part: HumanPart) -> Human:
    """The human whose words a model chooses; where there is a script nobody chooses."""
    return RecitingHuman(part.brief) if part.brief.turns else ModelHuman(part)


@on_model
def model_agent(part: AgentPart) -> Agent:
    """The agent on a model that calls functions."""
    return ModelAgent(part)


@on_model
def react_agent(part: AgentPart) -> Agent:
    """The agent on a model that thinks aloud before it acts."""
    return ThinkingAgent(part)


def of(kind: type[GuidedAgent]) -> AgentFactory:
    """The factory of a guided agent, or of a variation of it."""

    def cast(part: AgentPart) -> Agent:
        if part.blueprint.turns:
            return TurnwiseAgent(part.blueprint)
        return kind(part.blueprint, part.tools, part.seed)

    return cast


guided = of(GuidedAgent)
skips_confirmation = of(faulty.SkipsConfirmation)
wrong_item = of(faulty.WrongItem)
wrong_payment = of(faulty.WrongPayment)
gives_up_early = of(faulty.GivesUpEarly)
acts_unauthenticated = of(faulty.ActsUnauthenticated)
does_twice = of(faulty.DoesTwice)
claims_without_doing = of(faulty.ClaimsWithoutDoing)
obeys_forbidden = of(faulty.ObeysForbidden)
forgets_output = of(faulty.ForgetsOutput)
hands_over_needlessly = of(faulty.HandsOverNeedlessly)
keeps_abandoned = of(faulty.KeepsAbandoned)
