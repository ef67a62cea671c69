"""Tool calls are found in every shape in which a server may leave them, and nowhere else."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.models.exchange import Call, Reply
from interplay.engine.models.parsing import Wanted, calls_in, split_thought, understand

ONE = {"name": "get_order", "arguments": {"order_id": "#W1"}}
TWO = [ONE, {"name": "get_user", "arguments": {}}]
WANTED = (Wanted("get_order", {"order_id": "#W1"}), Wanted("get_user", {}))

NAMES = st.from_regex(r"[a-z][a-z_]{0,15}", fullmatch=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
ARGUMENTS = st.dictionaries(st.text(max_size=8), VALUES, max_size=3)
CALLS = st.lists(st.tuples(NAMES, ARGUMENTS), min_size=1, max_size=3)


def text_of(calls: list[tuple[str, dict[str, Any]]], key: str, *, encoded: bool) -> list[str]:
    return [json.dumps({"name": name, key: json.dumps(given) if encoded else given}) for name, given in calls]


def shaped(objects: list[str], shape: str) -> str:
    listed = f"[{', '.join(objects)}]"
    return {
        "array": listed,
        "thinking": f"<think>Let me [see] {{this}}.</think>\n\n{listed}",
        "end of thinking": f"Hm, the order.</think>{listed}",
        "fence": f"```json\n{listed}\n```",
        "fence after words": f"Let me look.\n\n```json\n{listed}\n```\n",
        "mark": f"[TOOL_CALLS]{listed}",
        "marked words": f"Let me look. [TOOL_CALLS] {listed}",
        "tags": "\n".join(f"<tool_call>\n{each}\n</tool_call>" for each in objects),
        "open tag": "Let me look.\n" + "\n".join(f"<tool_call>{each}" for each in objects),
        "tagged list": f"<tool_call>{listed}</tool_call>",
    }[shape]


SHAPES = (
    "array",
    "thinking",
    "end of thinking",
    "fence",
    "fence after words",
    "mark",
    "marked words",
    "tags",
    "open tag",
    "tagged list",
)


@given(CALLS, st.sampled_from(SHAPES), st.sampled_from(("arguments", "parameters")), st.booleans())
def test_calls_are_read_from_every_shape_in_their_order(
    calls: list[tuple[str, dict[str, Any]]], shape: str, key: str, encoded: bool
) -> None:
    text = shaped(text_of(calls, key, encoded=encoded), shape)
    if "<tool_call>" in json.dumps(calls) or "[TOOL_CALLS]" in json.dumps(calls) or "```" in json.dumps(calls):
        return
    understood = understand(Reply(text=text))
    assert list(understood.calls) == [Wanted(name, given) for name, given in calls]
    assert "{" not in understood.text


@given(CALLS)
def test_calls_that_the_server_understood_are_taken_as_they_are(calls: list[tuple[str, dict[str, Any]]]) -> None:
    given_calls = tuple(Call(id="x", name=name, arguments=json.dumps(given)) for name, given in calls)
    understood = understand(Reply(text="One moment.", calls=given_calls, thought="Hm."))
    assert list(understood.calls) == [Wanted(name, given) for name, given in calls]
    assert understood.text == "One moment."
    assert understood.thought == "Hm."


@pytest.mark.parametrize(
    "text",
    [
        "Your order [#W1] has been cancelled.",
        "[1, 2, 3]",
        "[]",
        "{}",
        "{not json",
        "[the lamp] is on its way",
        '{"name": "Ann Lee"}',
        '[{"name": "Lamp", "price": 3}]',
        '{"name": "Lamp", "arguments": 7}',
        '{"names": ["a"], "arguments": {}}',
        '```json\n{"status": "delivered"}\n```',
        "```\nnot json\n```",
        "I can do (a) or {b} or [c].",
        "Use <b>tool_call</b> if you like.",
        "",
    ],
)
def test_ordinary_text_stays_text(text: str) -> None:
    assert calls_in(text) == (text, ())


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        understood = understand(Reply(text=text))
        assert understood.text or understood.calls or understood.thought or not text.strip()


@given(st.text(alphabet="abc [](){}.,\"'#:\n", max_size=120))
def test_text_without_the_shape_of_a_call_is_never_lost(text: str) -> None:
    assert understand(Reply(text=text)).text == text.strip()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[{"name": "get_order", "arguments": {"order', "not valid JSON"),
        ('<tool_call>{"name": "get_order"</tool_call>', "not valid JSON"),
        ("<tool_call>get_order</tool_call>", "not valid JSON"),
        ('[TOOL_CALLS][{"nome": "x"}]', '"name" and "arguments"'),
        ('[{"name": "get_order", "arguments": "[1]"}]', "JSON object"),
    ],
)
def test_a_call_that_was_begun_and_cannot_be_read_is_an_error_that_says_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        understand(Reply(text=text))


@pytest.mark.parametrize("arguments", ["[1]", "7", "true", '"text"', "{", '{"a": NaN}', "[" * 5000])
def test_arguments_that_are_no_object_are_an_error_that_names_the_tool(arguments: str) -> None:
    with pytest.raises(ValueError, match="get_order"):
        understand(Reply(calls=(Call(id="1", name="get_order", arguments=arguments),)))


@pytest.mark.parametrize("arguments", ["", " ", "null", "{}", '"{}"', '""'])
def test_no_arguments_are_none_however_a_server_puts_it(arguments: str) -> None:
    assert understand(Reply(calls=(Call(id="1", name="f", arguments=arguments),))).calls == (Wanted("f", {}),)


def test_a_call_without_a_name_is_an_error() -> None:
    with pytest.raises(ValueError, match="no name"):
        understand(Reply(calls=(Call(id="1", name=" ", arguments="{}"),)))


def test_a_name_may_stand_before_its_arguments_after_the_mark() -> None:
    assert calls_in('[TOOL_CALLS]get_order[ARGS]{"order_id": "#W1"}[TOOL_CALLS]get_user{}') == ("", WANTED)


def test_calls_in_the_format_of_functions_are_read_too() -> None:
    assert calls_in(json.dumps([{"type": "function", "function": each} for each in TWO])) == ("", WANTED)


@pytest.mark.parametrize(
    ("text", "rest", "thought"),
    [
        ("Hello.", "Hello.", ""),
        ("<think>Who?</think> Hello.", "Hello.", "Who?"),
        ("Who?\n</think>\nHello.", "Hello.", "Who?"),
        ("<think>I never come to an end", "", "I never come to an end"),
    ],
)
def test_reasoning_is_told_apart_from_the_words(text: str, rest: str, thought: str) -> None:
    assert split_thought(text) == (rest, thought)
