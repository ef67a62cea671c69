"""Drafting: a validated blueprint from a world's own scripts alone, for whoever needs just one.

No committee, no feedback, no run: drafts are drawn from a seed until one passes the checks.
"""

from __future__ import annotations

from typing import Any

import msgspec

from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import Validated, validate
from interplay.engine.seeds import Seed

DRAFTS = 50
"""Drafts that are tried for one blueprint."""


def draft(domain: Domain[Any], base: Base[Any], seed: Seed, blueprint_id: str) -> Validated:
    """The first draft that passes every check.

    Args:
        domain: whose scripts write.
        base: the world's data.
        seed: decides everything.
        blueprint_id: id that the blueprint gets.
    Raises:
        BlueprintError: none of DRAFTS passed; carries the last one's failure.
    """
    failure: BlueprintError | None = None
    for attempt in range(DRAFTS):
        try:
            candidate = domain.write(domain, base, seed.child("attempt", attempt))
            return validate(domain, base, msgspec.structs.replace(candidate, id=blueprint_id))
        except BlueprintError as error:
            failure = error
    raise BlueprintError("writing", f"none of {DRAFTS} drafts passed; the last failed: {failure}")
