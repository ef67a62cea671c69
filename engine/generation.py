"""Generation: a run being made, unit by unit.

A unit is a blueprint made, played once or several times, and judged. Everything about it follows from the
run's seed, the unit's number and what its models answered, so units may be done in any order, at any
concurrency and in any number of sessions, and the run's files come out the same. Blueprints and
conversations are one stream: a unit is played as soon as it is made, while others are still being made.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple, TypeAlias

import anyio
import msgspec
import structlog

from interplay.engine.conversation import described
from interplay.engine.crew import Crew, Models
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import DefectError, HaltError, RunError, first
from interplay.engine.forge.checks import Validated, validate
from interplay.engine.forge.given import take
from interplay.engine.forge.horizon import Horizon, before_all, before_rounds
from interplay.engine.forge.making import Forge, Options
from interplay.engine.forge.pool import Pool
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.models.desk import Desk
from interplay.engine.models.exchange import Model
from interplay.engine.playing import Player, Plays
from interplay.engine.progress import Progress, Tracker
from interplay.engine.run import Run, Writing
from interplay.engine.scheduler import work_off
from interplay.engine.seeds import Seed
from interplay.engine.trajectory import Faulted, Outcome, Trajectory, Trials, Unresolved, kind

FLUSH_SECONDS = 0.25
"""How often finished records are made durable and progress is reported."""

log = structlog.get_logger("interplay.generation")


class _Session(NamedTuple):
    """What one call of `finish` works with."""

    writing: Writing
    tracker: Tracker
    desk: Desk | None
    forge: Forge
    player: Player
    pool: Pool
    horizon: Horizon[BlueprintRecord]
    made: dict[int, BlueprintRecord]
    """Blueprints of an earlier session that were not played."""


OpenDesk: TypeAlias = Callable[[Path, Callable[[int], bool]], AbstractAsyncContextManager[Desk]]
"""Opens the models of a run: given its directory, and whether a unit is still to be done."""


class Generation:
    """Makes the units of one run.

    Args:
        run: where they are kept.
        domain: the run's world.
        base: the data that it starts from.
        crew: who writes, reviews and plays.
        options: how Phase 1 goes about it.
        plays: how often each blueprint is played, and how far.
        in_flight: units at once.
        open_desk: opens the models; None where nobody in the crew needs one.
        strict: raise a defect of ours instead of recording it.
    """

    def __init__(
        self,
        run: Run,
        domain: Domain[Any],
        base: Base[Any],
        crew: Crew,
        *,
        options: Options,
        plays: Plays,
        in_flight: int,
        open_desk: OpenDesk | None = None,
        strict: bool = False,
    ) -> None:
        self._run, self._domain, self._base, self._crew = run, domain, base, crew
        self._options, self._plays, self._open_desk = options, plays, open_desk
        self._in_flight, self._strict = in_flight, strict
        self._seed = Seed.root(run.config.seed)

    async def finish(self, report: Callable[[Progress], None]) -> Progress:
        """Do exactly the units that the run still lacks.

        However it ends, what was finished is kept.

        Args:
            report: called with each moment, a few times a second, and with the last.
        Raises:
            RunError: the run cannot be written.
            HaltError: no model can be asked any more, or the budget is spent; what is lacking can be done later.
            DefectError: a tool raised, and the run is strict.
        """
        with self._run.writing() as writing:
            lacking = next(writing.missing(), None) is not None  # a run that is whole needs neither key nor server
            opened = (
                self._open_desk(self._run.path, lambda unit: unit not in writing.trajectories)
                if self._open_desk and lacking
                else nullcontext()
            )
            async with opened as desk:
                session = self._session(writing, desk)
                try:
                    await self._do(session, report)
                finally:
                    self._flush(session)
                    report(session.tracker.now())
                return session.tracker.now()

    async def _do(self, session: _Session, report: Callable[[Progress], None]) -> None:
        """Everything that is lacking; one error of those that end a session, not a group."""
        broken: RunError | DefectError | HaltError | None = None
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._keep, session, report)
                await self._work(session)
                tasks.cancel_scope.cancel()
        except* (RunError, DefectError, HaltError) as group:
            broken = first(group)
        if broken is not None:
            raise broken

    def _session(self, writing: Writing, desk: Desk | None) -> _Session:
        """Everybody at work, and what earlier sessions made."""
        models: Models = desk.model if desk is not None else _no_model
        forge = Forge(self._domain, self._base, self._crew, self._options, models)
        how: dict[str, Any] = {"at_once": self._in_flight, "strict": self._strict}
        if desk is not None:
            how["time_was_up"] = desk.time_was_up
        player = Player(self._domain, self._base, self._crew, self._plays, models, **how)
        pool = Pool(self._domain)
        horizon = Horizon(before_rounds if self._crew.waits else before_all, pool.enter)
        before = sum(1 for unit in range(writing.units) if unit in writing.trajectories)
        tracker = Tracker(writing.units, before, monotonic, desk.bill if desk is not None else None)
        session = _Session(writing, tracker, desk, forge, player, pool, horizon, {})
        for record in self._run.blueprints(BlueprintRecord):
            horizon.enter(record.unit, record)
            if record.unit not in writing.trajectories:
                session.made[record.unit] = record
        return session

    async def _work(self, session: _Session) -> None:
        async def unit_work(unit: int) -> None:
            session.tracker.begin()
            await self._unit(unit, session)

        def failed(unit: int, error: Exception) -> None:
            if self._strict or isinstance(error, RunError | HaltError):
                raise error
            text, trace = described(error)
            log.error("unit_failed", unit=unit, error=text)
            self._keep_blueprint(session, BlueprintRecord(unit, failure=text))
            self._keep_trials(session, self._blank(unit, Faulted("ours", "error", text, trace)))

        await work_off(session.writing.missing(), unit_work, in_flight=self._in_flight, failed=failed)

    async def _unit(self, unit: int, session: _Session) -> None:
        """Make a unit's blueprint, or take the one that an earlier session made, and play it."""
        record, validated = await self._blueprint(unit, session)
        if validated is None:
            log.warning("no_blueprint", unit=unit, error=record.failure)
            provider = Faulted("provider", "error", record.failure) if record.provider else None
            self._keep_trials(session, self._blank(unit, provider or Unresolved(record.failure)))
            return
        trials = await session.player.play(unit, validated, self._unit_seed(unit))
        self._keep_trials(session, trials)

    async def _blueprint(self, unit: int, session: _Session) -> tuple[BlueprintRecord, Validated | None]:
        record = session.made.pop(unit, None)
        if self._crew.given:
            found, played = take(self._domain, self._base, unit, self._crew.given[unit])
            self._keep_blueprint(session, found)
            return found, played
        if record is not None:
            if record.blueprint is None:
                return record, None
            return record, validate(self._domain, self._base, record.blueprint)
        view = session.pool.view(await session.horizon.reach(unit))
        seed = self._unit_seed(unit).child("blueprint")
        record, validated = await session.forge.make(unit, self._blueprint_id(unit), seed, view)
        self._keep_blueprint(session, record)
        return record, validated

    def _keep_blueprint(self, session: _Session, record: BlueprintRecord) -> None:
        if record.unit not in session.writing.blueprints:
            session.writing.blueprints.write(record.unit, msgspec.json.encode(record))
            session.tracker.make(record)
            session.horizon.enter(record.unit, record)

    def _keep_trials(self, session: _Session, trials: Trials) -> None:
        if trials.unit not in session.writing.trajectories:
            session.writing.trajectories.write(trials.unit, msgspec.json.encode(trials))
        if session.desk is not None:
            session.desk.finished(trials.unit)
        session.tracker.end([kind(trial.outcome) for trial in trials.trials], good=self._plays.good(trials))

    def _blank(self, unit: int, outcome: Outcome) -> Trials:
        """The record of a unit in which nobody spoke."""
        blueprint = self._blueprint_id(unit)
        trial = Trajectory(unit, blueprint, self._unit_seed(unit).digest.hex(), None, outcome, ())
        return Trials(unit, blueprint, (trial,))

    def _unit_seed(self, unit: int) -> Seed:
        return self._seed.child("unit", unit)

    def _blueprint_id(self, unit: int) -> str:
        return f"{self._domain.name}-{self._unit_seed(unit).digest.hex()[:12]}"

    def _flush(self, session: _Session) -> None:
        """Make replies durable, before the records that rest on them.

        Raises:
            RunError: the disk refused; then the records are not kept either, and are made again on resuming.
            HaltError: the cache cannot be used.
        """
        if session.desk is None:
            return
        try:
            session.desk.flush()
        except RunError:
            session.writing.forget()
            raise

    async def _keep(self, session: _Session, report: Callable[[Progress], None]) -> None:
        """Make records durable and report, again and again."""
        while True:
            await anyio.sleep(FLUSH_SECONDS)
            self._flush(session)
            session.writing.flush()
            report(session.tracker.now())


def _no_model(role: str, unit: int) -> Model | None:  # noqa: ARG001
    return None
