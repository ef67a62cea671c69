"""Catalogue: the index of a directory, as whoever lists, counts and opens conversations asks it."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import msgspec

from interplay.engine.errors import RunError, UsageError
from interplay.engine.index import counting, searching
from interplay.engine.index.builder import Builder
from interplay.engine.index.fetching import fetch
from interplay.engine.index.schema import MAX_TRIALS, MAX_UNITS
from interplay.engine.index.standing import state_of
from interplay.engine.index.store import Store
from interplay.engine.index.values import Hits, Progress, Query, Row, RunEntry, Tally
from interplay.engine.run.finding import find_runs
from interplay.engine.units import Unit


class Index:
    """The conversations of a run, or of the runs in a directory; made where it is not there, or of no use.

    Any thread may ask while one updates. Other processes may use and update the same index.

    Args:
        root: a run, or a directory that holds runs, at most two directories deep.
        cache: directory for the index; None: the root itself, or this user's cache where that cannot be written.
        words: whether words are indexed, or texts looked through; None: where SQLite can.

    Raises:
        RunError: there is no run, or something that is no index of ours has the index's name.
    """

    def __init__(self, root: Path, *, cache: Path | None = None, words: bool | None = None) -> None:
        find_runs(root)
        self._store = Store(root, cache=cache, words=words)
        self._builder = Builder(root, self._store)
        self._updating = threading.Lock()

    @property
    def where(self) -> Path:
        """The file of the index."""
        return self._store.path

    def update(self, budget_bytes: int | None = None) -> Progress:
        """Read on from where the last update stopped, and keep what was read.

        Args:
            budget_bytes: after so many bytes stop, at the end of a batch; None: read all.

        Raises:
            RunError: the directory cannot be read, or the index cannot be written.
        """
        with self._updating:
            try:
                return self._builder.update(budget_bytes)
            except sqlite3.OperationalError as error:
                raise RunError(f"cannot write the index {self.where}: {error}") from None
            except sqlite3.DatabaseError:  # damaged; it is only a cache
                self._store.anew()
                return self._builder.update(budget_bytes)

    def runs(self) -> list[RunEntry]:
        """The runs, by their names, as far as they were read."""
        asked = (
            "SELECT r.name, r.domain, r.seed, r.units, r.done, r.settings, r.readable, r.trouble, "
            "ifnull(sum(p.count), 0), ifnull(sum(p.count) FILTER (WHERE p.outcome = 'verified'), 0) "
            "FROM run r LEFT JOIN profile p ON p.run = r.id GROUP BY r.id ORDER BY r.name"
        )
        with self._store.reading() as database:
            rows = database.execute(asked).fetchall()
        entries = []
        for name, domain, seed, units, done, settings, readable, trouble, conversations, verified in rows:
            path = self._builder.register.path(name)
            entries.append(
                RunEntry(
                    name=name,
                    path=path,
                    domain=domain,
                    seed=int(seed),
                    units=units,
                    done=done,
                    conversations=conversations,
                    verified=verified,
                    settings=msgspec.json.decode(settings),
                    state=state_of(path, done, units) if readable else "unreadable",
                    trouble=trouble,
                )
            )
        return entries

    def search(self, query: Query, after: str = "", limit: int = 50) -> Hits:
        """A page of the conversations that fit.

        Args:
            query: what is asked, and in which order.
            after: `Hits.after` of the page before; empty: the first page.
            limit: how many rows at most, 1 to 1000.

        Raises:
            UsageError: the query or the place means nothing.
        """
        with self._store.reading() as database:
            return searching.search(database, query, after, limit, words=self._store.words)

    def facets(self, query: Query) -> dict[str, dict[str, int]]:
        """By facet ("outcome", "fault", "wrong", "rule", "tool", "domain", "run") and value, how many fit.

        Each is counted with the query's other filters as they are, and without its own.

        Raises:
            UsageError: the query means nothing.
        """
        with self._store.reading() as database:
            return counting.facets(database, query, words=self._store.words)

    def tally(self, query: Query) -> Tally:
        """What figures need of the conversations that fit.

        Raises:
            UsageError: the query means nothing.
        """
        with self._store.reading() as database:
            return counting.tally(database, query, words=self._store.words)

    def neighbours(self, query: Query, run: str, unit: int, trial: int) -> tuple[Row | None, Row | None]:
        """What stands before a conversation and what after it, among those that fit; None where nothing does.

        Raises:
            UsageError: the query means nothing.
        """
        if not (0 <= unit < MAX_UNITS and 0 <= trial < MAX_TRIALS):
            return None, None
        with self._store.reading() as database:
            conversation = searching.number_of(database, run, unit, trial)
            return searching.neighbours(database, query, conversation, words=self._store.words)

    def unit(self, run: str, unit: int) -> Unit:
        """What a run holds of a unit, read where it stands.

        Raises:
            UsageError: there is no such run or unit.
            RunError: it cannot be read, or is damaged.
        """
        with self._store.reading() as database:
            found = database.execute("SELECT id, units, readable, trouble FROM run WHERE name = ?", (run,)).fetchone()
        if found is None:
            raise UsageError(f"there is no run {run[:80]!r} in {self._builder.register.path('')}")
        if not found[2]:
            raise RunError(found[3])
        return fetch(self._store, self._builder.register.path(run), found[0], found[1], unit)

    def close(self) -> None:
        """Let go of the index; no thread may be asking it."""
        self._store.close()
