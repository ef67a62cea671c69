"""Batch: records of one run, put into the tables."""

# ruff: noqa: S608  (what is put into SQL here are names of columns and conditions of our own; values are bound)

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from interplay.engine.forge.difficulty import DIMENSIONS
from interplay.engine.index import digest
from interplay.engine.index.schema import (
    LOGS,
    MAX_TRIALS,
    TRIAL_BITS,
    conversation_key,
    shaped,
    unit_key,
)
from interplay.engine.trajectory import Trials

_UNKNOWN = (-1, -1)
BLUEPRINTS, TRAJECTORIES = range(len(LOGS))


class Place(NamedTuple):
    """Where a record stands."""

    offset: int
    length: int
    waits: bool
    """Whether in the journal; else in its log."""


def known(database: sqlite3.Connection, log: int, run: int, units: Sequence[int]) -> set[int]:
    """Which of some units, in ascending order, have a record in the index."""
    if not units:
        return set()
    base = unit_key(run, 0)
    found = database.execute(
        "SELECT unit FROM place WHERE log = ? AND unit BETWEEN ? AND ?", (log, base + units[0], base + units[-1])
    )
    return {unit - base for (unit,) in found}


def put_places(database: sqlite3.Connection, log: int, run: int, places: Sequence[tuple[int, Place]]) -> None:
    """Say where records stand, those that moved from the journal to their log among them."""
    database.executemany(
        "INSERT OR REPLACE INTO place (log, unit, offset, length, waits) VALUES (?, ?, ?, ?, ?)",
        [(log, unit_key(run, unit), *place) for unit, place in places],
    )


def put_made(database: sqlite3.Connection, run: int, records: Sequence[digest.Making]) -> None:
    """Keep how units came about; none of them is known."""
    if not records:
        return
    found = [(unit_key(run, record.unit), digest.made(record)) for record in records]
    marks = ", ".join("?" * (len(found[0][1].row) + 1))
    database.executemany(f"INSERT INTO made VALUES ({marks})", [(unit, *made.row) for unit, made in found])
    database.executemany(
        "INSERT INTO told (rowid, text) VALUES (?, ?)",
        [(unit, made.instruction) for unit, made in found if made.instruction],
    )
    fallen = [(unit, check, count) for unit, made in found for check, count in made.fallen.items()]
    database.executemany("INSERT INTO fallen VALUES (?, ?, ?)", fallen)
    summed: Counter[str] = Counter()
    for _, check, count in fallen:
        summed[check] += count
    database.executemany(
        'INSERT INTO fallen_in VALUES (?, ?, ?) ON CONFLICT (run, "check") '
        "DO UPDATE SET count = count + excluded.count",
        [(run, check, count) for check, count in summed.items()],
    )
    counts = tuple(map(sum, zip(*(made.counts for _, made in found), strict=True)))
    database.execute(
        "UPDATE run SET tasks = tasks + ?, first = first + ?, accepted = accepted + ?, joined = joined + ? "
        "WHERE id = ?",
        (*counts, run),
    )
    _harden(database, [(unit, made.difficulty) for unit, made in found])


def put_played(database: sqlite3.Connection, run: int, records: Sequence[Trials]) -> None:
    """Keep the conversations of units; none of them is known."""
    kept = [
        (conversation_key(run, record.unit, trial.trial), len(record.trials), digest.kept(run, trial))
        for record in records
        for trial in record.trials
    ]
    profiles = _profiles(database, run, [each for _, _, each in kept])
    hard = _hardness(database, run, records)
    database.executemany(
        "INSERT INTO conversation (id, profile, hard, shape, trials, turns, calls, ending, blueprint, opening) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (key, profiles[each.digest], *hard.get(key >> TRIAL_BITS, _UNKNOWN), trials, *each.row)
            for key, trials, each in kept
        ],
    )
    said = ((key, each.text) for key, _, each in kept)
    database.executemany("INSERT INTO said (rowid, text) VALUES (?, ?)", said)
    database.execute("UPDATE run SET done = done + ? WHERE id = ?", (len(records), run))


def odd(record: Trials) -> str:
    """What keeps the conversations of a unit from being called by their numbers; empty where nothing does."""
    numbers = [trial.trial for trial in record.trials]
    if not all(0 <= number < MAX_TRIALS for number in numbers) or len(set(numbers)) < len(numbers):
        return f"unit {record.unit} has trials {numbers[:5]}; their numbers have to differ and to be below {MAX_TRIALS}"
    return ""


def forget(database: sqlite3.Connection, run: int, *, words: bool) -> None:
    """Take a run out of the index; what an index of words holds of it stays, and is found no more.

    Args:
        database: the index.
        run: its number, which no other gets.
        words: whether words are indexed.
    """
    units = unit_key(run, 0), unit_key(run + 1, 0) - 1
    conversations = conversation_key(run, 0, 0), conversation_key(run + 1, 0, 0) - 1
    database.execute("DELETE FROM conversation WHERE id BETWEEN ? AND ?", conversations)
    database.execute("DELETE FROM made WHERE id BETWEEN ? AND ?", units)
    database.execute("DELETE FROM fallen WHERE unit BETWEEN ? AND ?", units)
    for log in range(len(LOGS)):
        database.execute("DELETE FROM place WHERE log = ? AND unit BETWEEN ? AND ?", (log, *units))
    for table in ("profile", "log", "fallen_in"):
        database.execute(f"DELETE FROM {table} WHERE run = ?", (run,))
    database.execute("DELETE FROM run WHERE id = ?", (run,))
    if not words:
        database.execute("DELETE FROM said WHERE rowid BETWEEN ? AND ?", conversations)
        database.execute("DELETE FROM told WHERE rowid BETWEEN ? AND ?", units)


def _profiles(database: sqlite3.Connection, run: int, kept: Sequence[digest.Kept]) -> dict[bytes, int]:
    """Numbers of profiles by their digest; each counts its conversations."""
    counts = Counter(each.digest for each in kept)
    profiles = {each.digest: each.profile for each in kept}
    database.executemany(
        "INSERT INTO profile (digest, run, outcome, fault, wrong, tools, count) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (digest) DO UPDATE SET count = count + excluded.count",
        [(mark, run, *profile, counts[mark]) for mark, profile in profiles.items()],
    )
    by_digest = "SELECT id FROM profile WHERE digest = ?"
    return {mark: database.execute(by_digest, (mark,)).fetchone()[0] for mark in profiles}


def _hardness(database: sqlite3.Connection, run: int, records: Sequence[Trials]) -> dict[int, tuple[int, int]]:
    """How hard units are and their shape, by their numbers, of those of which it is known."""
    if not records:
        return {}
    units = [unit_key(run, record.unit) for record in records]
    asked = f"SELECT id, {', '.join(DIMENSIONS)} FROM made WHERE id BETWEEN ? AND ?"
    return {unit: _hard(found) for unit, *found in database.execute(asked, (min(units), max(units)))}


def _hard(difficulty: Sequence[int | None]) -> tuple[int, int]:
    shape = shaped(difficulty)
    return (-1 if shape < 0 else sum(each or 0 for each in difficulty)), shape


def _harden(database: sqlite3.Connection, units: Sequence[tuple[int, Sequence[int | None]]]) -> None:
    """Say how hard units are of which the conversations came first."""
    if not units:
        return
    keys = [unit for unit, _ in units]
    first, last = min(keys) << TRIAL_BITS, (max(keys) + 1 << TRIAL_BITS) - 1
    if database.execute("SELECT 1 FROM conversation WHERE id BETWEEN ? AND ? LIMIT 1", (first, last)).fetchone():
        database.executemany(
            "UPDATE conversation SET hard = ?, shape = ? WHERE id BETWEEN ? AND ?",
            [(*_hard(each), unit << TRIAL_BITS, (unit + 1 << TRIAL_BITS) - 1) for unit, each in units],
        )
