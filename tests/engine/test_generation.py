"""A run comes out the same bytes however it is made, and loses and repeats nothing."""

from __future__ import annotations

import dataclasses
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from inspect import isawaitable
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import anyio
import msgspec
import pytest
import structlog
from anyio.lowlevel import checkpoint
from hypothesis import given, settings
from hypothesis import strategies as st

from interplay.agents.casting import guided, scripted
from interplay.agents.reviewing.coded import answers, changes, wishes
from interplay.agents.writing.scripted import scripted as scripted_writer
from interplay.domains.retail import DOMAIN
from interplay.engine.casting import AgentFactory, AgentPart
from interplay.engine.conversation import Failed, Limits, TimedOut
from interplay.engine.crew import Crew, Member
from interplay.engine.errors import BlueprintError, RunError
from interplay.engine.forge.assignment import Assignment, Writer
from interplay.engine.forge.making import Options
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.generation import Generation
from interplay.engine.messages import AnyMessage
from interplay.engine.playing import Plays
from interplay.engine.progress import Progress
from interplay.engine.run import Run, RunConfig
from interplay.engine.seeds import Seed
from interplay.engine.trajectory import Faulted, Scored, Trajectory, Trials, Unresolved

UNITS = 40
OPTIONS = Options(recombine=0.2)
BASE = DOMAIN.generate(Seed.root(5).child("data"), 60)


@pytest.fixture(autouse=True)
def quiet() -> Any:
    """What is logged is not looked at here."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


class Making:
    """One run directory and the sessions that make it.

    Args:
        path: of the directory.
        agent: who plays.
    """

    def __init__(
        self, path: Path, agent: AgentFactory = guided, *, units: int = UNITS, domain: Any = DOMAIN, plays: Any = None
    ) -> None:
        self.run = Run.create(path, RunConfig(domain="retail", seed=5, units=units), BASE)
        self.agent, self.domain, self.plays = agent, domain, plays or Plays()
        self.writer: Writer = scripted_writer
        self.cast: list[str] = []
        """Blueprints that were played to their end, in the order of their casting, of all sessions."""
        self.moments: list[Progress] = []

    async def finish(self, *, in_flight: int = 16, seconds: float = 600.0, strict: bool = False) -> Progress:
        plays = msgspec.structs.replace(self.plays, limits=Limits(seconds=seconds))
        return await self.generation(plays, in_flight, strict).finish(self.moments.append)

    def generation(self, plays: Plays, in_flight: int, strict: bool = False) -> Generation:
        crew = Crew(scripted, self._agent, self.writer, tuple(Member(each, "") for each in (wishes, changes, answers)))
        how: dict[str, Any] = {"in_flight": in_flight, "strict": strict}
        return Generation(self.run, self.domain, BASE, crew, options=OPTIONS, plays=plays, **how)

    def _agent(self, part: AgentPart) -> Any:
        self.cast.append(part.blueprint.id)
        return self.agent(part)

    @property
    def bytes(self) -> tuple[bytes, ...]:
        return tuple((self.run.path / f"{log}.jsonl").read_bytes() for log in ("blueprints", "trajectories"))

    @property
    def trials(self) -> list[Trials]:
        return list(self.run.trajectories(Trials))

    @property
    def trajectories(self) -> list[Trajectory]:
        """The only play of each unit."""
        return [trial for each in self.trials for trial in each.trials]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Making:
    """The run, made in one go."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    making = Making(tmp_path_factory.mktemp("whole") / "run")
    anyio.run(making.finish)
    return making


def delayed(random: Random) -> AgentFactory:
    """Guided agents that each take their time."""

    def cast(part: AgentPart) -> Any:
        inner = guided(part)

        async def act(conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> Any:
            for _ in range(random.randrange(4)):
                await checkpoint()
            reply = inner(conversation, tools)
            return await reply if isawaitable(reply) else reply

        return act

    return cast


def test_every_unit_is_there_once_and_in_its_place(whole: Making) -> None:
    assert [each.unit for each in whole.trajectories] == list(range(UNITS))
    records = list(whole.run.blueprints(BlueprintRecord))
    assert [each.unit for each in records] == list(range(UNITS))
    assert [each.blueprint and each.blueprint.id for each in records] == [each.blueprint for each in whole.trajectories]
    assert all(isinstance(each.outcome, Scored) and each.accepted for each in whole.trajectories)
    assert sorted(whole.cast) == sorted(each.blueprint for each in whole.trajectories)


@pytest.mark.parametrize("in_flight", [1, 7, 64])
async def test_bytes_are_the_same_at_any_concurrency(tmp_path: Path, whole: Making, in_flight: int) -> None:
    making = Making(tmp_path / "run")
    await making.finish(in_flight=in_flight)
    assert making.bytes == whole.bytes


@pytest.mark.parametrize("seed", range(2))
async def test_bytes_are_the_same_whoever_answers_late(tmp_path: Path, whole: Making, seed: int) -> None:
    making = Making(tmp_path / "run", delayed(Random(seed)))
    await making.finish(in_flight=16)
    assert making.bytes == whole.bytes


class Stopping:
    """Guided agents of which one cancels the session it plays in."""

    def __init__(self, after: int, random: Random) -> None:
        self.left, self.scope, self.inner = after, anyio.CancelScope(), delayed(random)

    def __call__(self, part: AgentPart) -> Any:
        agent = self.inner(part)

        async def act(conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> Any:
            self.left -= 1
            if self.left == 0:
                self.scope.cancel()
            return await agent(conversation, tools)

        return act


@settings(max_examples=6)
@given(stops=st.lists(st.integers(1, 150), min_size=1, max_size=3), seed=st.integers(0, 99))
def test_a_run_that_was_stopped_anywhere_is_finished_to_the_same_bytes_and_no_unit_is_done_twice(
    tmp_path_factory: pytest.TempPathFactory, whole: Making, stops: list[int], seed: int
) -> None:
    making = Making(tmp_path_factory.mktemp("stopped") / "run")

    async def session(after: int) -> None:
        making.agent = stopping = Stopping(after, Random(seed))
        with stopping.scope:
            await making.finish(in_flight=9)

    for after in stops:
        anyio.run(session, after)
        there = {each.blueprint for each in making.trajectories}
        assert making.moments[-1].before + making.moments[-1].done == len(there)
        making.cast.clear()
        making.agent = guided
    anyio.run(making.finish)
    assert making.bytes == whole.bytes
    assert set(making.cast).isdisjoint(there)
    assert len(making.cast) == len(set(making.cast)) == UNITS - len(there)
    assert making.moments[-1].before == len(there)


def chosen(part: AgentPart) -> bool:
    """One blueprint in three or so."""
    return part.blueprint.id[-1] in "01234"


def sometimes(bad: Callable[[AgentPart], Any]) -> AgentFactory:
    """Guided agents, and another for the chosen blueprints."""
    return lambda part: bad(part) if chosen(part) else guided(part)


def is_chosen(each: Trajectory) -> bool:
    return each.blueprint[-1] in "01234"


def same_but_the_chosen(making: Making, whole: Making) -> list[Trajectory]:
    """The records of the chosen blueprints; all others are as they are where nothing went wrong."""
    pairs = list(zip(making.trajectories, whole.trajectories, strict=True))
    assert all(found == expected for found, expected in pairs if not is_chosen(expected))
    bad = [found for found, expected in pairs if is_chosen(expected)]
    assert 5 < len(bad) < 25
    return bad


async def test_an_agent_that_raises_is_recorded_as_its_fault_and_the_siblings_go_on(
    tmp_path: Path, whole: Making
) -> None:
    def raises(part: AgentPart) -> Any:
        async def act(conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> Any:
            await checkpoint()
            raise ConnectionError(f"model \ud800 is gone after {len(conversation)}")

        return act

    making = Making(tmp_path / "run", sometimes(raises))
    progress = await making.finish()
    bad = same_but_the_chosen(making, whole)
    for each in bad:
        assert each.outcome == Faulted("agent", "error", "ConnectionError: model \\ud800 is gone after 1")
        assert isinstance(each.ending, Failed)
        assert "in act" in each.ending.traceback
    assert progress.kinds == {"verified": UNITS - len(bad), "failed:agent": len(bad)}


async def test_an_agent_that_hangs_is_recorded_as_timed_out_and_not_as_a_zero(tmp_path: Path) -> None:
    def hangs(part: AgentPart) -> Any:
        async def act(conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> Any:
            await anyio.sleep_forever()

        return act

    making = Making(tmp_path / "run", hangs, units=3)
    await making.finish(seconds=0.2)
    for each in making.trajectories:
        assert each.outcome == Faulted("agent", "timeout", "the agent had not answered when the 0.2 s were up")
        assert each.ending == TimedOut(0.2, "agent")
        assert not each.accepted


class NoTextError(Exception):
    """Neither its text nor its repr can be had."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


@pytest.mark.parametrize("error", [RuntimeError("no \udfff model"), NoTextError()], ids=["text", "no-text"])
async def test_a_factory_that_raises_is_recorded_as_its_actors_fault(
    tmp_path: Path, whole: Making, error: Exception
) -> None:
    def raises(part: AgentPart) -> Any:
        raise error

    making = Making(tmp_path / "run", sometimes(raises))
    progress = await making.finish()
    bad = same_but_the_chosen(making, whole)
    for each in bad:
        assert isinstance(each.outcome, Faulted)
        assert each.outcome.fault == "agent"
        assert type(error).__name__ in each.outcome.text
        assert isinstance(each.ending, Failed)
        assert "in raises" in each.ending.traceback
        assert each.messages == ()
    assert progress.kinds == {"verified": UNITS - len(bad), "failed:agent": len(bad)}


async def test_a_defect_of_ours_is_recorded_as_ours_and_the_siblings_go_on(tmp_path: Path, whole: Making) -> None:
    making = Making(tmp_path / "run")
    making.writer = broken_for({0, 7, 39})
    progress = await making.finish()
    for unit in (0, 7, 39):
        outcome = making.trajectories[unit].outcome
        assert isinstance(outcome, Faulted)
        assert outcome.fault == "ours"
        assert "no such thing" in outcome.text
        assert "in write" in outcome.traceback
    assert progress.kinds["failed:ours"] == 3
    assert progress.done == UNITS


async def test_a_defect_of_ours_ends_a_strict_run_and_what_was_done_is_kept(tmp_path: Path, whole: Making) -> None:
    making = Making(tmp_path / "run")
    making.writer = broken_for({20})
    with pytest.raises(ExceptionGroup) as caught:
        await making.finish(in_flight=2, strict=True)
    assert caught.group_contains(RuntimeError, match="no such thing", depth=None)
    assert making.trajectories == whole.trajectories[: len(making.trajectories)]
    making.writer = scripted_writer
    await making.finish(strict=True)
    assert making.bytes == whole.bytes


def broken_for(units: set[int]) -> Writer:
    """A writer that raises something unforeseen for some units."""
    root = Seed.root(5)
    seeds = {root.child("unit", unit).child("blueprint").child("task", 0) for unit in units}

    def write(assignment: Assignment) -> Any:
        if assignment.seed in seeds:
            raise RuntimeError("no such thing")
        return scripted_writer(assignment)

    return write


async def test_a_blueprint_that_cannot_be_made_is_unresolved_and_says_why(tmp_path: Path) -> None:
    def write(domain: Any, base: Any, seed: Seed) -> Any:
        raise BlueprintError("material", "nobody has an order")

    making = Making(tmp_path / "run", domain=dataclasses.replace(DOMAIN, write=write), units=3)
    progress = await making.finish()
    for each, record in zip(making.trajectories, making.run.blueprints(BlueprintRecord), strict=True):
        assert isinstance(each.outcome, Unresolved)
        assert "nobody has an order" in each.outcome.text
        assert record.blueprint is None
        assert record.failure == each.outcome.text
        assert {finding.check for fallen in record.rejected for finding in fallen.findings} <= {"material", "writing"}
    assert progress.kinds == {"unresolved": 3}


async def test_progress_adds_up_at_every_moment(tmp_path: Path) -> None:
    making = Making(tmp_path / "run", delayed(Random(1)))
    generation = making.generation(Plays(), 8)
    reports: list[Progress] = []
    last = await generation.finish(reports.append)
    for one, following in pairwise(reports):
        assert one.done <= following.done
        assert one.seconds <= following.seconds
    for each in reports:
        assert sum(each.kinds.values()) == each.done
        assert 0 <= each.in_flight <= 8
        assert (each.total, each.before) == (UNITS, 0)
    assert (last.done, last.in_flight, last.kinds) == (UNITS, 0, {"verified": UNITS})
    assert msgspec.structs.replace(reports[-1], seconds=last.seconds) == last


async def test_a_run_that_is_complete_has_nothing_left_to_do(tmp_path: Path) -> None:
    making = Making(tmp_path / "run", units=4)
    await making.finish()
    before = making.bytes
    progress = await making.finish()
    assert (progress.total, progress.before, progress.done, progress.kinds) == (4, 4, 0, {})
    assert making.bytes == before
    assert Counter(making.cast).most_common(1)[0][1] == 1


async def test_a_unit_whose_blueprint_alone_was_kept_is_played_on_that_blueprint(tmp_path: Path, whole: Making) -> None:
    making = Making(tmp_path / "run")
    lines = whole.bytes[0].splitlines()
    with making.run.writing() as writing:
        for unit in (0, 1, 17):
            writing.blueprints.write(unit, lines[unit])
    progress = await making.finish()
    assert (progress.before, progress.done) == (0, UNITS)
    assert making.bytes == whole.bytes


async def test_a_disk_that_refuses_ends_the_run_and_keeps_what_was_acknowledged(
    tmp_path: Path, whole: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    making = Making(tmp_path / "run")
    plain = making.agent

    def full(part: AgentPart) -> Any:
        if len(making.cast) == 20:

            def refuse(fd: int, data: Any) -> int:
                raise OSError(28, "No space left on device")

            monkeypatch.setattr("interplay.engine.run.appending.os.write", refuse)
        return plain(part)

    making.agent = full
    with pytest.raises(RunError, match=r"No space left on device.*interplay resume"):
        await making.finish(in_flight=2)
    monkeypatch.undo()
    assert all(each == whole.trajectories[each.unit] for each in making.trajectories)
    making.agent = guided
    await making.finish()
    assert making.bytes == whole.bytes


async def test_what_was_sampled_follows_what_the_run_learned_and_is_recorded(tmp_path: Path) -> None:
    making = Making(tmp_path / "run", units=60)
    await making.finish()
    records = list(making.run.blueprints(BlueprintRecord))
    worked = {
        pair
        for record in records
        if record.blueprint is not None
        for pair in pairwise(action.tool for action in record.blueprint.actions)
    }
    sampled = [each.sampled for record in records for each in (*record.rejected, record) if not each.parents]
    assert all(sampled)
    late = sampled[-len(sampled) // 3 :]
    learned = [names for names in late if len(names) > 1 and all(pair in worked for pair in pairwise(names))]
    early = [names for names in sampled[:10] if len(names) > 1 and all(pair in worked for pair in pairwise(names))]
    assert len(learned) / len(late) > len(early) / 10
