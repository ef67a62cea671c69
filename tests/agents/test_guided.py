"""The guided agent knows the blueprint and yet uses only what it was told or has read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import anyio
import pytest

from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.domains.retail import DOMAIN
from interplay.engine.confirmation import says_yes
from interplay.engine.conversation import HandedOver, Limits, Played, Stopped, play
from interplay.engine.environment import Environment
from interplay.engine.forge.drafting import draft
from interplay.engine.forge.provenance import leaves
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.tools import Arithmetic, Prose

SEED = Seed.root(11)


def conversations() -> Iterator[Played]:
    base = DOMAIN.generate(SEED.child("data"), 100)
    for number in range(80):
        seed = SEED.child("blueprint", number)
        blueprint = draft(DOMAIN, base, seed, f"b{number}").blueprint
        agent = GuidedAgent(blueprint, DOMAIN.tools, seed.child("agent"))
        human = ScriptedHuman(blueprint.brief, seed.child("human"))
        yield anyio.run(play, human, agent, Environment(DOMAIN.tools, base.fork()), Limits())


@pytest.fixture(scope="module")
def played() -> list[Played]:
    return list(conversations())


def calls(played: list[Played]) -> Iterator[tuple[ToolCall, tuple[AnyMessage, ...]]]:
    for each in played:
        for at, message in enumerate(each.messages):
            if isinstance(message, ToolCall):
                yield message, each.messages[:at]


def known(before: tuple[AnyMessage, ...]) -> str:
    said = [m.text for m in before if isinstance(m, HumanMessage)]
    read = [m.content for m in before if isinstance(m, ToolResult) and m.refusal is None]
    return "\n".join(said + read).casefold()


def test_every_value_in_a_call_was_said_or_read_before(played: list[Played]) -> None:
    checked = 0
    for call, before in calls(played):
        parameters = {p.name: p for p in DOMAIN.tools[call.tool].parameters}
        for path, value in leaves(call.arguments):
            parameter = parameters[path.split("/", 1)[0]]
            if parameter.entity is Prose or value in parameter.schema.get("enum", ()):
                continue
            wanted = re.findall(r"\d+\.\d+", value) if parameter.entity is Arithmetic else [str(value)]
            for each in wanted:
                shortest = each.rstrip("0").rstrip(".") if parameter.entity is Arithmetic else each
                assert re.search(rf"(?<!\w){re.escape(shortest.casefold())}", known(before)), (call, each)
                checked += 1
    assert checked > 500


def test_every_write_follows_a_question_that_the_human_answered_with_yes(played: list[Played]) -> None:
    writes = 0
    for call, before in calls(played):
        if DOMAIN.tools[call.tool].writes:
            asked, answer = before[-2:]
            assert isinstance(asked, AgentMessage)
            assert "?" in asked.text
            assert isinstance(answer, HumanMessage)
            assert says_yes(answer.text)
            writes += 1
    assert writes > 50


def test_no_call_is_refused_and_every_conversation_is_ended_by_somebody(played: list[Played]) -> None:
    for each in played:
        assert isinstance(each.ending, Stopped | HandedOver)
        assert not [m for m in each.messages if isinstance(m, ToolResult) and m.refusal]


def test_the_same_seed_gives_the_same_conversations(played: list[Played]) -> None:
    again = conversations()
    assert all(next(again) == each for each in played[:20])


def test_it_asks_for_what_it_needs_until_it_is_told_and_never_goes_on_without() -> None:
    base = DOMAIN.generate(SEED.child("data"), 100)
    blueprint = draft(DOMAIN, base, SEED.child("blueprint", 0), "b0").blueprint
    agent = GuidedAgent(blueprint, DOMAIN.tools, SEED)
    said: list[AnyMessage] = [HumanMessage(text="Mmm.")]
    asked = []
    for _ in range(10):
        reply = agent(said, ())
        assert isinstance(reply, AgentMessage)
        asked.append(reply.text)
        said += [reply, HumanMessage(text="Mmm.")]
    assert len(set(asked)) == 1
    said[-1] = HumanMessage(text=" ".join(fact.say for fact in blueprint.facts if not fact.goal))
    assert isinstance(agent(said, ()), ToolCall)
