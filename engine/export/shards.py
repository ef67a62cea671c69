"""Shard: rows as the bytes of one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

PIECE_BYTES = 1 << 20
"""So much is handed to the file in one piece."""


class Out(Protocol):
    """Where a shard's bytes go: a file that is open for writing, or what stands for one."""

    def write(self, data: bytes | bytearray, /) -> int:
        """Take bytes, all of them, and for good: nobody changes them any more."""
        ...


class Shard(Protocol):
    """A file that rows are written to."""

    def write(self, rows: Sequence[Any]) -> None:
        """Take rows, in order.

        Raises:
            OSError: the disk refused.
        """
        ...

    def close(self) -> None:
        """Write what is left, without closing the file.

        Raises:
            OSError: the disk refused.
        """
        ...


class JsonLines:
    """Rows as JSON objects, one a line.

    Args:
        out: where they go.
    """

    suffix = ".jsonl"

    def __init__(self, out: Out) -> None:
        self._out = out
        self._encode = msgspec.json.Encoder().encode_into
        self._held = bytearray()

    def write(self, rows: Sequence[msgspec.Struct]) -> None:
        """Take rows; they are written in large pieces."""
        held = self._held
        for row in rows:
            self._encode(row, held, -1)
            held += b"\n"
        if len(held) >= PIECE_BYTES:
            self._spill()

    def close(self) -> None:
        """Write what is left."""
        if self._held:
            self._spill()

    def _spill(self) -> None:
        self._out.write(self._held)
        self._held = bytearray()
