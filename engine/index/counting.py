"""Counting: facets and tallies of the conversations that fit a query."""

# ruff: noqa: S608  (what is put into SQL here are names of columns and conditions of our own; values are bound)

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from interplay.engine.forge.difficulty import DIMENSIONS
from interplay.engine.forge.record import Yield
from interplay.engine.index.matching import Profile, asked_of, beside, conditions, lacking, profiles
from interplay.engine.index.schema import TRIAL_BITS, dimensions
from interplay.engine.index.values import FACETS, SCORED, Query, Tally
from interplay.engine.statistics.asked import asked_in
from interplay.engine.statistics.passing import PassCounter, Passed
from interplay.engine.statistics.spread import descending

TELLING = (*SCORED, "failed:agent")
"""Outcomes that say something of the agent."""
_WHOLE = ("run", "domain")
"""Filters that take whole runs."""


class _Chosen(NamedTuple):
    """What fits, as the tables are asked."""

    where: str
    parameters: tuple[Any, ...]
    fitting: dict[int, Profile]
    """By their numbers."""


class _Group(NamedTuple):
    """Conversations that are alike in what is counted."""

    profile: int
    shape: int
    turns: int
    calls: int
    trials: int
    conversations: int


def facets(database: sqlite3.Connection, query: Query, *, words: bool) -> dict[str, dict[str, int]]:
    """How many conversations fit with each value of each of FACETS, the other filters being as they are.

    Args:
        database: the index.
        query: what is asked.
        words: whether words are indexed.
    """
    asked = asked_of(query)
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    for profile in profiles(database, beside(database, query, words=words)):
        missed = lacking(profile, asked)
        if len(missed) > 1:
            continue
        for facet in missed or FACETS:
            for value in profile.values(facet):
                counts[facet][value] += profile.conversations
    return {facet: descending(counted) for facet, counted in counts.items()}


def tally(database: sqlite3.Connection, query: Query, *, words: bool) -> Tally:
    """What figures need of the conversations that fit.

    Args:
        database: the index.
        query: what is asked.
        words: whether words are indexed.
    """
    more = beside(database, query, words=words)
    asked = asked_of(query)
    fitting = {each.id: each for each in profiles(database, more) if not lacking(each, asked)}
    where, parameters = conditions(list(fitting) if asked else None, more)
    chosen = _Chosen(where, parameters, fitting)
    runs = _whole_runs(database, query)
    fallen, made = _made(database, chosen) if runs is None else _made_in(database, runs)
    groups = _groups(database, chosen)
    return Tally(
        turns=_lengths((group.turns, group) for group in groups),
        calls=_lengths((group.calls, group) for group in groups),
        outcomes=_summed(fitting, "outcome"),
        faults=_summed(fitting, "fault"),
        wrong=_summed(fitting, "wrong"),
        rules=_summed(fitting, "rule"),
        fallen=fallen,
        made=made,
        difficulty=_difficulty(chosen, groups),
        passed=_passed(database, query, chosen, groups) if _untouched(query, asked) else None,
    )


def _summed(fitting: dict[int, Profile], facet: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for profile in fitting.values():
        for value in profile.values(facet):
            counts[value] += profile.conversations
    return descending(counts)


def _groups(database: sqlite3.Connection, chosen: _Chosen) -> list[_Group]:
    """What fits, counted by all that is in one index."""
    columns = "c.profile, c.shape, c.turns, c.calls, c.trials"
    asked = f"SELECT {columns}, count(*) FROM conversation c WHERE {chosen.where} GROUP BY {columns}"
    return [_Group(*row) for row in database.execute(asked, chosen.parameters)]


def _lengths(groups: Iterable[tuple[int, _Group]]) -> dict[int, int]:
    counts: Counter[int] = Counter()
    for length, group in groups:
        if group.turns >= 0:
            counts[length] += group.conversations
    return dict(sorted(counts.items()))


def _whole_runs(database: sqlite3.Connection, query: Query) -> list[int] | None:
    """Numbers of the runs that are asked for; None where something of a run is left out."""
    whole = Query(run=query.run, domain=query.domain, sort=query.sort)
    if msgspec.structs.replace(query, text=query.text.strip()) != whole:
        return None
    asked = "SELECT id FROM run WHERE ?1 IN ('', name) AND ?2 IN ('', domain)"
    return [run for (run,) in database.execute(asked, (query.run, query.domain))]


def _made_in(database: sqlite3.Connection, runs: list[int]) -> tuple[dict[str, int], Yield]:
    """Of whole runs, all that was made, played or not."""
    listed = msgspec.json.encode(runs).decode()
    fallen = database.execute(
        'SELECT "check", sum(count) FROM fallen_in WHERE run IN (SELECT value FROM json_each(?)) GROUP BY 1', (listed,)
    )
    counts = database.execute(
        "SELECT sum(tasks), sum(first), sum(accepted), sum(joined) FROM run "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (listed,),
    )
    return _yield(fallen.fetchall(), counts.fetchone())


def _made(database: sqlite3.Connection, chosen: _Chosen) -> tuple[dict[str, int], Yield]:
    """Of the units that the conversations are of."""
    units = f"WITH u AS (SELECT DISTINCT c.id >> {TRIAL_BITS} AS id FROM conversation c WHERE {chosen.where}) "
    fallen = database.execute(
        f'{units} SELECT f."check", sum(f.count) FROM u JOIN fallen f ON f.unit = u.id GROUP BY 1', chosen.parameters
    )
    counts = database.execute(
        f"{units} SELECT sum(m.tasks), sum(m.first), sum(m.accepted), sum(m.joined) FROM u JOIN made m ON m.id = u.id",
        chosen.parameters,
    )
    return _yield(fallen.fetchall(), counts.fetchone())


def _yield(fallen: list[tuple[str, int]], counts: tuple[int | None, ...]) -> tuple[dict[str, int], Yield]:
    tasks, first, accepted, joined = (each or 0 for each in counts)
    ordered = descending(Counter(dict(fallen)))
    return ordered, Yield(tasks=tasks, first=first, accepted=accepted, joined=joined, fallen=ordered)


def _difficulty(chosen: _Chosen, groups: list[_Group]) -> dict[str, dict[int, tuple[int, int]]]:
    found: dict[str, dict[int, list[int]]] = {dimension: {} for dimension in DIMENSIONS}
    for group in groups:
        outcome = chosen.fitting[group.profile].outcome
        if outcome not in SCORED:
            continue
        for dimension, value in dimensions(group.shape).items():
            counts = found[dimension].setdefault(value, [0, 0])
            counts[0] += group.conversations * (outcome == SCORED[0])
            counts[1] += group.conversations
    return {
        dimension: {value: (verified, scored) for value, (verified, scored) in sorted(values.items())}
        for dimension, values in found.items()
        if values
    }


def _untouched(query: Query, asked: dict[str, str]) -> bool:
    """Whether every unit that fits has all its trials: no filter takes some away."""
    return not query.text.strip() and not set(asked) - set(_WHOLE)


def _passed(database: sqlite3.Connection, query: Query, chosen: _Chosen, groups: list[_Group]) -> Passed | None:
    """pass^k, of units that have a blueprint and all their trials."""
    settings = database.execute(
        "SELECT DISTINCT settings FROM run WHERE ?1 IN ('', name) AND ?2 IN ('', domain) AND done",
        (query.run, query.domain),
    )
    trials = {asked_in(msgspec.json.decode(each)).trials for (each,) in settings}
    counter = PassCounter(trials=trials.pop() if len(trials) == 1 else None)
    for profile, often in _singles(database, chosen, groups):
        outcome = chosen.fitting[profile].outcome
        counter.count([outcome == SCORED[0]], telling=outcome in TELLING, often=often)
    several = (
        f"SELECT c.id >> {TRIAL_BITS}, c.profile FROM conversation c JOIN made m ON m.id = c.id >> {TRIAL_BITS} "
        f"WHERE {chosen.where} AND c.trials > 1 AND m.blueprint ORDER BY c.id"
    )
    for _, rows in groupby(database.execute(several, chosen.parameters), itemgetter(0)):
        became = [chosen.fitting[profile].outcome for _, profile in rows]
        counter.count([each == SCORED[0] for each in became], telling=all(each in TELLING for each in became))
    return counter.passed()


def _singles(database: sqlite3.Connection, chosen: _Chosen, groups: list[_Group]) -> Iterable[tuple[int, int]]:
    """Profiles of units with a blueprint and one conversation, and how many; only where nobody spoke is one lacking."""
    yield from ((group.profile, group.conversations) for group in groups if group.trials == 1 and group.turns >= 0)
    yield from database.execute(
        f"SELECT c.profile, count(*) FROM conversation c JOIN made m ON m.id = c.id >> {TRIAL_BITS} "
        f"WHERE {chosen.where} AND c.turns < 0 AND c.trials = 1 AND m.blueprint GROUP BY 1",
        chosen.parameters,
    )
