"""Builder: reads runs into an index, on from where it stopped.

What a batch of lines adds and how far that brought the reading are one transaction, so that an index is right
whenever its writer dies. Blueprints and conversations are read side by side, and then what waits in the journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from interplay.engine.errors import RunError
from interplay.engine.index import batch
from interplay.engine.index.batch import BLUEPRINTS, TRAJECTORIES, Place
from interplay.engine.index.files import Files, Position
from interplay.engine.index.register import Known, Register
from interplay.engine.index.store import Store
from interplay.engine.index.values import Progress
from interplay.engine.run.journal import Entry
from interplay.engine.run.lines import Line

_put: tuple[Callable[[sqlite3.Connection, int, Sequence[Any]], None], ...] = (batch.put_made, batch.put_played)


class Builder:
    """Keeps an index up to date.

    Args:
        root: what is indexed.
        store: its database.
    """

    def __init__(self, root: Path, store: Store) -> None:
        self._store = store
        self.register = Register(root, store)

    def update(self, budget: int | None) -> Progress:
        """Read on.

        Args:
            budget: bytes after which to stop, at the end of a batch; None: read all.

        Raises:
            RunError: the directory cannot be read.
        """
        left = float("inf") if budget is None else float(budget)
        done = total = 0
        for known in self.register.runs():
            if not known.readable:
                continue
            files = Files(known.path, known.id, known.units)
            while left > 0 and (read := self._advance(files)):
                left -= read
            there = files.total
            done, total = done + min(there, files.done(self._store.connection)), total + there
            self._tell(known, files)
        counted = self._store.connection.execute("SELECT ifnull(sum(count), 0) FROM profile").fetchone()[0]
        return Progress(done, total, counted, left > 0)

    def _advance(self, files: Files) -> int:
        """Read one batch, and keep it with the position.

        Returns:
            How many bytes it was; 0: there was nothing to read.
        """
        with ExitStack() as opened:
            files.open(opened)
            if not files.more(self._store.connection):
                return 0
            with self._store.writing() as database:
                if not database.execute("SELECT 1 FROM run WHERE id = ?", (files.run,)).fetchone():
                    return 0  # another process has taken it out
                played = files.played(database)
                read = _keep(database, files, BLUEPRINTS, files.made(database, played[-1].number if played else 0))
                read += _keep(database, files, TRAJECTORIES, played)
                return read or _keep_waiting(database, files)

    def _tell(self, known: Known, files: Files) -> None:
        """Keep what troubles a run, where that has changed."""
        if files.trouble != known.trouble:
            with self._store.writing() as database:
                database.execute("UPDATE run SET trouble = ? WHERE id = ?", (files.trouble, known.id))


def _keep(database: sqlite3.Connection, files: Files, log: int, lines: Sequence[Line]) -> int:
    """Keep records that stand in their log, as far as they are sound; says how many bytes those are."""
    records: list[Any] = []
    places: list[tuple[int, Place]] = []
    for line in lines:
        try:
            record = files.decoded(log, line)
        except RunError as error:
            files.stuck_log(log, str(error))
            break
        records.append(record)
        places.append((record.unit, Place(line.offset, len(line.data), waits=False)))
    if not records:
        return 0
    there = batch.known(database, log, files.run, [unit for unit, _ in places])
    _put[log](database, files.run, [record for record in records if record.unit not in there])
    batch.put_places(database, log, files.run, places)
    last = lines[len(records) - 1]
    files.advance(database, log, Position(last.end, records[-1].unit + 1))
    return last.end - lines[0].offset


def _keep_waiting(database: sqlite3.Connection, files: Files) -> int:
    """Keep records that wait in the journal for their turn; says how many bytes were read."""
    found, read = files.waiting(database)
    for log, put in enumerate(_put):
        mine: dict[int, Entry] = {}
        for entry, of in found:
            if of == log:
                mine.setdefault(entry.unit, entry)
        there = batch.known(database, log, files.run, sorted(mine))
        records: list[Any] = []
        for unit in sorted(set(mine) - there):
            try:
                records.append(files.decoded_waiting(log, mine[unit]))
            except RunError as error:
                files.stuck_journal(str(error))
        put(database, files.run, records)
        places = [(each.unit, Place(mine[each.unit].offset, mine[each.unit].length, waits=True)) for each in records]
        batch.put_places(database, log, files.run, places)
    return read
