"""Making: from a seed to a validated blueprint, by trying until one passes."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import Validated, validate
from interplay.engine.seeds import Seed

ATTEMPTS = 50
"""Candidates that are tried for one blueprint."""


class Made(NamedTuple):
    """A blueprint and how many candidates fell before it, by the check they fell at."""

    validated: Validated
    rejected: dict[str, int]


def make(domain: Domain[Any], base: Base[Any], seed: Seed, blueprint_id: str) -> Made:
    """Write candidates until one passes every check.

    Args:
        domain: whose scripted writer writes.
        base: the world's data.
        seed: decides everything.
        blueprint_id: id that the blueprint gets.
    Raises:
        BlueprintError: none of ATTEMPTS candidates passed; carries the last one's failure.
    """
    rejected: dict[str, int] = {}
    failure: BlueprintError | None = None
    for attempt in range(ATTEMPTS):
        try:
            candidate = domain.write(domain, base, seed.child("attempt", attempt))
            candidate = msgspec.structs.replace(candidate, id=blueprint_id)
            return Made(validate(domain.tools, domain.policy, base, candidate), rejected)
        except BlueprintError as error:
            failure = error
            rejected[error.check] = rejected.get(error.check, 0) + 1
    raise BlueprintError("writing", f"none of {ATTEMPTS} candidates passed; the last failed: {failure}")
