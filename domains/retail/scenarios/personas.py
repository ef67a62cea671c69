"""Personas: how the shop's customers speak and behave."""

from __future__ import annotations

from interplay.engine.blueprint import Persona
from interplay.engine.personas import Personas
from interplay.engine.seeds import Seed

_personas = Personas()


def persona(name: str, seed: Seed) -> Persona:
    """A way to behave, drawn trait by trait.

    Args:
        name: the person's full name.
        seed: decides.
    """
    return _personas(seed, name)
