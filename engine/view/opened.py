"""Opened: one conversation, with the ways to its neighbours in what was found, and to the unit's other trials."""

from __future__ import annotations

from typing import Any

from interplay.engine.index import Query
from interplay.engine.view import addresses
from interplay.engine.view.shelf import Shelf


def opened(shelf: Shelf, run: str, unit: int, trial: int, query: Query) -> dict[str, Any]:
    """What the page of a conversation shows.

    Args:
        shelf: where it stands.
        run: name of its run.
        unit: its number.
        trial: which of the unit's conversations.
        query: what it was found by.

    Raises:
        UsageError: there is no such conversation; says what there is.
        RunError: the run cannot be read.
    """
    found, inspection = shelf.opened(run, unit, trial)
    before, after = shelf.index.neighbours(query, run, unit, trial)
    return {
        "inspection": inspection,
        "run": run,
        "unit": unit,
        "trial": trial,
        "trials": [
            (each.trial, each.outcome, addresses.conversation(run, unit, each.trial, query)) for each in found.played
        ],
        "back": addresses.write(addresses.LIST, query),
        "found_by": bool(query.to_params()),
        "previous": addresses.of_row(before, query) if before is not None else "",
        "next": addresses.of_row(after, query) if after is not None else "",
    }
