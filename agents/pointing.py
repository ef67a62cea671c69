"""Pointing: a human on a model shows the words of the agent that settled a goal, and code looks whether they do.

It is how an honest agent with words of its own is understood, and no way out for a person who wants to be gone:
the words have to stand in a message that the agent wrote after the goal was voiced, they have to state something,
and no pattern may speak against them.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from interplay.agents.hearing import asks_to_confirm
from interplay.agents.ledger import FreeLedger, refuses
from interplay.engine.blueprint import Goal
from interplay.engine.telling import claims, sentences, straight, supposes

_SHORTEST = 8
"""Letters and digits of a quote."""
_DONE = re.compile(
    r"\b(?:has|have|is|are|was|been|i've|we've|i|it's|that's|all|now)\s+(?:now |all |just |successfully |already )*"
    r"(?:\w{2,}(?:ed|en)|done|set|put|sent|made|gone|complete|through|sorted|settled|taken care of)\b"
    r"|\b(?:done|completed|no longer|all set)\b",
    re.IGNORECASE,
)
"""How something that was done is usually told."""


class Pointing(msgspec.Struct, frozen=True):
    """What a human takes as the end of a goal."""

    goal: str
    how: Literal["met", "impossible"]
    quote: str
    """The agent's words."""


def doubts(ledger: FreeLedger, pointing: Pointing) -> str:
    """Why a pointing cannot be believed; empty where it can.

    Args:
        ledger: what was heard and voiced; it is not changed.
        pointing: what the human points at.
    """
    goal = next((each for each in ledger.brief.goals if each.id == pointing.goal), None)
    if goal is None:
        return f"there is no goal {pointing.goal!r}"
    if ledger.standing[goal.id] == "unvoiced":
        return f"goal {goal.id} has not been brought up"
    quote = plain(pointing.quote)
    if len(re.sub(r"\W", "", quote)) < _SHORTEST:
        return "the quote is too short to say anything"
    reason = "the quote stands in no message of the employee since the goal was brought up"
    for message in ledger.heard[ledger.voiced_at[goal.id] :]:
        text = plain(message)
        if quote in text:
            reason = _doubts_in(ledger, goal, pointing.how, text, quote)
            if not reason:
                return ""
    return reason


def plain(text: str) -> str:
    """A text with straight quotation marks and single spaces, so that a quote is found however it was typed."""
    bare = straight(text).replace("*", "")
    bare = re.sub("[\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}]", '"', bare)
    return " ".join(bare.split()).strip("\"'. ")


def _doubts_in(ledger: FreeLedger, goal: Goal, how: str, text: str, quote: str) -> str:
    """Why the words of one message do not settle a goal."""
    quoted = [sentence for sentence in sentences(text) if sentence in quote or quote in sentence]
    quoted = quoted or [sentence for sentence in sentences(text) if _overlap(sentence, quote)]
    if not quoted:
        return "the quote runs over several sentences; quote one"
    done = goal.kind in ("write", "refuse", "hand_over") and how == "met"
    for sentence in quoted:
        words = quote if quote in sentence else sentence
        reason = supposes(sentence, words, done=done)
        if reason:
            return f"{reason}: {sentence!r}"
    nearest = ledger.nearest(quoted[0], ledger.brief.goals)
    if ledger.is_rather(quoted[0], nearest, goal):
        return f"the words are about {nearest.id}"
    if how == "impossible":
        if any(any(claims(sentence, goal.signs)) for sentence in quoted):
            return f"the words say that it was done: {quoted[0]!r}"
        return "the message asks for a detail, so it is not the last word" if ledger.is_asked(text, goal) else ""
    against = next((s for s in sentences(text) if refuses(s) and ledger.nearest(s, ledger.brief.goals) is goal), "")
    if against or any(refuses(sentence) for sentence in quoted):
        return f"the same message says no: {against or quoted[0]!r}"
    if done and asks_to_confirm(text) and not any(_DONE.search(sentence) for sentence in quoted):
        return "the message still asks for a yes"
    return ""


def _overlap(sentence: str, quote: str) -> bool:
    """Whether a quote that runs over the end of a sentence holds its end or its beginning."""
    return any(quote.startswith(sentence[at:]) or quote.endswith(sentence[:-at]) for at in range(1, len(sentence) - 3))
