"""Reverify: stored conversations, played back without any actor, and judged again.

A trajectory holds every call and what the environment answered. Running the calls again on a fresh fork
must give the same answers, and the same evidence must give the same verdict; where it does not, the
record, the data or the code is another than it was. Nothing here is taken from the record's word except
what was said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from interplay.engine.blueprint import Blueprint
from interplay.engine.conversation import Ending, Failed, HandedOver, LimitReached, Stopped, TimedOut
from interplay.engine.database import Base, Changes
from interplay.engine.domain import Domain
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.patch import Change, diff
from interplay.engine.tools import Toolset
from interplay.engine.trajectory import Faulted, Outcome, Scored, Trajectory, Unresolved, kind
from interplay.engine.truth import execute
from interplay.engine.units import Unit
from interplay.engine.verifier import Evidence, Verdict, Verifier

RAISED = "raised"
"""Refusal code that stands, in a replay, for a tool that raised."""


class Difference(NamedTuple):
    """Something that a replay finds otherwise than it was recorded."""

    unit: int
    what: str
    """What differs, in words: "the result of get_order_details", "the verdict"."""
    message: int | None
    """Index in the trajectory; None where it is no message."""
    leaves: tuple[Change, ...]
    """Where inside it: `before` as recorded, `after` as replayed, one of them unset where it has no such leaf."""


class Replayed(NamedTuple):
    """A trajectory's calls, run again."""

    messages: tuple[AnyMessage, ...]
    """As recorded, with our results in place of the recorded ones."""
    changes: Changes
    """Rows that differ at the end from the base."""
    effects: dict[str, Changes]
    """What each call changed, by call id."""
    differences: tuple[tuple[int, str, tuple[Change, ...]], ...]
    """Results that are not as recorded: index of the message, name of the tool, leaves."""


def replay_calls(tools: Toolset, base: Base[Any], trajectory: Trajectory) -> Replayed:
    """Run a trajectory's calls in order on a fresh fork; nothing that a tool raises escapes.

    Args:
        tools: the world's.
        base: the data that the conversation began with.
        trajectory: as recorded.
    """
    environment = Environment(tools, base.fork())
    open_calls: dict[str, tuple[int, ToolCall, ToolResult]] = {}
    messages: list[AnyMessage] = []
    differences: list[tuple[int, str, tuple[Change, ...]]] = []
    for at, message in enumerate(trajectory.messages):
        replayed = message
        if isinstance(message, ToolCall):
            open_calls[message.call_id] = at, message, _answer(environment, message)
        elif isinstance(message, ToolResult):
            leaves: tuple[Change, ...]
            if message.call_id in open_calls:
                _, call, replayed = open_calls.pop(message.call_id)
                leaves, tool = _unlike_results(message, replayed), call.tool
            else:
                leaves, tool = (Change((), before=f"an answer to {message.call_id!r}, which nobody called"),), "no call"
            if leaves:
                differences.append((at, tool, leaves))
        messages.append(replayed)
    differences += _unanswered(trajectory.ending, open_calls.values())
    return Replayed(tuple(messages), environment.db.changes(), environment.effects, tuple(differences))


class Reverifier:
    """Plays back and judges conversations of one run.

    Args:
        domain: the run's world.
        base: the data that the run started from.
    """

    def __init__(self, domain: Domain[Any], base: Base[Any]) -> None:
        self._tools, self._base = domain.tools, base
        self._verifier = Verifier(domain.tools, domain.policy, base)

    def differences(self, unit: Unit) -> list[Difference]:
        """Whatever is not as recorded; empty when all is.

        Args:
            unit: with a trajectory.
        """
        trajectory = unit.trajectory
        assert trajectory is not None  # noqa: S101  (a unit that was not played is not replayed)
        replayed = replay_calls(self._tools, self._base, trajectory)
        found = [
            Difference(unit.number, f"the result of {tool}", at, leaves) for at, tool, leaves in replayed.differences
        ]
        wrong = [*_misfits(trajectory), *self._unlike_verdicts(unit, trajectory, replayed)]
        return found + [Difference(unit.number, what, None, leaves) for what, leaves in wrong]

    def _unlike_verdicts(
        self, unit: Unit, trajectory: Trajectory, replayed: Replayed
    ) -> Iterator[tuple[str, tuple[Change, ...]]]:
        """How the blueprint and the verdict differ; the verdict is asked for only where one was given."""
        blueprint = unit.record.blueprint if unit.record is not None else None
        if blueprint is None:
            if trajectory.messages:
                yield "the blueprint", (Change((), before=trajectory.blueprint),)
            return
        if blueprint.id != trajectory.blueprint:
            yield "the blueprint", (Change(("id",), trajectory.blueprint, blueprint.id),)
        try:
            expected = execute(self._tools, self._base, blueprint).changes
        except BlueprintError as error:
            yield "the blueprint", (Change(("actions",), after=str(error)),)
            return
        if isinstance(trajectory.outcome, Scored) and trajectory.ending is not None:
            leaves = self._judged(blueprint, expected, trajectory.ending, trajectory.outcome.verdict, replayed)
            if leaves:
                yield "the verdict", leaves

    def _judged(
        self, blueprint: Blueprint, expected: Changes, ending: Ending, stored: Verdict, replayed: Replayed
    ) -> tuple[Change, ...]:
        evidence = Evidence(replayed.messages, ending, replayed.changes, replayed.effects)
        try:
            verdict = self._verifier.verify(blueprint, expected, evidence)
        except Exception as error:  # a rule that breaks on a record is a finding, and no reason to stop
            return (Change((), msgspec.to_builtins(stored), f"raised {error!r}"),)
        return tuple(diff(msgspec.to_builtins(stored), msgspec.to_builtins(verdict)))


class Tally:
    """Counts over a run's units, and the first differences.

    Args:
        units: how many the run has.
        is_open: whether it is being written, so that records may be missing anywhere.
        first: how many differences to keep.
    """

    def __init__(self, units: int, *, is_open: bool, first: int = 10) -> None:
        self.units, self.is_open, self.first = units, is_open, first
        self.same = 0
        self.different = 0
        self.kinds: Counter[str] = Counter()
        """Units by what the record says became of them."""
        self.differed = 0
        """Differences in all; a unit may have several."""
        self.differences: list[Difference] = []
        """The first of them."""
        self.halved = 0
        """Units with a record in one log and none in the other."""
        self._seen = 0
        self._last = -1

    @property
    def replayed(self) -> int:
        """Units that were played back."""
        return self.same + self.different

    @property
    def unfinished(self) -> int:
        """Units that the run still has to do."""
        return self.units - (self._seen - self.halved) - self.lost

    @property
    def lost(self) -> int:
        """Units whose records should be there and are not; in a run that is open nobody can tell."""
        return 0 if self.is_open else self._last + 1 - self._seen + self.halved

    @property
    def agrees(self) -> bool:
        """Whether all that is there is as recorded, and all is there that should be."""
        return not self.different and not self.lost

    def add(self, unit: Unit, reverifier: Reverifier) -> None:
        """Play back one unit and count it; units come in order."""
        self._seen += 1
        self._last = unit.number
        if unit.trajectory is None or unit.record is None:
            self.halved += 1
            return
        self.kinds[kind(unit.trajectory.outcome)] += 1
        found = reverifier.differences(unit)
        self.same += not found
        self.different += bool(found)
        self.differed += len(found)
        self.differences += found[: self.first - len(self.differences)]


def _answer(environment: Environment, call: ToolCall) -> ToolResult:
    try:
        return environment.apply(call)
    except Exception as error:  # whatever a tool raises is what a replay is there to find
        return ToolResult(call_id=call.call_id, content=f"raised {error!r}", refusal=RAISED)


def _unlike_results(recorded: ToolResult, replayed: ToolResult) -> tuple[Change, ...]:
    """How two results differ: leaf by leaf where both are JSON, else as text."""
    found = [] if recorded.refusal == replayed.refusal else [Change(("refusal",), recorded.refusal, replayed.refusal)]
    if recorded.content == replayed.content:
        return tuple(found)
    try:
        one, other = msgspec.json.decode(recorded.content), msgspec.json.decode(replayed.content)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        one, other = recorded.content, replayed.content
    leaves = list(diff(one, other, ("content",)))
    return (*found, *(leaves or [Change(("content",), recorded.content, replayed.content)]))


def _unanswered(
    ending: Ending | None, calls: Iterable[tuple[int, ToolCall, ToolResult]]
) -> Iterator[tuple[int, str, tuple[Change, ...]]]:
    """Calls without a recorded answer: right only where the environment broke on them, or time was up."""
    for at, call, result in calls:
        broke = isinstance(ending, Failed) and ending.role == "environment"
        if isinstance(ending, TimedOut) or (broke and result.refusal == RAISED):
            continue
        yield at, call.tool, (Change((), "the tool raised" if broke else "no answer", result.content),)


def _misfits(trajectory: Trajectory) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """Where the ending does not follow from the messages, or the outcome from the ending."""
    ending, outcome = trajectory.ending, trajectory.outcome
    last = trajectory.messages[-1] if trajectory.messages else None
    if isinstance(ending, Stopped):
        reason = last.stop if isinstance(last, HumanMessage) else None
        if reason != ending.reason:
            yield "the ending", (Change(("reason",), ending.reason, reason),)
    if isinstance(ending, HandedOver) and not (isinstance(last, AgentMessage) and last.final):
        yield "the ending", (Change(("type",), "handed_over", "the last message is no agent's parting words"),)
    if not _follows(ending, outcome, played=last is not None):
        expected = "nothing was played" if ending is None else f"the conversation ended as {type(ending).__name__}"
        yield "the outcome", (Change(("type",), kind(outcome), expected),)


def _follows(ending: Ending | None, outcome: Outcome, *, played: bool) -> bool:
    """Whether this outcome is what such an ending leads to."""
    match ending:
        case Stopped() | HandedOver() | LimitReached():
            return isinstance(outcome, Scored)
        case Failed(role=role):
            return isinstance(outcome, Faulted) and (outcome.fault, outcome.cause) == (role, "error")
        case TimedOut(waiting_for=role):
            return isinstance(outcome, Faulted) and (outcome.fault, outcome.cause) == (role, "timeout")
        case None:
            return isinstance(outcome, Unresolved) and not played
