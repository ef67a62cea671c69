"""Instruction: a whole task in words, told to the one who plays the person.

It is composed from what the blueprint holds as parts: who the person is, each goal's story with what the
person says about it when asked, and how they behave. So it tells all that the ledger knows and nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence

from interplay.engine.blueprint import Fact, Goal, Persona


def compose(persona: Persona, facts: Sequence[Fact], goals: Sequence[Goal]) -> str:
    """The instruction of a task.

    Args:
        persona: who plays, and how.
        facts: what they know; those of no goal say who they are.
        goals: what they want, in the order in which they bring it up. One without a story is told by its wish.
    """
    parts = [f"You are {persona.name}.", *_identity([fact for fact in facts if not fact.goal])]
    for goal in goals:
        parts.append(goal.story or f'You say: "{goal.wish}"')
        parts += [_asked(fact) for fact in facts if fact.goal == goal.id]
    return " ".join([*parts, persona.description]).strip()


def _identity(facts: Sequence[Fact]) -> list[str]:
    if not facts:
        return []
    first, *others = facts
    return [f'Asked who you are, you say: "{first.say}"', *(_asked(fact) for fact in others)]


def _asked(fact: Fact) -> str:
    return f'Asked "{fact.question}", you say: "{fact.say}"'
