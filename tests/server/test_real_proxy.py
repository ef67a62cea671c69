"""The client against LiteLLM's proxy, which stands before llama.cpp's server and spells errors its own way."""

import msgspec
import pytest

from interplay.domains.retail import DOMAIN
from interplay.engine.errors import EndpointError, ModelError
from interplay.engine.models.exchange import Request, Said

HELLO = Request(messages=(Said(role="user", content="Hello."),), max_tokens=32)


async def test_text_comes_through(endpoint_at, proxied):
    async with endpoint_at(url=proxied) as endpoint:
        got = [await endpoint.complete("tiny", HELLO, seed) for seed in range(5)]
    assert all(reply.usage.completion for reply in got)


async def test_calls_come_through(endpoint_at, proxied):
    asked = msgspec.structs.replace(HELLO, tools=DOMAIN.tools.schemas[:3], max_tokens=150)
    calls, causes = [], set()
    async with endpoint_at(url=proxied, failures=0) as endpoint:
        for seed in range(20):
            try:
                calls += (await endpoint.complete("tiny", asked, seed)).calls
            except ModelError as error:
                causes.add(error.cause)
    assert causes <= {"server"}
    assert calls
    assert {call.name for call in calls} <= set(DOMAIN.tools)


async def test_json_fits_its_schema(endpoint_at, proxied):
    schema = {
        "type": "object",
        "properties": {"a": {"type": "boolean"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    }
    asked = msgspec.structs.replace(HELLO, schema=schema, max_tokens=500)
    async with endpoint_at(url=proxied) as endpoint:
        got = [msgspec.json.decode((await endpoint.complete("tiny", asked, seed)).text) for seed in range(5)]
    assert all(type(each["a"]) is bool and type(each["b"]) is int for each in got)


async def test_an_unknown_model_ends_the_session_and_the_known_ones_are_named(endpoint_at, proxied, tell):
    async with endpoint_at(url=proxied) as endpoint:
        with pytest.raises(EndpointError) as caught:
            await endpoint.complete("tinny", HELLO, 1)
    tell(**{"LiteLLM, asked for a model that it does not have": str(caught.value)})
    assert caught.value.cause == "model"
    assert "did you mean 'tiny'" in str(caught.value)


async def test_a_conversation_beyond_the_context_is_the_failure_of_one_request(endpoint_at, proxied, served):
    too_long = Request(messages=(Said(role="user", content="word " * served["context"]),))
    async with endpoint_at(url=proxied) as endpoint:
        with pytest.raises(ModelError) as caught:
            await endpoint.complete("tiny", too_long, 1)
    assert caught.value.cause == "context"


async def test_a_wrong_key_is_told_without_the_key(endpoint_at, proxied, tell):
    async with endpoint_at(url=proxied, key="sk-wrong") as endpoint:
        with pytest.raises(ModelError) as caught:
            await endpoint.complete("tiny", HELLO, 1)
    tell(**{"LiteLLM, shown a wrong key": f"{caught.value.cause}: {caught.value}"})
    assert "sk-wrong" not in str(caught.value)
