"""Drafting: what a model that plays the human is asked, and how its answer is read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, TypeVar

import msgspec

from interplay.agents.ledger import FreeLedger
from interplay.agents.modelled.prompts import OWN, PERSON, listed
from interplay.agents.pointing import Pointing
from interplay.engine.blueprint import Brief, Check
from interplay.engine.messages import ToolCall, ToolResult
from interplay.engine.models.decoding import decode
from interplay.engine.models.exchange import Reply
from interplay.engine.tools import NO_TOOLS, Toolset

LONGEST = 4000
"""Characters of what a person says at once, or writes into a call."""
NOTES = "(Your notes, which the employee does not see:"
"""With these words the part of a request begins that tells the person where they stand."""
SEEN = "(What came of it:"
"""With these words begins what a person is shown of what they did with a thing of their own."""

D = TypeVar("D", bound="Drafted")


class Drafted(msgspec.Struct, frozen=True):
    """A draft as the model wrote it; keys that nobody asked for are passed over."""

    text: str
    stop: Literal["satisfied", "denied", "none", ""] | None = None
    voices: tuple[str, ...] = ()
    settled: tuple[Pointing, ...] = ()

    @property
    def leaves(self) -> bool:
        """Whether the person means to leave."""
        return self.stop in ("satisfied", "denied")


class Use(msgspec.Struct, frozen=True):
    """Something that the person does with a thing of their own, as the model wrote it."""

    tool: str
    arguments: dict[str, Any] = {}

    def __str__(self) -> str:
        """As it stands among drafts."""
        return f"(uses {self.tool} {msgspec.json.encode(self.arguments).decode()})"


class Acting(Drafted, frozen=True):
    """A draft of a person with tools: words, or a call of one."""

    text: str = ""
    call: Use | None = None


_FORM = '{"text": ..., "stop": ..., "voices": [...], "settled": [...]}'
_OTHER_FORM = '{"call": {"tool": ..., "arguments": {...}}}'


def read_draft(reply: Reply) -> Drafted:
    """The draft that a reply holds.

    Raises:
        ValueError: it is no JSON object of the wanted form, or says nothing.
    """
    try:
        drafted = decode(reply, Drafted)
    except ValueError as error:
        raise ValueError(f"the reply is not {_FORM}: {error}") from None
    return _sayable(drafted)


def read_acting(reply: Reply) -> Acting:
    """The draft that a reply of a person with tools holds; words beside a call are not said.

    Raises:
        ValueError: it is no JSON object of either form, says nothing, or its call is longer than any is.
    """
    try:
        drafted = decode(reply, Acting)
    except ValueError as error:
        raise ValueError(f"the reply is neither {_FORM} nor {_OTHER_FORM}: {error}") from None
    if drafted.call is None:
        return _sayable(drafted)
    if len(str(drafted.call)) > LONGEST:
        raise ValueError(f"the call has {len(str(drafted.call)):,} characters, and at most {LONGEST:,} make sense")
    return Acting(call=drafted.call)


def call_in(drafted: Drafted) -> Use | None:
    """The call that a draft is; None where it is words."""
    return drafted.call if isinstance(drafted, Acting) else None


def _sayable(drafted: D) -> D:
    if not drafted.text.strip():
        raise ValueError("the reply says nothing: its text is empty")
    if len(drafted.text) > LONGEST:
        raise ValueError(
            f"the text has {len(drafted.text):,} characters, and nobody says more than {LONGEST:,} at once"
        )
    return drafted


@lru_cache(maxsize=64)
def schema_of(goals: tuple[str, ...]) -> dict[str, Any]:
    """The JSON schema of a draft, in the subset that every server knows.

    It is the same object for the same ids of goals, so that whoever encodes it need do so once.
    """
    goal = {"type": "string", "enum": list(goals)} if goals else {"type": "string"}
    pointing = {
        "type": "object",
        "properties": {
            "goal": goal,
            "how": {"type": "string", "enum": ["met", "impossible"]},
            "quote": {"type": "string"},
        },
        "required": ["goal", "how", "quote"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "stop": {"type": ["string", "null"], "enum": ["satisfied", "denied", None]},
            "voices": {"type": "array", "items": goal},
            "settled": {"type": "array", "items": pointing},
        },
        "required": ["text", "stop", "voices", "settled"],
        "additionalProperties": False,
    }


@lru_cache(maxsize=64)
def acting_schema_of(goals: tuple[str, ...], tools: tuple[str, ...]) -> dict[str, Any]:
    """The JSON schema of a draft of a person with these tools; the same object for the same names."""
    words = schema_of(goals)
    call = {
        "type": "object",
        "properties": {"tool": {"type": "string", "enum": list(tools)}, "arguments": {"type": "object"}},
        "required": ["tool", "arguments"],
        "additionalProperties": False,
    }
    either = {"anyOf": [{"type": "null"}, call]}
    return {**words, "properties": {**words["properties"], "call": either}, "required": [*words["required"], "call"]}


def system_prompt(brief: Brief, tools: Toolset = NO_TOOLS) -> str:
    """Who the person is, what they know and want: all of the brief, and what they can do with their own things."""
    facts = [f"- {fact.say}{f' (about {fact.goal})' if fact.goal else ''}" for fact in brief.facts]
    goals = [f"- {goal.id}: {goal.wish}" for goal in brief.goals]
    person = PERSON.format(
        name=brief.persona.name,
        instruction=brief.instruction,
        facts="\n".join(facts) or "- nothing in particular",
        goals="\n".join(goals) or "- nothing in particular",
        order=_ORDER[brief.persona.discloses],
    )
    return person + OWN.format(tools=listed(tools.schemas)) if tools else person


def notes(ledger: FreeLedger) -> str:
    """Where the person stands, for their eyes only; it ends each request."""
    lines = []
    for goal in ledger.brief.goals:
        lines.append(f"- {goal.id}: {_STANDING[ledger.standing[goal.id]]}")
        if goal.id in ledger.declined:
            lines.append(f'  They said no. You do not accept it yet; you say in your own words: "{goal.insistence}"')
        elif goal.revision and ledger.standing[goal.id] == "voiced" and not ledger.was_said(goal.revision):
            lines.append(f'  When they propose to do this, you do not agree but say: "{goal.revision}"')
        if goal.check is not None and ledger.standing[goal.id] == "voiced":
            said = "They say that it is done. " if goal.id in ledger.doubted else ""
            lines.append(f"  {said}You take nobody's word for it: {_proof(goal.check)}")
    if ledger.may_stop:
        ends = "If you have all that you came for, take your leave and set stop; else ask for what is missing."
    elif ledger.open():
        ends = "You may not leave yet."
    else:
        ends = "You may not leave yet. Bring up what you have not told them."
    return "\n".join([NOTES, *lines, f"{ends})"])


def _proof(check: Check) -> str:
    return f'it is done when {Use(check.tool, check.arguments)} shows "{check.contains}"'


def rendered(text: str) -> str:
    """What the person said, as the model is to write it."""
    return msgspec.json.encode({"text": text}).decode()


def acted(call: ToolCall) -> str:
    """What the person did, as the model is to write it."""
    return msgspec.json.encode({"call": {"tool": call.tool, "arguments": call.arguments}}).decode()


def seen(result: ToolResult) -> str:
    """What the person is shown of what came of a call."""
    return f"{SEEN} {result.content})"


_ORDER = {
    "stepwise": "Bring up one thing at a time, and the next when the one before is settled.",
    "together": "Say in your first message everything that you want.",
}
_STANDING = {
    "unvoiced": "not told yet",
    "voiced": "told, still open",
    "met": "settled, as it seems",
    "impossible": "settled: they cannot do it",
}
