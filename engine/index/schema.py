"""Schema: the tables of an index, and the numbers by which their rows are called.

A conversation's number is made of its run's, its unit's and its trial's, so that the order of numbers is the
order of lists, and what is known of a unit stands under the same number without the trial. Conversations that
are alike in all that is filtered by (outcome, fault, what was wrong, tools) share a profile, which knows how many
they are: counts under any such filter are sums over profiles, and these are few.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from interplay.engine.forge.difficulty import DIMENSIONS

APPLICATION = 0x49504958
"""Says in a database's header that it is an index of ours."""
VERSION = 2
"""Of what stands below; an index of another is made anew."""

LOGS = ("blueprints", "trajectories")
"""A log is called by its place among these."""
TRIAL_BITS, UNIT_BITS = 12, 28
MAX_TRIALS, MAX_UNITS = 1 << TRIAL_BITS, 1 << UNIT_BITS

TABLES = f"""
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    mark BLOB NOT NULL,
    domain TEXT NOT NULL DEFAULT '',
    seed INTEGER NOT NULL DEFAULT 0,
    units INTEGER NOT NULL DEFAULT 0,
    settings BLOB NOT NULL DEFAULT '{{}}',
    done INTEGER NOT NULL DEFAULT 0,
    tasks INTEGER NOT NULL DEFAULT 0,
    first INTEGER NOT NULL DEFAULT 0,
    accepted INTEGER NOT NULL DEFAULT 0,
    joined INTEGER NOT NULL DEFAULT 0,
    journal TEXT NOT NULL DEFAULT '',
    journal_offset INTEGER NOT NULL DEFAULT 0,
    journal_lines INTEGER NOT NULL DEFAULT 0,
    readable INTEGER NOT NULL DEFAULT 1,
    trouble TEXT NOT NULL DEFAULT ''
);
CREATE TABLE log (
    run INTEGER NOT NULL, log INTEGER NOT NULL, offset INTEGER NOT NULL, units INTEGER NOT NULL, tail BLOB NOT NULL,
    PRIMARY KEY (run, log)
) WITHOUT ROWID;
CREATE TABLE place (
    log INTEGER NOT NULL, unit INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    waits INTEGER NOT NULL,
    PRIMARY KEY (log, unit)
) WITHOUT ROWID;
CREATE TABLE made (
    id INTEGER PRIMARY KEY, blueprint INTEGER NOT NULL,
    {", ".join(f"{dimension} INTEGER" for dimension in DIMENSIONS)},
    tasks INTEGER NOT NULL, first INTEGER NOT NULL, accepted INTEGER NOT NULL, joined INTEGER NOT NULL
);
CREATE TABLE fallen (
    unit INTEGER NOT NULL, "check" TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (unit, "check")
) WITHOUT ROWID;
CREATE TABLE fallen_in (
    run INTEGER NOT NULL, "check" TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (run, "check")
) WITHOUT ROWID;
CREATE TABLE profile (
    id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, run INTEGER NOT NULL, outcome TEXT NOT NULL,
    fault TEXT NOT NULL, wrong BLOB NOT NULL, tools BLOB NOT NULL, count INTEGER NOT NULL
);
CREATE TABLE conversation (
    id INTEGER PRIMARY KEY, profile INTEGER NOT NULL, shape INTEGER NOT NULL, turns INTEGER NOT NULL,
    calls INTEGER NOT NULL, hard INTEGER NOT NULL, trials INTEGER NOT NULL, ending TEXT NOT NULL,
    blueprint TEXT NOT NULL, opening TEXT NOT NULL
);
CREATE INDEX by_profile ON conversation (profile, shape, turns, calls, trials);
CREATE INDEX by_turns ON conversation (turns, id);
CREATE INDEX by_calls ON conversation (calls, id);
CREATE INDEX by_difficulty ON conversation (hard, id);
CREATE INDEX waiting ON place (log, unit) WHERE waits;
"""
"""What is counted of conversations stands in the index by profile. `turns` is -1 where nobody spoke, `shape` is that
of `shaped`, and `hard` its dimensions added up. Units and conversations are called by the numbers of `unit_key` and
`conversation_key`."""

WORDS = """
CREATE VIRTUAL TABLE said USING fts5(text, content='', columnsize=0);
CREATE VIRTUAL TABLE told USING fts5(text, content='', columnsize=0);
INSERT INTO said (said, rank) VALUES ('automerge', 8);
INSERT INTO told (told, rank) VALUES ('automerge', 8);
"""
"""What conversations and instructions say, by word; merged later than usual, since it is written once."""
TEXTS = """
CREATE TABLE said (rowid INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE told (rowid INTEGER PRIMARY KEY, text TEXT NOT NULL);
"""
"""The same where SQLite has no index of words."""


def shaped(difficulty: Sequence[int | None]) -> int:
    """A difficulty as one number, eight bits a dimension; -1 where nobody says how hard it is."""
    found = 0
    for value in difficulty:
        if value is None:
            return -1
        found = found << 8 | min(max(value, 0), 255)
    return found


def dimensions(shape: int) -> dict[str, int]:
    """The difficulty of a shape, by dimension; empty where nobody says."""
    if shape < 0:
        return {}
    return {name: shape >> shift(name) & 255 for name in DIMENSIONS}


def shift(dimension: str) -> int:
    """By how many bits a dimension is shifted in a shape."""
    return 8 * (len(DIMENSIONS) - 1 - DIMENSIONS.index(dimension))


def unit_key(run: int, unit: int) -> int:
    """Number of a unit."""
    return run << UNIT_BITS | unit


def conversation_key(run: int, unit: int, trial: int) -> int:
    """Number of a conversation."""
    return unit_key(run, unit) << TRIAL_BITS | trial


def parts(conversation: int) -> tuple[int, int, int]:
    """Run, unit and trial of a conversation."""
    unit = conversation >> TRIAL_BITS
    return unit >> UNIT_BITS, unit & (MAX_UNITS - 1), conversation & (MAX_TRIALS - 1)


def span(run: int) -> tuple[int, int]:
    """The least number of a run's conversations, and the least that is of the next run."""
    return conversation_key(run, 0, 0), conversation_key(run + 1, 0, 0)


def has_word_index(database: sqlite3.Connection) -> bool:
    """Whether this SQLite can index words."""
    return database.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone() is not None


def edition(*, words: bool) -> int:
    """What the header of an index says of its tables."""
    return 2 * VERSION + words


def create(database: sqlite3.Connection, *, words: bool) -> None:
    """Make all tables, in one transaction.

    Args:
        database: new and empty.
        words: whether words are indexed, or texts looked through.

    Raises:
        sqlite3.OperationalError: the tables are there, since another process was first, or cannot be made.
    """
    tables = TABLES + (WORDS if words else TEXTS)
    try:
        database.executescript(f"BEGIN IMMEDIATE;{tables}PRAGMA user_version = {edition(words=words)};COMMIT;")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
