"""The client against llama.cpp's server, with a tiny model of random weights.

The model's words are noise; what shows is that the protocol holds with a server that others made.
"""

import json
import time
from collections import Counter
from typing import Literal

import anyio
import msgspec
import pytest

from interplay.domains.retail import DOMAIN
from interplay.engine.errors import EndpointError, ModelError
from interplay.engine.models.exchange import Call, Reply, Request, Said

CONVERSATIONS, TURNS = 200, 3
TOGETHER = 512
HELLO = Said(role="user", content="Hello, I would like to return a table.")
POLICY = Said(role="system", content=DOMAIN.policy.text)
AGENT = Said(role="system", content="You help the customers of a shop.")
FEW = tuple(DOMAIN.tools.named(name).schema for name in ("calculate", "find_user_id_by_email"))
"""As many tools as noise can be held to in little time."""


class Scored(msgspec.Struct):
    """Part of what a schema asks for."""

    criterion: Literal["correctness", "completeness"]
    score: int
    reason: str


class Judged(msgspec.Struct, kw_only=True):
    """What a schema asks for: nesting, a choice, a list, a number, something that may be absent."""

    thought: str
    scores: list[Scored]
    accept: bool
    doubt: float | None = None


def schema_of(shape):
    """A shape as one JSON schema that starts with an object, its parts under $defs."""
    (schema,), parts = msgspec.json.schema_components([shape], ref_template="#/$defs/{name}")
    name = schema["$ref"].rpartition("/")[2]
    return parts.pop(name) | {"$defs": parts}


def request(*said, **settings):
    return Request(messages=said or (HELLO,), **({"max_tokens": 48} | settings))


async def outcomes(endpoint, asked, count):
    """The replies to the same request under different seeds, and the causes of those that failed alone."""
    got, causes = [], Counter()
    for seed in range(count):
        try:
            got.append(await endpoint.complete("tiny", asked, seed))
        except EndpointError:
            raise
        except ModelError as error:
            causes[error.cause] += 1
    return got, causes


async def replies(endpoint, asked, count):
    """Replies to the same request under different seeds."""
    return [await endpoint.complete("tiny", asked, seed) for seed in range(count)]


async def test_the_model_is_listed(endpoint_at):
    async with endpoint_at() as endpoint:
        assert await endpoint.models() == ["tiny"]


async def test_text_comes_with_its_usage_and_why_it_ended(endpoint_at):
    async with endpoint_at() as endpoint:
        got = await replies(endpoint, request(), 20)
    assert {reply.finish for reply in got} <= {"stop", "length"}
    assert any(reply.text for reply in got)
    assert all(reply.usage.prompt > 10 and reply.usage.completion > 0 for reply in got)
    assert len({reply.text for reply in got}) > 10


async def test_a_limit_of_tokens_is_kept_and_told(endpoint_at):
    async with endpoint_at() as endpoint:
        got = await replies(endpoint, request(max_tokens=2), 20)
    assert max(reply.usage.completion for reply in got) == 2
    assert "length" in {reply.finish for reply in got}


async def test_the_same_seed_gives_the_same_text(endpoint_at):
    async with endpoint_at() as endpoint:
        once, again = [await replies(endpoint, request(), 10) for _ in range(2)]
    assert [reply.text for reply in once] == [reply.text for reply in again]


async def test_temperature_zero_gives_one_text(endpoint_at):
    async with endpoint_at() as endpoint:
        got = await replies(endpoint, request(temperature=0.0), 5)
    assert len({reply.text for reply in got}) == 1


async def test_a_worlds_policy_and_all_its_tools_are_taken(endpoint_at, tell):
    asked = request(POLICY, HELLO, tools=DOMAIN.tools.schemas, max_tokens=16)
    async with endpoint_at() as endpoint:
        reply = await endpoint.complete("tiny", asked, 1)
    tell(**{"retail's policy and tools, tokens": reply.usage.prompt})
    assert {call.name for call in reply.calls} <= set(DOMAIN.tools)


async def test_calls_come_back_whole_or_as_the_failure_of_one_request(endpoint_at, tell):
    asked = request(HELLO, tools=FEW, max_tokens=150)
    async with endpoint_at(failures=0) as endpoint:
        got, causes = await outcomes(endpoint, asked, 40)
    whole = [call for reply in got for call in reply.calls if reply.finish == "tool_calls"]
    cut = [call for reply in got for call in reply.calls if reply.finish != "tool_calls"]
    tell(**{"of 40 requests with tools": f"{len(whole)} calls, {len(cut)} more were cut, failed {dict(causes)}"})
    assert set(causes) <= {"server"}
    assert whole
    assert {call.name for call in whole} <= {tool["function"]["name"] for tool in FEW}
    assert all(isinstance(json.loads(call.arguments), dict) for call in whole)


@pytest.mark.parametrize("arguments", ['{"email":"a@example.com"}', '{"email', "", "[]"])
async def test_a_conversation_with_calls_goes_on_even_when_their_arguments_were_broken(endpoint_at, arguments):
    calls = (Call(id="a", name="find_user_id_by_email", arguments=arguments), Call(id="b", name="x", arguments="{}"))
    said = (
        POLICY,
        HELLO,
        Said(role="assistant", calls=calls),
        Said(role="tool", call_id="a", content="Error: user not found"),
        Said(role="tool", call_id="b", content="Error: no such tool"),
    )
    async with endpoint_at() as endpoint:
        reply = await endpoint.complete("tiny", request(*said, tools=FEW), 3)
    assert reply.usage.prompt > 1000


async def test_json_fits_its_schema(endpoint_at, tell):
    asked = request(schema=schema_of(Judged), max_tokens=1500)
    async with endpoint_at(failures=0) as endpoint:
        got, causes = await outcomes(endpoint, asked, 10)
    whole = [msgspec.json.decode(reply.text, type=Judged) for reply in got if reply.finish == "stop"]
    tell(**{"of 10 requests with a schema": f"{len(whole)} fit, {len(got) - len(whole)} cut, failed {dict(causes)}"})
    assert set(causes) <= {"server"}
    assert whole


async def test_json_that_is_cut_by_its_limit_is_no_more_than_the_failure_of_one_request(endpoint_at, tell):
    asked = request(schema=schema_of(Judged), max_tokens=5)
    async with endpoint_at(failures=0) as endpoint:
        got, causes = await outcomes(endpoint, asked, 5)
        assert (await endpoint.complete("tiny", request(), 1)).usage.completion
    assert {reply.finish for reply in got} <= {"length"}
    tell(**{"of 5 requests whose JSON max_tokens cuts": f"{len(got)} ended by length, failed {dict(causes)}"})


@pytest.mark.parametrize("schema", [{"type": "strange"}, {"$ref": "#/nowhere"}])
async def test_a_schema_that_is_refused_is_the_failure_of_one_request(endpoint_at, schema):
    async with endpoint_at() as endpoint:
        with pytest.raises(ModelError) as caught:
            await endpoint.complete("tiny", request(schema=schema), 1)
    assert caught.value.cause == "schema"
    assert not isinstance(caught.value, EndpointError)


async def test_a_conversation_beyond_the_context_is_the_failure_of_one_request(endpoint_at, served):
    too_long = Said(role="user", content="word " * served["context"])
    async with endpoint_at() as endpoint:
        with pytest.raises(ModelError, match="context") as caught:
            await endpoint.complete("tiny", request(too_long), 1)
        assert (await endpoint.complete("tiny", request(), 1)).usage.completion
    assert caught.value.cause == "context"
    assert not isinstance(caught.value, EndpointError)


@pytest.mark.parametrize("key", ["sk-wrong", ""])
async def test_a_wrong_key_or_none_ends_the_session_and_is_not_told(endpoint_at, key):
    async with endpoint_at(key=key) as endpoint:
        with pytest.raises(EndpointError) as caught:
            await endpoint.complete("tiny", request(), 1)
    assert caught.value.cause == "key"
    assert "sk-wrong" not in str(caught.value)


async def test_a_url_that_is_not_the_base_ends_the_session(endpoint_at, served):
    async with endpoint_at(url=f"{served['url']}/v7") as endpoint:
        with pytest.raises(EndpointError, match="base"):
            await endpoint.complete("tiny", request(), 1)


async def test_this_server_has_one_model_and_takes_every_name_for_it(endpoint_at, tell):
    async with endpoint_at() as endpoint:
        reply = await endpoint.complete("nonesuch", request(), 1)
    assert reply.usage.completion > 0
    tell(**{"llama.cpp's server, asked for a model that it does not have": f"answers with its own ({reply.finish})"})


async def test_five_hundred_requests_that_start_together_are_all_answered(endpoint_at, tell):
    got = []
    began = time.monotonic()

    async def one(seed):
        got.append(await endpoint.complete("tiny", request(max_tokens=4), seed))

    async with endpoint_at(in_flight=TOGETHER, failures=0) as endpoint, anyio.create_task_group() as tasks:
        for seed in range(TOGETHER):
            tasks.start_soon(one, seed)
    tell(**{f"{TOGETHER} requests together, s": round(time.monotonic() - began, 1)})
    assert len(got) == TOGETHER


async def test_two_hundred_conversations_with_tools_are_played(endpoint_at, tell):
    """Each goes on with what the model says or calls; tools are offered once, since they make noise slow to say."""
    ended, began = Counter(), time.monotonic()

    async def talk(endpoint, number):
        said, turn = [AGENT, HELLO], 0
        try:
            while turn < TURNS:
                asked = request(*said, tools=FEW if turn == 0 else (), max_tokens=40)
                said += answered(await endpoint.complete("tiny", asked, number * TURNS + turn), ended)
                turn += 1
        except ModelError as error:
            ended[f"ended by {error.cause}"] += 1
        else:
            ended["played to the end"] += 1

    async with endpoint_at(in_flight=32, failures=2) as endpoint, anyio.create_task_group() as tasks:
        for number in range(CONVERSATIONS):
            tasks.start_soon(talk, endpoint, number)
    took = time.monotonic() - began
    tell(**{f"{CONVERSATIONS} conversations of {TURNS} turns": f"{took:.0f} s, {dict(sorted(ended.items()))}"})
    played = ended["played to the end"]
    assert played + sum(count for how, count in ended.items() if how.startswith("ended by")) == CONVERSATIONS
    assert played > CONVERSATIONS / 2
    assert ended["calls"] > 0
    assert ended["texts"] > 0


def answered(reply: Reply, counts: Counter[str]) -> list[Said]:
    """What a conversation has more after a reply: it, and the tools' or the human's part."""
    counts["calls"] += len(reply.calls)
    counts["texts"] += not reply.calls
    told = [Said(role="tool", call_id=call.id, content="Error: not found") for call in reply.calls]
    return [Said(role="assistant", content=reply.text, calls=reply.calls), *(told or [HELLO])]
