"""The double of a model server: what a client of it sees, on real sockets and every event loop."""

import json
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest

from interplay.engine.errors import UsageError
from interplay.engine.models.exchange import Call, Reply, Usage
from interplay.engine.seeds import Seed
from interplay.engine.testing.model_server import KINDS, Fault, ModelServer, Raw

QUESTION = {"model": "m", "messages": [{"role": "user", "content": "Hello?"}]}


@asynccontextmanager
async def client_of(server, **settings):
    """An HTTP client of a server."""
    async with httpx.AsyncClient(base_url=server.url, timeout=5, trust_env=False, **settings) as client:
        yield client


async def ask(client, **body):
    return await client.post("/chat/completions", json=QUESTION | body)


def message(response):
    assert response.status_code == 200, response.text
    return response.json()["choices"][0]["message"]


async def test_a_script_is_given_in_the_order_in_which_requests_arrive():
    script = ["Hello.", Call(id="a", name="find", arguments='{"x":1}'), {"b": 2}, lambda asked: asked["model"]]
    async with ModelServer(script) as server, client_of(server) as client:
        said = [message(await ask(client)) for _ in script]
    assert [each["content"] for each in said] == ["Hello.", None, '{"b":2}', "m"]
    assert said[1]["tool_calls"] == [
        {"id": "a", "type": "function", "function": {"name": "find", "arguments": '{"x":1}'}}
    ]


async def test_an_oracle_sees_body_and_headers_and_may_wait():
    async def answer(asked):
        await anyio.lowlevel.checkpoint()
        return f"{asked['messages'][-1]['content']} {asked.headers['x-role']} {asked.number} {asked.connection}"

    async with ModelServer(answer) as server, client_of(server, headers={"x-role": "human"}) as client:
        said = [message(await ask(client))["content"] for _ in range(2)]
    assert said == ["Hello? human 1 1", "Hello? human 2 1"]


async def test_a_whole_reply_goes_out_with_its_usage_its_thought_and_its_ending():
    reply = Reply(text="So", finish="length", usage=Usage(prompt=5, completion=7), thought="Hm.")
    async with ModelServer(lambda _asked: reply) as server, client_of(server) as client:
        got = (await ask(client)).json()
    assert got["choices"][0]["finish_reason"] == "length"
    assert got["choices"][0]["message"]["reasoning_content"] == "Hm."
    assert got["usage"] == {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}


async def test_usage_is_counted_when_the_answer_does_not_say_it():
    async with ModelServer("12345678") as server, client_of(server) as client:
        usage = (await ask(client)).json()["usage"]
    assert usage["completion_tokens"] == 3
    assert usage["prompt_tokens"] > 10
    assert usage["total_tokens"] == usage["prompt_tokens"] + 3


async def test_parallel_calls_get_ids_that_depend_on_the_conversation_alone():
    calls = (Call(id="", name="a", arguments="{}"), Call(id="", name="b", arguments="{}"))
    async with ModelServer(lambda _asked: calls) as server, client_of(server) as client:
        ids = [[call["id"] for call in message(await ask(client))["tool_calls"]] for _ in range(2)]
    assert ids == [["call_1_0", "call_1_1"]] * 2


async def test_text_for_everyone_becomes_a_fitting_value_where_json_is_asked_for():
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3}}, "required": ["n"]}
    form = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}
    async with ModelServer("Yes.") as server, client_of(server) as client:
        assert message(await ask(client))["content"] == "Yes."
        assert json.loads(message(await ask(client, response_format=form))["content"]) == {"n": 3}


async def test_an_answer_that_is_raw_is_sent_as_it_stands():
    raw = Raw(418, b"short", (("content-type", "text/teapot"), ("x-more", "1")))
    async with ModelServer([raw]) as server, client_of(server) as client:
        got = await ask(client)
    assert (got.status_code, got.content, got.headers["content-type"], got.headers["x-more"]) == (
        418,
        b"short",
        "text/teapot",
        "1",
    )


async def test_a_script_that_runs_out_is_a_500_and_is_raised_when_the_server_closes():
    async def both_asked():
        async with ModelServer(["one"]) as server, client_of(server) as client:
            await ask(client)
            assert (await ask(client)).status_code == 500
            assert len(server.errors) == 1

    with pytest.raises(IndexError, match="1 answers and one more"):
        await both_asked()


async def test_what_fails_inside_is_raised_as_it_is_and_before_what_an_oracle_raised():
    def answer(_asked):
        raise LookupError("oracle")

    async def asked_and_failed():
        async with ModelServer(answer) as server, client_of(server) as client:
            assert "LookupError: oracle" in (await ask(client)).text
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await asked_and_failed()


SEEN = {
    "slow_first_byte": (200, "As you wish."),
    "slow_body": (200, "As you wish."),
    "rate_limited": (429, "Too many requests"),
    "server_error": (500, "broke"),
    "overloaded": (503, "more work"),
    "broken_json": (200, '"object":"chat.completion"'),
    "wrong_shape": (200, '"object":"list"'),
    "no_choices": (200, '"choices":[]'),
    "html_page": (200, "<h1>"),
    "empty": (200, '"content":""'),
    "cut": (200, '"finish_reason":"length"'),
    "broken_arguments": (200, '"arguments":"{\\"half'),
    "wrong_content_type": (200, '"object":"chat.completion"'),
    "unauthorized": (401, "invalid_api_key"),
    "unknown_model": (404, "model_not_found"),
    "context_overflow": (400, "context_length_exceeded"),
    "context_overflow_vllm": (400, "BadRequestError"),
    "context_overflow_llama": (400, "exceed_context_size_error"),
    "schema_refused": (400, "response_format"),
}
LOST = {
    "silent": httpx.ReadTimeout,
    "dropped": httpx.RemoteProtocolError,
    "reset": httpx.ReadError,
    "half_body": httpx.RemoteProtocolError,
}


def test_every_kind_of_fault_is_tried_here():
    assert set(KINDS) == set(SEEN) | set(LOST)


@pytest.mark.parametrize("kind", SEEN)
async def test_a_fault_is_answered_as_its_kind_says_and_the_connection_goes_on(kind):
    faults = [Fault(kind, at=(1,), seconds=0.001)]
    async with ModelServer(faults=faults) as server, client_of(server) as client:
        got = await ask(client)
        assert (await ask(client)).status_code == 200
    status, text = SEEN[kind]
    assert got.status_code == status
    assert text in got.text
    assert (server.tally.connections, dict(server.tally.faults)) == (1, {kind: 1})
    assert [seen.fault for seen in server.seen] == [kind, ""]


@pytest.mark.parametrize("kind", LOST)
async def test_a_lost_answer_is_lost_as_its_kind_says_and_a_new_connection_is_served(kind):
    faults = [Fault(kind, at=(1,))]
    async with ModelServer(faults=faults) as server, client_of(server) as client:
        with pytest.raises(LOST[kind]):
            await client.post("/chat/completions", json=QUESTION, timeout=0.05 if kind == "silent" else 5)
        assert (await ask(client)).status_code == 200
    assert (server.tally.connections, server.tally.dropped) == (2, 1)


async def test_content_types_and_broken_json_are_what_they_claim():
    kinds = ["wrong_content_type", "html_page", "broken_json", "broken_arguments"]
    faults = [Fault(kind, at=(number,)) for number, kind in enumerate(kinds, 1)]
    tools = [{"type": "function", "function": {"name": "find", "parameters": {}}}]
    async with ModelServer(faults=faults) as server, client_of(server) as client:
        text, page, broken, call = [await ask(client, tools=tools) for _ in kinds]
    assert text.headers["content-type"].startswith("text/plain")
    assert page.headers["content-type"].startswith("text/html")
    with pytest.raises(json.JSONDecodeError):
        broken.json()
    function = message(call)["tool_calls"][0]["function"]
    assert function["name"] == "find"
    with pytest.raises(json.JSONDecodeError):
        json.loads(function["arguments"])


async def test_retry_after_comes_in_seconds_as_a_date_or_not_at_all():
    faults = [
        Fault("rate_limited", at=(1,)),
        Fault("rate_limited", at=(2,), retry_after=1.5),
        Fault("overloaded", at=(3,), retry_after=10, dated=True),
    ]
    async with ModelServer(faults=faults, now=lambda: 0.0) as server, client_of(server) as client:
        told = [(await ask(client)).headers.get("retry-after") for _ in range(3)]
    assert told == [None, "1.5", "Thu, 01 Jan 1970 00:00:10 GMT"]


async def test_a_struck_request_takes_nothing_from_the_script_unless_it_is_only_slow():
    faults = [Fault("server_error", at=(1,)), Fault("slow_body", at=(2,), seconds=0.0)]
    async with ModelServer(["first", "second"], faults=faults) as server, client_of(server) as client:
        got = [await ask(client) for _ in range(3)]
    assert [each.status_code for each in got] == [500, 200, 200]
    assert [message(each)["content"] for each in got[1:]] == ["first", "second"]


async def test_faults_strike_by_predicate_and_so_many_times():
    faults = [Fault("unauthorized", when=lambda asked: asked["model"] == "a", times=2)]
    async with ModelServer(faults=faults) as server, client_of(server) as client:
        got = [(await ask(client, model=model)).status_code for model in "abaab"]
    assert got == [401, 200, 401, 200, 200]


async def test_an_oracle_can_give_a_fault():
    async with ModelServer([Fault("html_page"), "then"]) as server, client_of(server) as client:
        assert "<h1>" in (await ask(client)).text
        assert message(await ask(client))["content"] == "then"
    assert server.tally.faults == {"html_page": 1}


async def test_chance_falls_on_the_same_requests_whatever_their_order():
    async def struck(questions):
        faults = [Fault("server_error", rate=0.5)]
        async with ModelServer(faults=faults, seed=Seed.root(3)) as server, client_of(server) as client:
            return {q: [(await ask(client, user=str(q))).status_code for _ in range(3)] for q in questions}

    forwards, backwards = await struck(range(20)), await struck(reversed(range(20)))
    assert forwards == backwards
    assert 10 < sum(statuses.count(500) for statuses in forwards.values()) < 50


async def test_keys_models_lengths_and_crowds_are_refused_as_asked():
    secret = {"authorization": "Bearer secret"}
    async with ModelServer(models=["m"], key="secret", context=100) as server, client_of(server) as client:
        assert (await ask(client)).status_code == 401
        client.headers.update(secret)
        assert (await ask(client)).status_code == 200
        assert (await ask(client, model="n")).status_code == 404
        assert "context_length_exceeded" in (await ask(client, user="x" * 500)).text
        assert [each["id"] for each in (await client.get("/models")).json()["data"]] == ["m"]
    assert "secret" not in repr(server.seen)
    assert server.seen[1].headers["authorization"] == "(masked)"


async def test_requests_beyond_the_capacity_are_limited_and_counted():
    both = anyio.Event()

    async def answer(_asked):
        await both.wait()
        return "late"

    statuses = []
    async with ModelServer(answer, capacity=2) as server, client_of(server) as client:

        async def one():
            statuses.append((await ask(client)).status_code)
            both.set()

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(one)
    assert sorted(statuses) == [200, 200, 429]
    assert server.tally.peak_in_flight == 3
    assert server.tally.peak_open == 3
    assert server.tally.statuses == {200: 2, 429: 1}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "no JSON object"),
        (b"[]", "no JSON object"),
        (b"{}", "messages"),
        (b'{"messages":[{}],"stream":true}', "stream"),
    ],
)
async def test_a_body_that_is_no_question_is_a_400_that_says_so(content, says):
    async with ModelServer() as server, client_of(server) as client:
        got = await client.post("/chat/completions", content=content)
    assert got.status_code == 400
    assert says in got.json()["error"]["message"]


async def test_other_paths_are_named_and_the_counts_can_be_read():
    async with ModelServer() as server, client_of(server) as client:
        await ask(client)
        assert "/v1/chat/completions" in (await client.post("/completions", json={})).json()["error"]["message"]
        assert (await client.get("/chat/completions")).status_code == 405
        tally = (await client.get(server.url.replace("/v1", "/tally"))).json()
    assert (tally["requests"], tally["statuses"]) == (1, {"200": 1})


async def test_a_client_that_leaves_is_counted_and_the_server_closes_with_one_that_stays():
    answering = anyio.Event()

    async def answer(_asked):
        answering.set()
        await anyio.sleep_forever()

    async with ModelServer(answer) as server, client_of(server) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(ask, client)
        await answering.wait()
        tasks.cancel_scope.cancel()
    assert server.tally.left == 1
    assert server.tally.in_flight == 0
    assert server.tally.open == 0


@pytest.mark.parametrize("fault", [Fault("rate_limted"), Fault("dropped", rate=1.5), Fault("dropped", at=(0,))])
def test_a_fault_that_cannot_be_is_refused_before_anything_starts(fault):
    with pytest.raises(UsageError):
        ModelServer(faults=[fault])


def test_a_misspelt_fault_is_told_the_near_one():
    with pytest.raises(UsageError, match="did you mean 'rate_limited'"):
        ModelServer(faults=[Fault("rate_limted")])
