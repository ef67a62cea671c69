"""Cache: replies that any run may use again, found by the hash of their question.

One SQLite file in write-ahead mode, so that several processes may share it and none waits for a reader.
It holds hashes and replies: neither questions nor addresses of endpoints nor keys. What cannot be written
at once, because another process is writing, waits for the next flush.

A cache belongs to one thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import msgspec
from filelock import FileLock

from interplay.engine.errors import HaltError
from interplay.engine.models.exchange import Reply

FILE = "replies.sqlite"
VERSION = 1
"""Of the table's layout."""
OPENING_SECONDS = 30.0
"""How long to wait for another process that opens or closes the same cache."""
HELD = 10_000
"""So many new replies may wait in memory for a flush; more are written at once."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Reply)


class Cache:
    """One cache, open.

    Args:
        directory: where it lies; made where there is none.

    Raises:
        HaltError: it cannot be written, or is damaged, or another version's; says what to do.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / FILE
        self._held: dict[bytes, Reply] = {}
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HaltError(f"cannot make a cache at {directory}: {error.strerror}", cause="cache") from None
        with self._explained(), FileLock(directory / "lock", timeout=OPENING_SECONDS, thread_local=False):
            self._database = sqlite3.connect(self.path, timeout=OPENING_SECONDS, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._database.close()
                raise

    def get(self, hash: bytes) -> Reply | None:  # noqa: A002
        """The reply to the question with this hash, if it is known.

        Raises:
            HaltError: the cache is damaged.
        """
        held = self._held.get(hash)
        if held is not None:
            return held
        with self._explained():
            row = self._database.execute("SELECT reply FROM replies WHERE hash = ?", (hash,)).fetchone()
            return None if row is None else _decoder.decode(row[0])

    def put(self, hash: bytes, reply: Reply) -> None:  # noqa: A002
        """Keep a reply; other processes see it after a flush. The first one kept for a hash stays."""
        self._held.setdefault(hash, reply)
        if len(self._held) >= HELD:
            self.flush()

    def flush(self) -> None:
        """Write what is new, unless another process is writing just now; then it waits for the next flush.

        Raises:
            HaltError: the disk refused, or the cache is damaged.
        """
        if self._held:
            with self._explained():
                try:
                    self._write()
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                        raise

    def close(self) -> None:
        """Write what is new, waiting for others if need be, and let go of the file.

        Raises:
            HaltError: the disk refused, or another process would not let go.
        """
        try:
            if self._held:
                with self._explained():
                    self._database.execute(f"PRAGMA busy_timeout = {int(OPENING_SECONDS * 1000)}")
                    self._write()
        finally:
            self._database.close()

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.close()
        except HaltError as closing:
            if error is None:
                raise
            error.add_note(f"Closing the cache failed, too: {closing}")

    def _prepare(self) -> None:
        execute = self._database.execute
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = NORMAL")  # a cache may lose its last moments to a power cut
        (version,) = execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise HaltError(
                f"the cache {self.path} is of layout {version}; this Interplay reads {VERSION}. Name another directory",
                cause="cache",
            )
        execute("CREATE TABLE IF NOT EXISTS replies (hash BLOB PRIMARY KEY, reply BLOB NOT NULL) WITHOUT ROWID")
        execute(f"PRAGMA user_version = {VERSION}")
        execute("SELECT hash, reply FROM replies LIMIT 1").fetchone()
        execute("PRAGMA busy_timeout = 20")  # flushing happens on the event loop

    def _write(self) -> None:
        rows = [(hash_, _encoder.encode(reply)) for hash_, reply in self._held.items()]
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._database.executemany("INSERT OR IGNORE INTO replies VALUES (?, ?)", rows)
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise
        self._held.clear()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say what SQLite means, and what to do."""
        try:
            yield
        except (sqlite3.OperationalError, TimeoutError) as error:
            raise HaltError(
                f"cannot use the cache {self.path}: {error}. Mend that, or go on without the cache", cause="cache"
            ) from None
        except (sqlite3.DatabaseError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise HaltError(
                f"the cache {self.path} is damaged: {error}. Delete {self.path.parent}; what it held is asked anew",
                cause="cache",
            ) from None
