"""The agents on models: what they ask, what they make of replies, and whole conversations in the tiny library."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest

from interplay.agents.modelled.agent import ModelAgent
from interplay.agents.modelled.react import ThinkingAgent, read_step
from interplay.agents.oracle import OracleModel
from interplay.engine.blueprint import Blueprint, Persona, Turn
from interplay.engine.casting import AgentPart, load_agent
from interplay.engine.conversation import Failed, LimitReached, Limits, Played, Stopped, play
from interplay.engine.environment import Environment
from interplay.engine.errors import CastingError, ModelError
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.models.exchange import Call, Reply, Request
from interplay.engine.seeds import Seed
from interplay.engine.testing.doubles import SayingHuman
from interplay.engine.testing.tiny import tiny_domain

TINY = tiny_domain()
BASE = TINY.generate(Seed.root(3), 5)
BLUEPRINT = Blueprint(
    id="b", domain="tiny", instruction="", persona=Persona(name="", description=""), facts=(), goals=(), actions=()
)
LOAN = next(key for key, loan in BASE.tables["loans"].rows.items())
Line = Reply | str


def call(name: str, arguments: Any, call_id: str = "theirs") -> Call:
    return Call(id=call_id, name=name, arguments=arguments if isinstance(arguments, str) else json.dumps(arguments))


def scripted(*lines: Line | Callable[[Request], Line]) -> OracleModel:
    """A model that says its lines in order, whatever it is asked."""
    left = list(lines)

    def answer(request: Request, at: str) -> Reply:
        line = left.pop(0)
        found = line(request) if callable(line) else line
        return Reply(text=found) if isinstance(found, str) else found

    return OracleModel(answer)


def part(model: OracleModel | None) -> AgentPart:
    return AgentPart(BLUEPRINT, TINY.tools, TINY.policy, Seed.root(1), model, "trial/0/agent")


async def played(model: OracleModel, *says: str, kind: Any = ModelAgent, limits: Limits | None = None) -> Played:
    environment = Environment(TINY.tools, BASE.fork())
    return await play(SayingHuman(says), kind(part(model)), environment, limits or Limits())


def of(messages: Sequence[AnyMessage], kind: type) -> list[Any]:
    return [message for message in messages if isinstance(message, kind)]


@pytest.mark.parametrize("kind", [ModelAgent, ThinkingAgent])
async def test_it_is_offered_a_tool_from_the_turn_on_that_reveals_it(kind: Any) -> None:
    turns = (Turn(say="Hello."), Turn(say="Now you can."), Turn(say="Bye."))
    script = msgspec.structs.replace(
        BLUEPRINT, turns=(turns[0], msgspec.structs.replace(turns[1], reveals=("renew_loan",)), turns[2])
    )
    line = "Yes." if kind is ModelAgent else "Thought: Well.\nSay: Yes."
    model = scripted(line, line)
    environment = Environment(TINY.tools, BASE.fork(), script)
    await play(SayingHuman(("Hello.", "Now you can.", "Bye.")), kind(part(model)), environment, Limits())
    before, after = (request for _, request in model.asked)
    assert "renew_loan" not in f"{before.tools} {before.messages}"
    assert "renew_loan" in f"{after.tools} {after.messages}"
    assert [said.role for said in after.messages] == ["system", "user", "assistant", "user"]


async def test_it_is_told_the_policy_and_the_tools_and_sees_the_conversation_grow() -> None:
    look = call("get_loan", {"loan_id": LOAN})
    model = scripted("Which loan?", Reply(calls=(look,)), "It is due soon.")
    await played(model, "Hello.", f"It is {LOAN}.", "Bye.")
    requests = [request for _, request in model.asked]
    assert [at for at, _ in model.asked] == [f"trial/0/agent/turn/{number}" for number in range(3)]
    assert TINY.policy.text in requests[0].messages[0].content
    assert all(request.tools is TINY.tools.schemas for request in requests)
    assert [said.role for said in requests[2].messages] == ["system", "user", "assistant", "user", "assistant", "tool"]
    called, answered = requests[2].messages[-2:]
    assert called.calls[0].id == answered.call_id
    assert LOAN in answered.content
    for before, after in itertools.pairwise(requests):
        assert after.messages[: len(before.messages)] == before.messages


async def test_several_calls_of_one_reply_are_carried_out_in_order_and_all_answered() -> None:
    calls = tuple(call("get_loan", {"loan_id": each}, "same id") for each in ("L0000", "L9999", "L0001"))
    model = scripted(Reply(text="Let me look.", calls=calls, thought="Three loans."), "Done.")
    result = await played(model, "Hello.", "Bye.")
    made = of(result.messages, ToolCall)
    assert [each.arguments["loan_id"] for each in made] == ["L0000", "L9999", "L0001"]
    assert len({each.call_id for each in made}) == 3
    assert [each.thought for each in made] == ["Three loans.\nLet me look.", "", ""]
    said = model.asked[1][1].messages
    assert len(said[-4].calls) == 3
    assert [each.call_id for each in said[-3:]] == [each.id for each in said[-4].calls]
    assert said[-2].content.startswith("Error: ")


async def test_call_ids_are_its_own_and_the_same_each_time() -> None:
    def lines() -> OracleModel:
        return scripted(
            Reply(calls=(call("get_loan", {"loan_id": LOAN}),)), Reply(calls=(call("nothing", {}),)), "Done."
        )

    one, other = [of((await played(lines(), "Hello.", "Bye.")).messages, ToolCall) for _ in range(2)]
    assert one == other
    assert [each.call_id for each in one] == ["call00001", "call00002"]


async def test_a_refusal_and_an_unknown_tool_come_back_as_results() -> None:
    model = scripted(Reply(calls=(call("rob_library", {}),)), "I cannot do that.")
    result = await played(model, "Hello.", "Bye.")
    assert of(result.messages, ToolResult)[0].refusal is not None
    assert model.asked[1][1].messages[-1].role == "tool"
    assert isinstance(result.ending, Stopped)


@pytest.mark.parametrize("broken", ["[1]", "{", "7", "nonsense"])
async def test_unreadable_arguments_are_asked_for_again(broken: str) -> None:
    model = scripted(
        Reply(calls=(call("get_loan", broken),)), Reply(calls=(call("get_loan", {"loan_id": LOAN}),)), "Done."
    )
    result = await played(model, "Hello.", "Bye.")
    assert of(result.messages, ToolCall)[0].arguments == {"loan_id": LOAN}
    assert model.asked[0] == model.asked[1]


async def test_what_stays_unreadable_or_empty_ends_the_conversation_as_the_agents_failure() -> None:
    for line in (Reply(calls=(call("get_loan", "["),)), Reply(), Reply(text="<think>too long", finish="length")):
        result = await played(scripted(line, line, line), "Hello.", "Bye.")
        assert isinstance(result.ending, Failed)
        assert result.ending.role == "agent"
        assert "no usable reply" in result.ending.error


async def test_an_empty_completion_is_asked_for_again() -> None:
    result = await played(scripted(Reply(), Reply(text=" \n"), "Hello!"), "Hello.", "Bye.")
    assert of(result.messages, AgentMessage)[0].text == "Hello!"


async def test_calls_in_the_text_are_made_and_thoughts_are_not_said() -> None:
    raw = f'<think>Look it up.</think>[{{"name": "get_loan", "arguments": {{"loan_id": "{LOAN}"}}}}]'
    result = await played(scripted(raw, "<think>Fine.</think>It is due."), "Hello.", "Bye.")
    assert of(result.messages, ToolCall)[0].thought == "Look it up."
    assert of(result.messages, AgentMessage)[0] == AgentMessage(text="It is due.", thought="Fine.")


async def test_a_model_that_never_stops_calling_runs_into_a_limit() -> None:
    model = OracleModel(lambda request, at: Reply(calls=(call("get_loan", {"loan_id": LOAN}),) * 3))
    result = await played(model, "Hello.", "Bye.", limits=Limits(calls=20))
    assert result.ending == LimitReached("calls", 20)
    failing = OracleModel(lambda request, at: Reply(calls=(call("get_loan", {"loan_id": "L9999"}),)))
    assert (await played(failing, "Hello.", "Bye.")).ending == LimitReached("errors", 10)


async def test_it_can_continue_what_another_agent_began() -> None:
    before = (
        HumanMessage(text="Hello."),
        AgentMessage(text="Which loan?"),
        HumanMessage(text=LOAN),
        ToolCall(call_id="x1", tool="get_loan", arguments={"loan_id": LOAN}),
        ToolResult(call_id="x1", content="{}"),
    )
    model = scripted(Reply(calls=(call("get_loan", {"loan_id": LOAN}),)))
    made = await ModelAgent(part(model))(before, TINY.tools.schemas)
    assert isinstance(made, ToolCall)
    assert made.call_id == "call00002"
    said = model.asked[0][1].messages
    assert [each.role for each in said] == ["system", "user", "assistant", "user", "assistant", "tool"]
    assert said[-2].calls[0].id == said[-1].call_id == "x1"


@pytest.mark.parametrize("name", ["model", "react"])
async def test_they_are_found_by_name_and_need_a_model(name: str) -> None:
    factory = load_agent(name)
    assert callable(factory(part(scripted())))
    with pytest.raises(CastingError, match="names none"):
        factory(part(None))


# --- the agent that thinks aloud


async def test_it_thinks_then_acts_then_speaks_and_only_the_words_are_heard() -> None:
    model = scripted(
        f'Thought: I need the loan.\nAction: {{"tool": "get_loan", "arguments": {{"loan_id": "{LOAN}"}}}}',
        "Thought: I know it.\nSay: It is due soon.\nAnything else?",
    )
    result = await played(model, "Hello.", "Bye.", kind=ThinkingAgent)
    made, said = of(result.messages, ToolCall)[0], of(result.messages, AgentMessage)[0]
    assert (made.tool, made.arguments, made.thought) == ("get_loan", {"loan_id": LOAN}, "I need the loan.")
    assert said == AgentMessage(text="It is due soon.\nAnything else?", thought="I know it.")
    last = model.asked[1][1]
    assert last.tools == ()
    assert "hand_over_to_librarian" in last.messages[0].content
    assert [each.role for each in last.messages] == ["system", "user", "assistant", "user"]
    assert "I need the loan." in last.messages[2].content
    assert last.messages[3].content.startswith("Result: ")


async def test_a_refused_action_is_read_as_its_result() -> None:
    model = scripted('Action: {"tool": "get_loan", "arguments": {"loan_id": "L9999"}}', "Say: There is no such loan.")
    await played(model, "Hello.", "Bye.", kind=ThinkingAgent)
    assert model.asked[1][1].messages[-1].content.startswith("Result: Error: ")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("Hello there.", "begins with"),
        ("Thought: Hm.", "0 actions and 0 things to say"),
        ('Thought: Hm.\nAction: {"tool": "a"}\nSay: Done.', "1 actions and 1 things"),
        ('Action: {"tool": "a"}\nAction: {"tool": "b"}', "2 actions"),
        ('Action: {"tool": "a"}\nThought: And now?', "goes on"),
        ("Action: get_loan(L1)", "cannot be read"),
        ('Action: {"tool": "a", "arguments": [1]}', "cannot be read"),
        ('Action: {"tool": "a", "args": {}}', "cannot be read"),
        ('Action: {"tool": " "}', "no tool"),
        ('Action: {"tool": "a"}\nResult: {}', "cannot be read"),
        ("Say:", "0 things to say"),
    ],
)
def test_a_step_of_another_form_is_refused_with_the_form_that_is_wanted(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        read_step(Reply(text=text))
    assert "Thought: ..." in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        '**Thought:** Hm.\n**Action:** {"tool": "a", "arguments": {"b": 1}}',
        'Thought: Hm.\nAction:\n```json\n{"tool": "a", "arguments": {"b": 1}}\n```',
        '<think>Hm.</think>Action: {"tool": "a", "arguments": {"b": 1}}',
    ],
)
def test_usual_ways_to_write_a_step_are_read(text: str) -> None:
    step = read_step(Reply(text=text))
    assert (step.thought, step.tool, step.arguments) == ("Hm.", "a", {"b": 1})


async def test_a_model_error_is_the_providers_and_passes_through() -> None:
    class Down:
        name = "down"

        async def ask(self, request: Request, at: str, read: Any) -> Any:
            raise ModelError("it is down", cause="server")

    result = await played(Down(), "Hello.", "Bye.")  # type: ignore[arg-type]
    assert isinstance(result.ending, Failed)
    assert msgspec.to_builtins(result.ending)["provider"] == "server"
