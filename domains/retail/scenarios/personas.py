"""Personas: how the shop's customers speak and behave."""

from __future__ import annotations

from typing import Literal

from interplay.engine.blueprint import Persona
from interplay.engine.seeds import Seed

VERBOSITY: tuple[tuple[Literal["terse", "plain", "chatty"], str], ...] = (
    ("terse", "You write in few words."),
    ("plain", "You say what is needed, plainly."),
    ("chatty", "You like to talk."),
)
MOOD: tuple[tuple[Literal["friendly", "neutral", "annoyed"], str], ...] = (
    ("friendly", "You are friendly and patient."),
    ("neutral", "You are matter-of-fact."),
    ("annoyed", "You are short of patience today."),
)
DISCLOSES: tuple[tuple[Literal["stepwise", "together"], str], ...] = (
    ("stepwise", "You bring up one thing at a time."),
    ("stepwise", "You come to the next point only when the last one is settled."),
    ("together", "You say at once everything that you want."),
)


def persona(name: str, seed: Seed) -> Persona:
    """A way to behave, drawn trait by trait.

    Args:
        name: the person's full name.
        seed: decides.
    """
    verbosity, talk = seed.child("verbosity").pick(VERBOSITY)
    mood, temper = seed.child("mood").pick(MOOD)
    discloses, order = seed.child("discloses").pick(DISCLOSES)
    return Persona(
        name=name, description=f"{temper} {talk} {order}", verbosity=verbosity, mood=mood, discloses=discloses
    )
