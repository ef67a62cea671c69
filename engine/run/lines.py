"""Line: one record's bytes and where they stand in a file.

A line without its newline is torn: its writer was killed in the middle, or is writing now. Reading
stops before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

import msgspec

from interplay.engine.errors import RunError

T = TypeVar("T")


class Line(NamedTuple):
    """One whole line."""

    number: int
    """From 1, as editors count."""
    offset: int
    """Of its first byte."""
    data: bytes
    """Without the newline."""

    @property
    def end(self) -> int:
        """Offset of what follows the newline."""
        return self.offset + len(self.data) + 1


def whole_lines(file: BinaryIO, offset: int = 0, before: int = 0) -> Iterator[Line]:
    """Every line that has its newline, from where an open file stands.

    Args:
        file: to read on.
        offset: where it stands: its start, or that of a line.
        before: how many lines lie before that.
    """
    for number, data in enumerate(file, before + 1):
        if not data.endswith(b"\n"):
            return
        yield Line(number, offset, data[:-1])
        offset += len(data)


def decode(line: Line, decoder: msgspec.json.Decoder[T], path: Path) -> T:
    """What a line holds.

    Raises:
        RunError: not UTF-8, not JSON, or not of the decoder's type; names file and line.
    """
    try:
        if not line.data.isascii():
            line.data.decode()  # msgspec does not look into strings that it skips
        return decoder.decode(line.data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise damaged(path, line.number, str(error)) from None


def damaged(path: Path, number: int, what: str) -> RunError:
    """The error for a line that cannot stand where it stands."""
    return RunError(f"{path}, line {number}: {what}")
