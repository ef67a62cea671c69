"""What becomes of a request at a server that fails in every way, over real HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import anyio
import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import EndpointError, ModelError
from interplay.engine.models.endpoint import LOST, Endpoint
from interplay.engine.models.exchange import Reply, Request, Said
from interplay.engine.models.failures import QUOTED, Scrubber, of_words, retry_after
from interplay.engine.models.service import EndpointConfig
from interplay.engine.seeds import Seed
from interplay.engine.testing.model_server import Fault, ModelServer, Raw

HELLO = Request(messages=(Said(role="user", content="Hello"),))
KEY = "sk-very-secret-4711"


class Time:
    """A clock that goes on only when somebody waits for it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await anyio.lowlevel.checkpoint()
        self.now += seconds

    async def watch(self, event: anyio.Event, seconds: float) -> None:
        await anyio.lowlevel.checkpoint()
        if not event.is_set():
            self.now += seconds


def endpoint(url: str | tuple[str, ...], time: Time | None = None, **config: Any) -> Endpoint:
    time = time or Time()
    more = {name: config.pop(name) for name in ("transport", "environ") if name in config}
    return Endpoint(
        EndpointConfig(url=url, **config),
        Seed.root(0),
        clock=time,
        now=lambda: 1e9 + time.now,
        sleep=time.sleep,
        watch=time.watch,
        **more,
    )


async def ask(*faults: Fault | Raw, time: Time | None = None, **config: Any) -> tuple[Reply, int]:
    """The reply after some faults, and how many requests it took."""
    async with ModelServer([*faults, "Yes."]) as server, endpoint(server.url, time, **config) as client:
        reply = await client.complete("m", HELLO, 7)
        return reply, len(server.seen)


async def fails(fault: Fault | Raw, time: Time | None = None, **config: Any) -> tuple[ModelError, int]:
    """The error at a server that always does the same, and how many requests it took."""
    async with ModelServer(lambda asked: fault) as server, endpoint(server.url, time, **config) as client:
        with pytest.raises(ModelError) as caught:
            await client.complete("m", HELLO)
        return caught.value, len(server.seen)


async def test_request_reaches_the_server_and_its_reply_comes_back():
    async with ModelServer("Yes.") as server, endpoint(server.url, body={"top_p": 0.5}) as client:
        reply = await client.complete("m", HELLO, 7)
        body = server.seen[0].body
    assert (reply.text, reply.finish) == ("Yes.", "stop")
    assert (body["model"], body["seed"], body["top_p"]) == ("m", 7, 0.5)


@pytest.mark.parametrize(
    "kind",
    [
        "rate_limited", "server_error", "overloaded", "dropped", "reset", "half_body", "broken_json", "wrong_shape",
        "no_choices", "html_page",
    ],
)  # fmt: skip
async def test_fault_that_may_pass_is_tried_again(kind: str):
    reply, requests = await ask(Fault(kind))
    assert (reply.text, requests) == ("Yes.", 2)


async def test_answer_of_another_content_type_is_an_answer():
    _, requests = await ask(Fault("wrong_content_type"))
    assert requests == 1


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("context_overflow", "context"),
        ("context_overflow_vllm", "context"),
        ("context_overflow_llama", "context"),
        ("schema_refused", "schema"),
    ],
)
async def test_failure_of_the_request_itself_is_not_tried_again(kind: str, cause: str):
    error, requests = await fails(Fault(kind))
    assert (type(error), error.cause, requests) == (ModelError, cause, 1)


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("server_error", "server"),
        ("overloaded", "server"),
        ("dropped", "server"),
        ("half_body", "server"),
        ("broken_json", "unreadable"),
        ("no_choices", "unreadable"),
    ],
)
async def test_failure_that_never_passes_is_given_up_within_its_budget(kind: str, cause: str):
    error, requests = await fails(Fault(kind), failures=3)
    assert (type(error), error.cause, requests) == (ModelError, cause, 4)
    assert "tried 4 times" in str(error)


async def test_rate_limits_have_a_budget_of_their_own():
    limits = [Fault("rate_limited", retry_after=2)] * 3
    time = Time()
    _, requests = await ask(*limits, Fault("server_error"), time=time, failures=1, rate_limits=3)
    assert requests == 5
    assert 6 <= time.now < 8
    error, requests = await fails(Fault("rate_limited"), rate_limits=3, failures=0)
    assert (error.cause, requests) == ("rate", 4)


async def test_retry_after_may_be_a_date():
    time = Time()
    limited = Raw(429, b"{}", (("retry-after", "Sun, 09 Sep 2001 01:47:10 GMT"),))  # 30 s past the clock's 1e9
    await ask(limited, time=time)
    assert time.now == pytest.approx(30.0)


async def test_server_that_wants_to_be_left_alone_for_hours_is_not_waited_for():
    time = Time()
    error, requests = await fails(Fault("rate_limited", retry_after=7200), time)
    assert (type(error), error.cause, requests, time.now) == (EndpointError, "rate", 1, 0.0)
    assert "for 7200 s" in str(error)


@pytest.mark.parametrize("kind", ["rate_limited", "overloaded", "server_error"])
async def test_server_that_only_ever_fails_ends_the_session_in_the_end(kind: str):
    time = Time()
    always = Fault(kind)
    async with (
        ModelServer(lambda asked: always) as server,
        endpoint(server.url, time, failures=2, rate_limits=2, silent_seconds=10) as client,
    ):
        for _ in range(20):
            with pytest.raises(ModelError) as caught:
                await client.complete("m", HELLO)
            if isinstance(caught.value, EndpointError):
                break
    assert isinstance(caught.value, EndpointError)
    assert 10 < time.now < 100


async def test_silent_server_is_given_up_as_a_timeout():
    error, _ = await fails(Fault("silent"), first_byte_seconds=0.05, failures=2)
    assert error.cause == "timeout"


async def test_answer_that_never_ends_is_given_up_as_a_timeout():
    slow = Fault("slow_body", seconds=30)
    async with (
        ModelServer("Yes.", faults=[slow]) as server,
        endpoint(server.url, whole_seconds=0.05, failures=0) as client,
    ):
        with pytest.raises(ModelError) as caught:
            await client.complete("m", HELLO)
    assert caught.value.cause == "timeout"


async def test_wrong_key_halts_and_names_the_variable_and_never_the_key():
    config: dict[str, Any] = {"key": "MY_KEY", "environ": {"MY_KEY": KEY}.get}
    told = Raw(401, b'{"error": {"message": "Incorrect API key provided: ' + KEY.encode() + b'"}}')
    error, requests = await fails(told, **config)
    assert (type(error), requests) == (EndpointError, 1)
    assert "MY_KEY" in str(error)
    assert "[key]" in str(error)
    assert KEY not in str(error)
    async with ModelServer("Yes.", key=KEY) as server, endpoint(server.url, **config) as client:
        assert (await client.complete("m", HELLO)).text == "Yes."
        assert KEY not in repr(client)


async def test_missing_variable_is_told_before_anything_is_sent():
    with pytest.raises(EndpointError, match=r"MY_KEY.*is not set"):
        endpoint("http://127.0.0.1:1", key="MY_KEY", environ={}.get)


async def test_unknown_model_halts_with_those_that_are_known_and_the_near_one():
    async with ModelServer("Yes.", models=["qwen3-8b", "qwen3-32b"]) as server, endpoint(server.url) as client:
        with pytest.raises(EndpointError, match=r"did you mean 'qwen3-8b'\? Known are qwen3-8b, qwen3-32b") as caught:
            await client.complete("qwen-8b", HELLO)
        assert await client.models() == ["qwen3-8b", "qwen3-32b"]
    assert caught.value.cause == "model"


async def test_web_page_halts_and_shows_its_first_words():
    error, requests = await fails(Fault("html_page"))
    assert (type(error), requests) == (EndpointError, 2)
    assert "is no chat-completions endpoint" in str(error)
    assert "Please sign in" in str(error)


async def test_web_page_of_an_endpoint_that_has_answered_costs_one_request():
    async with ModelServer(["Yes.", *[Fault("html_page")] * 9]) as server, endpoint(server.url, failures=3) as client:
        await client.complete("m", HELLO)
        with pytest.raises(ModelError) as caught:
            await client.complete("m", HELLO)
    assert (type(caught.value), caught.value.cause) == (ModelError, "unreadable")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (Raw(404, b'{"detail":"Not Found"}'), "often ends in /v1"),
        (Raw(308, b"", (("location", "https://there/v1?key=1"),)), "to https://there/v1. Give the URL"),
        (Raw(402, b'{"error": {"message": "Insufficient credits"}}'), "nothing left to spend"),
        (Raw(429, b'{"error": {"message": "quota", "code": "insufficient_quota"}}'), "nothing left to spend"),
        (Raw(403, b"<html>Forbidden</html>"), "It wants a key"),
    ],
)
async def test_what_every_request_would_meet_halts_at_once(raw: Raw, text: str):
    error, requests = await fails(raw)
    assert (type(error), requests) == (EndpointError, 1)
    assert text in str(error)


async def test_error_within_an_answer_counts_as_what_it_says():
    _, requests = await ask(Raw(200, b'{"error": {"message": "Provider overloaded", "code": 502}}'))
    assert requests == 2
    error, requests = await fails(Raw(200, b'{"error": {"message": "prompt is too long: 9 > 8", "code": 400}}'))
    assert (error.cause, requests) == ("context", 1)


async def test_a_key_in_a_header_of_ones_own_is_not_shown_when_a_server_repeats_it_bare():
    config: dict[str, Any] = {"headers": {"Authorization": "$AUTH"}, "environ": {"AUTH": f"Bearer {KEY}"}.get}
    told = Raw(401, b'{"error": {"message": "Incorrect API key provided: ' + KEY.encode() + b'"}}')
    error, _ = await fails(told, **config)
    assert KEY not in str(error)


async def test_nobody_there_halts_at_once_where_nobody_ever_answered():
    time = Time()
    async with endpoint("http://127.0.0.1:1", time) as client:
        with pytest.raises(EndpointError, match="cannot be reached") as caught:
            await client.complete("m", HELLO)
    assert caught.value.cause == "unreachable"
    assert time.now == 0


async def test_a_server_that_goes_away_is_waited_for_until_the_budget_is_used_up():
    time = Time()
    async with ModelServer("Yes.") as server:
        client = endpoint(server.url, time, failures=2)
        assert (await client.complete("m", HELLO)).text == "Yes."
    async with client:
        with pytest.raises(EndpointError, match=r"cannot be reached.*tried 3 times"):
            await client.complete("m", HELLO)
    assert 0 < time.now < 30


async def test_a_server_that_fails_request_after_request_halts_before_it_costs_them_all():
    async with ModelServer(Raw(500, b"{}")) as server, endpoint(server.url, failures=0) as client:
        errors: list[ModelError] = []
        for _ in range(LOST):
            with pytest.raises(ModelError) as caught:
                await client.complete("m", HELLO)
            errors.append(caught.value)
    assert [type(error) for error in errors] == [*[ModelError] * (LOST - 1), EndpointError]
    assert f"none of {LOST} requests in a row" in str(errors[-1])


async def test_dead_replica_costs_nothing_but_a_try():
    async with ModelServer("Yes.") as server, endpoint(("http://127.0.0.1:1", server.url)) as client:
        for _ in range(5):
            assert (await client.complete("m", HELLO)).text == "Yes."
        assert len(server.seen) == 5


async def test_replicas_share_the_load():
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(ModelServer("Yes.")) for _ in range(3)]
        client = await stack.enter_async_context(endpoint(tuple(server.url for server in servers)))
        async with anyio.create_task_group() as group:
            for _ in range(12):
                group.start_soon(client.complete, "m", HELLO)
        assert [len(server.seen) for server in servers] == [4, 4, 4]


async def test_storm_of_every_fault_loses_no_request_and_no_slot():
    kinds = ("rate_limited", "server_error", "overloaded", "dropped", "reset", "half_body", "broken_json")
    faults = [Fault(kind, rate=0.05) for kind in kinds]
    async with ModelServer("Yes.", faults=faults) as server, endpoint(server.url, failures=50) as client:
        replies: list[Reply] = []

        async def one(number: int) -> None:
            request = Request(messages=(Said(role="user", content=str(number)),))
            replies.append(await client.complete("m", request))

        async with anyio.create_task_group() as group:
            for number in range(100):
                group.start_soon(one, number)
        assert len(replies) == 100
        assert client.gate.admission.in_flight == 0


async def test_request_that_is_called_off_gives_its_slot_back():
    async with ModelServer("Yes.", delay=30) as server, endpoint(server.url, in_flight=1) as client:
        with anyio.move_on_after(0.05) as scope:
            await client.complete("m", HELLO)
        assert scope.cancelled_caught
        assert client.gate.admission.in_flight == 0


async def test_any_transport_of_httpx_can_stand_in():
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"choices": [{"message": {"content": "Yes."}}]})

    async with endpoint("http://host:8000", transport=httpx.MockTransport(handle), headers={"X-A": "b"}) as client:
        assert (await client.complete("m", HELLO)).text == "Yes."
    assert str(seen[0].url) == "http://host:8000/v1/chat/completions"
    assert (seen[0].headers["x-a"], seen[0].headers["host"]) == ("b", "host:8000")
    assert msgspec.json.decode(seen[0].content)["model"] == "m"


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://host:8000", "http://host:8000/v1"),
        ("http://host:8000/", "http://host:8000/v1"),
        ("https://host/api/v1/", "https://host/api/v1"),
        ("https://host/v1/chat/completions", "https://host/v1"),
        ("https://host/openai/deployments/x", "https://host/openai/deployments/x"),
    ],
)
def test_base_url_is_found_in_what_users_write(url: str, base: str):
    assert endpoint(url).bases == [base]


@pytest.mark.parametrize(
    "url", ["host:8000", "ftp://host", "http://", "http://me:secret@host", "http://host?key=secret"]
)
def test_what_is_no_url_is_refused_and_a_secret_in_it_not_shown(url: str):
    with pytest.raises(EndpointError) as caught:
        endpoint(url)
    assert "secret" not in str(caught.value)


def test_options_that_are_the_clients_own_are_refused():
    with pytest.raises(msgspec.ValidationError, match=r"body.stream cannot be set"):
        msgspec.convert({"url": "http://host", "body": {"stream": True}}, EndpointConfig)
    with pytest.raises(msgspec.ValidationError, match="in_flights"):
        msgspec.convert({"url": "http://host", "in_flights": 3}, EndpointConfig)


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (400, "This model's maximum context length is 4096 tokens. However, you requested 5000", "context"),
        (400, "The input (5000 tokens) is longer than the model's context length (4096 tokens).", "context"),
        (400, "prompt is too long: 200001 tokens > 200000 maximum", "context"),
        (400, "The input token count (9) exceeds the maximum number of tokens allowed (8).", "context"),
        (500, "the request exceeds the available context size, try increasing it", "context"),
        (413, "Payload Too Large", "context"),
        (400, "Invalid schema for response_format 'reply'", "schema"),
        (400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', "schema"),
        (400, "registry.ollama.ai/library/x does not support tools", "schema"),
        (500, "tools param requires --jinja flag", "schema"),
        (404, "The model `x` does not exist.", "model"),
        (404, 'model "x" not found, try pulling it first', "model"),
        (400, "x is not a valid model ID", "model"),
        (404, "Not Found", "path"),
        (400, "temperature must be at most 2", "refused"),
        (400, "API key not valid. Please pass a valid API key.", "key"),
        (403, "Your input was flagged by moderation", "refused"),
        (503, "Loading model", "overload"),
        (529, "Overloaded", "overload"),
        (500, "Internal Server Error", "server"),
        (429, "You exceeded your current quota, please check your plan and billing details", "funds"),
        (429, "Rate limit reached for requests", "rate"),
    ],
)
def test_words_of_known_servers_are_understood(status: int, words: str, kind: str):
    assert of_words(status, words) == kind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:10 GMT"}, 5.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:01 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_every_form(headers: dict[str, str], seconds: float | None):
    assert retry_after(headers, lambda: 5.0) == seconds


@given(st.lists(st.text(max_size=40), max_size=8), st.text(st.characters(min_codepoint=33), min_size=8, max_size=20))
def test_no_key_gets_through_the_scrubber(parts: Sequence[str], key: str):
    shown = Scrubber([key, ""])(key.join(["", *parts, ""]))
    assert key not in shown or key in "[key]"
    assert shown.isprintable()
    assert len(shown) <= QUOTED + 3
