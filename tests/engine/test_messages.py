"""What may be said: a closed union of frozen values, and the gate that a reply passes."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import ActorError
from interplay.engine.messages import (
    MAX_MESSAGE_CHARACTERS,
    AgentMessage,
    AnyMessage,
    HumanMessage,
    ToolCall,
    ToolResult,
    check,
    decoder,
    encoder,
)

HUMAN, AGENT = (HumanMessage,), (AgentMessage, ToolCall)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
calls = st.builds(ToolCall, call_id=text, tool=text, arguments=st.dictionaries(text, json, max_size=3))
messages: st.SearchStrategy[AnyMessage] = st.one_of(
    st.builds(HumanMessage, text=text, stop=st.sampled_from([None, "satisfied", "denied"])),
    st.builds(AgentMessage, text=text, final=st.booleans()),
    calls,
    st.builds(ToolResult, call_id=text, content=text, refusal=st.none() | text),
)


def call(value: Any) -> ToolCall:
    return ToolCall(call_id="c", tool="t", arguments={"value": value})


@given(messages)
def test_every_message_reads_back_as_it_was_written(message: AnyMessage) -> None:
    assert decoder.decode(encoder.encode(message)) == message


@given(messages)
def test_every_message_passes_the_gate_unchanged(message: AnyMessage) -> None:
    assert check(message, (type(message),), "agent") == message


@pytest.mark.parametrize(
    "data",
    [
        b'{"type":"human","text":"hi","mood":"glad"}',
        b'{"type":"agent","text":"hi","stop":null}',
        b'{"type":"tool_call","call_id":"1","tool":"t","arguments":{},"extra":1}',
        b'{"type":"narrator","text":"hi"}',
        b'{"type":"message"}',
        b'{"text":"hi"}',
        b'{"type":"human"}',
        b'{"type":"human","text":"hi","stop":"bored"}',
        b'{"type":"tool_call","call_id":"1","tool":"t","arguments":[]}',
        b'"hi"',
    ],
)
def test_unknown_fields_tags_and_values_are_refused(data: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        decoder.decode(data)


@given(messages, st.data())
def test_no_field_of_a_message_can_be_set(message: AnyMessage, data: st.DataObject) -> None:
    with pytest.raises(AttributeError):
        setattr(message, data.draw(st.sampled_from(message.__struct_fields__)), "x")


def test_fields_are_given_by_keyword() -> None:
    with pytest.raises(TypeError):
        HumanMessage("hi")  # type: ignore[misc]


@pytest.mark.parametrize("reply", [None, "hi", b"hi", {"type": "agent", "text": "hi"}, AgentMessage, 3])
def test_what_is_no_message_is_refused_by_its_type(reply: object) -> None:
    with pytest.raises(ActorError, match=rf"the agent returned {type(reply).__name__}; expected AgentMessage or ToolC"):
        check(reply, AGENT, "agent")


@pytest.mark.parametrize("reply", [AgentMessage(text="hi"), call(1), ToolResult(call_id="c", content="")])
def test_a_message_of_another_role_is_refused(reply: AnyMessage) -> None:
    with pytest.raises(ActorError, match=f"the human returned {type(reply).__name__}; expected HumanMessage"):
        check(reply, HUMAN, "human")


class Costed(AgentMessage, frozen=True, tag="agent"):
    """What its writer sends along would be lost, or could not be read."""

    cost: float = 1.5


def test_a_message_type_of_ones_own_is_refused() -> None:
    with pytest.raises(ActorError, match="the agent returned Costed; expected AgentMessage or ToolCall"):
        check(Costed(text="hi"), AGENT, "agent")


@pytest.mark.parametrize(
    "reply",
    [
        HumanMessage(text="hi", stop="bored"),  # type: ignore[arg-type]
        HumanMessage(text="hi", stop=False),  # type: ignore[arg-type]
        HumanMessage(text=None),  # type: ignore[arg-type]
        HumanMessage(text=["hi"]),  # type: ignore[arg-type]
        AgentMessage(text=3),  # type: ignore[arg-type]
        AgentMessage(text="hi", final=1),  # type: ignore[arg-type]
        AgentMessage(text="hi", final="yes"),  # type: ignore[arg-type]
        ToolCall(call_id=7, tool="t", arguments={}),  # type: ignore[arg-type]
        ToolCall(call_id="c", tool=None, arguments={}),  # type: ignore[arg-type]
        ToolCall(call_id="c", tool="t", arguments=[1]),  # type: ignore[arg-type]
        ToolCall(call_id="c", tool="t", arguments="{}"),  # type: ignore[arg-type]
    ],
    ids=repr,
)
def test_a_field_of_the_wrong_type_is_refused(reply: AnyMessage) -> None:
    with pytest.raises(ActorError, match="is not valid JSON"):
        check(reply, (type(reply),), "agent")


@pytest.mark.parametrize(
    "reply",
    [
        HumanMessage(text="\ud800"),
        AgentMessage(text="ok \udfff ok"),
        call("\ud83d"),
        call({"\udc00": 1}),
        ToolCall(call_id="\ud800", tool="t", arguments={}),
        ToolCall(call_id="c", tool="\ud800", arguments={}),
    ],
    ids=ascii,
)
def test_a_lone_surrogate_is_refused(reply: AnyMessage) -> None:
    with pytest.raises(ActorError, match=r"is not valid JSON: .*surrogate"):
        check(reply, (type(reply),), "agent")


@pytest.mark.parametrize("letter", ["a", "é", "\N{PILE OF POO}"])
def test_enormous_text_is_refused_with_its_size_and_the_limit(letter: str) -> None:
    for reply in (AgentMessage(text=letter * 10**6), call(letter * 10**6)):
        with pytest.raises(ActorError, match=r"a message of [1-4],000,0\d\d bytes; at most 200,000 are allowed"):
            check(reply, AGENT, "agent")


def test_the_longest_text_that_is_allowed_passes() -> None:
    longest = AgentMessage(text="a" * MAX_MESSAGE_CHARACTERS)
    assert check(longest, AGENT, "agent") == longest


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"in": inner}])
def test_arguments_nested_beyond_what_json_takes_are_refused(wrap: Any) -> None:
    deep: Any = None
    for _ in range(20_000):
        deep = wrap(deep)
    with pytest.raises(ActorError, match="nested too deeply"):
        check(call(deep), AGENT, "agent")


def test_arguments_that_hold_themselves_are_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ActorError, match="nested too deeply"):
        check(call(loop), AGENT, "agent")


class Colour(enum.Enum):
    """No JSON value."""

    RED = "red"


def test_bytes_for_text_are_refused() -> None:
    with pytest.raises(ActorError, match="would read back as another"):
        check(HumanMessage(text=b"hi"), HUMAN, "human")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [{1, 2}, frozenset("a"), b"bytes", (1, 2), {1: "one"}, float("nan"), float("inf"), Decimal("1.5"), Colour.RED],
    ids=repr,
)
def test_a_value_that_json_would_read_back_as_another_is_refused(value: object) -> None:
    with pytest.raises(ActorError, match="would read back as another"):
        check(call([value]), AGENT, "agent")


@pytest.mark.parametrize(
    "value", [object(), lambda: None, {(1, 2): 3}, 10**5000, 1j], ids=["object", "f", "k", "i", "c"]
)
def test_a_value_that_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ActorError, match="is not valid JSON"):
        check(call([value]), AGENT, "agent")


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 2**64, 2**200, True, 0.1, -0.0, None, "", [], {}])
def test_a_value_that_json_holds_passes_whatever_its_size(value: object) -> None:
    passed = check(call(value), AGENT, "agent")
    assert isinstance(passed, ToolCall)
    assert repr(passed.arguments["value"]) == repr(value)


def test_what_passed_the_gate_is_out_of_its_senders_reach() -> None:
    arguments: dict[str, Any] = {"items": [1]}
    passed = check(ToolCall(call_id="c", tool="t", arguments=arguments), AGENT, "agent")
    arguments["items"].append(2)
    arguments["more"] = True
    assert isinstance(passed, ToolCall)
    assert passed.arguments == {"items": [1]}


class Loud(str):
    """Text that is not what it seems."""

    __slots__ = ()

    def isascii(self) -> bool:
        return True


def test_text_of_a_type_of_ones_own_is_refused() -> None:
    with pytest.raises(ActorError, match=r"is not valid JSON: .*Loud"):
        check(AgentMessage(text=Loud("hi")), AGENT, "agent")
