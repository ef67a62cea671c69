"""Others' messages as ours: order, ids, marks, and all that makes a recording no conversation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import TranscriptError
from interplay.engine.grading.chat import read_chat
from interplay.engine.grading.simulation import read_simulation
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult


def call(id: str, arguments: Any = "{}", name: str = "look") -> dict[str, Any]:  # noqa: A002
    return {"id": id, "function": {"name": name, "arguments": arguments}}


def asks(*calls: dict[str, Any], content: str | None = None) -> dict[str, Any]:
    return {"role": "assistant", "content": content, "tool_calls": list(calls)}


def tells(id: str, content: str = "ok") -> dict[str, Any]:  # noqa: A002
    return {"role": "tool", "tool_call_id": id, "content": content}


HELLO = {"role": "user", "content": "Hello."}


def cause(*messages: Any) -> str:
    with pytest.raises(TranscriptError) as caught:
        read_chat(messages)
    return caught.value.cause


def test_several_calls_of_one_message_are_each_followed_by_their_result():
    found = read_chat([HELLO, asks(call("x"), call("y")), tells("y", "two"), tells("x", "one")])
    assert [type(each) for each in found.messages] == [HumanMessage, ToolCall, ToolResult, ToolCall, ToolResult]
    assert [each.content for each in found.messages if isinstance(each, ToolResult)] == ["one", "two"]
    assert found.sources == (0, 1, 3, 1, 2)


def test_an_id_that_is_used_again_is_made_unique():
    found = read_chat([asks(call("x")), tells("x"), asks(call("x")), tells("x"), asks(call("")), tells("")])
    ids = [each.call_id for each in found.messages if isinstance(each, ToolCall)]
    assert len(set(ids)) == 3
    assert ids == [each.call_id for each in found.messages if isinstance(each, ToolResult)]


def test_a_mark_means_that_the_human_leaves_and_is_not_heard():
    found = read_chat([HELLO, {"role": "assistant", "content": "Hi."}, {"role": "user", "content": "Bye. ###STOP###"}])
    assert found.stopped
    assert found.messages[-1] == HumanMessage(text="Bye.", stop="satisfied")
    assert not read_chat([HELLO]).stopped


def test_words_beside_a_call_are_thoughts_and_system_messages_are_nobodys():
    found = read_chat([{"role": "system", "content": "Be good."}, asks(call("x"), content="I look."), tells("x")])
    assert found.messages[0] == ToolCall(call_id="x", tool="look", arguments={}, thought="I look.")
    assert found.sources == (1, 2)


def test_a_result_that_says_that_it_is_an_error_is_a_refusal():
    found = read_chat([asks(call("x")), tells("x", "Error: no")])
    assert isinstance(found.messages[1], ToolResult)
    assert found.messages[1].refusal == "refused"


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([], "empty"),
        ([{"role": "system", "content": "x"}], "empty"),
        ([{"role": "narrator", "content": "x"}], "role"),
        ([asks(call("x"))], "unanswered"),
        ([asks(call("x"), call("x")), tells("x")], "unanswered"),
        ([asks(call("x")), tells("y")], "unasked"),
        ([tells("x")], "unasked"),
        ([asks(call("x", "{"))], "arguments"),
        ([asks(call("x", "[1]"))], "arguments"),
        ([asks(call("x", 3))], "arguments"),
        (["words"], "message"),
        ([{"content": "x"}], "message"),
        ([{"role": "user", "content": 3}], "message"),
        ([asks({"function": {}})], "message"),
    ],
)
def test_what_is_no_conversation_says_why(messages, expected):
    assert cause(*messages) == expected


def test_in_a_simulation_both_sides_call_tools():
    found = read_simulation(
        [
            {"role": "assistant", "content": "Restart it, please.", "tool_calls": None},
            {"role": "user", "tool_calls": [{"id": "u", "name": "restart", "arguments": {}, "requestor": "user"}]},
            {"role": "tool", "id": "u", "content": "It broke.", "error": True, "requestor": "user"},
            {"role": "assistant", "tool_calls": [{"id": "a", "name": "look"}, {"id": "b", "name": "look"}]},
            {"role": "tool", "tool_messages": [{"id": "a", "content": "1"}, {"id": "b", "content": "2"}]},
        ]
    )
    assert found.messages[:3] == (
        AgentMessage(text="Restart it, please."),
        ToolCall(call_id="u", tool="restart", arguments={}, by="human"),
        ToolResult(call_id="u", content="It broke.", refusal="refused", by="human"),
    )
    assert [each.content for each in found.messages[3:] if isinstance(each, ToolResult)] == ["1", "2"]


@pytest.mark.parametrize(
    "message",
    [{"role": "narrator"}, {"role": "user", "tool_calls": [{"id": "x", "name": "look", "requestor": "nobody"}]}],
)
def test_in_a_simulation_nobody_else_speaks_or_calls(message):
    with pytest.raises(TranscriptError, match="known are"):
        read_simulation([message])


CHARACTERS = st.characters(exclude_characters="#", codec="utf-8")
WORDS = st.text(CHARACTERS, min_size=1).filter(lambda text: text[:5].lower() != "error")
STEPS = st.lists(st.tuples(st.sampled_from(("human", "agent", "call")), WORDS), min_size=1, max_size=8)


@given(STEPS)
def test_a_conversation_of_ours_written_in_either_form_reads_back_as_it_was(steps):
    ours: list[Any] = []
    chat: list[dict[str, Any]] = []
    simulated: list[dict[str, Any]] = []
    for number, (kind, words) in enumerate(steps):
        if kind == "call":
            arguments, name = {"words": words}, f"c{number}"
            ours += [
                ToolCall(call_id=name, tool="look", arguments=arguments),
                ToolResult(call_id=name, content=words),
            ]
            chat += [asks(call(name, json.dumps(arguments))), tells(name, words)]
            simulated += [
                {"role": "assistant", "tool_calls": [{"id": name, "name": "look", "arguments": arguments}]},
                {"role": "tool", "id": name, "content": words},
            ]
            continue
        ours.append(HumanMessage(text=words) if kind == "human" else AgentMessage(text=words))
        chat.append({"role": "user" if kind == "human" else "assistant", "content": words})
        simulated.append(chat[-1])
    assert list(read_chat(chat).messages) == list(read_simulation(simulated).messages) == ours
