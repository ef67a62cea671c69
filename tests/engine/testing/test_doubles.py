"""Doubles do what a test says, and the tiny world is one to let them play in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anyio
import pytest

from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.engine.conversation import Failed, HandedOver, LimitReached, Limits, Played, Stopped, TimedOut, play
from interplay.engine.environment import Environment
from interplay.engine.forge.drafting import draft
from interplay.engine.messages import AgentMessage, AgentReply, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.testing import (
    FloodingAgent,
    HangingActor,
    RaisingActor,
    SayingHuman,
    ScriptedAgent,
    SilentActor,
    tiny_domain,
)
from interplay.engine.verifier import Evidence, Verifier

TINY = tiny_domain()
SEED = Seed.root(3)
BASE = TINY.generate(SEED, 5)
LOOK = ToolCall(call_id="1", tool="get_loan", arguments={"loan_id": "L0001"})
OVER = ToolCall(call_id="2", tool="hand_over_to_librarian", arguments={"summary": "wants the book"})


async def played(human: Any, agent: Any, **limits: Any) -> Played:
    return await play(human, agent, Environment(TINY.tools, BASE.fork()), Limits(**limits))


async def test_a_scripted_agent_says_calls_and_computes_its_lines():
    def answer(conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> AgentReply:
        result = conversation[-1]
        assert isinstance(result, ToolResult)
        return AgentMessage(text=f"{len(tools)} tools, {result.content}")

    async def later(conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> AgentReply:
        return AgentMessage(text="Goodbye.")

    agent = ScriptedAgent(["Which loan?", LOOK, answer, later])
    end = await played(SayingHuman(["Hi.", "L0001.", "Thanks.", "Bye."]), agent)
    assert end.ending == Stopped("satisfied")
    spoken = [message.text for message in end.messages if isinstance(message, AgentMessage)]
    assert spoken[0] == "Which loan?"
    assert spoken[1].startswith('3 tools, {"loan_id":"L0001"')
    assert spoken[2] == "Goodbye."
    assert agent.heard == [end.messages[:1], end.messages[:3], end.messages[:5], end.messages[:7]]


async def test_a_scripted_agent_whose_script_is_over_fails():
    ending = (await played(SayingHuman(["Hi.", "And?", "Hm."]), ScriptedAgent(["Hello."]))).ending
    assert isinstance(ending, Failed)
    assert ending.role == "agent"
    assert "the script has 1 lines and the agent was asked for one more" in ending.error


async def test_a_saying_human_leaves_with_the_last_text():
    human = SayingHuman(["One.", "Two."], stop="denied")
    end = await played(human, ScriptedAgent(["I see."]))
    assert end.messages == (
        HumanMessage(text="One."),
        AgentMessage(text="I see."),
        HumanMessage(text="Two.", stop="denied"),
    )
    assert end.ending == Stopped("denied")
    assert human.heard == [(), end.messages[:2]]


async def test_a_human_with_nothing_to_say_leaves_at_once():
    assert (await played(SayingHuman([]), ScriptedAgent([]))).messages == (HumanMessage(text="", stop="satisfied"),)


async def test_a_hand_over_ends_the_conversation_whatever_the_human_has_left_to_say():
    end = await played(SayingHuman(["Hi.", "More.", "Still more."]), ScriptedAgent([OVER, "A librarian comes."]))
    assert end.ending == HandedOver()


@pytest.mark.parametrize("role", ["human", "agent"])
async def test_a_silent_actor_is_asked_again_and_has_failed(role):
    human, agent = (SilentActor(), ScriptedAgent([])) if role == "human" else (SayingHuman(["Hi."] * 2), SilentActor())
    ending = (await played(human, agent)).ending
    assert isinstance(ending, Failed)
    assert (ending.role, "empty message" in ending.error) == (role, True)


@pytest.mark.parametrize("role", ["human", "agent"])
async def test_a_raising_actor_has_failed_with_its_error(role):
    broken = RaisingActor(ZeroDivisionError("oh"))
    human, agent = (broken, ScriptedAgent([])) if role == "human" else (SayingHuman(["Hi."] * 2), broken)
    ending = (await played(human, agent)).ending
    assert isinstance(ending, Failed)
    assert (ending.role, ending.error) == (role, "ZeroDivisionError: oh")


@pytest.mark.parametrize("role", ["human", "agent"])
async def test_a_hanging_actor_is_waited_for_until_the_time_is_up(role):
    hanging = HangingActor()
    human, agent = (hanging, ScriptedAgent([])) if role == "human" else (SayingHuman(["Hi."] * 2), hanging)
    assert (await played(human, agent, seconds=0.01)).ending == TimedOut(0.01, role)


async def test_a_hanging_actor_tells_when_it_is_waited_for_and_can_be_cancelled():
    hanging = HangingActor()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(played, hanging, ScriptedAgent([]))
        await hanging.waiting.wait()
        tasks.cancel_scope.cancel()
    assert tasks.cancel_scope.cancelled_caught


async def test_a_flooding_agent_calls_until_it_is_stopped():
    agent = FloodingAgent("get_loan", {"loan_id": "L0001"})
    end = await played(SayingHuman(["Hi."] * 2), agent, calls=7)
    assert end.ending == LimitReached("calls", 7)
    made = [message.call_id for message in end.messages if isinstance(message, ToolCall)]
    assert len(set(made)) == 7
    assert (await played(SayingHuman(["Hi."] * 2), FloodingAgent("get_loan", {}), errors=3)).ending == LimitReached(
        "errors", 3
    )


async def test_the_tiny_world_is_played_to_accepted_verdicts_of_every_kind():
    verifier, kinds = Verifier(TINY.tools, TINY.policy, BASE), set()
    for number in range(25):
        seed = SEED.child(number)
        valid = draft(TINY, BASE, seed, f"tiny-{number}")
        environment = Environment(TINY.tools, BASE.fork())
        human, agent = ScriptedHuman(valid.blueprint.brief, seed), GuidedAgent(valid.blueprint, TINY.tools, seed)
        end = await play(human, agent, environment, Limits())
        evidence = Evidence(end.messages, end.ending, environment.db.changes(), environment.effects)
        assert verifier.verify(valid.blueprint, valid.truth, evidence).reward == 1.0, end
        kinds.add(valid.blueprint.goals[0].kind)
    assert kinds == {"write", "read", "refuse", "hand_over"}
