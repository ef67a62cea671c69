"""Overview: the runs in a directory, and how far each is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from interplay.engine.index import Query, RunEntry
from interplay.engine.statistics.asked import player_in
from interplay.engine.view import addresses
from interplay.engine.view.shelf import UNREADABLE, Shelf

STATES: Mapping[str, str] = {
    "complete": "complete",
    "writing": "being written",
    "unfinished": "unfinished",
    "unreadable": "cannot be read",
}
"""What is said of each state."""


class Line(NamedTuple):
    """A run, as the overview shows it."""

    name: str
    domain: str
    agent: str
    """Who played it, and on which model."""
    seed: int
    units: int
    done: int
    conversations: int
    verified: str
    """How many of the conversations, and which share; empty where there are none."""
    state: str
    says: str
    trouble: str
    href: str
    known: bool
    """Whether it could be read at all."""


def overview(shelf: Shelf) -> dict[str, Any]:
    """What the page of the runs shows."""
    return {"runs": [_line(entry) for entry in shelf.runs()]}


def _line(entry: RunEntry) -> Line:
    share = f"{entry.verified:,} ({entry.verified / entry.conversations * 100:.0f} %)" if entry.conversations else ""
    return Line(
        name=entry.name,
        domain=entry.domain,
        agent=_agent(entry),
        seed=entry.seed,
        units=entry.units,
        done=entry.done,
        conversations=entry.conversations,
        verified=share,
        state=entry.state,
        says=STATES[entry.state],
        trouble=entry.trouble,
        href=addresses.write(addresses.LIST, Query(run=entry.name)),
        known=entry.state != UNREADABLE,
    )


def _agent(entry: RunEntry) -> str:
    asked = entry.settings.get("asked", {})
    return player_in(asked, "agent") if entry.state != UNREADABLE and isinstance(asked, dict) else ""
