"""Generation: a run being made, unit by unit.

A unit is a blueprint made, played once and judged. Everything about it follows from the run's seed and
the unit's number, so units may be done in any order, at any concurrency and in any number of sessions,
and the run's files come out the same.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple

import anyio
import msgspec
import structlog

from interplay.engine.blueprint import Blueprint
from interplay.engine.casting import AgentFactory, AgentPart, HumanFactory, HumanPart
from interplay.engine.conversation import Failed, Limits, Played, TimedOut, described, play
from interplay.engine.database import Base, Changes
from interplay.engine.domain import Domain
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError, DefectError, RunError, first
from interplay.engine.forge.checks import validate
from interplay.engine.forge.making import make
from interplay.engine.progress import Progress, Tracker
from interplay.engine.run import Run, Writing
from interplay.engine.scheduler import work_off
from interplay.engine.seeds import Seed
from interplay.engine.trajectory import Faulted, Outcome, Scored, Trajectory, Unresolved, kind
from interplay.engine.verifier import Evidence, Verifier

FLUSH_SECONDS = 0.25
"""How often finished records are made durable and progress is reported."""

log = structlog.get_logger("interplay.generation")


class BlueprintRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a run's blueprints: the blueprint, or why there is none."""

    unit: int
    blueprint: Blueprint | None = None
    rejected: dict[str, int] = {}
    """Candidates that fell before it, by the check that they fell at."""
    failure: str = ""


class Cast(NamedTuple):
    """Who plays."""

    human: HumanFactory
    agent: AgentFactory


class _Ready(NamedTuple):
    """A blueprint about to be played."""

    record: BlueprintRecord
    expected: Changes


class Generation:
    """Makes the units of one run.

    Args:
        run: where they are kept.
        domain: the run's world.
        base: the data that it starts from.
        cast: who plays.
        limits: of each conversation.
        in_flight: conversations at once.
        strict: raise a defect of ours instead of recording it.
    """

    def __init__(
        self,
        run: Run,
        domain: Domain[Any],
        base: Base[Any],
        cast: Cast,
        *,
        limits: Limits,
        in_flight: int,
        strict: bool = False,
    ) -> None:
        self._run, self._domain, self._base, self._cast = run, domain, base, cast
        self._limits, self._in_flight, self._strict = limits, in_flight, strict
        self._seed = Seed.root(run.config.seed)
        self._verifier = Verifier(domain.tools, domain.policy, base)

    async def finish(self, report: Callable[[Progress], None]) -> Progress:
        """Do exactly the units that the run still lacks.

        However it ends, what was finished is kept.

        Args:
            report: called with each moment, a few times a second, and with the last.
        Raises:
            RunError: the run cannot be written.
            DefectError: a tool raised, and the run is strict.
        """
        with self._run.writing() as writing:
            before = sum(1 for unit in range(writing.units) if unit in writing.trajectories)
            tracker = Tracker(writing.units, before, monotonic)
            broken: RunError | DefectError | None = None
            try:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(_keep, writing, tracker, report)
                    await self._work(writing, tracker)
                    tasks.cancel_scope.cancel()
            except* (RunError, DefectError) as group:
                broken = first(group)
            finally:
                report(tracker.now())
            if broken is not None:
                raise broken
            return tracker.now()

    async def _work(self, writing: Writing, tracker: Tracker) -> None:
        async def unit_work(unit: int) -> None:
            tracker.begin()
            self._keep_unit(writing, tracker, *await self._unit(unit, writing))

        def failed(unit: int, error: Exception) -> None:
            if self._strict or isinstance(error, RunError):
                raise error
            text, trace = described(error)
            log.error("unit_failed", unit=unit, error=text)
            outcome = Unresolved(f"a defect came between: {text}", trace)
            self._keep_unit(writing, tracker, BlueprintRecord(unit, failure=text), self._blank(unit, outcome))

        await work_off(writing.missing(), unit_work, in_flight=self._in_flight, failed=failed)

    def _keep_unit(self, writing: Writing, tracker: Tracker, record: BlueprintRecord, trajectory: Trajectory) -> None:
        unit = trajectory.unit
        encoded, played = msgspec.json.encode(record), msgspec.json.encode(trajectory)
        if unit not in writing.blueprints:
            writing.blueprints.write(unit, encoded)
        if unit not in writing.trajectories:
            writing.trajectories.write(unit, played)
        tracker.end(kind(trajectory.outcome))

    async def _unit(self, unit: int, writing: Writing) -> tuple[BlueprintRecord, Trajectory]:
        try:
            ready = self._ready(unit, recorded=unit in writing.blueprints)
        except BlueprintError as error:
            log.warning("no_blueprint", unit=unit, error=str(error))
            return BlueprintRecord(unit, failure=str(error)), self._blank(unit, Unresolved(str(error)))
        return ready.record, await self._play(unit, ready)

    def _ready(self, unit: int, *, recorded: bool) -> _Ready:
        """The unit's blueprint: the one that an earlier session recorded, or a new one."""
        if recorded:
            record = self._run.blueprints(BlueprintRecord).find(unit)
            if record is not None and record.blueprint is not None:
                valid = validate(self._domain.tools, self._domain.policy, self._base, record.blueprint)
                return _Ready(record, valid.truth.changes)
        made = make(self._domain, self._base, self._unit_seed(unit).child("blueprint"), self._blueprint_id(unit))
        record = BlueprintRecord(unit, made.validated.blueprint, made.rejected)
        return _Ready(record, made.validated.truth.changes)

    async def _play(self, unit: int, ready: _Ready) -> Trajectory:
        blueprint = ready.record.blueprint
        assert blueprint is not None  # noqa: S101  (a unit without one is not played)
        seed = self._unit_seed(unit).child("trial", 0)
        human = self._cast.human(HumanPart(blueprint.brief, seed.child("human")))
        tools = self._domain.tools
        agent = self._cast.agent(AgentPart(blueprint, tools, self._domain.policy, seed.child("agent")))
        environment = Environment(tools, self._base.fork())
        played = await play(human, agent, environment, self._limits)
        outcome = self._judge(blueprint, ready.expected, played, environment)
        return Trajectory(unit, blueprint.id, seed.digest.hex(), played.ending, outcome, played.messages)

    def _judge(self, blueprint: Blueprint, expected: Changes, played: Played, environment: Environment) -> Outcome:
        match played.ending:
            case Failed(role="environment", traceback=trace) if self._strict:
                raise DefectError(f"a tool of {self._domain.name} raised, playing {blueprint.id}:\n{trace}")
            case Failed(role=role, error=error):
                log.warning("conversation_failed", blueprint=blueprint.id, fault=role, error=error)
                return Faulted(role, "error", error)
            case TimedOut(seconds=seconds, waiting_for=role):
                log.warning("conversation_timed_out", blueprint=blueprint.id, fault=role)
                return Faulted(role, "timeout", f"the {role} had not answered when the {seconds:g} s were up")
        evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
        return Scored(self._verifier.verify(blueprint, expected, evidence))

    def _blank(self, unit: int, outcome: Outcome) -> Trajectory:
        """The record of a unit in which nobody spoke."""
        return Trajectory(unit, self._blueprint_id(unit), self._unit_seed(unit).digest.hex(), None, outcome, ())

    def _unit_seed(self, unit: int) -> Seed:
        return self._seed.child("unit", unit)

    def _blueprint_id(self, unit: int) -> str:
        return f"{self._domain.name}-{self._unit_seed(unit).digest.hex()[:12]}"


async def _keep(writing: Writing, tracker: Tracker, report: Callable[[Progress], None]) -> None:
    """Make records durable and report, again and again."""
    while True:
        await anyio.sleep(FLUSH_SECONDS)
        writing.flush()
        report(tracker.now())
