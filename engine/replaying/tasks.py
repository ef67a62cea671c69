"""Tasks: the newer project's recordings, a line for each task and one for the world.

How a task begins stands in the task file beside the data; what its reference does, where it ends and what
the original's grader makes of it stand in the recording. That grader runs the reference without keeping
the world's sides in step, so that its end may be another; both are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from interplay.engine.blueprint import Blueprint, Persona
from interplay.engine.database import Base, Changes
from interplay.engine.errors import BlueprintError
from interplay.engine.importing.blueprints import framed
from interplay.engine.importing.cases import CALLERS, Case, Question, Step, from_tau2
from interplay.engine.importing.rehearsal import Done, End, Rehearsal, rehearse
from interplay.engine.messages import ToolCall
from interplay.engine.patch import Change
from interplay.engine.replaying.calls import Answer, Expected, compared
from interplay.engine.replaying.checks import SKIPPED, Check, Replayed
from interplay.engine.replaying.comparison import unlike_ends, unlike_values
from interplay.engine.replaying.stage import Stage
from interplay.engine.truth import begin

NOUN = "tasks"
SIDES = ("agent", "user")
"""The two sides of a world, as the recordings name them."""

Diff = dict[str, tuple[Change, ...]]

_NOTHING = Blueprint(
    id="", domain="", instruction="", persona=Persona(name="", description=""), facts=(), goals=(), actions=()
)
_KEYS = (
    "type", "id", "reward_basis", "init_error", "init_diff", "env_assertions_initial", "actions", "final_diff",
    "env_assertions_final", "gold_final_diff", "gold_errors", "reward_reference", "reward_no_action",
)  # fmt: skip
"""The recordings' order."""


class RecordedAction(msgspec.Struct, frozen=True, kw_only=True):
    """A call of the reference, with what came of it."""

    name: str
    arguments: dict[str, Any]
    requestor: Literal["assistant", "user"] = "assistant"
    observation: str | None = None
    refused: bool = False


class RecordedAssertion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question about a state, with whether it had its right answer."""

    env_type: str
    func_name: str
    arguments: dict[str, Any]
    assert_value: bool
    met: bool | None = None
    error: str | None = None
    """Why it could not be asked."""


class Reward(msgspec.Struct, frozen=True, kw_only=True):
    """What the original's grader makes of a conversation, as far as code can tell."""

    reward: float
    db_match: bool
    env_assertions: tuple[bool | None, ...]
    action_reward: float


class Recorded(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="task"):
    """One task's line."""

    id: str
    reward_basis: tuple[str, ...]
    init_error: str | None = None
    init_diff: Diff = {}
    env_assertions_initial: tuple[RecordedAssertion, ...] = ()
    actions: tuple[RecordedAction, ...] = ()
    final_diff: Diff = {}
    env_assertions_final: tuple[RecordedAssertion, ...] = ()
    gold_final_diff: Diff | None = None
    """Where the reference ends out of step; None: where it ends in step."""
    reward_reference: Reward | None = None
    reward_no_action: Reward | None = None


class Meta(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="meta"):
    """The world's line."""

    domain: str
    first_sync_diff: Diff = {}
    """What changes by itself before anything happens."""


class Line(msgspec.Struct, frozen=True):
    """One line of a recording."""

    recorded: Recorded | Meta
    document: dict[str, Any]
    """As it stands."""


_decoder = msgspec.json.Decoder(dict[str, Any])


def recognises(document: Mapping[str, Any]) -> bool:
    """Whether a line is a task's or a world's."""
    return document.get("type") in ("meta", "task")


def read(line: bytes) -> Line:
    """A line.

    Raises:
        msgspec.MsgspecError: it is none.
    """
    document = _decoder.decode(line)
    return Line(msgspec.convert(document, Recorded | Meta), document)


def replay(stage: Stage, line: Line) -> Replayed:
    """Make the world ready, run the reference, ask the questions, and compare all of it.

    Raises:
        DataError: the task file lacks the task.
    """
    if isinstance(line.recorded, Meta):
        return _world(stage, line.recorded, line.document)
    return _task(stage, line.recorded, line.document)


def _world(stage: Stage, meta: Meta, document: dict[str, Any]) -> Replayed:
    start = begin(stage.tools, stage.base, _NOTHING)
    diff = _sides(stage, stage.base, start.beginning, meta.first_sync_diff)
    checks = (Check("(first sync)", "value", _unlike(meta.first_sync_diff, diff)),)
    return Replayed(f"(world {meta.domain})", checks, {**document, "first_sync_diff": diff})


def _task(stage: Stage, recorded: Recorded, document: dict[str, Any]) -> Replayed:
    case = _case(stage, recorded)
    try:
        frame = framed(stage.edition, stage.base, case)
        done = rehearse(stage.tools, stage.base, case, frame)
    except BlueprintError as error:
        text = None if recorded.init_error is not None else f"ours cannot begin: {error}"
        record = {key: value for key, value in document.items() if key in ("type", "id", "reward_basis")}
        return Replayed(recorded.id, (Check("(beginning)", "value", text),), {**record, "init_error": str(error)})
    return _Comparison(stage, recorded, case, done).replayed(document)


def _case(stage: Stage, recorded: Recorded) -> Case:
    """The task as its file has it, with the calls and questions that were recorded."""
    asked = recorded.env_assertions_final or recorded.env_assertions_initial
    return from_tau2(stage.task(recorded.id), stage.domain.name)._replace(
        steps=tuple(Step(each.name, each.arguments, each.requestor) for each in recorded.actions),
        questions=tuple(Question(each.func_name, each.arguments, each.env_type, each.assert_value) for each in asked),
    )


class _Comparison:
    """A task that ran, against what was recorded of it.

    Args:
        stage: where it ran.
        recorded: what was recorded.
        case: what ran.
        done: what came of it.
    """

    def __init__(self, stage: Stage, recorded: Recorded, case: Case, done: Rehearsal) -> None:
        self._stage, self._recorded, self._case, self._done = stage, recorded, case, done
        self._gold = done.loose or done.end

    def replayed(self, document: dict[str, Any]) -> Replayed:
        """The checks, and what ours did in the recording's form."""
        recorded, done = self._recorded, self._done
        initial = _sides(self._stage, self._stage.base, done.start.beginning, recorded.init_diff)
        final, gold = self._end(done.end), self._end(self._gold)
        unlike_init = _unlike(recorded.init_diff, initial)
        if recorded.init_error is not None:
            unlike_init = "ours begins; recorded is an error"
        before, after = self._answers(done.idle), self._answers(done.end)
        reference, idle = self._reward(done.end), self._reward(done.idle, acted=False)
        checks = [
            Check("(beginning)", "value", unlike_init),
            *_unlike_answers("(assertion before)", recorded.env_assertions_initial, before),
            *(self._call(at, each) for at, each in enumerate(done.done)),
            Check("(final state)", "value", _unlike(recorded.final_diff, final)),
            Check("(final state out of step)", "value", _unlike(recorded.gold_final_diff or recorded.final_diff, gold)),
            *_unlike_answers("(assertion after)", recorded.env_assertions_final, after),
            *_unlike_reward("(reward of the reference)", recorded.reward_reference, reference),
            *_unlike_reward("(reward of doing nothing)", recorded.reward_no_action, idle),
        ]
        ours = {
            **document,
            "init_error": None,
            "init_diff": initial,
            "env_assertions_initial": before,
            "actions": [_record(each) for each in done.done],
            "final_diff": final,
            "env_assertions_final": after,
            "gold_errors": [
                {"index": at, "error": each.result.content}
                for at, each in enumerate(done.done)
                if each.result is not None and each.refusal is not None
            ],
            "reward_reference": reference,
            "reward_no_action": idle,
        }
        ours.pop("gold_final_diff", None)
        if _unlike(final, gold) is not None:
            ours["gold_final_diff"] = gold
        order = [key for key in _KEYS if key in ours]
        record = {key: ours[key] for key in (*order, *(key for key in ours if key not in _KEYS))}
        return Replayed(recorded.id, tuple(checks), record)

    def _end(self, end: End) -> Diff:
        return _sides(self._stage, self._done.start, end.changes, self._recorded.final_diff)

    def _call(self, at: int, done: Done) -> Check:
        recorded, step = self._recorded.actions[at], done.step
        outcome = "refused" if recorded.refused else SKIPPED if recorded.observation is None else "value"
        call = ToolCall(call_id=str(at), tool=step.name, arguments=step.arguments, by=CALLERS[step.side])
        return compared(self._stage.tools, call, at, _answered(done), Expected(outcome, recorded.observation))

    def _answers(self, end: End) -> tuple[RecordedAssertion, ...]:
        return tuple(
            RecordedAssertion(
                env_type=question.side,
                func_name=question.name,
                arguments=question.arguments,
                assert_value=question.expected,
                met=answer.met,
                error=answer.problem or None,
            )
            for question, answer in zip(self._case.questions, end.answers, strict=True)
        )

    def _reward(self, end: End, *, acted: bool = True) -> Reward:
        """What the original's grader gives, whose gold end is out of step; it counts no calls into the reward."""
        same, met = end.changes == self._gold.changes, tuple(answer.met for answer in end.answers)
        basis = self._recorded.reward_basis
        earned = (same or "DB" not in basis) and (all(met) or "ENV_ASSERTION" not in basis)
        made = acted or not self._case.steps
        return Reward(reward=float(earned), db_match=same, env_assertions=met, action_reward=float(made))


def _answered(done: Done) -> Answer:
    if done.result is None:
        return Answer(None, None, done.problem)
    if done.refusal is not None:
        return Answer(None, done.refusal, None, done.result.content)
    return Answer(done.result.content, None, None)


def _record(done: Done) -> dict[str, Any]:
    step = done.step
    record = {"requestor": step.side, "name": step.name, "arguments": step.arguments}
    if done.result is None:
        return {**record, "defect": done.problem}
    return {**record, "refused": True} if done.refusal is not None else {**record, "observation": done.result.content}


def _sides(stage: Stage, base: Base[Any], changes: Changes, like: Mapping[str, Any]) -> Diff:
    """What changed, by side; with a side in which nothing did where the recording names it."""
    found = stage.recorded(base, changes)
    return {side: tuple(found.get(side, ())) for side in SIDES if found.get(side) or side in like}


def _unlike(recorded: Mapping[str, Sequence[Change]], ours: Mapping[str, Sequence[Change]]) -> str | None:
    sides = [*SIDES, *(side for side in recorded if side not in SIDES)]
    texts = (unlike_ends(recorded.get(side, ()), ours.get(side, ()), f"{side}:") for side in sides)
    return "\n".join(text for text in texts if text) or None


def _unlike_answers(
    part: str, recorded: Sequence[RecordedAssertion], ours: Sequence[RecordedAssertion]
) -> Iterator[Check]:
    for one, other in zip(recorded, ours, strict=False):
        said = [f"{each.met}" if each.error is None else f"an error ({each.error})" for each in (other, one)]
        agree = (one.error is None) == (other.error is None) and (one.error is not None or one.met == other.met)
        yield Check(part, "value", None if agree else f"{one.func_name}: ours {said[0]}; recorded {said[1]}")


def _unlike_reward(part: str, recorded: Reward | None, ours: Reward) -> Iterator[Check]:
    if recorded is not None:
        yield Check(part, "value", unlike_values(msgspec.to_builtins(recorded), msgspec.to_builtins(ours)))
