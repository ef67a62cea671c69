"""Store: the database file of an index: where it is, whether it is ours, and a connection for each thread.

An index is only a cache: one that is damaged or of another version is made anew. What is not an index of ours
is never touched.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from interplay.engine.errors import RunError
from interplay.engine.index import schema

NAME = "index.db"
PATIENCE_SECONDS = 60.0
"""So long one process waits for another that writes the same index."""
TRIES = 4
"""So often an index is opened where others make it at the same time, or it is damaged; the last time it is anew."""
_MAGIC = b"SQLite format 3\0"
_HEADER = 72
"""Bytes of a database's header up to and with the number of its application."""
_File: TypeAlias = tuple[int, int]
"""Device and number of a file."""


class Store:
    """The database of one index; made where there is none.

    Args:
        root: what is indexed.
        cache: directory for the index where the root cannot be written; None: that of this user's caches.
        words: whether words are indexed; None: where SQLite can.

    Raises:
        RunError: something else has the file's name, or the file can be written nowhere.
    """

    def __init__(self, root: Path, *, cache: Path | None = None, words: bool | None = None) -> None:
        self.path = _path(root, cache)
        with sqlite3.connect(":memory:") as probe:
            can = schema.has_word_index(probe)
        probe.close()
        self.words = can if words is None else words and can
        self._own = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._adding = threading.Lock()
        self._file: _File | None = None
        self._made()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's own, to the file that is there."""
        own, file = self._own, self._file
        found: sqlite3.Connection | None = getattr(own, "connection", None)
        if found is None or own.file != file:
            with self._adding:
                if found is not None and found in self._all:
                    self._all.remove(found)
                    found.close()
                found = own.connection = self._connected()
                own.file = file
                self._all.append(found)
        return found

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that nobody else writes beside; all of it is kept, or nothing."""
        database = self.connection
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The index as it is at one moment, whatever is written meanwhile."""
        database = self.connection
        try:
            database.execute("BEGIN")
            try:
                yield database
            finally:
                database.execute("COMMIT")
        except sqlite3.Error as error:
            raise RunError(f"cannot read the index {self.path}: {error}; it can be deleted, and is made anew") from None

    def follow(self) -> None:
        """Go over to the file that has the index's name, where that is no longer the one that was opened.

        Whoever removes a run, to make it again, removes the index in it; what was opened lives on unseen. Other
        threads go over when they next ask.

        Raises:
            RunError: something else has the file's name, or the file cannot be made.
        """
        if _file(self.path) != self._file:
            self._file = None
            self._made()

    def anew(self) -> None:
        """Throw the index away and make an empty one."""
        self.close()
        _remove(self.path)
        self._made()

    def close(self) -> None:
        """Let go of the file, in all threads; none may be using it."""
        with self._adding:
            for each in self._all:
                each.close()
            self._all.clear()
        self._own = threading.local()

    def _made(self) -> None:
        """Open the index, and make it where there is none that can be used; others may be doing the same.

        Raises:
            RunError: the file is something else, cannot be read, or cannot be made.
        """
        for left in reversed(range(TRIES)):
            try:
                if self._written() not in (0, schema.edition(words=self.words)):
                    self.close()
                    _remove(self.path)
                self._open()
                break
            except sqlite3.Error as error:  # damaged, or another process took it away meanwhile
                self.close()
                if not left:
                    raise RunError(f"cannot make an index at {self.path}: {error}") from None
                if left == 1 or not isinstance(error, sqlite3.OperationalError):
                    _remove(self.path)
        self._own.file = self._file = _file(self.path)

    def _written(self) -> int:
        """Which edition stands in the file; 0: none yet, since there is no file, or somebody is about to write one.

        Raises:
            RunError: it is something else, or cannot be read.
            sqlite3.Error: it is damaged.
        """
        try:
            header = _start(self.path)
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise RunError(f"cannot read {self.path}: {error.strerror or error}") from None
        if not header:
            return 0
        if not header.startswith(_MAGIC) or header[68:72] != schema.APPLICATION.to_bytes(4, "big"):
            raise RunError(
                f"{self.path} is not an index that Interplay made, so it is left alone; move it, and it is made there"
            )
        found: int = self.connection.execute("PRAGMA user_version").fetchone()[0]
        return found

    def _open(self) -> None:
        database = self.connection
        if not database.execute("PRAGMA user_version").fetchone()[0]:
            with suppress(sqlite3.OperationalError):  # another process was first
                schema.create(database, words=self.words)
        database.execute("SELECT sum(count) FROM profile").fetchone()
        if _file(self.path) is None:
            raise sqlite3.OperationalError("it was taken away")

    def _connected(self) -> sqlite3.Connection:
        database = sqlite3.connect(
            self.path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            if not database.execute("PRAGMA application_id").fetchone()[0]:
                database.execute(f"PRAGMA application_id = {schema.APPLICATION}")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("PRAGMA temp_store = MEMORY")
            database.execute("PRAGMA cache_size = -32768")
        except BaseException:
            database.close()
            raise
        return database


def _path(root: Path, cache: Path | None) -> Path:
    """Where the index of a directory is: in it, or in a cache where that cannot be written.

    Raises:
        RunError: neither can be written.
    """
    if cache is None and _writable(root):
        return root / NAME
    directory = cache if cache is not None else _cache()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"neither {root} nor {directory} can be written for an index: {error.strerror}") from None
    return directory / f"{sha256(os.fsencode(root.resolve())).hexdigest()[:16]}.db"


def _writable(root: Path) -> bool:
    """Whether the file of the index can be written in a directory, and what SQLite keeps beside it."""
    there = root / NAME
    return os.access(root, os.W_OK | os.X_OK) and (not there.exists() or os.access(there, os.W_OK))


def _cache() -> Path:
    named = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(named) if named.startswith("/") else Path.home() / ".cache") / "interplay" / "index"


def _file(path: Path) -> _File | None:
    """By which a file is known, while it is there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADER)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
