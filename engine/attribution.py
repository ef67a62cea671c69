"""Attribution: whose fault it was that a conversation was not accepted.

The human's faults are looked for first: in simulated conversations they are easily taken for the agent's.
A human who told all that was needed, made nothing up and stayed until it was answered has done its part,
and what is wrong then is the agent's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from interplay.engine.blueprint import Blueprint, Goal
from interplay.engine.conversation import LimitReached, Stopped
from interplay.engine.forge.provenance import leaves
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.telling import sentences
from interplay.engine.verifier import Evidence, Verdict

_WORD = re.compile(r"[a-z0-9]+")
_MORE = re.compile(r"\b(?:anything|something|what) (?:else|more)\b|\bhelp you with\b|\bdo for you\b", re.IGNORECASE)
"""An offer of more help, which is no question that has to be answered."""
_SHARE = 0.5
"""So much of a wish's words makes it voiced, whatever the words between them."""
_TALE = 0.2
"""The same where the wish is a whole tale: in blueprints made elsewhere, which hold no facts to be told."""
_ASKED = 2
"""Times that a person may be asked for something they know before it is their fault."""
_USES = 10
"""Times in a row that a person who uses things of their own without a word has lost themselves in it."""


def blame(blueprint: Blueprint, evidence: Evidence, verdict: Verdict) -> Literal["human", "agent"]:
    """Whose fault a rejected conversation was.

    Args:
        blueprint: what was played.
        evidence: what happened.
        verdict: on it, not accepted.
    """
    return "human" if human_fault(blueprint, evidence, verdict) else "agent"


def human_fault(blueprint: Blueprint, evidence: Evidence, verdict: Verdict) -> str:
    """What the human did wrong, in words; empty where nothing is known."""
    checks: tuple[Callable[[Blueprint, Evidence, Verdict], str], ...] = (
        _left_unsaid,
        _left_while_asked,
        _made_up,
        _kept_back,
        _busied_themselves,
    )
    return next((fault for check in checks if (fault := check(blueprint, evidence, verdict))), "")


def _left_unsaid(blueprint: Blueprint, evidence: Evidence, verdict: Verdict) -> str:  # noqa: ARG001
    """They left, and never mentioned something that they wanted."""
    if not isinstance(evidence.ending, Stopped):
        return ""
    said = _said(evidence.messages)
    unsaid = [goal.id for goal in blueprint.goals if not _voiced(blueprint, goal, said)]
    return f"left without a word about {', '.join(unsaid)}" if unsaid else ""


def _left_while_asked(blueprint: Blueprint, evidence: Evidence, verdict: Verdict) -> str:  # noqa: ARG001
    """They left satisfied right after a question, with something still to be done."""
    missing = any(each.kind == "missing" for each in verdict.discrepancies)
    missing = missing or bool(verdict.untold or verdict.unmet_assertions)
    if not missing or evidence.ending != Stopped("satisfied"):
        return ""
    last = next((m.text for m in reversed(evidence.messages) if isinstance(m, AgentMessage)), "")
    acted = any(
        isinstance(m, ToolCall) and m.by == "agent" and m.call_id in evidence.effects for m in evidence.messages
    )
    asked = last.rstrip().endswith("?") and not _MORE.search(sentences(last)[-1])
    return "left when they were asked something" if asked and not acted else ""


def _made_up(blueprint: Blueprint, evidence: Evidence, verdict: Verdict) -> str:  # noqa: ARG001
    """The agent called a tool with a value that only the human had said, and that is not the human's to know."""
    known = blueprint.brief.words
    said, shown = "", ""
    for message in evidence.messages:
        match message:
            case HumanMessage(text=text):
                said += f" {text}"
            case AgentMessage(text=text) | ToolResult(content=text):
                shown += f" {text}"
            case ToolCall(tool=tool, arguments=arguments, by="agent"):
                for value in _identifying(arguments):
                    if _stands(value, said) and not _stands(value, known) and not _stands(value, shown):
                        return f"told {value!r}, which they do not know, and {tool} was called with it"
    return ""


def _kept_back(blueprint: Blueprint, evidence: Evidence, verdict: Verdict) -> str:  # noqa: ARG001
    """The conversation went round in circles over something that the human knows and was asked for."""
    if not isinstance(evidence.ending, LimitReached):
        return ""
    said = _said(evidence.messages)
    asked = [m.text.lower() for m in evidence.messages if isinstance(m, AgentMessage) and "?" in m.text]
    needed = {origin[5:] for action in blueprint.actions for origin in action.origins.values() if origin[:5] == "told:"}
    for fact in blueprint.facts:
        silent = fact.key in needed and not any(_stands(value, said) for value in fact.values)
        if silent and sum(any(cue in text for cue in fact.cues) for text in asked) > _ASKED:
            return f"was asked for {fact.key} again and again and did not tell it"
    return ""


def _busied_themselves(blueprint: Blueprint, evidence: Evidence, verdict: Verdict) -> str:  # noqa: ARG001
    """They used things of their own on and on, without a word to the agent, until a limit ended it."""
    if not isinstance(evidence.ending, LimitReached):
        return ""
    spoken = (
        at
        for at in reversed(range(len(evidence.messages)))
        if not isinstance(evidence.messages[at], ToolCall | ToolResult)
    )
    since = evidence.messages[next(spoken, -1) + 1 :]
    uses = sum(isinstance(message, ToolCall) and message.by == "human" for message in since)
    return f"used things of their own {uses} times without a word" if uses >= _USES else ""


def _said(messages: Sequence[AnyMessage]) -> str:
    return " ".join(m.text for m in messages if isinstance(m, HumanMessage))


def _voiced(blueprint: Blueprint, goal: Goal, said: str) -> bool:
    """Whether what the human said holds the wish, a value that belongs to it, or enough of its words."""
    if goal.wish in said:
        return True
    values = [value for fact in blueprint.facts if fact.goal == goal.id for value in fact.values]
    if any(_stands(value, said) for value in values):
        return True
    words = {word for word in _WORD.findall(goal.wish.lower()) if len(word) > 3}
    spoken = set(_WORD.findall(said.lower()))
    return not words or len(words & spoken) >= (_SHARE if blueprint.facts else _TALE) * len(words)


def _identifying(arguments: dict[str, Any]) -> Iterator[str]:
    """Values in a call that name something: with a digit or an @ in them."""
    for _, value in leaves(arguments):
        if isinstance(value, str) and " " not in value and re.search(r"[\d@]", value):
            yield value


def _stands(value: str, text: str) -> bool:
    return value.lower() in text.lower()
