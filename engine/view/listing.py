"""Listing: the conversations that fit the filters, a page of them at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

from interplay.engine.index import SCORED, Query, Row
from interplay.engine.view import addresses
from interplay.engine.view.panel import SORTS, nothing_said, panel
from interplay.engine.view.shelf import Shelf

PAGE_ROWS = 50


class Line(NamedTuple):
    """A conversation, and the way to it."""

    row: Row
    href: str


class Tab(NamedTuple):
    """An outcome, and the way to its conversations."""

    value: str
    label: str
    often: int
    href: str
    chosen: bool


def listing(shelf: Shelf, asked: addresses.Asked) -> dict[str, Any]:
    """What a page of the list shows.

    Raises:
        UsageError: the place that it should begin at is none.
    """
    query = asked.query
    hits = shelf.index.search(query, after=asked.after, limit=PAGE_ROWS)
    facets = shelf.facets(query, found=bool(hits.total))
    return {
        "panel": panel(addresses.LIST, query, facets, SORTS),
        "tabs": _tabs(query, facets.get("outcome", {})),
        "lines": [Line(row, addresses.of_row(row, query)) for row in hits.rows],
        "total": hits.total,
        "nothing_said": nothing_said(query),
        "several_runs": len(shelf.runs()) > 1,
        "first": addresses.write(addresses.LIST, query) if asked.after else "",
        "next": addresses.write(addresses.LIST, query, **{addresses.AFTER: hits.after}) if hits.after else "",
    }


def _tabs(query: Query, counts: dict[str, int]) -> list[Tab]:
    first = {name: counts.get(name, 0) for name in SCORED}  # they have a tab however many there are
    others = {name: count for name, count in sorted(counts.items()) if name not in first}
    tabs = [Tab("", "All", sum(counts.values()), _with_outcome(query, ""), not query.outcome)]
    for name, count in (first | others).items():
        tabs.append(Tab(name, name.replace(":", ": "), count, _with_outcome(query, name), query.outcome == name))
    return tabs


def _with_outcome(query: Query, outcome: str) -> str:
    given = {**query.to_params(), "outcome": outcome}
    return addresses.write(addresses.LIST, Query.from_params({name: value for name, value in given.items() if value}))
