"""Sights: an assertion about what the customer's own look at their phone would show."""

# ruff: noqa: D417  (the database is no argument that a blueprint gives)

from __future__ import annotations

from interplay.domains.telecom.rows import TelecomDatabase
from interplay.domains.telecom.tools import HUMAN_TOOLS
from interplay.engine.errors import Refusal
from interplay.engine.tools import tool

_LOOKS = {each.name: each for each in HUMAN_TOOLS if not each.writes}


@tool()
def assert_phone_shows(db: TelecomDatabase, look: str, contains: str, app_name: str = "") -> bool:
    """Whether a look at the phone shows something.

    Args:
        look: one of the customer's tools that change nothing.
        contains: what stands in its answer.
        app_name: of the app that is looked at, where the tool looks at one.

    Raises:
        Refusal: look_unknown.
    """
    if look not in _LOOKS:
        raise Refusal(f"There is no way to look called {look!r}; there are {', '.join(_LOOKS)}.", code="look_unknown")
    return contains in _LOOKS[look].run(db, {"app_name": app_name} if app_name else {})
