"""A restaurant's reservations: the skeleton of a world, to be replaced by yours file by file."""

from __future__ import annotations

from interplay.engine.domain import Domain
from interplay.engine.policy import Policy

from .data import generate
from .rows import WorldDatabase
from .rules import RULES
from .scenarios import write
from .tools import TOOLS

DOMAIN: Domain[WorldDatabase] = Domain(
    name="newworld",
    summary="a restaurant's reservations: look them up, change for how many they are",
    database=WorldDatabase,
    tools_in_order=TOOLS,
    policy=Policy(__name__, "policy.md", RULES),
    generate=generate,
    write=write,
    default_size=50,
)
