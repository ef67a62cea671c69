from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import anyio
import msgspec
import pytest
from anyio.lowlevel import checkpoint

from interplay.engine.conversation import Limits, Played, TimedOut, play
from interplay.engine.environment import Environment
from interplay.engine.errors import BudgetError, CutOffError, EndpointError, ModelError, ReplayError
from interplay.engine.messages import AgentMessage
from interplay.engine.models.bill import Account, Price
from interplay.engine.models.cache import Cache
from interplay.engine.models.desk import Desk, Part, RoleModel, Sources
from interplay.engine.models.exchange import Model, Reply, Request, Said, Usage
from interplay.engine.models.replies import Recordings, Replies
from interplay.engine.seeds import Seed
from interplay.engine.testing.doubles import SayingHuman
from interplay.engine.testing.tiny import generate, tiny_domain

QUESTION = Request(messages=(Said(role="user", content="How many?"),))
SMALL = Price(prompt=1.0, completion=1.0)
WARM = Part("agent", "main", "small", "small", temperature=0.7)
NOWHERE = Sources()


class Endpoint:
    """Answers with the next of some texts, the last again and again; errors among them are raised."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Request, int]] = []

    async def complete(self, model: str, request: Request, seed: int) -> Reply:
        answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append((model, request, seed))
        await checkpoint()
        if isinstance(answer, Exception):
            raise answer
        return Reply(text=answer, usage=Usage(prompt=10, completion=5))


class Absent:
    async def complete(self, model: str, request: Request, seed: int) -> Reply:
        raise AssertionError("nobody was to be asked")


def desk_on(
    endpoint: Endpoint | Absent | Late,
    sources: Sources = NOWHERE,
    *,
    part: Part = WARM,
    budget: float | None = None,
    seed: int = 1,
) -> Desk:
    account = Account({"small": SMALL}, budget)
    return Desk({part.role: part}, {"main": endpoint}, Seed.root(seed), sources, account)


def model_of(desk: Desk, unit: int = 0, role: str = "agent") -> RoleModel:
    model = desk.model(role, unit)
    assert model is not None
    return model


def text(reply: Reply) -> str:
    return reply.text


def number(reply: Reply) -> int:
    return int(reply.text)


def replies_in(directory: Path, unfinished: Callable[[int], bool] = lambda unit: True) -> Replies:
    return Replies(directory, unfinished=unfinished)


async def test_a_role_without_a_model_has_none() -> None:
    assert desk_on(Absent()).model("judge", 0) is None


async def test_a_model_is_asked_with_the_settings_of_its_role_and_a_seed_of_the_address() -> None:
    endpoint = Endpoint("4")
    model: Model = model_of(desk_on(endpoint))
    assert model.name == "small"
    assert await model.ask(QUESTION, "a", number) == 4
    await model.ask(msgspec.structs.replace(QUESTION, temperature=0.0, max_tokens=9), "b", number)
    (name, first, seed), (_, second, other) = endpoint.asked
    assert (name, first.temperature, first.max_tokens) == ("small", 0.7, None)
    assert (second.temperature, second.max_tokens) == (0.0, 9)
    assert 0 <= seed < 2**31
    assert seed != other


async def test_seeds_follow_from_run_unit_address_and_try_alone() -> None:
    async def seeds(seed: int, unit: int, at: str) -> list[int]:
        endpoint = Endpoint("x")
        with pytest.raises(ModelError):
            await model_of(desk_on(endpoint, seed=seed), unit).ask(QUESTION, at, number)
        return [asked[2] for asked in endpoint.asked]

    one = await seeds(1, 0, "a")
    assert one == await seeds(1, 0, "a")
    others = [await seeds(2, 0, "a"), await seeds(1, 1, "a"), await seeds(1, 0, "b")]
    assert len({*one, *(seed for each in others for seed in each)}) == 12


async def test_a_reply_that_cannot_be_read_is_asked_for_again_and_paid_for() -> None:
    endpoint = Endpoint("four", "4")
    desk = desk_on(endpoint)
    assert await model_of(desk).ask(QUESTION, "a", number) == 4
    assert [asked[1] for asked in endpoint.asked] == [endpoint.asked[0][1]] * 2
    (row,) = desk.bill().roles
    assert (row.calls, row.again, row.prompt) == (2, 1, 20)


async def test_a_question_at_temperature_0_is_put_again_with_what_was_wrong() -> None:
    endpoint = Endpoint("four", "4")
    part = Part("agent", "main", "small", "small", temperature=0.0)
    assert await model_of(desk_on(endpoint, part=part)).ask(QUESTION, "a", number) == 4
    first, second = (asked[1].messages for asked in endpoint.asked)
    assert second[: len(first)] == first
    assert second[-2] == Said(role="assistant", content="four")
    assert "invalid literal" in second[-1].content


async def test_no_reply_that_can_be_read_is_the_providers_failure_after_three_tries() -> None:
    endpoint = Endpoint("four")
    with pytest.raises(ModelError, match=r"agent asked small 3 times \(a\).*invalid literal") as caught:
        await model_of(desk_on(endpoint)).ask(QUESTION, "a", number)
    assert caught.value.cause == "unreadable"
    assert len(endpoint.asked) == 3


async def test_an_address_is_for_one_question_until_its_unit_is_finished() -> None:
    desk = desk_on(Endpoint("4"))
    await model_of(desk).ask(QUESTION, "a", text)
    await model_of(desk, unit=1).ask(QUESTION, "a", text)
    with pytest.raises(ValueError, match="unit 0 has asked at 'a' before"):
        await model_of(desk).ask(QUESTION, "a", text)
    desk.finished(0)
    await model_of(desk).ask(QUESTION, "a", text)


async def test_a_resumed_unit_pays_only_for_what_was_not_recorded(tmp_path: Path) -> None:
    first = Endpoint("bad", "4")
    with replies_in(tmp_path) as replies:
        await model_of(desk_on(first, Sources(replies))).ask(QUESTION, "a", number)
    second = Endpoint("5")
    with replies_in(tmp_path) as replies:
        desk = desk_on(second, Sources(replies))
        model = model_of(desk)
        assert await model.ask(QUESTION, "a", number) == 4
        assert await model.ask(QUESTION, "b", number) == 5
    assert len(second.asked) == 1
    (row,) = desk.bill().roles
    assert (row.calls, row.replayed) == (1, 2)


async def test_a_resumed_unit_that_asks_something_else_is_answered_anew(tmp_path: Path) -> None:
    with replies_in(tmp_path) as replies:
        await model_of(desk_on(Endpoint("4"), Sources(replies))).ask(QUESTION, "a", text)
    other = Request(messages=(Said(role="user", content="How few?"),))
    with replies_in(tmp_path) as replies:
        assert await model_of(desk_on(Endpoint("1"), Sources(replies))).ask(other, "a", text) == "1"
    recordings = Recordings(tmp_path)
    assert await model_of(desk_on(Absent(), Sources(None, recordings))).ask(other, "a", text) == "1"
    recordings.close()


async def outcomes(desk: Desk) -> list[str]:
    """What three units make of a few questions, asked at once."""
    found: dict[int, str] = {}

    async def one(unit: int) -> None:
        try:
            found[unit] = str(await model_of(desk, unit).ask(QUESTION, "a", number))
        except ModelError as error:
            found[unit] = f"{error.cause}: {error}"

    async with anyio.create_task_group() as tasks:
        for unit in range(4):
            tasks.start_soon(one, unit)
    return [found[unit] for unit in range(4)]


async def test_a_replay_gives_the_same_replies_and_failures_and_asks_nobody(tmp_path: Path) -> None:
    endpoint = Endpoint("1", ModelError("the server fell over", cause="server"), "bad", "bad", "bad", "bad", "7")
    (tmp_path / "first").mkdir()
    with replies_in(tmp_path / "first") as replies:
        made = await outcomes(desk_on(endpoint, Sources(replies)))
    assert "server: the server fell over" in made
    (tmp_path / "second").mkdir()
    for source, target in (("first", "second"), ("second", None)):
        recordings = Recordings(tmp_path / source)
        replies = None if target is None else replies_in(tmp_path / target)
        desk = desk_on(Absent(), Sources(replies, recordings))
        assert await outcomes(desk) == made
        bill = desk.bill().total
        assert (bill.calls, bill.cost) == (0, 0.0)
        assert bill.replayed > 4
        recordings.close()
        if replies is not None:
            replies.close()


async def test_a_replay_says_where_a_reply_is_missing_and_why_that_may_be(tmp_path: Path) -> None:
    with replies_in(tmp_path) as replies:
        await model_of(desk_on(Endpoint("4"), Sources(replies)), 3).ask(QUESTION, "a", text)
    recordings = Recordings(tmp_path)
    desk = desk_on(Absent(), Sources(None, recordings), seed=1)
    with pytest.raises(ReplayError, match=r"unit 3 asks small as agent at 'b', and .*replies\.jsonl has no reply"):
        await model_of(desk, 3).ask(QUESTION, "b", text)
    other = desk_on(Absent(), Sources(None, recordings), seed=2)
    with pytest.raises(ReplayError, match=r"not the one whose reply .* the config differs"):
        await model_of(other, 3).ask(QUESTION, "a", text)
    recordings.close()


async def test_a_cached_reply_costs_nothing_and_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with Cache(tmp_path / "cache") as cache:
        await model_of(desk_on(Endpoint("4"), Sources(cache=cache))).ask(QUESTION, "a", text)
    with Cache(tmp_path / "cache") as cache, replies_in(tmp_path / "run") as replies:
        desk = desk_on(Absent(), Sources(replies, cache=cache))
        assert await model_of(desk).ask(QUESTION, "a", text) == "4"
        row = desk.bill().total
        assert (row.calls, row.cached, row.cost) == (0, 1, 0.0)
    recordings = Recordings(tmp_path / "run")
    assert await model_of(desk_on(Absent(), Sources(None, recordings))).ask(QUESTION, "a", text) == "4"
    recordings.close()


async def test_a_halt_is_not_recorded_so_that_a_resumed_run_asks_again(tmp_path: Path) -> None:
    with replies_in(tmp_path) as replies, pytest.raises(EndpointError):
        await model_of(desk_on(Endpoint(EndpointError("down")), Sources(replies))).ask(QUESTION, "a", text)
    with replies_in(tmp_path) as replies:
        assert await model_of(desk_on(Endpoint("4"), Sources(replies))).ask(QUESTION, "a", text) == "4"


async def test_no_call_begins_once_the_budget_is_spent_but_what_is_known_is_still_given(tmp_path: Path) -> None:
    with replies_in(tmp_path) as replies:
        desk = desk_on(Endpoint("4"), Sources(replies), budget=15e-6)
        await model_of(desk).ask(QUESTION, "a", text)
        with pytest.raises(BudgetError):
            await model_of(desk).ask(QUESTION, "b", text)
    with replies_in(tmp_path) as replies:
        desk = desk_on(Endpoint("4"), Sources(replies), budget=0.0)
        assert await model_of(desk).ask(QUESTION, "a", text) == "4"


SLOW = Request(messages=(Said(role="user", content="Think slowly."),))


class Thinking(Endpoint):
    """Thinks about the slow question until it may answer."""

    def __init__(self) -> None:
        super().__init__("4")
        self.may_answer = anyio.Event()

    async def complete(self, model: str, request: Request, seed: int) -> Reply:
        if request.messages == SLOW.messages:
            await self.may_answer.wait()
        return await super().complete(model, request, seed)


async def test_what_is_under_way_when_the_budget_is_spent_comes_back_and_is_kept(tmp_path: Path) -> None:
    endpoint = Thinking()
    ended: list[str] = []

    async def one(unit: int, request: Request) -> None:
        try:
            ended.append(await model_of(desk, unit).ask(request, "a", text))
        except BudgetError:
            ended.append("out of funds")

    with replies_in(tmp_path) as replies:
        desk = desk_on(endpoint, Sources(replies), budget=15e-6)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one, 0, SLOW)
            tasks.start_soon(one, 1, SLOW)
            await anyio.wait_all_tasks_blocked()
            await one(2, QUESTION)  # spends it all
            tasks.start_soon(one, 3, QUESTION)
            await anyio.wait_all_tasks_blocked()
            assert ended == ["4"]
            endpoint.may_answer.set()
    assert ended == ["4", "4", "4", "out of funds"]
    assert desk.bill().total.calls == 3


async def test_flush_makes_replies_durable_for_the_run_and_the_cache(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache, replies_in(tmp_path) as replies:
        desk = desk_on(Endpoint("4"), Sources(replies, cache=cache))
        await model_of(desk).ask(QUESTION, "a", text)
        desk.flush()
        recordings = Recordings(tmp_path)
        assert await model_of(desk_on(Absent(), Sources(None, recordings))).ask(QUESTION, "a", text) == "4"
        recordings.close()


class Late:
    """Never answers."""

    async def complete(self, model: str, request: Request, seed: int) -> Reply:
        await anyio.sleep_forever()
        raise AssertionError("nobody wakes it")


async def test_a_conversation_whose_time_was_up_is_cut_off_in_a_replay_and_goes_on_on_resuming(
    tmp_path: Path,
) -> None:
    with replies_in(tmp_path) as replies:
        desk = desk_on(Late(), Sources(replies))
        with anyio.move_on_after(0.02):
            await model_of(desk).ask(QUESTION, "trial/0/a", text)
        desk.time_was_up(0, "trial/0")
    recordings = Recordings(tmp_path)
    model = model_of(desk_on(Absent(), Sources(replay=recordings)))
    for at in ("trial/0/a", "trial/0/b"):
        with pytest.raises(CutOffError):
            await model.ask(QUESTION, at, text)
    with pytest.raises(ReplayError):
        await model.ask(QUESTION, "trial/1/a", text)
    recordings.close()
    with replies_in(tmp_path) as replies:
        assert await model_of(desk_on(Endpoint("4"), Sources(replies))).ask(QUESTION, "trial/0/a", text) == "4"


async def test_of_a_question_that_was_open_when_the_session_was_interrupted_nothing_is_recorded(tmp_path: Path) -> None:
    with replies_in(tmp_path) as replies, anyio.move_on_after(0.02):
        await model_of(desk_on(Late(), Sources(replies))).ask(QUESTION, "trial/0/a", text)
    recordings = Recordings(tmp_path)
    with pytest.raises(ReplayError):
        await model_of(desk_on(Absent(), Sources(replay=recordings))).ask(QUESTION, "trial/0/a", text)
    recordings.close()


async def test_a_conversation_whose_time_was_up_is_so_in_a_replay_too(tmp_path: Path) -> None:
    tiny = tiny_domain()

    async def played(desk: Desk) -> Played:
        async def agent(conversation: object, tools: object) -> AgentMessage:
            return AgentMessage(text=await model_of(desk).ask(QUESTION, "trial/0/agent", text))

        environment = Environment(tiny.tools, generate(Seed.root(0), 2).fork())
        return await play(SayingHuman(["Hello.", "Bye."]), agent, environment, Limits(seconds=0.02))

    with replies_in(tmp_path) as replies:
        first = await played(desk := desk_on(Late(), Sources(replies)))
        desk.time_was_up(0, "trial/0")
    assert first.ending == TimedOut(0.02, "agent")
    recordings = Recordings(tmp_path)
    assert await played(desk_on(Absent(), Sources(replay=recordings))) == first
    recordings.close()
