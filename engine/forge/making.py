"""Making: from what a unit may know to a validated blueprint.

The loop of Phase 1. A task is sampled; a writer proposes; code checks; a committee votes; what failed is
one plan for the next attempt, of which there are at most so many. What then still fails is left, and
another task is sampled. Some units join blueprints that were accepted before instead of writing one.
Whatever fell is kept with its reasons.
"""

from __future__ import annotations

from inspect import isawaitable
from typing import Annotated, Any, NamedTuple, TypeAlias

import msgspec

from interplay.engine.blueprint import Blueprint, Candidate
from interplay.engine.crew import Crew, Models
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError, HaltError, ModelError
from interplay.engine.forge import difficulty
from interplay.engine.forge.assignment import PROVIDER, Assignment, Context, Finding, Plan
from interplay.engine.forge.checks import Validated, validate
from interplay.engine.forge.committee import THRESHOLD, Committee, Decision, Seat
from interplay.engine.forge.difficulty import Targets, check_difficulty
from interplay.engine.forge.planning import finding, plan
from interplay.engine.forge.pool import View
from interplay.engine.forge.probing import SHARE, Probe, due, spoil
from interplay.engine.forge.recombination import join
from interplay.engine.forge.record import BlueprintRecord, Rejected
from interplay.engine.forge.review import Case
from interplay.engine.forge.sampling import sample
from interplay.engine.seeds import Seed

Share: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=1)]

SHOWN = 8
"""Accepted blueprints that reviewers are shown to compare with."""


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How Phase 1 goes about it."""

    writings: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    """Attempts at one task, each but the first with what was wrong with the last; 0 for the world's default."""
    tasks: Annotated[int, msgspec.Meta(ge=1, le=100)] = 4
    """Tasks that are sampled for one unit before it is given up."""
    feedback: bool = True
    """Whether attempts know what was wrong; without it each begins anew."""
    review: bool = True
    """Whether there is a committee."""
    threshold: Annotated[float, msgspec.Meta(ge=0, le=10)] = THRESHOLD
    """The least average score of the committee."""
    probes: Share = SHARE
    """Share of accepted blueprints of which a version made wrong on purpose is shown to the committee."""
    recombine: Share = 0.1
    """Share of units that join accepted blueprints, where there are some that can be joined."""
    difficulty: tuple[str, ...] = ()
    """Asked distribution, a dimension each: "writes=1:30,2:50,3:20"."""


class _Proposed(NamedTuple):
    """What became of one attempt."""

    candidate: Candidate | None
    """None where nothing was written."""
    validated: Validated | None
    """None where a check failed."""
    decision: Decision | None
    """None where it did not come to the committee."""
    findings: tuple[Finding, ...]
    """What was wrong; empty where it was accepted."""

    def rejected(
        self, task: int, attempt: int, *, parents: tuple[str, ...] = (), sampled: tuple[str, ...] = ()
    ) -> Rejected:
        """As it is kept."""
        reviews = self.decision.reviews if self.decision else ()
        return Rejected(
            task=task,
            attempt=attempt,
            findings=self.findings,
            candidate=self.candidate,
            reviews=reviews,
            parents=parents,
            sampled=sampled,
        )


class Forge:
    """Makes blueprints of one world.

    Args:
        domain: the world.
        base: its data.
        crew: who writes and reviews; without reviewers, what the checks pass is accepted.
        options: how to go about it.
        models: the model in a role for a unit.
    """

    def __init__(self, domain: Domain[Any], base: Base[Any], crew: Crew, options: Options, models: Models) -> None:
        self._domain, self._base, self._crew = domain, base, crew
        self._options, self._models = options, models
        self._targets = Targets.parse(options.difficulty)

    async def make(
        self, unit: int, blueprint_id: str, seed: Seed, view: View
    ) -> tuple[BlueprintRecord, Validated | None]:
        """Make one unit's blueprint.

        Args:
            unit: its number, for its models.
            blueprint_id: the id that the blueprint gets.
            seed: decides everything that no model decides.
            view: what the unit may know of the run.
        Returns:
            The record, and the blueprint with what its actions do; None where there is no blueprint.
        Raises:
            HaltError: no model can be asked any more.
        """
        rejected: list[Rejected] = []
        if seed.child("recombine").chance(self._options.recombine):
            found = await self._join(unit, blueprint_id, seed.child("join"), view, rejected)
            if found is not None:
                return found
        for task in range(self._options.tasks):
            found = await self._task(unit, blueprint_id, seed.child("task", task), task, view, rejected)
            if found is not None:
                return found
        last = rejected[-1].findings[0]
        failure = f"none of {len(rejected)} candidates was accepted; the last fell at {last.check}: {last.text}"
        provider = 2 * sum(each.check == PROVIDER for each in rejected) > len(rejected)
        return BlueprintRecord(unit, rejected=tuple(rejected), failure=failure, provider=provider), None

    async def _task(
        self, unit: int, blueprint_id: str, seed: Seed, task: int, view: View, rejected: list[Rejected]
    ) -> tuple[BlueprintRecord, Validated] | None:
        """Attempt one task until it is accepted, or so often as is allowed."""
        options = self._options
        previous: Candidate | None = None
        improvements: Plan | None = None
        target = self._targets.draw(seed.child("target"))
        for attempt in range(options.writings or self._domain.attempts):
            own = seed if options.feedback else seed.child("anew", attempt)
            assignment = Assignment(
                domain=self._domain,
                base=self._base,
                seed=own,
                attempt=attempt,
                context=self._context(own, attempt, view, target),
                previous=previous,
                plan=improvements,
                model=self._models("writer", unit),
                at=f"task/{task}/write/{attempt}",
                reviewers=tuple(member.reviewer.name for member in self._crew.members),
            )
            proposed = await self._attempt(unit, blueprint_id, assignment, task, view)
            if not proposed.findings:
                record = BlueprintRecord(
                    unit, task=task, attempt=attempt, sampled=assignment.context.tools, rejected=tuple(rejected)
                )
                return await self._accepted(record, proposed, seed, view, f"task/{task}")
            rejected.append(proposed.rejected(task, attempt, sampled=assignment.context.tools))
            if options.feedback and proposed.findings[0].check != PROVIDER:
                previous, improvements = proposed.candidate or previous, plan(proposed.findings)
        return None

    def _context(self, seed: Seed, attempt: int, view: View, target: dict[str, int]) -> Context:
        """What is sampled: the same person and rows for one task, more or less of the rest in each attempt."""
        persona = self._crew.personas(seed.child("persona")) if self._crew.personas else None
        return sample(self._domain, self._base, seed, attempt, view, persona=persona, target=target)

    async def _attempt(self, unit: int, blueprint_id: str, assignment: Assignment, task: int, view: View) -> _Proposed:
        """Write, check and review once."""
        try:
            written = self._crew.writer(assignment)
            candidate = await written if isawaitable(written) else written
        except BlueprintError as error:
            return _Proposed(None, None, None, (finding(error),))
        except HaltError:
            raise
        except ModelError as error:
            return _Proposed(None, None, None, (Finding(stage="writing", check=PROVIDER, text=str(error)),))
        target = assignment.context.target
        return await self._judged(unit, blueprint_id, candidate, target, view, f"task/{task}/{assignment.attempt}")

    async def _judged(
        self, unit: int, blueprint_id: str, candidate: Candidate, target: dict[str, int], view: View, at: str
    ) -> _Proposed:
        """Both stages after writing: checks by code, and the committee."""
        candidate = msgspec.structs.replace(candidate, id=blueprint_id)
        try:
            validated = self._checked(candidate, view, target)
        except BlueprintError as error:
            return _Proposed(candidate, None, None, (finding(error),))
        decision = await self._committee(unit).decide(self._case(validated, view, at))
        return _Proposed(candidate, validated, decision, decision.findings)

    def _checked(self, candidate: Candidate, view: View, target: dict[str, int]) -> Validated:
        """Stage 1.

        Raises:
            BlueprintError: the first check that failed.
        """
        validated = validate(self._domain, self._base, candidate)
        blueprint = validated.blueprint
        check_difficulty(difficulty.of(blueprint, self._domain), target)
        view.check_new(blueprint)
        if self._crew.exclusions is not None:
            self._crew.exclusions.check(blueprint)
        return validated

    async def _join(
        self, unit: int, blueprint_id: str, seed: Seed, view: View, rejected: list[Rejected]
    ) -> tuple[BlueprintRecord, Validated] | None:
        """Join accepted blueprints of one person, where there are some."""
        parts = view.parts(seed.child("parts"))
        if not parts:
            return None
        parents = tuple(part.id for part in parts)
        try:
            candidate = join(parts, self._domain, self._base, seed)
            candidate = await self._retold(unit, candidate)
        except BlueprintError as error:
            proposed = _Proposed(None, None, None, (finding(error),))
        else:
            proposed = await self._judged(unit, blueprint_id, candidate, {}, view, "join")
            if not proposed.findings:
                record = BlueprintRecord(unit, parents=parents, rejected=tuple(rejected))
                return await self._accepted(record, proposed, seed, view, "join")
        rejected.append(proposed.rejected(0, 0, parents=parents))
        return None

    async def _retold(self, unit: int, candidate: Candidate) -> Candidate:
        """A joined task's instruction in the words of the writer's model, where there is one."""
        model = self._models("writer", unit)
        if model is None or self._crew.retell is None:
            return candidate
        try:
            return await self._crew.retell(candidate, model, "join/retell")
        except HaltError:
            raise
        except ModelError:
            return candidate  # as code composed it, which tells the same

    async def _accepted(
        self, record: BlueprintRecord, proposed: _Proposed, seed: Seed, view: View, at: str
    ) -> tuple[BlueprintRecord, Validated]:
        """The record of what was accepted, with what the committee says of a spoilt version where one is due."""
        assert proposed.validated is not None and proposed.decision is not None  # noqa: S101, PT018  (accepted)
        blueprint = proposed.validated.blueprint
        record = msgspec.structs.replace(
            record,
            blueprint=blueprint,
            difficulty=difficulty.of(blueprint, self._domain),
            reviews=proposed.decision.reviews,
            probe=await self._probed(record.unit, blueprint, seed, view, f"{at}/probe"),
        )
        return record, proposed.validated

    async def _probed(self, unit: int, blueprint: Blueprint, seed: Seed, view: View, at: str) -> Probe | None:
        if not self._crew.members or not due(seed, self._options.probes):
            return None
        spoilt = spoil(self._domain, self._base, blueprint, seed)
        if spoilt is None:
            return None
        reviews = await self._committee(unit).review(self._case(spoilt.validated, view, at))
        return Probe(flaw=spoilt.flaw.name, reviews=reviews)

    def _committee(self, unit: int) -> Committee:
        seats = [Seat(member.reviewer, self._models(member.role, unit)) for member in self._crew.members]
        return Committee(seats, self._options.threshold)

    def _case(self, validated: Validated, view: View, at: str) -> Case:
        blueprint, truth = validated
        examples = view.examples(Seed.root(0).child(blueprint.id, at), SHOWN)
        return Case(self._domain, blueprint, truth, examples, at=at, base=self._base)
