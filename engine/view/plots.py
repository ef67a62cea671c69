"""Plots: what was counted of the conversations that fit the filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from interplay.engine.index import SCORED, Query, Tally
from interplay.engine.pages.figures import Figure, bars, histogram, shares
from interplay.engine.statistics.funnel import funnel
from interplay.engine.statistics.passing import Passed, share_estimate
from interplay.engine.view import addresses
from interplay.engine.view.panel import nothing_said, panel
from interplay.engine.view.shelf import Shelf

GROUPS = 8
"""So many values of a dimension are told apart."""
ALL = "conversations"
"""Name of the one series that each figure has."""


def plots(shelf: Shelf, query: Query) -> dict[str, Any]:
    """What the page of plots shows."""
    tally = shelf.index.tally(query)
    total = sum(tally.outcomes.values())
    facets = shelf.facets(query, found=bool(total))
    return {
        "panel": panel(addresses.PLOTS, query, facets, {}),
        "total": total,
        "nothing_said": nothing_said(query),
        "figures": _figures(tally, query) if total else [],
    }


def _figures(tally: Tally, query: Query) -> list[Figure]:
    figures = [
        histogram("turns", "Turns", "", {ALL: tally.turns}, "turns of the human"),
        histogram("calls", "Tool calls", "", {ALL: tally.calls}, "calls, whoever makes them"),
        _found(bars("outcomes", "What became of them", "", {ALL: tally.outcomes}, counted=ALL), query, "outcome"),
    ]
    figures += _made(tally)
    if tally.passed is not None and tally.passed.passing:
        figures.append(_passed(tally.passed))
    if tally.faults:
        whose = "Whose fault it was"
        failed = "conversations that were not verified"
        figures.append(_found(bars("faults", whose, "", {ALL: tally.faults}, counted=failed), query, "fault"))
    scored = {ALL: sum(tally.outcomes.get(outcome, 0) for outcome in SCORED)}
    counted = "scored conversations"
    if tally.wrong:
        drawn = bars("wrong", "What was wrong", "", {ALL: tally.wrong}, wholes=scored, counted=counted)
        figures.append(_found(drawn, query, "wrong"))
    if tally.rules:
        drawn = bars("rules", "Rules broken", "", {ALL: tally.rules}, wholes=scored, counted=counted)
        figures.append(_found(drawn, query, "rule"))
    return figures + _difficulty(tally)


def _found(figure: Figure, query: Query, facet: str) -> Figure:
    """A figure whose names lead to their conversations; where one is asked for, only that one does."""
    asked = getattr(query, facet)
    names = [row[0] for row in figure.rows if asked in ("", row[0])]
    filters = {name: msgspec.structs.replace(query, **{facet: name}) for name in names}
    return figure._replace(links={name: addresses.write(addresses.LIST, each) for name, each in filters.items()})


def _made(tally: Tally) -> list[Figure]:
    """How far attempts at blueprints came, how many tasks became one, and where the others fell."""
    made, figures = tally.made, list[Figure]()
    if made.tasks:
        accepted = [
            ("first attempt", share_estimate(made.first, made.tasks)),
            ("any attempt, with feedback", share_estimate(made.accepted, made.tasks)),
        ]
        about = f"{made.accepted:,} of {made.tasks:,} tasks"
        figures.append(shares("made", "Tasks that became blueprints", about, {ALL: accepted}))
    if made.fallen:
        left = {stage.name: stage.left for stage in funnel(made)}
        about = "what was left of the attempts after each stage"
        whole = {ALL: max(left.values())}
        figures.append(bars("stages", "Acceptance by stage", about, {ALL: left}, wholes=whole, counted="attempts"))
        figures.append(bars("fallen", "Where attempts fell", "", {ALL: made.fallen}, counted="attempts that fell"))
    return figures


def _passed(passed: Passed) -> Figure:
    chances = [(f"k = {each.k}", each.all) for each in passed.passing]
    about = f"{passed.blueprints:,} blueprints, each played {passed.trials} times"
    return shares("passed", "pass^k: all of k trials succeed", about, {ALL: chances})


def _difficulty(tally: Tally) -> list[Figure]:
    """Of each dimension that varies, how success depends on it."""
    figures = []
    for dimension, counts in tally.difficulty.items():
        groups = _grouped({value: pair for value, pair in sorted(counts.items()) if pair[1]})
        if len(groups) > 1:
            chances = [(f"{name} ({of:,})", share_estimate(verified, of)) for name, (verified, of) in groups.items()]
            about = "share that was verified; in brackets, of how many"
            figures.append(shares(f"difficulty-{dimension}", f"Success by {dimension}", about, {ALL: chances}))
    return figures


def _grouped(counts: Mapping[int, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Values by their names, the last ones together where there are many."""
    values = list(counts)
    named = {str(value): counts[value] for value in values[: GROUPS - 1]}
    rest = values[GROUPS - 1 :]
    if len(rest) == 1:
        named[str(rest[0])] = counts[rest[0]]
    elif rest:
        named[f"{rest[0]} or more"] = sum(counts[each][0] for each in rest), sum(counts[each][1] for each in rest)
    return named
