"""Reverify: stored conversations, played back without any actor, and judged again.

A trajectory holds every call and what the environment answered. Running the calls again on a fresh fork
must give the same answers, and the same evidence must give the same verdict; where it does not, the
record, the data or the code is another than it was. Nothing here is taken from the record's word except
what was said. Whose fault a rejection was is found again with the verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from interplay.engine.attribution import blame
from interplay.engine.blueprint import Blueprint
from interplay.engine.conversation import Ending, Failed, HandedOver, LimitReached, Stopped, TimedOut
from interplay.engine.database import Base, Changes
from interplay.engine.domain import Domain
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.patch import Change, diff
from interplay.engine.tools import Toolset
from interplay.engine.trajectory import Faulted, Outcome, Scored, Trajectory, Trials, Unresolved, kind
from interplay.engine.truth import Truth, execute
from interplay.engine.units import Unit
from interplay.engine.verifier import Evidence, Verifier

RAISED = "raised"
"""Refusal code that stands, in a replay, for a tool that raised."""


class Difference(NamedTuple):
    """Something that a replay finds otherwise than it was recorded."""

    unit: int
    trial: int | None
    """Which conversation of the unit; None where it concerns them all."""
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


def replay_calls(
    tools: Toolset, base: Base[Any], trajectory: Trajectory, blueprint: Blueprint | None = None
) -> Replayed:
    """Run a trajectory's calls in order on a fresh fork; nothing that a tool raises escapes.

    Args:
        tools: the world's.
        base: the data that the conversation began with.
        trajectory: as recorded.
        blueprint: what was played, where it says which tools the agent was offered, and when.
    """
    environment = Environment(tools, base.fork(), blueprint)
    open_calls: dict[str, tuple[int, ToolCall, ToolResult]] = {}
    messages: list[AnyMessage] = []
    differences: list[tuple[int, str, tuple[Change, ...]]] = []
    for at, message in enumerate(trajectory.messages):
        replayed = message
        if isinstance(message, ToolCall):
            open_calls[message.call_id] = at, message, _answer(environment, message)
        elif isinstance(message, HumanMessage):
            environment.hear()
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
        trials: how often each blueprint was to be played; 0 for no more once one was verified, None where nobody
            says.
    """

    def __init__(self, domain: Domain[Any], base: Base[Any], trials: int | None = None) -> None:
        self._tools, self._base, self._trials = domain.tools, base, trials
        self._verifier = Verifier(domain.tools, domain.policy, base)
        self._executed: tuple[Blueprint, Truth] | None = None

    def differences(self, unit: Unit) -> list[Difference]:
        """Whatever is not as recorded; empty when all is.

        Args:
            unit: with its conversations.
        """
        trials, blueprint = unit.trials, unit.record.blueprint if unit.record is not None else None
        assert trials is not None  # noqa: S101  (a unit of which there is no record is not replayed)
        wrong = list(_unlike_trials(trials, self._trials))
        truth: Truth | None = None
        if blueprint is not None:
            if blueprint.id != trials.blueprint:
                wrong.append(("the blueprint", (Change(("id",), trials.blueprint, blueprint.id),)))
            try:
                truth = self._truth(blueprint)
            except BlueprintError as error:
                wrong.append(("the blueprint", (Change(("actions",), after=str(error)),)))
        found = [Difference(unit.number, None, what, None, leaves) for what, leaves in wrong]
        for at, trajectory in enumerate(trials.trials):
            found += self._unlike(unit.number, at, trajectory, blueprint, truth)
        return found

    def conversation(self, trajectory: Trajectory, blueprint: Blueprint | None) -> list[Difference]:
        """Whatever is not as recorded in one conversation, whatever its siblings hold.

        Args:
            trajectory: as recorded, or with other words in it.
            blueprint: what was played; its actions are executed once for all conversations in a row that play it.
        """
        truth: Truth | None = None
        if blueprint is not None:
            try:
                truth = self._truth(blueprint)
            except BlueprintError as error:
                leaves = (Change(("actions",), after=str(error)),)
                return [Difference(trajectory.unit, trajectory.trial, "the blueprint", None, leaves)]
        return list(self._unlike(trajectory.unit, trajectory.trial, trajectory, blueprint, truth))

    def _truth(self, blueprint: Blueprint) -> Truth:
        """What a blueprint's actions lead to; kept until another blueprint is asked about.

        Raises:
            BlueprintError: they fail.
        """
        if self._executed is None or self._executed[0] is not blueprint:
            self._executed = blueprint, execute(self._tools, self._base, blueprint)
        return self._executed[1]

    def _unlike(
        self, unit: int, trial: int, trajectory: Trajectory, blueprint: Blueprint | None, truth: Truth | None
    ) -> Iterator[Difference]:
        """What differs in one conversation; the verdict is asked for only where one was given.

        Args:
            unit: whose it is.
            trial: where it stands in it.
            trajectory: as recorded.
            blueprint: the unit's; None where it has none.
            truth: its actions, executed; None where they cannot be.
        """
        start = self._base if truth is None else truth.start
        replayed = replay_calls(self._tools, start, trajectory, blueprint)
        for at, tool, leaves in replayed.differences:
            yield Difference(unit, trial, f"the result of {tool}", at, leaves)
        for what, leaves in _misfits(trajectory, blueprint):
            yield Difference(unit, trial, what, None, leaves)
        outcome, ending = trajectory.outcome, trajectory.ending
        if isinstance(outcome, Scored) and ending is not None and blueprint is not None and truth is not None:
            evidence = Evidence(replayed.messages, ending, replayed.changes, replayed.effects)
            for what, leaves in self._judged(blueprint, truth, outcome, evidence):
                yield Difference(unit, trial, what, None, leaves)

    def _judged(
        self, blueprint: Blueprint, truth: Truth, stored: Scored, evidence: Evidence
    ) -> Iterator[tuple[str, tuple[Change, ...]]]:
        """How the verdict, and whose fault it was, are otherwise than stored."""
        was = msgspec.to_builtins(stored.verdict)
        try:
            verdict = self._verifier.verify(blueprint, truth, evidence)
            fault = None if verdict.accepted else blame(blueprint, evidence, verdict)
        except Exception as error:  # a rule that breaks on a record is a finding, and no reason to stop
            yield "the verdict", (Change((), was, f"raised {error!r}"),)
            return
        leaves = tuple(diff(was, msgspec.to_builtins(verdict)))
        if leaves:
            yield "the verdict", leaves
        if fault != stored.fault:
            yield "whose fault it was", (Change((), stored.fault, fault),)


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
        """Conversations that are as recorded."""
        self.different = 0
        """Conversations that are not."""
        self.kinds: Counter[str] = Counter()
        """Conversations by what the record says became of them."""
        self.differed = 0
        """Differences in all; a conversation may have several."""
        self.differences: list[Difference] = []
        """The first of them."""
        self.replayed_units = 0
        """Units of which every conversation was played back."""
        self._last = -1
        """The last unit that was played; a later one whose blueprint is there waits to be."""

    @property
    def replayed(self) -> int:
        """Conversations that were played back; those of which nothing was said are among them."""
        return self.same + self.different

    @property
    def several(self) -> bool:
        """Whether a unit has several conversations."""
        return self.replayed > self.replayed_units

    @property
    def unfinished(self) -> int:
        """Units that the run still has to do."""
        return self.units - self.replayed_units - self.lost

    @property
    def lost(self) -> int:
        """Units whose records should be there and are not; in a run that is open nobody can tell."""
        return 0 if self.is_open else self._last + 1 - self.replayed_units

    @property
    def agrees(self) -> bool:
        """Whether all that is there is as recorded, and all is there that should be."""
        return not self.differed and not self.lost

    def add(self, unit: Unit, reverifier: Reverifier) -> None:
        """Play back one unit and count it; units come in order."""
        if unit.trials is not None:
            self._last = unit.number
        if unit.trials is None or unit.record is None:
            return
        found = reverifier.differences(unit)
        wrong = {each.trial for each in found}
        different = len(unit.played) if None in wrong else len(wrong)
        self.replayed_units += 1
        self.kinds.update(kind(trajectory.outcome) for trajectory in unit.played)
        self.same += len(unit.played) - different
        self.different += different
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


def _unlike_trials(trials: Trials, asked: int | None) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """Where a unit's conversations do not make up a unit: numbered from 0, as many as were asked for, and its own."""
    numbers = [trajectory.trial for trajectory in trials.trials]
    expected = list(range(_owed(trials, asked)))
    if numbers != expected:
        yield "the trials", (Change(("trial",), numbers, expected),)
    strays = [trajectory.unit for trajectory in trials.trials if trajectory.unit != trials.unit]
    if strays:
        yield "the trials", (Change(("unit",), strays[0], trials.unit),)
    others = [trajectory.blueprint for trajectory in trials.trials if trajectory.blueprint != trials.blueprint]
    if others:
        yield "the blueprint", (Change(("id",), others[0], trials.blueprint),)


def _owed(trials: Trials, asked: int | None) -> int:
    """How many conversations a unit should have; where nobody can tell, as many as it has, and one at least."""
    played = trials.trials
    unplayed = len(played) == 1 and played[0].ending is None
    if asked and not unplayed:
        return asked
    verified = next((at for at, trajectory in enumerate(played) if trajectory.accepted), None)
    return verified + 1 if asked == 0 and verified is not None else max(1, len(played))


def _misfits(trajectory: Trajectory, blueprint: Blueprint | None) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """Where the ending does not follow from the messages, or the outcome from the ending."""
    ending, outcome = trajectory.ending, trajectory.outcome
    last = trajectory.messages[-1] if trajectory.messages else None
    if blueprint is None and last is not None:
        yield "the blueprint", (Change((), before=trajectory.blueprint),)
    if isinstance(ending, Stopped):
        reason = last.stop if isinstance(last, HumanMessage) else None
        if reason != ending.reason:
            yield "the ending", (Change(("reason",), ending.reason, reason),)
    if isinstance(ending, HandedOver) and not (isinstance(last, AgentMessage) and last.final):
        yield "the ending", (Change(("type",), "handed_over", "the last message is no agent's parting words"),)
    if not _follows(ending, outcome, unplayed=last is None and blueprint is None):
        expected = "nothing was played" if ending is None else f"the conversation ended as {type(ending).__name__}"
        yield "the outcome", (Change(("type",), kind(outcome), expected),)


def _follows(ending: Ending | None, outcome: Outcome, *, unplayed: bool) -> bool:
    """Whether this outcome is what such an ending leads to; a defect of ours may follow upon anything.

    Args:
        ending: of the conversation; None where none took place.
        outcome: what became of it.
        unplayed: whether there was no blueprint, and nothing was said.
    """
    if isinstance(outcome, Faulted) and outcome.fault == "ours":
        return outcome.cause == "error"
    match ending:
        case Stopped() | HandedOver() | LimitReached():
            return isinstance(outcome, Scored)
        case Failed(role=role, provider=provider):
            whose = ("provider", "timeout" if provider == "timeout" else "error") if provider else (role, "error")
            return isinstance(outcome, Faulted) and (outcome.fault, outcome.cause) == whose
        case TimedOut(waiting_for=role):
            late = {role, "provider"} if role != "environment" else {role}  # an actor may have waited for its model
            return isinstance(outcome, Faulted) and outcome.fault in late and outcome.cause == "timeout"
        case None:
            no_model = isinstance(outcome, Faulted) and (outcome.fault, outcome.cause) == ("provider", "error")
            return unplayed and (no_model or isinstance(outcome, Unresolved))
