"""Understanding: how the ledger stands once a draft would have been said.

The model declares what a draft voices and what the agent has settled. Code believes the first only where the
draft shares words with the wish, and the second only where the pointing holds.
"""

from __future__ import annotations

from typing import NamedTuple

from interplay.agents.ledger import FreeLedger, subject
from interplay.agents.modelled.drafting import Drafted
from interplay.agents.pointing import Pointing, doubts
from interplay.engine.blueprint import Goal
from interplay.engine.confirmation import says_yes


class Heard(NamedTuple):
    """One draft, weighed."""

    before: FreeLedger
    """As the ledger stands."""
    ledger: FreeLedger
    """As it would stand with the draft said."""
    voiced: tuple[str, ...]
    """Goals that the draft voices for the first time."""
    doubts: tuple[str, ...]
    """Why what it points at was not believed."""


def weigh(ledger: FreeLedger, drafted: Drafted) -> Heard:
    """How the ledger would stand with a draft said; the ledger itself is not changed."""
    after = ledger.copy()
    reasons = []
    agrees = bool(drafted.settled) and says_yes(drafted.text)
    for pointing in drafted.settled:
        goal = _goal(after, pointing.goal)
        if goal is None or after.standing[goal.id] in ("met", "impossible"):
            continue
        reason = doubts(after, pointing) or _unseen(goal, pointing)
        if not reason and agrees and pointing.how == "met" and goal.kind != "read":
            reason = "a text that agrees to something cannot be the end of it"
        if reason:
            reasons.append(f"{goal.id} is not settled by {pointing.quote[:80]!r}: {reason}")
        elif pointing.how == "met":
            after.standing[goal.id] = "met"
        else:
            after.decline(goal)
    voiced = tuple(goal.id for goal in list(after.unvoiced()) if _voices(after, goal, drafted))
    for goal in ledger.brief.goals:
        if goal.id in voiced:
            after.voice(goal)
        if goal.revision and ledger.standing[goal.id] == "voiced" and _says(goal.revision, drafted.text):
            after.once(goal.revision)
    return Heard(ledger, after, voiced, tuple(reasons))


def _unseen(goal: Goal, pointing: Pointing) -> str:
    """Why words cannot settle a goal that the person sees for themselves: whatever they say, they are words."""
    if goal.check is None or pointing.how != "met":
        return ""
    return f"see for yourself, with {goal.check.tool}"


def _goal(ledger: FreeLedger, name: str) -> Goal | None:
    return next((goal for goal in ledger.brief.goals if goal.id == name), None)


def _voices(ledger: FreeLedger, goal: Goal, drafted: Drafted) -> bool:
    """Whether a draft brings up a goal: nearly in the wish's words, or as declared and in some of them.

    One of the words is enough where no other wish that is still to come has it.
    """
    wish = subject(goal.wish)
    shared = wish & subject(drafted.text)
    if goal.wish in drafted.text or (wish and 3 * len(shared) >= 2 * len(wish)):
        return True
    if goal.id not in drafted.voices:
        return False
    others = frozenset[str]().union(*(subject(other.wish) for other in ledger.unvoiced() if other is not goal))
    return not wish or len(shared) > 1 or bool(shared - others)


def _says(line: str, text: str) -> bool:
    """Whether a text conveys a line: literally, or in half of its words."""
    words = subject(line)
    return line in text or (bool(words) and 2 * len(words & subject(text)) >= len(words))
