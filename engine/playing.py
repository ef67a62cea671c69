"""Playing: a blueprint played, once or several times, and each play judged.

Up to so many attempts until one is verified (rejection sampling), or exactly so many trials, of which
pass^k is counted. All are kept, and of each that failed, whose failure it was.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Annotated, Any, TypeVar

import anyio
import msgspec
import structlog

from interplay.engine.actors import ActorFailedError, Agent, Human
from interplay.engine.attribution import blame
from interplay.engine.casting import AgentPart, HumanPart
from interplay.engine.conversation import Failed, Limits, Played, TimedOut, described, failed, play
from interplay.engine.crew import Crew, Models
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError, DefectError, first
from interplay.engine.forge.checks import Validated
from interplay.engine.messages import Role
from interplay.engine.models.exchange import Model, Reply, Request
from interplay.engine.screening import leaks
from interplay.engine.seeds import Seed
from interplay.engine.trajectory import Fault, Faulted, Outcome, Scored, Trajectory, Trials
from interplay.engine.verifier import Evidence, Verifier

T = TypeVar("T")

log = structlog.get_logger("interplay.playing")


class Plays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How often a blueprint is played, and how far."""

    attempts: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    """At most, until one is verified."""
    trials: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    """Exactly, whatever comes of them; 0 for attempts instead."""
    limits: Limits = Limits()

    def good(self, trials: Trials) -> bool:
        """Whether a unit came to what was wanted: one verified attempt, or every trial verified."""
        return all(trial.accepted for trial in trials.trials) if self.trials else trials.accepted


class _Watched:
    """A model of one conversation, of which is known whether it was asked.

    Args:
        model: who answers.
    """

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.asked = False
        self._model = model

    async def ask(self, request: Request, at: str, read: Callable[[Reply], T]) -> T:
        """As the model answers it."""
        self.asked = True
        return await self._model.ask(request, at, read)


class Player:
    """Plays blueprints of one run.

    Args:
        domain: the world.
        base: its data, before a blueprint sets anything up.
        crew: who plays.
        plays: how often, and how far.
        models: the model in a role for a unit.
        at_once: conversations at once, over all units.
        strict: raise a defect of a world's tool instead of recording it.
        time_was_up: told of each conversation whose time was up: its unit and its address.
    """

    def __init__(
        self,
        domain: Domain[Any],
        base: Base[Any],
        crew: Crew,
        plays: Plays,
        models: Models,
        *,
        at_once: int,
        strict: bool,
        time_was_up: Callable[[int, str], object] = lambda unit, at: None,  # noqa: ARG005
    ) -> None:
        self.plays = plays
        self._domain, self._base, self._crew, self._models = domain, base, crew, models
        self._time_was_up = time_was_up
        self._at_once, self._strict = at_once, strict
        self._verifier = Verifier(domain.tools, domain.policy, base)
        self._room: anyio.CapacityLimiter | None = None

    async def play(self, unit: int, validated: Validated, seed: Seed) -> Trials:
        """Play one blueprint as often as is asked for.

        Args:
            unit: its number in the run.
            validated: the blueprint, and what its actions lead to.
            seed: of the unit.
        Raises:
            HaltError: no model can be asked any more.
            DefectError: a tool raised, and the run is strict.
        """
        blueprint = validated.blueprint
        if self.plays.trials:
            trials = await self._all(unit, validated, seed)
        else:
            trials = await self._until_verified(unit, validated, seed)
        return Trials(unit, blueprint.id, tuple(trials))

    async def _until_verified(self, unit: int, validated: Validated, seed: Seed) -> list[Trajectory]:
        trials: list[Trajectory] = []
        while len(trials) < self.plays.attempts and not (trials and trials[-1].accepted):
            trials.append(await self._once(unit, validated, seed, len(trials)))
        return trials

    async def _all(self, unit: int, validated: Validated, seed: Seed) -> list[Trajectory]:
        """Every trial, at once as far as there is room."""
        room = self._room = self._room or anyio.CapacityLimiter(self._at_once)
        trials: dict[int, Trajectory] = {}

        async def one(trial: int) -> None:
            async with room:
                trials[trial] = await self._once(unit, validated, seed, trial)

        try:
            async with anyio.create_task_group() as tasks:
                for trial in range(self.plays.trials):
                    tasks.start_soon(one, trial)
        except* Exception as group:
            raise first(group) from None  # one is enough: each ends the unit or the session
        return [trials[trial] for trial in range(self.plays.trials)]

    async def _once(self, unit: int, validated: Validated, unit_seed: Seed, trial: int) -> Trajectory:
        blueprint, seed = validated.blueprint, unit_seed.child("trial", trial)
        environment = Environment(self._domain.tools, validated.truth.start.fork(), blueprint)
        models = {role: self._watched(role, unit) for role in ("human", "judge", "agent")}
        human: Any = None
        try:
            human, agent = self._actors(validated, seed, f"trial/{trial}", models)
            played = await play(human, agent, environment, self.plays.limits)
        except ActorFailedError as failure:
            played = Played((), failed(failure))
        if isinstance(played.ending, TimedOut):
            self._time_was_up(unit, f"trial/{trial}")
        asked = {role for role, model in models.items() if model is not None and model.asked}
        outcome = self._judge(validated, played, environment, asked)
        said = tuple(getattr(human, "deliberations", ()))
        return Trajectory(unit, blueprint.id, seed.digest.hex(), played.ending, outcome, played.messages, trial, said)

    def _watched(self, role: str, unit: int) -> _Watched | None:
        model = self._models(role, unit)
        return None if model is None else _Watched(model)

    def _actors(
        self, validated: Validated, seed: Seed, at: str, models: Mapping[str, _Watched | None]
    ) -> tuple[Human, Agent]:
        """Both actors of one conversation.

        Raises:
            ActorFailedError: a factory raised.
        """
        blueprint, domain = validated.blueprint, self._domain
        human = HumanPart(blueprint.brief, seed.child("human"), at=f"{at}/human", tools=domain.tools.human)
        model = models["human"]
        if model is not None:  # only what a model says has to be screened
            screen = leaks(blueprint, validated.truth)
            human = human._replace(model=model, judge=models["judge"], candidates=self._crew.candidates, leaks=screen)
        agent = AgentPart(blueprint, domain.tools, domain.policy, seed.child("agent"), models["agent"], f"{at}/agent")
        role: Role = "human"
        try:
            person = self._crew.human(human)
            role = "agent"
            return person, self._crew.agent(agent)
        except Exception as error:
            raise ActorFailedError(role) from error

    def _judge(self, validated: Validated, played: Played, environment: Environment, asked: Container[str]) -> Outcome:
        """What a conversation came to; `asked` are the roles whose model was asked."""
        blueprint = validated.blueprint
        match played.ending:
            case Failed(role="environment", traceback=trace) if self._strict:
                raise DefectError(f"a tool of {self._domain.name} raised, playing {blueprint.id}:\n{trace}")
            case Failed(role=role, error=error, provider=cause) if cause:
                log.warning("conversation_failed", blueprint=blueprint.id, fault="provider", error=error)
                return Faulted("provider", "timeout" if cause == "timeout" else "error", f"for the {role}: {error}")
            case Failed(role=role, error=error):
                log.warning("conversation_failed", blueprint=blueprint.id, fault=role, error=error)
                return Faulted(role, "error", error)
            case TimedOut(seconds=seconds, waiting_for=role):
                late: Fault = "provider" if role in asked else role  # an agent of one's own may ask none
                log.warning("conversation_timed_out", blueprint=blueprint.id, fault=late)
                return Faulted(late, "timeout", f"the {role} had not answered when the {seconds:g} s were up")
        evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
        try:
            verdict = self._verifier.verify(blueprint, validated.truth, evidence)
        except BlueprintError as error:  # a question about the end that broke on it
            if self._strict:
                raise DefectError(f"{self._domain.name} cannot judge how {blueprint.id} ended: {error}") from error
            log.warning("conversation_not_judged", blueprint=blueprint.id, fault="environment", error=error.text)
            return Faulted("environment", "error", error.text, described(error)[1])
        return Scored(verdict, None if verdict.accepted else blame(blueprint, evidence, verdict))
