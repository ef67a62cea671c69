"""Conversations: what a model and a simulated person said and did, with the reward that it was given.

Their calls run again in order. A result that the project itself no longer gives is not compared, and is
listed in the recording. The reward is the older project's rule, see `grading.tau`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from interplay.engine.database import Changes
from interplay.engine.environment import Environment
from interplay.engine.grading import tau
from interplay.engine.grading.chat import read_chat
from interplay.engine.grading.transcript import Transcript
from interplay.engine.messages import ToolCall, ToolResult
from interplay.engine.patch import Change
from interplay.engine.replaying.calls import Expected, answer, compared, unlike
from interplay.engine.replaying.checks import FINAL_STATE, SKIPPED, Check, Replayed
from interplay.engine.replaying.comparison import unlike_ends, unlike_values
from interplay.engine.replaying.stage import Stage

NOUN = "conversations"
REWARD = "(reward)"
CUT_SHORT = "max_steps"
"""How a conversation ended that ran out of steps."""


class RecordedAction(msgspec.Struct, frozen=True, kw_only=True):
    """A call of the reference."""

    name: str
    arguments: dict[str, Any] = {}


class RecordedTask(msgspec.Struct, frozen=True, kw_only=True):
    """The task as it was when the conversation was recorded."""

    actions: tuple[RecordedAction, ...] = ()
    outputs: tuple[str, ...] = ()


class Mismatch(msgspec.Struct, frozen=True, kw_only=True):
    """A result that the project no longer gives."""

    message: int
    name: str = ""


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    task_id: int | str
    messages: tuple[dict[str, Any], ...]
    recorded_task: RecordedTask
    trial: int = 0
    end: str = ""
    """How it ended: by somebody in it, or CUT_SHORT."""
    reward: float | None = None
    replayed_reward_recorded_task: float | None = None
    diff: tuple[Change, ...] | None = None
    observation_mismatches: tuple[Mismatch, ...] = ()


class Conversation(msgspec.Struct, frozen=True):
    """One recorded conversation."""

    line: _Line
    transcript: Transcript
    document: dict[str, Any]
    """The line as it stands."""


_decoder = msgspec.json.Decoder(dict[str, Any])


def recognises(document: Mapping[str, Any]) -> bool:
    """Whether a line is a conversation."""
    return "messages" in document and "recorded_task" in document


def read(line: bytes) -> Conversation:
    """A conversation from its line.

    Raises:
        msgspec.MsgspecError: it is none.
        TranscriptError: its messages are none, or its calls and results do not match.
    """
    document = _decoder.decode(line)
    found = msgspec.convert(document, _Line)
    return Conversation(found, read_chat(found.messages), document)


class _Run(NamedTuple):
    """A conversation's calls, run again."""

    checks: tuple[Check, ...]
    messages: list[dict[str, Any]]
    """As recorded, with our results in place of the recorded ones."""
    mismatches: list[Mismatch]
    """Results that are not as recorded."""


def replay(stage: Stage, conversation: Conversation) -> Replayed:
    """Run a conversation's calls on a fresh fork; compare results, final state and reward."""
    line = conversation.line
    environment = Environment(stage.tools, stage.base.fork())
    run = _run(environment, conversation)
    checks = list(run.checks)
    changes = stage.recorded(stage.base, environment.db.changes()).get("agent", ())
    if line.diff is not None:
        checks.append(Check(FINAL_STATE, "value", unlike_ends(line.diff, changes)))
    reward = _reward(stage, conversation, environment.db.changes())
    expected = line.reward if line.replayed_reward_recorded_task is None else line.replayed_reward_recorded_task
    if expected is not None:
        checks.append(Check(REWARD, "value", unlike_values(expected, reward)))
    ours = {
        "reward": reward,
        "replayed_reward_recorded_task": reward,
        "diff": changes,
        "observation_mismatches": run.mismatches,
        "messages": run.messages,
    }
    record = {**conversation.document, **{key: value for key, value in ours.items() if key in conversation.document}}
    return Replayed(f"{line.task_id} trial {line.trial}", tuple(checks), record)


def _run(environment: Environment, conversation: Conversation) -> _Run:
    line, transcript = conversation.line, conversation.transcript
    excused = {each.message for each in line.observation_mismatches}
    checks: list[Check] = []
    messages = [dict(message) for message in line.messages]
    mismatches: list[Mismatch] = []
    call: ToolCall | None = None
    for source, message in zip(transcript.sources, transcript.messages, strict=True):
        if isinstance(message, ToolCall):
            call = message
        elif isinstance(message, ToolResult) and call is not None:
            found = answer(environment, call)
            recorded = Expected("value", message.content) if message.refusal is None else Expected("refused")
            against = Expected(SKIPPED) if source in excused else recorded
            checks.append(compared(environment.tools, call, len(checks), found, against))
            if unlike(found, recorded) is not None:
                mismatches.append(Mismatch(message=source, name=call.tool))
            messages[source]["content"] = found.text if found.observation is None else found.observation
    return _Run(tuple(checks), messages, mismatches)


def _reward(stage: Stage, conversation: Conversation, end: Changes) -> float:
    """What the older project's rule gives."""
    environment = Environment(stage.tools, stage.base.fork())
    for number, action in enumerate(conversation.line.recorded_task.actions):
        answer(environment, ToolCall(call_id=str(number), tool=action.name, arguments=action.arguments))
    outputs = conversation.line.recorded_task.outputs
    said, finished = conversation.transcript.messages, conversation.line.end != CUT_SHORT
    return tau.reward(environment.db.changes(), end, outputs, said, finished=finished).reward
