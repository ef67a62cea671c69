from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import msgspec
import pytest

from interplay.engine.errors import EndpointError, InterplayError, ModelError, UsageError
from interplay.engine.models.bill import Price
from interplay.engine.models.config import ModelsConfig, RoleConfig, RolesConfig, from_model
from interplay.engine.models.desk import Desk
from interplay.engine.models.endpoint import Endpoint
from interplay.engine.models.exchange import Reply, Request, Said, Usage
from interplay.engine.models.opening import named, open_desk
from interplay.engine.models.replies import FILE
from interplay.engine.models.service import EndpointConfig
from interplay.engine.seeds import Seed

SEED = Seed.root(1)
QUESTION = Request(messages=(Said(role="user", content="How many?"),))
KEY = "sk-verysecret"


def every(unit: int) -> bool:
    return True


class Server:
    """What stands behind all endpoints of a test; it knows whether they were closed."""

    def __init__(self, *models: str) -> None:
        self.listed = list(models)
        self.asked: list[str] = []
        self.open = 0

    def __call__(self, config: EndpointConfig, seed: Seed) -> Server:
        return self

    async def __aenter__(self) -> Server:
        self.open += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.open -= 1

    async def complete(self, model: str, request: Request, seed: int) -> Reply:
        self.asked.append(model)
        return Reply(text=f"{len(self.asked)}", usage=Usage(prompt=1_000_000, completion=0))

    async def models(self) -> list[str]:
        return self.listed


def text(reply: Reply) -> str:
    return reply.text


async def ask(desk: Desk, role: str = "judge", unit: int = 0, at: str = "a") -> str:
    model = desk.model(role, unit)
    assert model is not None
    return await model.ask(QUESTION, at, text)


def priced(budget: float | None = None) -> ModelsConfig:
    prices = {"small": Price(prompt=1.0, completion=1.0)}
    return msgspec.structs.replace(from_model("http://h/v1#small"), prices=prices, budget=budget)


async def test_a_session_begins_with_the_bill_and_the_replies_of_the_earlier_ones(tmp_path: Path) -> None:
    server = Server()
    async with open_desk(priced(), SEED, tmp_path, unfinished=every, connect=server) as desk:
        assert [await ask(desk), await ask(desk, "reviewer:customer-advocate", at="b")] == ["1", "2"]
        bill = desk.bill()
        assert server.open == 1
    assert server.open == 0
    async with open_desk(priced(), SEED, tmp_path, unfinished=every, connect=server) as desk:
        assert desk.bill() == bill
        assert bill.cost == 2.0
        assert [row.role for row in bill.roles] == ["judge", "reviewer:customer-advocate"]
        assert await ask(desk) == "1"
    assert server.asked == ["small", "small"]


async def test_a_budget_holds_over_sessions(tmp_path: Path) -> None:
    server = Server()
    async with open_desk(priced(1.5), SEED, tmp_path, unfinished=every, connect=server) as desk:
        await ask(desk, at="a")
        await ask(desk, at="b")
    async with open_desk(priced(1.5), SEED, tmp_path, unfinished=every, connect=server) as desk:
        with pytest.raises(ModelError, match=r"the budget of 1\.5 is spent: 2\.0000"):
            await ask(desk, at="c")
    async with open_desk(priced(2.5), SEED, tmp_path, unfinished=every, connect=server) as desk:
        assert await ask(desk, at="c") == "3"


async def test_a_replay_opens_no_endpoint_and_makes_a_run_that_replays(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    server = Server()
    async with open_desk(priced(), SEED, tmp_path / "first", unfinished=every, connect=server) as desk:
        await ask(desk)

    def nobody(config: EndpointConfig, seed: Seed) -> Server:
        raise AssertionError("a replay needs no endpoint")

    for source, target in (("first", tmp_path / "second"), ("second", None)):
        replay = tmp_path / source
        async with open_desk(priced(), SEED, target, unfinished=every, replay=replay, connect=nobody) as desk:
            assert await ask(desk) == "1"
            assert desk.bill().cost == 0.0


async def test_a_cache_is_shared_by_runs(tmp_path: Path) -> None:
    server = Server()
    for run in ("first", "second"):
        (tmp_path / run).mkdir()
        cache = tmp_path / "cache"
        async with open_desk(priced(), SEED, tmp_path / run, unfinished=every, cache=cache, connect=server) as desk:
            assert await ask(desk) == "1"
            desk.flush()
    assert server.asked == ["small"]


async def test_only_endpoints_that_a_role_needs_are_opened() -> None:
    opened: list[str | tuple[str, ...]] = []

    def connect(config: EndpointConfig, seed: Seed) -> Server:
        opened.append(config.url)
        return Server()

    config = ModelsConfig(
        endpoints={name: EndpointConfig(url=f"http://{name}") for name in ("one", "two", "three")},
        roles=RolesConfig(judge=RoleConfig(model="two#m"), agent=RoleConfig(model="one#m")),
    )
    async with open_desk(config, SEED, None, unfinished=every, connect=connect) as desk:
        assert desk.model("human", 0) is None
        assert desk.model("agent", 0) is not None
    assert sorted(map(str, opened)) == ["http://one", "http://two"]


async def test_a_model_without_a_name_is_the_single_one_that_the_server_lists() -> None:
    config = await named(from_model("http://h/v1"), connect=Server("org/only"))
    assert {part.model for _, _, part in config.parts()} == {"main#org/only"}
    assert await named(config, connect=Server()) == config
    with pytest.raises(UsageError, match=r"has 2 models: a, b; say which after a #"):
        await named(from_model("http://h/v1"), connect=Server("a", "b"))


async def test_a_nameless_model_goes_by_its_endpoints_name(tmp_path: Path) -> None:
    server = Server()
    async with open_desk(from_model("http://h/v1"), SEED, tmp_path, unfinished=every, connect=server) as desk:
        await ask(desk)
        assert desk.bill().roles[0].model == "main"
    assert server.asked == [""]


Handler = Callable[[httpx.Request], httpx.Response]


def over_http(handler: Handler) -> Callable[[EndpointConfig, Seed], Endpoint]:
    async def no_wait(seconds: float) -> None:
        return None

    def connect(config: EndpointConfig, seed: Seed) -> Endpoint:
        environ = {"THE_KEY": KEY}.get
        return Endpoint(config, seed, environ=environ, sleep=no_wait, transport=httpx.MockTransport(handler))

    return connect


def contents(directory: Path) -> dict[str, str]:
    files = (each for each in directory.rglob("*") if each.is_file())
    return {file.name: file.read_bytes().decode(errors="replace") for file in files}


def answering(request: httpx.Request) -> httpx.Response:
    assert request.headers["authorization"] == f"Bearer {KEY}"
    message = {"role": "assistant", "content": "4"}
    usage = {"prompt_tokens": 3, "completion_tokens": 1}
    return httpx.Response(200, json={"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage})


def telling_the_key(status: int) -> Handler:
    return lambda request: httpx.Response(
        status, json={"error": {"message": f"bad: {request.headers['authorization']}"}}
    )


@pytest.mark.parametrize("handler", [answering, telling_the_key(400), telling_the_key(401), telling_the_key(422)])
async def test_no_key_appears_in_any_file_error_or_repr(tmp_path: Path, handler: Handler) -> None:
    run, cache, config = tmp_path / "run", tmp_path / "cache", from_model("http://h/v1#small", "THE_KEY")
    run.mkdir()
    seen: list[Any] = [config]
    try:
        async with open_desk(config, SEED, run, unfinished=every, cache=cache, connect=over_http(handler)) as desk:
            seen += [desk, desk.model("judge", 0), *vars(desk).values(), desk.bill()]
            await ask(desk)
    except InterplayError as error:
        seen += [error, error.__cause__, error.__context__, *error.args]
    shown = [*map(repr, seen), *map(str, seen)]
    files = contents(tmp_path)
    assert {FILE, "replies.sqlite"} <= set(files)
    assert not [each for each in (*shown, *files.values()) if "verysecret" in each]


async def test_a_key_that_is_not_set_is_said_by_the_name_of_its_variable(tmp_path: Path) -> None:
    config = from_model("http://h/v1#small", "ANOTHER_KEY")
    with pytest.raises(EndpointError, match="ANOTHER_KEY"):
        async with open_desk(config, SEED, tmp_path, unfinished=every, connect=over_http(answering)):
            raise AssertionError("not reached")


def test_a_run_without_a_model_loads_no_http_client() -> None:
    code = (
        "import sys, interplay.engine.hiring, interplay.engine.settings, interplay.engine.models.opening\n"
        "sys.exit(' '.join(name for name in ('aiohttp', 'httpx', 'yarl') if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")
