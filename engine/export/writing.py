"""Writing: an export as files that are there whole or not at all.

Rows are made in one thread and go to the disk in another, which takes the digest of what it writes on the way: both are
work that Python's lock does not stand in the way of. A third sees, while they go on, that what was written outlives the
machine; at the end little is left to wait for.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from interplay.engine.export.formats import Format, Row
from interplay.engine.export.manifest import Part
from interplay.engine.export.shards import Shard
from interplay.engine.export.tau2 import Export
from interplay.engine.run.appending import sync
from interplay.engine.whole import whole_directory

AHEAD = 8
"""So many pieces may wait for the disk before whoever makes them does."""
SYNC_BYTES = 64 << 20
"""So much is written before the disk is told to keep it."""


class Hands:
    """The threads of an export's files."""

    def __init__(self) -> None:
        self.writes = ThreadPoolExecutor(1, "export-write")
        self.syncs = ThreadPoolExecutor(1, "export-sync")

    def shutdown(self) -> None:
        """Wait for what they do, and drop what they have not begun."""
        self.writes.shutdown(cancel_futures=True)
        self.syncs.shutdown(cancel_futures=True)


class Pen:
    """A new file that other threads write.

    Args:
        path: of the file.
        hands: the threads; the same for all pens.

    Raises:
        OSError: the disk refused, now or at an earlier piece.
    """

    closed = False

    def __init__(self, path: Path, hands: Hands) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        self._hands = hands
        self._under_way: deque[Future[None]] = deque()
        self._syncing: Future[None] | None = None
        self._synced = 0
        self._digest = blake2b()
        self.size = 0

    def write(self, data: bytes | bytearray, /) -> int:
        """Take a piece; what went wrong with an earlier one is raised here."""
        if self.closed:
            return len(data)  # it was given up; a Parquet writer that is forgotten ends its file all the same
        while len(self._under_way) >= AHEAD:
            self._under_way.popleft().result()
        self._under_way.append(self._hands.writes.submit(self._write, data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back that could be given."""

    def finish(self) -> str:
        """Wait until everything survives the machine.

        Returns:
            BLAKE2b of the file, 512 bits, hexadecimal.
        """
        while self._under_way:
            self._under_way.popleft().result()
        if self._syncing is not None:
            self._syncing.result()
        os.fsync(self._file)
        self.close()
        return self._digest.hexdigest()

    def close(self) -> None:
        """Let go of the file; nothing is being written."""
        if not self.closed:
            self.closed = True
            os.close(self._file)

    def _write(self, data: bytes | bytearray) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        self._digest.update(data)
        self.size += len(data)
        if self.size - self._synced >= SYNC_BYTES and (self._syncing is None or self._syncing.done()):
            if self._syncing is not None:
                self._syncing.result()  # the system says only once that the disk failed
            self._synced = self.size
            self._syncing = self._hands.syncs.submit(os.fsync, self._file)


class _Open:
    """A shard that is being written."""

    def __init__(self, path: Path, pen: Pen, shard: Shard) -> None:
        self.path, self.pen, self.shard = path, pen, shard
        self.rows = 0


class Shards:
    """The files of an export: those of each split, one after the other.

    Args:
        layout: of the rows.
        path: a directory that is there and empty, or, where all is to be one file, that file.
        shard_rows: so many rows at most are in one file.
        single: whether all is to be one file.
    """

    def __init__(self, layout: Format, path: Path, shard_rows: int, *, single: bool = False) -> None:
        self._format, self._path, self._shard_rows, self._single = layout, path, shard_rows, single
        self._hands = Hands()
        self._open: dict[str, _Open] = {}
        self._written: dict[str, list[tuple[Path, Part]]] = {}

    def write(self, split: str, rows: Sequence[Row]) -> None:
        """Write rows to a split's file.

        Raises:
            OSError: the disk refused.
        """
        while rows:
            shard = self._open.get(split) or self._begin(split)
            room = len(rows) if self._single else self._shard_rows - shard.rows
            shard.shard.write(rows[:room])
            shard.rows += len(rows[:room])
            rows = rows[room:]
            if not self._single and shard.rows >= self._shard_rows:
                self._finish(split)

    def finish(self) -> tuple[Part, ...]:
        """Write what is left, and give the files their names: SPLIT-00000-of-00002.jsonl.

        Raises:
            OSError: the disk refused.
        """
        for split in list(self._open):
            self._finish(split)
        return tuple(part for split, written in self._written.items() for part in self._named(split, written))

    def __enter__(self) -> Shards:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._hands.shutdown()
        for each in self._open.values():
            each.pen.close()

    def _begin(self, split: str) -> _Open:
        number = len(self._written.setdefault(split, []))
        path = self._path if self._single else self._path / f"{split}-{number:05}{self._format.suffix}"
        pen = Pen(path, self._hands)
        self._open[split] = found = _Open(path, pen, self._format.shard(pen))
        return found

    def _finish(self, split: str) -> None:
        each = self._open[split]
        each.shard.close()
        digest = each.pen.finish()
        del self._open[split]
        part = Part(split=split, name=each.path.name, rows=each.rows, bytes=each.pen.size, blake2b=digest)
        self._written[split].append((each.path, part))

    def _named(self, split: str, written: Sequence[tuple[Path, Part]]) -> list[Part]:
        if self._single:
            return [part for _, part in written]
        found = []
        for number, (path, part) in enumerate(written):
            name = f"{split}-{number:05}-of-{len(written):05}{self._format.suffix}"
            path.rename(path.with_name(name))
            found.append(msgspec.structs.replace(part, name=name))
        return found


def write_whole(path: Path, data: bytes) -> None:
    """Write a file and see that it survives the machine.

    Raises:
        OSError: the disk refused.
    """
    path.write_bytes(data)
    sync(path)


def write_tau2(exported: Export, out: Path) -> None:
    """Write tasks.json, split_tasks.json, policy.md and the data in that project's layout.

    Args:
        exported: what to write.
        out: a directory that does not exist.

    Raises:
        UsageError: the name is taken, or it cannot be written.
    """
    with whole_directory(out) as directory:
        exported.edition.write(exported.base, directory)
        _write_json(directory / "tasks.json", exported.tasks)
        _write_json(directory / "split_tasks.json", exported.splits)
        (directory / "policy.md").write_text(exported.edition.domain.policy.text + "\n", encoding="utf-8")


def _write_json(path: Path, value: Any) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
