"""What goes out to a server, and what is made of what comes back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.models.exchange import Call, Reply, Request, Said, Usage
from interplay.engine.models.wire import Encoding, WireFault, read_models, read_reply, told

TOOL = {"type": "function", "function": {"name": "find", "parameters": {"type": "object", "properties": {}}}}
HELLO = Request(messages=(Said(role="user", content="Hello"),))


def sent(request: Request, seed: int | None = None, **options: Any) -> dict[str, Any]:
    return msgspec.json.decode(Encoding(**options).body("m", request, seed))


def answer(message: Any, **rest: Any) -> bytes:
    return msgspec.json.encode({"choices": [{"message": message, "finish_reason": "stop"}], **rest})


def test_plain_request_holds_model_and_messages_and_nothing_else():
    assert sent(HELLO) == {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}


def test_every_part_of_a_request_has_its_place():
    request = Request(
        messages=(
            Said(role="system", content="Be kind."),
            Said(role="assistant", calls=(Call(id="c1", name="find", arguments='{"a": 1}'),)),
            Said(role="tool", content="found", call_id="c1"),
        ),
        tools=(TOOL,),
        temperature=0.0,
        max_tokens=9,
    )
    body = sent(request, 5, extra={"top_p": 0.5})
    assert body["messages"][1] == {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"a": 1}'}}],
    }
    assert body["messages"][2] == {"role": "tool", "tool_call_id": "c1", "content": "found"}
    assert body["tools"] == [TOOL]
    assert (body["tool_choice"], body["temperature"], body["max_tokens"]) == ("auto", 0.0, 9)
    assert (body["seed"], body["top_p"]) == (5, 0.5)


def test_limit_of_tokens_goes_by_the_name_that_the_server_wants():
    request = msgspec.structs.replace(HELLO, max_tokens=9)
    assert sent(request, max_tokens="max_completion_tokens")["max_completion_tokens"] == 9


def test_arguments_that_are_no_object_go_back_as_one_that_holds_them():
    calls = tuple(Call(id=str(n), name="find", arguments=text) for n, text in enumerate(('{"a": ', "[1]", "")))
    body = sent(Request(messages=(Said(role="assistant", content="so", calls=calls),)))
    written = [call["function"]["arguments"] for call in body["messages"][0]["tool_calls"]]
    assert [msgspec.json.decode(text) for text in written] == [{"unreadable": c.arguments} for c in calls]


def test_schema_is_called_strict_only_if_it_is_closed():
    closed = {"type": "object", "properties": {"a": {}}, "required": ["a"], "additionalProperties": False}
    open_ = {"type": "object", "properties": {"a": closed}, "required": ["a"]}
    for schema, strict in ((closed, True), (open_, False)):
        body = sent(msgspec.structs.replace(HELLO, schema=schema, schema_name="plan"))["response_format"]
        assert body["type"] == "json_schema"
        assert body["json_schema"]["name"] == "plan"
        assert body["json_schema"]["schema"] == schema
        assert body["json_schema"].get("strict", False) is strict


def test_tools_of_one_request_never_stand_in_those_of_another():
    encoding = Encoding()
    for number in range(300):
        tools = ({**TOOL, "number": number},)
        body = msgspec.json.decode(encoding.body("m", msgspec.structs.replace(HELLO, tools=tools)))
        assert body["tools"] == list(tools)


def test_usual_answer_is_read():
    call = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"a": 1}'}}
    body = answer(
        {"role": "assistant", "content": "Wait.", "tool_calls": [call], "reasoning_content": "hm"},
        usage={"prompt_tokens": 7, "completion_tokens": 2, "prompt_tokens_details": None},
    )
    assert read_reply(body) == Reply(
        text="Wait.",
        calls=(Call(id="c1", name="find", arguments='{"a": 1}'),),
        finish="stop",
        usage=Usage(prompt=7, completion=2),
        thought="hm",
    )


@pytest.mark.parametrize(
    ("message", "text", "thought"),
    [
        ({"content": None}, "", ""),
        ({}, "", ""),
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, "ab", ""),
        ({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "t"}]}, "a"]}, "a", "t"),
        ({"content": "a", "reasoning": "t"}, "a", "t"),
        ({"content": None, "refusal": "no"}, "no", ""),
    ],
)
def test_text_is_found_wherever_servers_put_it(message: Any, text: str, thought: str):
    reply = read_reply(answer(message))
    assert (reply.text, reply.thought) == (text, thought)


def test_call_without_id_and_with_an_object_for_arguments_is_read():
    body = answer({"tool_calls": [{"function": {"name": "find", "arguments": {"a": 1}}}] * 2})
    first, second = read_reply(body).calls
    assert (first.name, msgspec.json.decode(first.arguments)) == ("find", {"a": 1})
    assert first.id
    assert first.id != second.id
    assert read_reply(body).calls == (first, second)


def test_equal_ids_are_told_apart():
    call = {"id": "c", "function": {"name": "find", "arguments": None}}
    first, second = read_reply(answer({"tool_calls": [call, call]})).calls
    assert first.id == "c" != second.id
    assert first.arguments == "{}"


def test_old_function_call_is_a_call():
    body = msgspec.json.encode(
        {"choices": [{"message": {"function_call": {"name": "f", "arguments": ""}}, "finish_reason": "function_call"}]}
    )
    reply = read_reply(body)
    assert [(call.name, call.arguments) for call in reply.calls] == [("f", "{}")]
    assert reply.finish == "tool_calls"


@pytest.mark.parametrize(("calls", "finish"), [([], "stop"), ([{"function": {"name": "f"}}], "tool_calls")])
def test_missing_reason_to_end_is_made_up_from_the_answer(calls: Any, finish: str):
    body = msgspec.json.encode({"choices": [{"message": {"content": "a", "tool_calls": calls}}]})
    assert read_reply(body).finish == finish


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "not a chat completion"),
        (b'{"choices": [', "not a chat completion"),
        (b"[" * 100_000, "not a chat completion"),
        (b"[1]", "not a chat completion"),
        (b"\xff", "not a chat completion"),
        (b'{"choices": []}', "without choices"),
        (b"{}", "without choices"),
        (b'{"choices": [{}]}', "without a message"),
        (b'{"choices": [{"message": {"tool_calls": ["f"]}}]}', "not a chat completion"),
    ],
)
def test_what_is_no_answer_is_called_so(body: bytes, text: str):
    with pytest.raises(WireFault, match=text) as caught:
        read_reply(body)
    assert caught.value.status == 0


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": {"message": "Provider is busy", "code": 503}}',
        b'{"choices": [{"message": null, "error": {"message": "Provider is busy", "code": 503}}]}',
    ],
)
def test_error_within_an_answer_keeps_its_status(body: bytes):
    with pytest.raises(WireFault, match="Provider is busy") as caught:
        read_reply(body)
    assert caught.value.status == 503


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"error": {"message": "Too long", "type": "bad", "code": "context"}}', "Too long (context, bad)"),
        (b'{"error": "Too long"}', "Too long"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (b'{"object": "error", "message": "Too long", "code": 400}', "Too long"),
        (b'{"detail": [{"msg": "field required"}]}', '[{"msg":"field required"}]'),
        (b"Bad Gateway", "Bad Gateway"),
        (b"", ""),
    ],
)
def test_words_of_an_error_are_found_in_any_shape(body: bytes, text: str):
    assert told(body) == text


def test_list_of_models_is_read_in_its_order():
    assert read_models(b'{"object": "list", "data": [{"id": "b", "x": 1}, {"id": "a"}]}') == ["b", "a"]
    with pytest.raises(WireFault, match="not a list of models"):
        read_models(b"{}")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
message = st.fixed_dictionaries(
    {},
    optional={
        "content": json_values,
        "refusal": json_values,
        "reasoning": json_values,
        "tool_calls": json_values | st.lists(st.fixed_dictionaries({"function": st.just({}), "id": json_values})),
        "function_call": json_values,
    },
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "choices": json_values
            | st.lists(st.fixed_dictionaries({"message": message}, optional={"finish_reason": json_values})),
            "usage": json_values,
            "error": json_values,
        },
    )
)
def test_whatever_json_comes_it_is_a_reply_or_a_fault(body: Any):
    try:
        reply = read_reply(msgspec.json.encode(body))
    except WireFault as fault:
        assert str(fault)  # noqa: PT017  (either is fine)
    else:
        assert len({call.id for call in reply.calls}) == len(reply.calls)
        assert msgspec.json.decode(msgspec.json.encode(reply), type=Reply) == reply


@given(st.binary())
def test_whatever_bytes_come_they_are_a_reply_or_a_fault(body: bytes):
    told(body)
    with pytest.raises(WireFault):
        read_reply(body)
