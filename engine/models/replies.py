"""Replies: everything that the models of a run answered, one line each, in the order of arrival.

They are kept for two reasons. A session that was cut short is resumed without paying twice: what was
recorded of its unfinished units is found again. And a run replays with no model at all. A question to
which no reply could be had is recorded like a reply, so that a replay fails where the run failed.

Memory holds 8 bytes a reply: where it stands. A unit's replies are read when it first asks.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, NamedTuple

import msgspec

from interplay.engine.errors import RunError
from interplay.engine.models.exchange import Reply, Usage
from interplay.engine.run.appending import AppendFile
from interplay.engine.run.lines import Line, decode, whole_lines

FILE = "replies.jsonl"
HELD_BYTES = 8 << 20
"""So much may wait in memory for a flush; more is written at once."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why there was no reply."""

    cause: str
    text: str


class Recorded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one question: a reply, or a failure."""

    unit: int
    at: str
    """Address of the question in its unit."""
    again: int = 0
    """0 for the question as it was put, n for the nth time that it was put anew, for want of a readable reply."""
    hash: str
    """Of the whole question, in hexadecimal digits."""
    role: str
    model: str
    origin: Literal["", "cache", "replay"] = ""
    """Where the reply came from; empty for an endpoint."""
    reply: Reply | None = None
    failure: Failure | None = None


class _Tokens(msgspec.Struct):
    usage: Usage = Usage()


class Glimpse(msgspec.Struct):
    """As much of a recorded reply as a bill needs."""

    unit: int
    role: str
    model: str
    again: int = 0
    origin: str = ""
    reply: _Tokens | None = None


class Address(NamedTuple):
    """Which question of a unit."""

    at: str
    again: int = 0


_glimpses = msgspec.json.Decoder(Glimpse)
_decoder = msgspec.json.Decoder(Recorded)
_encoder = msgspec.json.Encoder()


def _skip(glimpse: Glimpse) -> None:
    """Nobody wants to know."""


class Recordings:
    """The recorded replies of a run, to be read; each is given out once.

    Args:
        directory: of the run; where it has no replies, nothing is found.
        wanted: which units will ask; nothing is kept of the others.
        seen: told of every reply, in the order of arrival.
        retry: forget failures that nothing came after in their unit: the session ended with them, and a
            new one may fare better.

    Raises:
        RunError: the file cannot be read, or a whole line of it is damaged; names file and line.
    """

    def __init__(
        self,
        directory: Path,
        *,
        wanted: Callable[[int], bool] = lambda unit: True,  # noqa: ARG005
        seen: Callable[[Glimpse], None] = _skip,
        retry: bool = False,
    ) -> None:
        self.path = directory / FILE
        self.end = 0
        """Bytes of whole lines."""
        self._retry = retry
        self._places: dict[int, array[int]] = {}
        self._loaded: dict[int, dict[Address, Recorded]] = {}
        self._file = _open(self.path)
        if self._file is not None:
            try:
                self._scan(self._file, wanted, seen)
            except BaseException:
                self._file.close()
                raise

    def take(self, unit: int, address: Address) -> Recorded | None:
        """What was recorded last under an address; None where nothing was.

        Raises:
            RunError: the line is damaged, or gone.
        """
        if unit in self._places:
            self._loaded[unit] = self._load(unit, self._places.pop(unit))
        found = self._loaded.get(unit)
        return None if found is None else found.pop(address, None)

    def finished(self, unit: int) -> None:
        """Let go of a unit: it will ask no more."""
        self._places.pop(unit, None)
        self._loaded.pop(unit, None)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def _scan(self, file: BinaryIO, wanted: Callable[[int], bool], seen: Callable[[Glimpse], None]) -> None:
        for line in whole_lines(file):
            glimpse = decode(line, _glimpses, self.path)
            seen(glimpse)
            if wanted(glimpse.unit):
                self._places.setdefault(glimpse.unit, array("q")).append(line.offset)
            self.end = line.end

    def _load(self, unit: int, places: array[int]) -> dict[Address, Recorded]:
        records = [self._read(unit, place) for place in places]
        while self._retry and records and records[-1].failure is not None:
            records.pop()
        return {Address(each.at, each.again): each for each in records}

    def _read(self, unit: int, offset: int) -> Recorded:
        assert self._file is not None  # noqa: S101  (places come from it)
        self._file.seek(offset)
        line = Line(0, offset, self._file.readline())
        try:
            found = _decoder.decode(line.data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise RunError(f"{self.path}, at byte {offset}: {error}") from None
        if found.unit != unit or (found.reply is None) is (found.failure is None):
            raise RunError(f"{self.path}, at byte {offset}: this is no reply or failure of unit {unit}")
        return found


class Replies:
    """The replies of a run that is being made: the earlier sessions' to be found again, this one's to be kept.

    Args:
        directory: of the run; the caller holds its lock.
        unfinished: whether a unit is still to be done; of the others nothing is looked for.
        seen: told of every reply of an earlier session.

    Raises:
        RunError: the file cannot be written, or a whole line of it is damaged.
    """

    def __init__(
        self, directory: Path, *, unfinished: Callable[[int], bool], seen: Callable[[Glimpse], None] = _skip
    ) -> None:
        self._file = AppendFile(directory / FILE)
        self._held: list[bytes] = []
        self._held_bytes = 0
        try:
            self._earlier = Recordings(directory, wanted=unfinished, seen=seen, retry=True)
            if self._earlier.end != self._file.size:
                self._file.truncate(self._earlier.end)
        except BaseException:
            self._file.close()
            raise

    def take(self, unit: int, address: Address) -> Recorded | None:
        """What an earlier session recorded under an address; None where it recorded nothing.

        Raises:
            RunError: the line is damaged, or gone.
        """
        return self._earlier.take(unit, address)

    def finished(self, unit: int) -> None:
        """Let go of a unit: it will ask no more."""
        self._earlier.finished(unit)

    def keep(self, recorded: Recorded) -> None:
        """Take one; it is safe once `flush` has returned.

        Raises:
            RunError: so much was held that it had to be written, and the disk refused.
        """
        line = _encoder.encode(recorded)
        self._held.append(line)
        self._held_bytes += len(line)
        if self._held_bytes > HELD_BYTES:
            self.flush()

    def flush(self) -> None:
        """Make durable, against the death of this process, whatever is held.

        Raises:
            RunError: the disk refused. Nothing is lost: it can be flushed again.
        """
        if not self._held:
            return
        self._file.append(b"\n".join([*self._held, b""]))
        self._held.clear()
        self._held_bytes = 0

    def close(self) -> None:
        """Flush, make everything survive the machine, and let go of the file.

        Raises:
            RunError: the disk refused; the file is let go of all the same.
        """
        try:
            self.flush()
            self._file.sync()
        finally:
            self._earlier.close()
            self._file.close()

    def __enter__(self) -> Replies:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.close()
        except RunError as closing:
            if error is None:
                raise
            error.add_note(f"Closing the replies failed, too: {closing}")


def _open(path: Path) -> BinaryIO | None:
    try:
        return path.open("rb")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RunError(f"cannot read {path}: {error.strerror}") from None
