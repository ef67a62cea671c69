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

from interplay.engine.errors import RunError
from interplay.engine.index import schema

NAME = "index.db"
PATIENCE_SECONDS = 60.0
"""So long one process waits for another that writes the same index."""
_MAGIC = b"SQLite format 3\0"
_HEADER = 72
"""Bytes of a database's header up to and with the number of its application."""


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
        self._made()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's own."""
        found: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if found is None:
            found = self._own.connection = self._connected()
            with self._adding:
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
        try:
            if not self._fits():
                _remove(self.path)
                self._create()
        except sqlite3.DatabaseError:
            self.close()
            _remove(self.path)
            self._create()

    def _fits(self) -> bool:
        """Whether the file is an index that can be used as it is.

        Raises:
            RunError: it is something else, or cannot be read.
        """
        try:
            header = _start(self.path)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise RunError(f"cannot read {self.path}: {error.strerror or error}") from None
        if not header:
            return False
        if not header.startswith(_MAGIC) or header[68:72] != schema.APPLICATION.to_bytes(4, "big"):
            raise RunError(
                f"{self.path} is not an index that Interplay made, so it is left alone; move it, and it is made there"
            )
        found = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if found != schema.edition(words=self.words):
            self.close()
            return False
        self.connection.execute("SELECT sum(count) FROM profile").fetchone()
        return True

    def _create(self) -> None:
        try:
            database = self.connection
            if not database.execute("PRAGMA user_version").fetchone()[0]:
                with suppress(sqlite3.OperationalError):  # another process was first
                    schema.create(database, words=self.words)
            database.execute("SELECT 1 FROM run").fetchone()
        except sqlite3.Error as error:
            raise RunError(f"cannot make an index at {self.path}: {error}") from None

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


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADER)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
