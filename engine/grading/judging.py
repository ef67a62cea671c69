"""Judging: what a conversation that was recorded elsewhere is worth, by our verifier.

Nothing is taken from the recording's word but what was said and which calls were made. The calls run again
on the data as the blueprint begins; where a result is another than was recorded, that is told, for the
recording may be of other data or another version. The benchmark's own reward stands beside the verdict and
never in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from interplay.engine.attribution import human_fault
from interplay.engine.blueprint import Blueprint
from interplay.engine.conversation import Ending, HandedOver, LimitReached, Stopped
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError, TranscriptError
from interplay.engine.grading import tau
from interplay.engine.grading.recorded import Recorded
from interplay.engine.grading.shelf import Shelf
from interplay.engine.grading.transcript import Transcript
from interplay.engine.importing import tau as tau_tasks
from interplay.engine.importing.blueprints import finished, framed
from interplay.engine.importing.cases import from_tau, from_tau2
from interplay.engine.importing.rehearsal import rehearse
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.replaying.calls import Expected, answer, unlike
from interplay.engine.truth import Truth, execute
from interplay.engine.verifier import Evidence, Verdict, Verifier


class _Grade(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """What became of one conversation."""

    name: str
    """Where it stands in its file."""
    task: str
    trial: int = 0
    recorded_reward: float | None = None
    """What it was given where it was recorded."""


class Unlike(msgspec.Struct, frozen=True):
    """A result that is not as recorded."""

    message: int
    """Place in the recording."""
    tool: str
    text: str


class Graded(_Grade, frozen=True, kw_only=True, tag="graded", omit_defaults=True):
    """It was judged."""

    blueprint: str
    rule_reward: float
    """What the benchmark's own rule gives here, as far as code can tell."""
    verdict: Verdict
    """Its messages are counted in ours, not in the recording's."""
    fault: Literal["human", "agent"] | None = None
    """Whose fault it was that it was not accepted; None where it was."""
    reason: str = ""
    """The first that was wrong, in words."""
    message: int | None = None
    """Place in the recording of what caused that; None where it is no message."""
    unlike: tuple[Unlike, ...] = ()


class Ungraded(_Grade, frozen=True, kw_only=True, tag="ungraded", omit_defaults=True):
    """It could not be judged."""

    cause: str
    """A stable word, see `TranscriptError`."""
    text: str


Grade: TypeAlias = Graded | Ungraded


class Judge:
    """Judges conversations of one world.

    Args:
        shelf: the world, its data and its blueprints.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._tools = shelf.domain.tools
        self._verifier = Verifier(self._tools, shelf.domain.policy, shelf.base)

    def grade(self, recorded: Recorded) -> Grade:
        """Judge one conversation; what is wrong with it, or with its blueprint, is its outcome."""
        about: dict[str, Any] = {
            "name": recorded.name,
            "task": recorded.task,
            "trial": recorded.trial,
            "recorded_reward": recorded.reward,
        }
        try:
            if isinstance(recorded.transcript, TranscriptError):
                raise recorded.transcript
            blueprint = self._blueprint(recorded)
            truth = execute(self._tools, self._shelf.base, blueprint)
            return Graded(**about, **self._judged(blueprint, truth, recorded, recorded.transcript))
        except TranscriptError as error:
            return Ungraded(**about, cause=error.cause, text=str(error))
        except BlueprintError as error:
            return Ungraded(**about, cause="blueprint", text=str(error))
        except Exception as error:  # a tool or a rule that breaks on a record is a finding, and no reason to stop
            return Ungraded(**about, cause="defect", text=f"{type(error).__name__}: {error}")

    def _blueprint(self, recorded: Recorded) -> Blueprint:
        """From the shelf, else made of the task that stands in the file."""
        if self._shelf.blueprints or recorded.own is None:
            if not recorded.task:
                raise TranscriptError("blueprint", "nothing says of which blueprint or task this is")
            return self._shelf.find(recorded.task)
        edition, base, name = self._shelf.edition, self._shelf.base, self._shelf.domain.name
        own = recorded.own
        case = from_tau(own, name, "") if isinstance(own, tau_tasks.Task) else from_tau2(own, name)
        frame = framed(edition, base, case)
        return finished(self._tools, base, case, frame, rehearse(self._tools, base, case, frame))

    def _judged(self, blueprint: Blueprint, truth: Truth, recorded: Recorded, transcript: Transcript) -> dict[str, Any]:
        environment = Environment(self._tools, truth.start.fork(), blueprint)
        messages, differing = _run(environment, transcript)
        ending = _ending(environment, messages, transcript, cut_off=recorded.cut_off)
        changes = environment.db.changes()
        evidence = Evidence(messages, ending, changes, environment.effects)
        verdict = self._verifier.verify(blueprint, truth, evidence)
        found: dict[str, Any] = {"blueprint": blueprint.id, "verdict": verdict, "unlike": tuple(differing)}
        found["rule_reward"] = _rule(blueprint, truth, evidence, verdict)
        if verdict.accepted:
            return found
        if verdict.faults == ["expectation:empty"]:
            return {**found, "reason": "the task expects nothing, so nobody can earn anything"}
        human = human_fault(blueprint, evidence, verdict)
        reason, at = _reason(verdict)
        place = None if at is None else transcript.sources[at]
        return {**found, "fault": "human" if human else "agent", "reason": human or reason, "message": place}


def _run(environment: Environment, transcript: Transcript) -> tuple[tuple[AnyMessage, ...], list[Unlike]]:
    """The conversation with our results, and where they are not as recorded."""
    messages: list[AnyMessage] = []
    differing: list[Unlike] = []
    call: ToolCall | None = None
    for source, message in zip(transcript.sources, transcript.messages, strict=True):
        ours = message
        if isinstance(message, HumanMessage):
            environment.hear()
        elif isinstance(message, ToolCall):
            call = message
        elif isinstance(message, ToolResult) and call is not None:
            ours, text = _answered(environment, call, message)
            if text is not None:
                differing.append(Unlike(source, call.tool, text))
        messages.append(ours)
    return tuple(messages), differing


def _answered(environment: Environment, call: ToolCall, recorded: ToolResult) -> tuple[ToolResult, str | None]:
    found = answer(environment, call)
    if found.defect is not None:
        raise TranscriptError("defect", f"{call.tool} broke: {found.defect}")
    if found.refusal == "unknown_tool" and recorded.refusal is None:
        raise TranscriptError("tool", f"{call.tool} answered where this was recorded; {found.text}")
    expected = Expected("value", recorded.content) if recorded.refusal is None else Expected("refused")
    content = found.text if found.observation is None else found.observation
    ours = ToolResult(call_id=call.call_id, content=content, refusal=found.refusal, by=call.by)
    return ours, unlike(found, expected)


def _ending(
    environment: Environment, messages: Sequence[AnyMessage], transcript: Transcript, *, cut_off: bool
) -> Ending:
    """How it ended: the human left, or was handed over, or it just breaks off."""
    calls = {m.call_id: m for m in messages if isinstance(m, ToolCall)}
    done = (m for m in messages if isinstance(m, ToolResult) and m.refusal is None)
    turns = sum(isinstance(message, HumanMessage) for message in messages)
    if transcript.stopped:
        return Stopped("satisfied")
    if any(environment.hands_over(calls[result.call_id]) for result in done):
        return HandedOver()
    if cut_off or not isinstance(messages[-1], AgentMessage | HumanMessage):
        return LimitReached("turns", turns)
    return Stopped("satisfied")


def _rule(blueprint: Blueprint, truth: Truth, evidence: Evidence, verdict: Verdict) -> float:
    """What the benchmark's own rule gives: end and outputs, or assertions where those are what it judges by."""
    wanted = evidence.changes if blueprint.judged == "none" else truth.changes
    outputs = [output.value for output in blueprint.outputs]
    finished = not isinstance(evidence.ending, LimitReached)
    found = tau.reward(wanted, evidence.changes, outputs, evidence.messages, finished=finished)
    return found.reward * verdict.assertions


def _reason(verdict: Verdict) -> tuple[str, int | None]:
    """The first that was wrong, and the message that caused it."""
    for violation in verdict.violations:
        return f"{violation.rule}: {violation.text}", violation.message
    for claim in verdict.false_claims:
        return f"said that it was done, and it was not: {claim.sentence}", claim.message
    made = [each for each in verdict.discrepancies if each.message is not None]
    for each in (*made, *verdict.discrepancies):
        return f"{each.pointer} is {each.kind}", each.message
    for assertion in verdict.unmet_assertions:
        return f"not so at the end: {assertion}", None
    for unmet in verdict.unmet:
        return unmet.text, None
    for value in verdict.untold:
        return f"never told {value}", None
    return "nothing was expected, so nothing can be earned", None
