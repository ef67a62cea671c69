"""Matching: which conversations fit a query, as profiles and as conditions on what else is asked."""

# ruff: noqa: S608  (what is put into SQL here are names of columns and conditions of our own; values are bound)

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.forge.difficulty import DIMENSIONS
from interplay.engine.index.schema import MAX_UNITS, TRIAL_BITS, shift, span
from interplay.engine.index.values import FACETS, POLICY, Query
from interplay.engine.index.words import selection

_names: msgspec.json.Decoder[tuple[str, ...]] = msgspec.json.Decoder(tuple[str, ...])


class Profile(NamedTuple):
    """What a number of conversations have in common."""

    id: int
    run: str
    domain: str
    outcome: str
    fault: str
    wrong: tuple[str, ...]
    tools: tuple[str, ...]
    conversations: int

    def values(self, facet: str) -> tuple[str, ...]:
        """What it has of one of FACETS; nothing where that is empty."""
        match facet:
            case "wrong":
                return self.wrong
            case "rule":
                return tuple(code.removeprefix(POLICY) for code in self.wrong if code.startswith(POLICY))
            case "tool":
                return self.tools
            case _:
                value: str = getattr(self, facet)
                return (value,) if value else ()


class Conditions(NamedTuple):
    """What is asked beside profiles: SQL on the table `conversation`, called c."""

    sql: tuple[str, ...]
    parameters: tuple[Any, ...]


def lacking(profile: Profile, asked: dict[str, str]) -> list[str]:
    """By which facets a profile does not fit."""
    return [facet for facet, value in asked.items() if value not in profile.values(facet)]


def asked_of(query: Query) -> dict[str, str]:
    """The facets that a query asks for."""
    return {facet: value for facet in FACETS if (value := getattr(query, facet))}


def profiles(database: sqlite3.Connection, beside: Conditions) -> Iterator[Profile]:
    """Every profile, counting its conversations that fit what is asked beside profiles; some fit none.

    Args:
        database: the index.
        beside: what is asked.
    """
    counts: dict[int, int] | None = None
    if beside.sql:
        grouped = f"SELECT c.profile, count(*) FROM conversation c WHERE {_all(beside)} GROUP BY c.profile"
        counts = dict(database.execute(grouped, beside.parameters).fetchall())
    runs = {
        run: (name, domain) for run, name, domain in database.execute("SELECT id, name, domain FROM run").fetchall()
    }
    rows = database.execute("SELECT id, run, outcome, fault, wrong, tools, count FROM profile ORDER BY id").fetchall()
    for number, run, outcome, fault, wrong, tools, count in rows:
        some = count if counts is None else counts.get(number, 0)
        if some:
            yield Profile(number, *runs[run], outcome, fault, _names.decode(wrong), _names.decode(tools), some)


def beside(database: sqlite3.Connection, query: Query, *, words: bool) -> Conditions:
    """What a query asks beside profiles.

    Raises:
        UsageError: a dimension of difficulty that there is not.
    """
    sql: list[str] = []
    parameters: list[Any] = []
    if query.text.strip():
        _look_for(database, query.text.strip(), words=words)
        sql.append("c.id IN looked")
    if query.unit is not None:
        sql.append(f"(c.id >> {TRIAL_BITS}) & {MAX_UNITS - 1} = ?")
        parameters.append(min(max(query.unit, -1), MAX_UNITS))
    if query.least:
        for dimension in query.least:
            if dimension not in DIMENSIONS:
                raise UsageError(f"no dimension of difficulty is called {dimension[:40]!r}")
        least = " AND ".join(f"(c.shape >> {shift(dimension)} & 255) >= ?" for dimension in query.least)
        sql.append(f"c.shape >= 0 AND {least}")
        parameters += [min(value, 256) for value in query.least.values()]
    if sql and query.run:
        found = database.execute("SELECT id FROM run WHERE name = ?", (query.run,)).fetchone()
        if found is not None:
            sql.append("c.id >= ? AND c.id < ?")
            parameters += span(found[0])
    return Conditions(tuple(sql), tuple(parameters))


def _look_for(database: sqlite3.Connection, text: str, *, words: bool) -> None:
    """Put what says something into `looked`, a table of this connection, which keeps it for the next question."""
    read = database.execute("SELECT ifnull(sum(offset), 0) + ifnull((SELECT sum(journal_offset) FROM run), 0) FROM log")
    runs = database.execute("SELECT group_concat(id) FROM run").fetchone()[0]
    mark = f"{read.fetchone()[0]} {runs} {text}"
    database.execute("CREATE TEMP TABLE IF NOT EXISTS looked (id INTEGER PRIMARY KEY)")
    database.execute("CREATE TEMP TABLE IF NOT EXISTS looked_for (mark TEXT)")
    if database.execute("SELECT 1 FROM looked_for WHERE mark = ?", (mark,)).fetchone():
        return
    said, parameters = selection(text, words=words)
    database.execute("DELETE FROM looked_for")
    database.execute("DELETE FROM looked")
    database.execute(f"INSERT OR IGNORE INTO looked {said}", parameters)
    database.execute("INSERT INTO looked_for VALUES (?)", (mark,))


def _all(conditions: Conditions) -> str:
    return " AND ".join(f"({each})" for each in conditions.sql)


def conditions(found: list[int] | None, beside: Conditions) -> tuple[str, tuple[Any, ...]]:
    """SQL and parameters of everything that is asked.

    Args:
        found: numbers of the profiles that fit; None: all do.
        beside: what is asked beside them.
    """
    sql, parameters = list(beside.sql), list(beside.parameters)
    if found is not None:
        sql.append("c.profile IN (SELECT value FROM json_each(?))")
        parameters.append(msgspec.json.encode(found).decode())
    return " AND ".join(f"({each})" for each in sql) or "1", tuple(parameters)
