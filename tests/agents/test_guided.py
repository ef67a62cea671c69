"""The guided agent knows the blueprint and yet uses only what it was told or has read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import anyio
import pytest

from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.domains.mock import DOMAIN as MOCK
from interplay.domains.retail import DOMAIN
from interplay.engine.blueprint import Action, Blueprint, Goal, Persona
from interplay.engine.confirmation import says_yes
from interplay.engine.conversation import HandedOver, Limits, Played, Stopped, play
from interplay.engine.environment import Environment
from interplay.engine.forge.drafting import draft
from interplay.engine.forge.provenance import leaves
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.tools import Arithmetic, Prose

SEED = Seed.root(11)
GUIDING = Blueprint(
    id="guiding",
    facts=(),
    domain="mock",
    instruction="You want to know what is new.",
    persona=Persona(name="Ada", description=""),
    goals=(Goal(id="g1", kind="read", wish="What is new?", signs=("new",)),),
    actions=(Action(tool="check_notifications", arguments={}, goal="g1", by="human"),),
)


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


def mock_task() -> Blueprint:
    """A task of the world in which no lookup takes who the person is."""
    base = MOCK.generate(SEED, 4)
    return next(b for n in range(20) if (b := draft(MOCK, base, SEED.child("mock", n), f"m{n}").blueprint).facts)


def test_who_is_not_looked_up_by_what_they_say_is_asked_who_they_are_all_the_same() -> None:
    blueprint = mock_task()
    fact = next(fact for fact in blueprint.facts if not fact.goal)
    agent = GuidedAgent(blueprint, MOCK.tools, SEED)
    said: list[AnyMessage] = [HumanMessage(text="Hello.")]
    assert agent(said, ()) == AgentMessage(text=fact.question)
    assert isinstance(agent([*said, HumanMessage(text=fact.say)], ()), ToolCall)
    told = GuidedAgent(blueprint, MOCK.tools, SEED)
    assert isinstance(told([HumanMessage(text=f"Hello. {fact.say}")], ()), ToolCall)


REPLIES = {
    "Where do I find that?": True,
    "And how would I do that?": True,
    "how?": True,
    "I'm not very good with these things. Where would I find that?": True,
    "Sorry, where is that?": True,
    "At last, it works. What does the plan cost?": False,
    "It works. How much data has my line used this month?": False,
    "How long will that take?": False,
    "Done. It says: OFF. Where is my bill?": False,
    "OK. Well?": False,
    "Done. It says that it is on.": False,
}


@pytest.mark.parametrize(("reply", "explained"), REPLIES.items())
def test_only_who_asks_where_or_how_is_asked_once_more(reply: str, explained: bool) -> None:
    agent = GuidedAgent(GUIDING, MOCK.tools, SEED)
    said: list[AnyMessage] = [HumanMessage(text="Hello.")]
    first = agent(said, ())
    ask = "Please check your notifications and tell me what they say."
    assert first == AgentMessage(text=ask)
    again = agent([*said, first, HumanMessage(text=reply)], ())
    assert isinstance(again, AgentMessage)
    assert again.text.endswith(ask) == explained
