"""Records: what a log holds, read one at a time.

Reading takes no lock and works while another process writes: the journal is opened first and the log
after it, so that a record which moves between the two in the meantime is seen in one of them. What is
written after that may be seen or not; order and completeness up to that point hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Generic, NamedTuple, TypeVar

import msgspec

from interplay.engine.errors import RunError
from interplay.engine.run.journal import Entry, entries
from interplay.engine.run.lines import Line, decode, whole_lines

T = TypeVar("T")

BUFFER_BYTES = 1 << 17
"""So much of a log is read at a time: a line is longer than what Python reads of itself, and more would not stay in a
processor's cache until it is decoded."""


class Found(NamedTuple):
    """Where a record stands."""

    unit: int
    line: Line
    path: Path
    """Of the file: the log's own, or the journal."""


class Records(Generic[T]):
    """The records of one log, in unit order.

    Args:
        directory: of the run.
        log: name of the log.
        journal: name of the journal's file.
        type: what to decode each record as.
    """

    def __init__(self, directory: Path, log: str, journal: str, type: type[T]) -> None:  # noqa: A002
        self.path = directory / f"{log}.jsonl"
        self._log = log
        self._journal = directory / journal
        self._decoder = msgspec.json.Decoder(type)

    def __iter__(self) -> Iterator[T]:
        return (record for _, record in self.items())

    def items(self) -> Iterator[tuple[int, T]]:
        """Unit numbers and records.

        Raises:
            RunError: a file cannot be read, or a whole line is damaged; names file and line.
        """
        return ((found.unit, self.decode(found)) for found in self.found())

    def found(self) -> Iterator[Found]:
        """Every record's unit and line, not decoded.

        Raises:
            RunError: a file cannot be read.
        """
        return (Found(*each) for each in self._lines())

    def decode(self, found: Found) -> T:
        """The record in a line.

        Raises:
            RunError: it is damaged; names file and line.
        """
        return decode(found.line, self._decoder, found.path)

    def find(self, unit: int) -> T | None:
        """The record of a unit, None where there is none; reads past the records before it.

        Raises:
            RunError: a file cannot be read, or the record is damaged.
        """
        for found, line, path in self._lines(unit):
            return decode(line, self._decoder, path) if found == unit else None
        return None

    def find_id(self, id: str) -> tuple[int, T] | None:  # noqa: A002
        """The first record whose "id" is this, with its unit; None where there is none.

        Raises:
            RunError: a file cannot be read, or a record on the way is damaged.
        """
        quoted = msgspec.json.encode(id)
        for unit, line, path in self._lines():
            if quoted in line.data and decode(line, _id_decoder, path).id == id:
                return unit, decode(line, self._decoder, path)
        return None

    def _lines(self, start: int = 0) -> Iterator[tuple[int, Line, Path]]:
        """Every line from a unit on, with its unit and the file that it stands in."""
        with ExitStack() as opened:
            journal = open_file(self._journal, opened)
            pending = self._pending(journal, start)
            file = open_file(self.path, opened)
            unit = 0
            for line in whole_lines(file) if file else ():
                unit = line.number
                if unit > start:
                    yield unit - 1, line, self.path
            for found in sorted(each for each in pending if each >= unit):
                yield found, _framed(journal, pending[found]), self._journal

    def _pending(self, journal: BinaryIO | None, start: int) -> dict[int, Entry]:
        """Where the journal keeps records of this log."""
        if journal is None:
            return {}
        found = (each for each in entries(self._journal, journal) if each.log == self._log)
        return {each.unit: each for each in found if each.unit >= start}


class _Id(msgspec.Struct):
    id: str | None = None


_id_decoder = msgspec.json.Decoder(_Id)


def open_file(path: Path, opened: ExitStack) -> BinaryIO | None:
    """A file of a run, open for reading until the stack closes; None where there is none.

    Raises:
        RunError: it cannot be read.
    """
    try:
        return opened.enter_context(path.open("rb", buffering=BUFFER_BYTES))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RunError(f"cannot read {path}: {error.strerror}") from None


def _framed(journal: BinaryIO | None, entry: Entry) -> Line:
    if journal is None:
        return Line(entry.line, entry.offset, b"")
    journal.seek(entry.offset)
    return Line(entry.line, entry.offset, journal.read(entry.length))
