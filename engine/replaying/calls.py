"""Calls: one recorded call, run on our tools and compared; nothing that a tool raises escapes."""

from __future__ import annotations

from typing import NamedTuple

from interplay.engine.environment import Environment
from interplay.engine.messages import ToolCall
from interplay.engine.replaying.checks import NO_SUCH_TOOL, SKIPPED, Check
from interplay.engine.replaying.comparison import cut, unlike_answers
from interplay.engine.tools import Toolset


class Answer(NamedTuple):
    """What ours did with one call; one of the first three is set."""

    observation: str | None
    """What it answered."""
    refusal: str | None
    """The code of the reason why it refused."""
    defect: str | None
    """What it raised that is no refusal."""
    text: str = ""
    """What a refusal said."""
    changed: bool = False
    """Whether it changed something although it refused."""


class Expected(NamedTuple):
    """What was recorded of a call."""

    outcome: str
    """A "value", "refused", or "skip" where the call is run and not compared."""
    observation: str | None = None
    reason: str | None = None
    """Why the original refused; ours may name another."""


def answer(environment: Environment, call: ToolCall) -> Answer:
    """Run a call."""
    mark = environment.db.mark()
    try:
        result = environment.apply(call)
    except Exception as error:  # whatever a tool raises is what a replay is there to find
        return Answer(None, None, f"{type(error).__name__}: {error}")
    if result.refusal is None:
        return Answer(result.content, None, None)
    return Answer(None, result.refusal, None, result.content, bool(environment.db.changes(mark)))


def compared(tools: Toolset, call: ToolCall, at: int, found: Answer, expected: Expected) -> Check:
    """Compare what ours did with what was recorded.

    Args:
        tools: that it ran on; a call of another is counted as NO_SUCH_TOOL.
        call: what was run.
        at: its place in the recording.
        found: what ours did.
        expected: what was recorded.
    """
    part = call.tool if call.tool in tools.of(call.by) else NO_SUCH_TOOL
    return Check(part, expected.outcome, unlike(found, expected), at, call.arguments)


def unlike(found: Answer, expected: Expected) -> str | None:
    """How what ours did differs from what was recorded; None when it agrees or is not compared."""
    if found.defect is not None:
        return f"defect: {found.defect}"
    if found.changed:
        return f"ours refused ({found.refusal}) and changed something all the same"
    if expected.outcome == SKIPPED:
        return None
    if found.observation is None:
        if expected.outcome == "refused":
            return None
        return f"ours refused ({found.refusal}): {found.text}"
    if expected.outcome == "refused":
        return f"ours answered {cut(found.observation)}; recorded as refused ({expected.reason or 'no reason given'})"
    return unlike_answers(expected.observation or "", found.observation)
