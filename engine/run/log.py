"""Ordered log: one record a unit, in unit order, whatever the order in which units finish.

`write` takes a record and holds it; `flush` makes everything held durable and says so. What is in turn
goes to the log's own file, the rest to the journal, from which it moves when its turn comes. A record
that comes in turn before the next flush is written once, one that does not, twice.

A log belongs to one thread; its caller decides how often to flush.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from interplay.engine.errors import RunError
from interplay.engine.run.appending import AppendFile
from interplay.engine.run.journal import Journal
from interplay.engine.run.lines import Line, damaged, decode, whole_lines

HELD_BYTES = 64 << 20
"""So much may wait in memory for a flush; more is written at once, and acknowledged by the next flush."""
PIECE_BYTES = 64 * 1024
"""So much goes to the file in one piece: what a disk that fills refuses is little more than what did not fit."""


class _Record(msgspec.Struct):
    unit: int


_decoder = msgspec.json.Decoder(_Record)


class OrderedLog:
    """Writer of one log; `Writing` opens it.

    Args:
        name: of the log, in the journal.
        file: the log's own, holding whole records of the units below `head`.
        head: the first unit that the file lacks.
        journal: shared by the run's logs.
        units: how many units the run has.
    """

    def __init__(self, name: str, file: AppendFile, head: int, journal: Journal, units: int) -> None:
        self.name = name
        self.units = units
        self.head = head
        """Units below this one stand in the log's file."""
        self._file = file
        self._journal = journal
        self._held: dict[int, bytes] = {}
        self._held_bytes = 0
        self._acknowledged: list[int] = []
        self._spilling = False

    def __contains__(self, unit: int) -> bool:
        """Whether the unit's record was written, acknowledged or not."""
        return 0 <= unit < self.head or unit in self._held or self._journal.has(self.name, unit)

    def missing(self) -> Iterator[int]:
        """Units that have no record, ascending; looked up as the caller goes on."""
        unit = self.head
        while unit < self.units:
            if unit not in self:
                yield unit
            unit = max(unit + 1, self.head)

    def write(self, unit: int, record: bytes) -> None:
        """Take one record; it is safe once a flush has returned its unit.

        Args:
            unit: 0 to units - 1, each once, in any order.
            record: one JSON object in one line, whose "unit" is that number.

        Raises:
            ValueError: a unit out of range or written before, or a record that could not be read back.
            RunError: the disk refused what was held.
        """
        if not 0 <= unit < self.units:
            raise ValueError(f"unit {unit} is not one of this run's {self.units}")
        if unit in self:
            raise ValueError(f"unit {unit} has a record in {self.name} already")
        _check(unit, record)
        self._held[unit] = record
        self._held_bytes += len(record)
        if self._held_bytes > HELD_BYTES:
            self.spill()

    def flush(self) -> tuple[int, ...]:
        """Make durable, against the death of this process, whatever is held.

        Returns:
            Units acknowledged since the last flush returned.

        Raises:
            RunError: the disk refused. Nothing is lost: what is still held can be flushed again.
        """
        self.spill()
        acknowledged = tuple(self._acknowledged)
        self._acknowledged.clear()
        return acknowledged

    def forget(self) -> None:
        """Let go of what is held and was not acknowledged; those units have no record."""
        self._held.clear()
        self._held_bytes = 0

    def sync(self) -> None:
        """Make the log's file survive the machine, too."""
        self._file.sync()

    def spill(self) -> None:
        """Do what `flush` does, and leave it to the next flush to say what was acknowledged.

        Raises:
            RunError: as `flush`.
        """
        if self._spilling:
            raise RunError(
                f"writing {self._file.path} was interrupted; run `interplay resume {self._file.path.parent}`"
            )
        self._spilling = True
        try:
            self._advance()
            self._set_aside()
        except RunError:
            self._spilling = False  # the files hold what they held
            raise
        self._spilling = False

    def _advance(self) -> None:
        """Move what is in turn to the log's file."""
        while True:
            piece, moved = self._in_turn()
            if not piece:
                return
            self._file.append(b"\n".join([*piece, b""]))
            head = self.head + len(piece)
            for unit in range(self.head, head):
                if unit in self._held:
                    self._release(unit)
            self.head = head
            self._journal.drop(self.name, head, moved)

    def _in_turn(self) -> tuple[list[bytes], int]:
        """The next records of the file, and how many bytes of them were journaled."""
        piece: list[bytes] = []
        size = moved = 0
        unit = self.head
        while size < PIECE_BYTES:
            record = self._held.get(unit)
            if record is None:
                if not self._journal.has(self.name, unit):
                    break
                record = self._journal.read(self.name, unit)
                moved += len(record)
            piece.append(record)
            size += len(record)
            unit += 1
        return piece, moved

    def _set_aside(self) -> None:
        """Journal what is out of turn."""
        if not self._held:
            return
        units = sorted(self._held)
        self._journal.add(self.name, ((unit, self._held[unit]) for unit in units))
        for unit in units:
            self._release(unit)

    def _release(self, unit: int) -> None:
        self._held_bytes -= len(self._held.pop(unit))
        self._acknowledged.append(unit)


def recover(file: AppendFile, units: int) -> int:
    """Cut off a torn last line, and check all others.

    Returns:
        How many records the file holds: the units below that number.

    Raises:
        RunError: a whole line is damaged, or not of the unit whose turn it is; names file and line.
    """
    end = head = 0
    with file.path.open("rb") as opened:
        for line in whole_lines(opened):
            _expect(head, units, line, file)
            end, head = line.end, head + 1
    if end != file.size:
        file.truncate(end)
    return head


def _expect(unit: int, units: int, line: Line, file: AppendFile) -> None:
    found = decode(line, _decoder, file.path).unit
    if found != unit:
        raise damaged(file.path, line.number, f"unit {found} stands where unit {unit} should")
    if unit >= units:
        raise damaged(file.path, line.number, f"one record more than this run's {units} units")


def _check(unit: int, record: bytes) -> None:
    if b"\n" in record:
        raise ValueError(f"the record of unit {unit} is more than one line")
    try:
        record.decode()
        found = _decoder.decode(record).unit
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"the record of unit {unit} is not a JSON object with a unit: {error}") from None
    if found != unit:
        raise ValueError(f"the record says unit {found}; it was written as unit {unit}")
