"""Conduct: which rules of the policy a reference breaks, and which it only does not show to be kept.

A reference is a list of calls and no conversation, and it may leave out what comes first: finding out who
the person is, looking up what is to be changed. So a rule that is broken is asked again as if everything
had been looked up before; if it is content then, the reference shows too little and does nothing wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from interplay.engine.importing.lookups import lookups
from interplay.engine.importing.rehearsal import Rehearsal
from interplay.engine.messages import AnyMessage, ToolCall, ToolResult
from interplay.engine.policy import Policy, Rule, Situation
from interplay.engine.tools import Toolset


class Broken(NamedTuple):
    """A rule that a call of the reference breaks."""

    rule: Rule
    call: ToolCall
    text: str
    unshown: bool
    """Whether it would be kept had the agent looked things up first."""


def broken(tools: Toolset, policy: Policy, rehearsal: Rehearsal) -> Iterator[Broken]:
    """Every rule that a carried-out call breaks, in order; rules about the dialogue are passed over.

    Args:
        tools: the world's.
        policy: the world's.
        rehearsal: the reference, run.
    """
    db, messages = rehearsal.start.fork(), rehearsal.messages
    before: Sequence[AnyMessage] | None = None
    for at, call in enumerate(messages):
        if not isinstance(call, ToolCall):
            continue
        result: Any = messages[at + 1]
        for rule in policy.on(call.tool) if _carried_out(result) else ():
            text = None if rule.dialogue else rule.check(Situation(db, call, messages, at))
            if text is not None:
                before = lookups(tools, rehearsal) if before is None else before
                again = rule.check(Situation(db, call, (*before, *messages), at + len(before)))
                yield Broken(rule, call, text, again is None)
        if call.call_id in rehearsal.effects:
            db.write(rehearsal.effects[call.call_id])


def _carried_out(result: ToolResult) -> bool:
    return result.refusal is None
