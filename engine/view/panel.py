"""Panel: the filters beside a list or plots: what can be chosen, how often each occurs, and what is set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from interplay.engine.index import Query
from interplay.engine.view import addresses

LABELS: Mapping[str, str] = {
    "run": "Run",
    "domain": "World",
    "outcome": "Outcome",
    "fault": "Whose fault",
    "wrong": "What was wrong",
    "rule": "Rule broken",
    "tool": "Tool used",
}
"""Filters of which there is a choice, in the order of the form."""
BESIDE: Mapping[str, str] = {"text": "Words", "unit": "Unit", "least": "At least", "sort": "Order"}
"""Filters besides."""
SORTS: Mapping[str, str] = {
    "": "Units, first to last",
    "-": "Units, last to first",
    "-turns": "Most turns first",
    "turns": "Fewest turns first",
    "-calls": "Most calls first",
    "calls": "Fewest calls first",
    "-difficulty": "Hardest first",
    "difficulty": "Easiest first",
}
"""Orders of the list."""
ONLY_OF_SEVERAL = ("run", "domain")
"""Filters that are left out where there is but one value."""


class Option(NamedTuple):
    """One value of a filter."""

    value: str
    label: str
    chosen: bool


class Choice(NamedTuple):
    """One filter."""

    name: str
    label: str
    value: str
    options: list[Option]


class Chip(NamedTuple):
    """A filter that is set, and the way to a page without it."""

    name: str
    label: str
    value: str
    without: str


class Panel(NamedTuple):
    """All of them."""

    action: str
    """Path of the page that they are on."""
    text: str
    choices: list[Choice]
    chips: list[Chip]
    kept: list[tuple[str, str]]
    """What the form holds besides, so that it is not lost."""


def panel(action: str, query: Query, facets: Mapping[str, Mapping[str, int]], sorts: Mapping[str, str]) -> Panel:
    """The filters of a page.

    Args:
        action: the page's path.
        query: what is set.
        facets: by filter and value, how many conversations fit it and all other filters.
        sorts: the orders that can be chosen, with their labels; none where nothing is listed.
    """
    given, raw = addresses.params(query), query.to_params()
    choices = [
        _choice(name, label, raw.get(name, ""), facets.get(name, {}))
        for name, label in LABELS.items()
        if raw.get(name) or name not in ONLY_OF_SEVERAL or len(facets.get(name, {})) > 1
    ]
    if sorts:
        order = given.get("sort", "")
        options = [Option(value, label, value == order) for value, label in sorts.items()]
        choices.append(Choice("sort", "Order", order, options))
    asked = {choice.name for choice in choices} | {"text"}
    chips = [
        Chip(name, LABELS.get(name) or BESIDE.get(name, name), value, _without(action, raw, name))
        for name, value in raw.items()
        if name != "sort"
    ]
    kept = [(name, value) for name, value in given.items() if name not in asked]
    return Panel(action, given.get("text", ""), choices, chips, kept)


def nothing_said(query: Query) -> str:
    """What is said where nothing fits."""
    given = query.to_params().keys() - {"sort"}
    return "No conversation fits all of these filters." if given else "No conversation was read yet."


def _choice(name: str, label: str, value: str, counts: Mapping[str, int]) -> Choice:
    found = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    if value:
        found.setdefault(value, 0)
    options = [Option("", "Any", not value)]
    options += [Option(addresses.spelled(each), f"{each} ({count:,})", each == value) for each, count in found.items()]
    return Choice(name, label, value, options)


def _without(action: str, given: Mapping[str, str], name: str) -> str:
    left = {each: value for each, value in given.items() if each != name}
    return addresses.write(action, Query.from_params(left))
