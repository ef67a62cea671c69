"""Drafting: what a model that plays the human is asked, and how its answer is read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import msgspec

from interplay.agents.ledger import FreeLedger
from interplay.agents.modelled.prompts import PERSON
from interplay.agents.pointing import Pointing
from interplay.engine.blueprint import Brief
from interplay.engine.models.decoding import decode
from interplay.engine.models.exchange import Reply

LONGEST = 4000
"""Characters of what a person says at once."""
NOTES = "(Your notes, which the employee does not see:"
"""With these words the part of a request begins that tells the person where they stand."""


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


_FORM = '{"text": ..., "stop": ..., "voices": [...], "settled": [...]}'


def read_draft(reply: Reply) -> Drafted:
    """The draft that a reply holds.

    Raises:
        ValueError: it is no JSON object of the wanted form, or says nothing.
    """
    try:
        drafted = decode(reply, Drafted)
    except ValueError as error:
        raise ValueError(f"the reply is not {_FORM}: {error}") from None
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


def system_prompt(brief: Brief) -> str:
    """Who the person is, what they know and want: all of the brief, and nothing else."""
    facts = [f"- {fact.say}{f' (about {fact.goal})' if fact.goal else ''}" for fact in brief.facts]
    goals = [f"- {goal.id}: {goal.wish}" for goal in brief.goals]
    return PERSON.format(
        name=brief.persona.name,
        instruction=brief.instruction,
        facts="\n".join(facts) or "- nothing in particular",
        goals="\n".join(goals) or "- nothing in particular",
        order=_ORDER[brief.persona.discloses],
    )


def notes(ledger: FreeLedger) -> str:
    """Where the person stands, for their eyes only; it ends each request."""
    lines = []
    for goal in ledger.brief.goals:
        lines.append(f"- {goal.id}: {_STANDING[ledger.standing[goal.id]]}")
        if goal.id in ledger.declined:
            lines.append(f'  They said no. You do not accept it yet; you say in your own words: "{goal.insistence}"')
        elif goal.revision and ledger.standing[goal.id] == "voiced" and not ledger.was_said(goal.revision):
            lines.append(f'  When they propose to do this, you do not agree but say: "{goal.revision}"')
    if ledger.may_stop:
        ends = "If you have all that you came for, take your leave and set stop; else ask for what is missing."
    elif ledger.open():
        ends = "You may not leave yet."
    else:
        ends = "You may not leave yet. Bring up what you have not told them."
    return "\n".join([NOTES, *lines, f"{ends})"])


def rendered(text: str) -> str:
    """What the person said, as the model is to write it."""
    return msgspec.json.encode({"text": text}).decode()


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
