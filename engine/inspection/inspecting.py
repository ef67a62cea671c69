"""Inspecting: one conversation, its calls run again where the world can be had, and what there is to say of it."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import Any

import msgspec

from interplay.engine.attribution import human_fault
from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Base, Changes, to_patch
from interplay.engine.deliberation import Deliberation
from interplay.engine.domain import Domain, load_domain
from interplay.engine.errors import BlueprintError, DomainError, RunError
from interplay.engine.inspection.exchanges import Exchange, drafted_at, exchanges_of
from interplay.engine.inspection.marks import Mark, Part, marks_of, parts_of
from interplay.engine.inspection.state import RowDiff, Step, rows_of, steps_of
from interplay.engine.messages import ToolCall
from interplay.engine.patch import Change
from interplay.engine.reverify import Replayed, replay_calls
from interplay.engine.run import Run
from interplay.engine.trajectory import Scored, Trajectory
from interplay.engine.truth import begin, execute
from interplay.engine.units import Unit
from interplay.engine.verifier import Evidence, Verdict


class Inspection(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All that is to be said of one conversation."""

    unit: Unit
    trajectory: Trajectory | None
    """Which of its conversations; None where it was not played."""
    blueprint: Blueprint | None
    verdict: Verdict | None
    """None where there was nothing to judge, or it failed."""
    marks: dict[int, tuple[Mark, ...]]
    """What is wrong at a message, by its index in the trajectory."""
    parts: tuple[Part, ...]
    """Of the verdict, each thing that it asks for."""
    deliberations: dict[int, Deliberation]
    """What the human might have said, by the index of the message that was said or the call that was made."""
    steps: tuple[Step, ...] | None = None
    """The end against the expected end, leaf by leaf; None where they could not be compared, or nothing was said."""
    rows: tuple[RowDiff, ...] = ()
    """The same as rows and fields."""
    effects: dict[int, tuple[Change, ...]] = {}
    """What each call changed, by its index in the trajectory; of calls that changed nothing there is none."""
    differs: bool = False
    """Whether the tools answer otherwise today than they did when it was recorded."""
    failing: str = ""
    """Why the blueprint's actions fail; empty when they do not."""
    reason: str = ""
    """What the human did wrong, in words; empty where it was not theirs, or it cannot be found again."""
    trouble: str = ""
    """Why the states could not be compared."""

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was said and done, turn by turn, each call with its result."""
        return exchanges_of(self.trajectory.messages) if self.trajectory is not None else ()


def world_of(run: Run) -> tuple[tuple[Domain[Any], Base[Any]] | None, str]:
    """The run's world and data, which only the comparison of states needs; else None, and why they cannot be had."""
    try:
        world = load_domain(run.config.domain)
        return (world, run.base(world)), ""
    except (DomainError, RunError) as error:
        return None, str(error)


def inspect(
    unit: Unit, trajectory: Trajectory | None, world: tuple[Domain[Any], Base[Any]] | None, trouble: str = ""
) -> Inspection:
    """What is to be said of one conversation.

    Args:
        unit: whose.
        trajectory: which of its conversations; None where it was not played.
        world: its world and data, as `world_of` gives them; None where they cannot be had.
        trouble: why there is no world.
    """
    blueprint = unit.record.blueprint if unit.record is not None else None
    outcome = trajectory.outcome if trajectory is not None else None
    verdict = outcome.verdict if isinstance(outcome, Scored) else None
    drafted = drafted_at(trajectory).items() if trajectory is not None else ()
    read = Inspection(
        unit=unit,
        trajectory=trajectory,
        blueprint=blueprint,
        verdict=verdict,
        marks=marks_of(verdict),
        parts=parts_of(verdict, blueprint),
        deliberations={at: trajectory.deliberations[number] for at, number in drafted} if trajectory else {},
        trouble=trouble,
    )
    if trajectory is None or not trajectory.messages or world is None:
        return read
    return _compared(read, trajectory, *world)


def _compared(read: Inspection, trajectory: Trajectory, world: Domain[Any], base: Base[Any]) -> Inspection:
    """The same, with what running the calls again tells."""
    blueprint, start, failing = read.blueprint, base, ""
    expected: Changes = {}
    if blueprint is not None:
        try:
            truth = execute(world.tools, base, blueprint)
            start, expected = truth.start, truth.changes
        except BlueprintError as error:
            failing = str(error)
            with suppress(BlueprintError):  # where only its actions fail, the data as it begins can be had
                start = begin(world.tools, base, blueprint)
    replayed = replay_calls(world.tools, start, trajectory, blueprint)
    wrong = read.verdict.discrepancies if read.verdict is not None else ()
    makers = {each.pointer: each.message for each in wrong if each.message is not None}
    found = replayed.changes
    return msgspec.structs.replace(
        read,
        steps=steps_of(tuple(to_patch(found)), tuple(to_patch(expected))),
        rows=rows_of(found, expected, makers, _undecided(blueprint, world, {name for name, _ in (*found, *expected)})),
        effects=_effects(trajectory, replayed),
        differs=bool(replayed.differences),
        failing=failing,
        reason=_reason(read, trajectory, replayed),
    )


def _undecided(blueprint: Blueprint | None, world: Domain[Any], tables: set[str]) -> frozenset[str]:
    """Those of the tables whose end does not decide."""
    match blueprint.judged if blueprint is not None else "all":
        case "none":
            return frozenset(tables)
        case "agent":
            return world.tools.human_tables
        case _:
            return frozenset()


def _effects(trajectory: Trajectory, replayed: Replayed) -> dict[int, tuple[Change, ...]]:
    calls = {m.call_id: at for at, m in enumerate(trajectory.messages) if isinstance(m, ToolCall)}
    return {calls[call_id]: tuple(to_patch(effect)) for call_id, effect in replayed.effects.items() if effect}


def _reason(read: Inspection, trajectory: Trajectory, replayed: Replayed) -> str:
    """What the human did wrong, where the rejection is theirs and it can be found again."""
    fault = getattr(trajectory.outcome, "fault", None)
    if fault != "human" or read.verdict is None or read.blueprint is None or trajectory.ending is None:
        return ""
    evidence = Evidence(replayed.messages, trajectory.ending, replayed.changes, replayed.effects)
    return human_fault(read.blueprint, evidence, read.verdict)
