"""Searching: pages of conversations that fit a query, and who stands beside one.

A page begins behind the last row of the one before, in the order of an index, so that it is as quick
however far down it is.
"""

# ruff: noqa: S608  (what is put into SQL here are names of columns and conditions of our own; values are bound)

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.forge.difficulty import DIMENSIONS, Difficulty
from interplay.engine.index.matching import asked_of, beside, conditions, lacking, profiles
from interplay.engine.index.schema import TRIAL_BITS, conversation_key, parts
from interplay.engine.index.values import SORTS, Hits, Query, Row

MOST_ROWS = 1000
"""Of one page."""
MANY = 8
"""Where one in so many conversations fits, they are met soon by going through all in order."""
_COLUMNS = {"": "", "turns": "turns", "calls": "calls", "difficulty": "hard"}
_names: msgspec.json.Decoder[tuple[str, ...]] = msgspec.json.Decoder(tuple[str, ...])


class _Found(NamedTuple):
    """A query made ready."""

    where: str
    parameters: tuple[Any, ...]
    total: int
    many: bool
    """Whether so many fit that it is quicker to go through all in order than to sort those."""


class _Order(NamedTuple):
    """An order of conversations."""

    column: str
    """What comes before their numbers; empty: nothing does."""
    down: bool

    def turned(self) -> _Order:
        """The other way round."""
        return _Order(self.column, not self.down)

    def by(self, *, walked: bool) -> str:
        """As SQL; a plus sign keeps an index from being used."""
        way, plain = " DESC" if self.down else "", "" if walked else "+"
        return f"{plain}c.{self.column}{way}, {plain}c.id{way}" if self.column else f"{plain}c.id{way}"

    def behind(self) -> str:
        """The condition for what comes after a row, as SQL."""
        sign = "<" if self.down else ">"
        return f"(c.{self.column}, c.id) {sign} (?, ?)" if self.column else f"c.id {sign} ?"


def search(database: sqlite3.Connection, query: Query, after: str, limit: int, *, words: bool) -> Hits:
    """A page of what fits.

    Args:
        database: the index.
        query: what is asked.
        after: where the page begins, as the page before says; empty: at the first.
        limit: how many rows at most, from 1 to MOST_ROWS.
        words: whether words are indexed.

    Raises:
        UsageError: the query or the place means nothing.
    """
    if not 1 <= limit <= MOST_ROWS:
        raise UsageError(f"a page of {limit} rows was asked for; it has 1 to {MOST_ROWS}")
    order = _order(query.sort)
    found = _found(database, query, words=words)
    ids = _ids(database, found, order, _place(order, after), limit + 1)
    more = len(ids) > limit
    rows = rows_of(database, ids[:limit])
    return Hits(rows, found.total, _mark(database, order, ids[limit - 1]) if more else "")


def neighbours(
    database: sqlite3.Connection, query: Query, conversation: int, *, words: bool
) -> tuple[Row | None, Row | None]:
    """What stands before a conversation and what after it, among those that fit.

    Args:
        database: the index.
        query: what is asked; the conversation itself need not fit.
        conversation: its number.
        words: whether words are indexed.
    """
    order = _order(query.sort)
    if not database.execute("SELECT 1 FROM conversation WHERE id = ?", (conversation,)).fetchone():
        return None, None
    found = _found(database, query, words=words)
    place = _place(order, _mark(database, order, conversation))
    before, after = (rows_of(database, _ids(database, found, way, place, 1)) for way in (order.turned(), order))
    return (before[0] if before else None), (after[0] if after else None)


def rows_of(database: sqlite3.Connection, ids: Sequence[int]) -> tuple[Row, ...]:
    """The rows of conversations, in the order of their numbers as they are given."""
    asked = (
        "SELECT c.id, c.trials, c.blueprint, p.outcome, p.fault, c.ending, c.turns, c.calls, p.wrong, c.opening, "
        f"{', '.join(f'm.{dimension}' for dimension in DIMENSIONS)}, r.name "
        "FROM conversation c JOIN profile p ON p.id = c.profile JOIN run r ON r.id = p.run "
        f"LEFT JOIN made m ON m.id = c.id >> {TRIAL_BITS} WHERE c.id IN (SELECT value FROM json_each(?))"
    )
    found = {row[0]: _row(row) for row in database.execute(asked, (msgspec.json.encode(ids).decode(),))}
    return tuple(found[each] for each in ids)


def _row(row: tuple[Any, ...]) -> Row:
    number, trials, blueprint, outcome, fault, ending, turns, calls, wrong, opening = row[:10]
    _, unit, trial = parts(number)
    dimensions = dict(zip(DIMENSIONS, row[10:-1], strict=True))
    return Row(
        run=row[-1],
        unit=unit,
        trial=trial,
        trials=trials,
        blueprint=blueprint,
        outcome=outcome,
        fault=fault,
        ending=ending,
        turns=max(turns, 0),
        calls=calls,
        wrong=_names.decode(wrong),
        opening=opening,
        difficulty=None if dimensions[DIMENSIONS[0]] is None else Difficulty(**dimensions),
    )


def _found(database: sqlite3.Connection, query: Query, *, words: bool) -> _Found:
    more = beside(database, query, words=words)
    asked = asked_of(query)
    everything = list(profiles(database, more))
    fitting = [profile for profile in everything if not lacking(profile, asked)]
    where, parameters = conditions([profile.id for profile in fitting] if asked else None, more)
    total = sum(profile.conversations for profile in fitting)
    there = sum(profile.conversations for profile in everything) if not more.sql else _all(database)
    return _Found(where, parameters, total, total * MANY >= there)


def _all(database: sqlite3.Connection) -> int:
    count: int = database.execute("SELECT ifnull(sum(count), 0) FROM profile").fetchone()[0]
    return count


def _ids(database: sqlite3.Connection, found: _Found, order: _Order, place: tuple[int, ...], limit: int) -> list[int]:
    """Numbers of conversations that fit, from behind a place on."""
    if not found.total:
        return []
    where = f"{found.where} AND {order.behind()}" if place else found.where
    if found.many:
        where = where.replace("c.profile IN", "+c.profile IN")
    asked = f"SELECT c.id FROM conversation c WHERE {where} ORDER BY {order.by(walked=found.many)} LIMIT ?"
    return [each for (each,) in database.execute(asked, (*found.parameters, *place, limit))]


def _order(sort: str) -> _Order:
    name = sort.removeprefix("-")
    if name not in _COLUMNS:
        raise UsageError(f"cannot sort by {sort[:40]!r}; by {', '.join(SORTS)}, or with '-' before it")
    return _Order(_COLUMNS[name], sort.startswith("-"))


def _mark(database: sqlite3.Connection, order: _Order, conversation: int) -> str:
    """A conversation's place in an order, as text."""
    if not order.column:
        return str(conversation)
    asked = f"SELECT {order.column} FROM conversation WHERE id = ?"
    return f"{database.execute(asked, (conversation,)).fetchone()[0]}.{conversation}"


def _place(order: _Order, mark: str) -> tuple[int, ...]:
    """The same, as numbers; none of an empty text.

    Raises:
        UsageError: it is no place in this order.
    """
    pieces = mark.split(".") if mark else []
    sound = all(piece.isascii() and piece.removeprefix("-").isdigit() and len(piece) < 20 for piece in pieces)
    if mark and not (sound and len(pieces) == 1 + bool(order.column)):
        raise UsageError(f"{mark[:40]!r} is no place in this list; begin at its first page")
    place = tuple(map(int, pieces))
    return place if all(abs(number) < 1 << 63 for number in place) else (0,) * len(place)


def number_of(database: sqlite3.Connection, run: str, unit: int, trial: int) -> int:
    """The number of a conversation; -1 where the run is not in the index."""
    found = database.execute("SELECT id FROM run WHERE name = ?", (run,)).fetchone()
    return -1 if found is None else conversation_key(found[0], unit, trial)
