"""Files: the logs and the journal of one run, read on from where an index stopped."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import blake2b
from itertools import takewhile
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from interplay.engine.errors import RunError
from interplay.engine.index import digest
from interplay.engine.index.batch import BLUEPRINTS, TRAJECTORIES, odd
from interplay.engine.index.schema import LOGS
from interplay.engine.run.journal import Entry, entries
from interplay.engine.run.lines import Line, damaged, decode, whole_lines
from interplay.engine.run.reader import open_file
from interplay.engine.run.writing import JOURNAL
from interplay.engine.trajectory import Trials

BATCH_BYTES = 4 << 20
"""So much of each log is read and kept at a time."""
TAIL = 256
"""Bytes before a position by which a file is known again."""

_decoders: tuple[msgspec.json.Decoder[Any], ...] = (msgspec.json.Decoder(digest.Making), msgspec.json.Decoder(Trials))


class Position(NamedTuple):
    """How far a log was read."""

    offset: int = 0
    units: int = 0


class Files:
    """The files of one run.

    Args:
        path: of the run.
        run: its number in the index.
        units: how many it is to have.
    """

    def __init__(self, path: Path, run: int, units: int) -> None:
        self.run = run
        self._units = units
        self._paths = [path / f"{name}.jsonl" for name in LOGS]
        self._journal_path = path / JOURNAL
        self._files: list[BinaryIO | None] = [None] * len(LOGS)
        self._journal: BinaryIO | None = None
        self._stuck: dict[Path, str] = {}

    @property
    def trouble(self) -> str:
        """What cannot be read, and why; empty where all can."""
        return "; ".join(dict.fromkeys(self._stuck.values()))

    @property
    def total(self) -> int:
        """Bytes that there are."""
        return sum(_size(path) for path in (*self._paths, self._journal_path))

    def done(self, database: sqlite3.Connection) -> int:
        """Bytes that were read, or cannot be."""
        read = sum(
            _size(path) if path in self._stuck else self.position(database, log).offset
            for log, path in enumerate(self._paths)
        )
        _, waiting, _ = self._journaled(database)
        there = _size(self._journal_path)
        return read + (there if self._journal_path in self._stuck else min(waiting, there))

    def open(self, opened: ExitStack) -> None:
        """Open the journal, and the logs after it; what moves meanwhile is seen in one of them.

        Raises:
            RunError: one is there and cannot be read.
        """
        self._journal = open_file(self._journal_path, opened)
        self._files = [open_file(path, opened) for path in self._paths]

    def more(self, database: sqlite3.Connection) -> bool:
        """Whether there may be something that was not read."""
        for log, file in enumerate(self._files):
            there = os.fstat(file.fileno()).st_size if file is not None else 0
            if self._paths[log] not in self._stuck and there > self.position(database, log).offset:
                return True
        name, offset, _ = self._journaled(database)
        if self._journal is None or self._journal_path in self._stuck:
            return False
        return name != _name(self._journal) or os.fstat(self._journal.fileno()).st_size > offset

    def same(self, database: sqlite3.Connection) -> bool:
        """Whether the logs still begin with what was read of them."""
        for log, file in enumerate(self._files):
            found = database.execute(
                "SELECT offset, tail FROM log WHERE run = ? AND log = ?", (self.run, log)
            ).fetchone()
            if found is not None and found[1] != (b"" if file is None else _tail(file, found[0])):
                return False
        return True

    def position(self, database: sqlite3.Connection, log: int) -> Position:
        """How far a log was read."""
        asked = "SELECT offset, units FROM log WHERE run = ? AND log = ?"
        return Position(*(database.execute(asked, (self.run, log)).fetchone() or ()))

    def advance(self, database: sqlite3.Connection, log: int, position: Position) -> None:
        """Say that a log was read so far."""
        file = self._files[log]
        tail = _tail(file, position.offset) if file is not None else b""
        database.execute("INSERT OR REPLACE INTO log VALUES (?, ?, ?, ?, ?)", (self.run, log, *position, tail))

    def played(self, database: sqlite3.Connection) -> list[Line]:
        """The next lines of conversations, some BATCH_BYTES of them."""
        return list(_some(self._lines(database, TRAJECTORIES)))

    def made(self, database: sqlite3.Connection, units: int) -> list[Line]:
        """The next lines of blueprints.

        Args:
            database: the index.
            units: read up to this unit, however many lines that is; 0: some BATCH_BYTES of them.
        """
        lines = self._lines(database, BLUEPRINTS)
        return list(takewhile(lambda line: line.number <= units, lines) if units else _some(lines))

    def decoded(self, log: int, line: Line) -> Any:
        """The record in a line of a log.

        Raises:
            RunError: it is damaged, or not of the unit whose turn it is; names file and line.
        """
        return self._checked(log, line, self._paths[log], line.number - 1)

    def waiting(self, database: sqlite3.Connection) -> tuple[list[tuple[Entry, int]], int]:
        """The next records in the journal, each with its log, and how many bytes that is."""
        if self._journal is None or self._journal_path in self._stuck:
            return [], 0
        name, offset, lines = self._journaled(database)
        if name != _name(self._journal):
            offset = lines = 0
        self._journal.seek(offset)
        found: list[tuple[Entry, int]] = []
        end = offset
        try:
            for entry in entries(self._journal_path, self._journal, offset, lines):
                end, lines = entry.offset + entry.length + 2, entry.line
                if entry.log in LOGS:
                    found.append((entry, LOGS.index(entry.log)))
                if end - offset > BATCH_BYTES:
                    break
        except RunError as error:
            self.stuck_journal(str(error))
        database.execute(
            "UPDATE run SET journal = ?, journal_offset = ?, journal_lines = ? WHERE id = ?",
            (_name(self._journal), end, lines, self.run),
        )
        return found, end - offset

    def decoded_waiting(self, log: int, entry: Entry) -> Any:
        """A record that waits in the journal.

        Raises:
            RunError: it is damaged; names file and line.
        """
        if self._journal is None:
            raise RunError(f"{self._journal_path} is gone")
        data = os.pread(self._journal.fileno(), entry.length, entry.offset)
        return self._checked(log, Line(entry.line, entry.offset, data), self._journal_path, entry.unit)

    def stuck_log(self, log: int, why: str) -> None:
        """Read no further in a log."""
        self._stuck[self._paths[log]] = why

    def stuck_journal(self, why: str) -> None:
        """Read no further in the journal."""
        self._stuck[self._journal_path] = why

    def _checked(self, log: int, line: Line, path: Path, unit: int) -> Any:
        record = decode(line, _decoders[log], path)
        if record.unit != unit:
            raise damaged(path, line.number, f"unit {record.unit} stands where unit {unit} should")
        if not 0 <= unit < self._units:
            raise damaged(path, line.number, f"there is a unit {unit} in a run of {self._units} units")
        if isinstance(record, Trials) and (wrong := odd(record)):
            raise damaged(path, line.number, wrong)
        return record

    def _lines(self, database: sqlite3.Connection, log: int) -> Iterator[Line]:
        file = self._files[log]
        if file is None or self._paths[log] in self._stuck:
            return iter(())
        offset, units = self.position(database, log)
        file.seek(offset)
        return whole_lines(file, offset, units)

    def _journaled(self, database: sqlite3.Connection) -> tuple[str, int, int]:
        asked = "SELECT journal, journal_offset, journal_lines FROM run WHERE id = ?"
        found: tuple[str, int, int] = database.execute(asked, (self.run,)).fetchone() or ("", 0, 0)
        return found


def _some(lines: Iterator[Line]) -> Iterator[Line]:
    size = 0
    for line in lines:
        yield line
        size += len(line.data) + 1
        if size >= BATCH_BYTES:
            return


def _name(file: BinaryIO) -> str:
    """By which a file is known again under any name, while it is there."""
    found = os.fstat(file.fileno())
    return f"{found.st_dev}:{found.st_ino}"


def _tail(file: BinaryIO, offset: int) -> bytes:
    """Digest of what stands before a position."""
    start = max(0, offset - TAIL)
    return blake2b(os.pread(file.fileno(), offset - start, start), digest_size=16).digest()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
