"""Journal: records that finished out of turn, kept until their turn comes.

One file serves all logs of a run, one line a record: `{"log":"trajectories","unit":17,"record":{...}}`.
Memory holds only where each record lies. The file is never cut from the front: once most of it has
moved to the logs, what has not is copied to a new file that takes its name, so that whoever reads the
old one can finish.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from interplay.engine.errors import RunError
from interplay.engine.run.appending import AppendFile, sync, unwritable
from interplay.engine.run.lines import Line, damaged, decode, whole_lines

TIDY_BYTES = 16 << 20
"""So much of the file may be out of date before it is written anew."""
COPY_BYTES = 8 << 20
"""So much is copied at a time."""


class Entry(NamedTuple):
    """A journaled record and where its own bytes lie, without the frame."""

    log: str
    unit: int
    offset: int
    length: int
    line: int


class _Frame(msgspec.Struct, forbid_unknown_fields=True):
    log: str
    unit: int
    record: msgspec.Raw


_decoder = msgspec.json.Decoder(_Frame)


def frame(log: str, unit: int) -> bytes:
    """What stands before a record; `}` stands after it."""
    return b'{"log":"%s","unit":%d,"record":' % (log.encode(), unit)


def entries(path: Path, file: BinaryIO, offset: int = 0, before: int = 0) -> Iterator[Entry]:
    """Every record in a journal, in the order of writing, from where the open file stands.

    Args:
        path: of the journal, for errors.
        file: it, opened.
        offset: where it stands: its start, or that of a line.
        before: how many lines lie before that.

    Raises:
        RunError: a whole line is no journaled record; names file and line.
    """
    for line in whole_lines(file, offset, before):
        yield _entry(line, path)


def _entry(line: Line, path: Path) -> Entry:
    found = decode(line, _decoder, path)
    before = frame(found.log, found.unit)
    if not line.data.startswith(before):
        raise damaged(path, line.number, "it was not written by Interplay: its keys are spaced or ordered differently")
    length = len(line.data) - len(before) - 1
    return Entry(found.log, found.unit, line.offset + len(before), length, line.number)


class Places:
    """Where the journaled records of one log lie: 12 bytes a unit between the first and the last.

    Args:
        head: no unit below this one will be asked for.
    """

    def __init__(self, head: int = 0) -> None:
        self.head = head
        self._first = head  # the unit that stands at index 0
        self._offsets = array("q")  # -1: not here
        self._lengths = array("I")

    def __contains__(self, unit: int) -> bool:
        index = unit - self._first
        return unit >= self.head and index < len(self._offsets) and self._offsets[index] >= 0

    def __iter__(self) -> Iterator[int]:
        return (unit for unit in range(self.head, self._first + len(self._offsets)) if unit in self)

    def __getitem__(self, unit: int) -> tuple[int, int]:
        """Offset and length."""
        index = unit - self._first
        return self._offsets[index], self._lengths[index]

    def put(self, unit: int, offset: int, length: int) -> None:
        """Say where a record lies; its unit is not below the head."""
        index = unit - self._first
        lacking = index + 1 - len(self._offsets)
        if lacking > 0:
            self._offsets.extend(array("q", [-1]) * lacking)
            self._lengths.extend(array("I", [0]) * lacking)
        self._offsets[index], self._lengths[index] = offset, length

    def advance(self, head: int) -> None:
        """Let go of all units below a new head; the memory goes once half of it is stale."""
        self.head = head
        stale = head - self._first
        if stale * 2 > len(self._offsets):
            del self._offsets[:stale], self._lengths[:stale]
            self._first = head


class Journal:
    """The journal of a run's logs, open for writing.

    Args:
        path: of the file; made where there is none.
        heads: by name of a log, how many units it holds already; their entries here are out of date.
        units: how many units the run has.

    Raises:
        RunError: the file cannot be opened, or a whole line in it is damaged.
    """

    def __init__(self, path: Path, heads: Mapping[str, int], units: int) -> None:
        self.path = path
        self._places = {log: Places(head) for log, head in heads.items()}
        self._live = 0
        _remove(self._new)
        self._file = AppendFile(path)
        try:
            self._recover(heads, units)
        except BaseException:
            self._file.close()
            raise

    def has(self, log: str, unit: int) -> bool:
        """Whether a record waits here."""
        return unit in self._places[log]

    def read(self, log: str, unit: int) -> bytes:
        """A record that waits here."""
        return self._file.read(*self._places[log][unit])

    def add(self, log: str, records: Iterable[tuple[int, bytes]]) -> None:
        """Keep records, with one write.

        Raises:
            RunError: the disk refused; none of them is kept.
        """
        written: list[bytes] = []
        places: list[tuple[int, int, int]] = []
        offset = self._file.size
        for unit, record in records:
            before = frame(log, unit)
            written += (before, record, b"}\n")
            places.append((unit, offset + len(before), len(record)))
            offset += len(before) + len(record) + 2
        self._file.append(b"".join(written))
        for place in places:
            self._put(log, *place)

    def drop(self, log: str, below: int, size: int) -> None:
        """Let go of a log's records below a unit, of this many bytes together: they moved on."""
        self._places[log].advance(below)
        self._live -= size

    @property
    def untidy(self) -> bool:
        """Whether most of the file, and a lot, is out of date."""
        return self._file.size - self._live > max(TIDY_BYTES, self._live)

    def tidy(self) -> None:
        """Write the file anew with only what still waits.

        Raises:
            RunError: the disk refused; the file is as it was.
        """
        new = AppendFile(self._new, fresh=True)
        try:
            places = {log: self._copy(log, new) for log in self._places}
            new.sync()
            self._rename()
        except BaseException:
            new.close()
            with suppress(RunError):
                _remove(self._new)
            raise
        self._file.close()
        self._file, self._places = new, places

    def finish(self) -> None:
        """Remove the file where nothing waits in it, else make it survive the machine."""
        if any(True for places in self._places.values() for _ in places):
            self._file.sync()
        else:
            _remove(self.path)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @property
    def _new(self) -> Path:
        return self.path.with_name(self.path.name + ".new")

    def _put(self, log: str, unit: int, offset: int, length: int) -> None:
        self._places[log].put(unit, offset, length)
        self._live += length

    def _recover(self, heads: Mapping[str, int], units: int) -> None:
        end = 0
        with self.path.open("rb") as file:
            for entry in entries(self.path, file):
                if entry.log not in heads or not 0 <= entry.unit < units:
                    what = f"unit {entry.unit} of {entry.log!r}; this run has {units} units of {', '.join(heads)}"
                    raise damaged(self.path, entry.line, what)
                if entry.unit >= heads[entry.log] and not self.has(entry.log, entry.unit):
                    self._put(entry.log, entry.unit, entry.offset, entry.length)
                end = entry.offset + entry.length + 2
        if end != self._file.size:
            self._file.truncate(end)

    def _copy(self, log: str, new: AppendFile) -> Places:
        old = self._places[log]
        found = Places(old.head)
        batch: list[bytes] = []
        offset = size = new.size
        for unit in old:
            before, record = frame(log, unit), self.read(log, unit)
            batch += (before, record, b"}\n")
            found.put(unit, offset + len(before), len(record))
            offset += len(before) + len(record) + 2
            if offset - size >= COPY_BYTES:
                new.append(b"".join(batch))
                batch.clear()
                size = offset
        new.append(b"".join(batch))
        return found

    def _rename(self) -> None:
        try:
            self._new.replace(self.path)
            sync(self.path.parent)
        except OSError as error:
            raise unwritable(self.path, error) from None


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from None
