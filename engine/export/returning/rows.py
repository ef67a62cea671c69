"""Rows: what stands in an exported file, row by row, as plain JSON values.

A row that cannot be read is told as what it is, and the next one is read.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from interplay.engine.errors import AbsentError, DataError

BATCH = 64
"""So many rows of a Parquet file are in memory at a time."""


class FileRow(NamedTuple):
    """One row of a file."""

    number: int
    """From 1: the line of a text file, the row of another."""
    document: dict[str, Any] | None
    """None where it could not be read."""
    line: bytes = b""
    """As it stands in a text file, without its newline."""
    trouble: str = ""
    """Why it could not be read."""


def rows_of(path: Path) -> Iterator[FileRow]:
    """The rows of an exported file, in order.

    Raises:
        DataError: it cannot be read, or is no Parquet file.
        AbsentError: the library that reads Parquet is not installed.
    """
    return _parquet(path) if path.suffix == ".parquet" else _lines(path)


def digest_of(path: Path) -> tuple[int, str]:
    """A file's size in bytes, and its BLAKE2b.

    Raises:
        DataError: it is not there, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            return path.stat().st_size, file_digest(file, "blake2b").hexdigest()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None


def _lines(path: Path) -> Iterator[FileRow]:
    try:
        with path.open("rb") as file:
            blank = b""  # after the last row an editor may have left one, which is no row
            for number, line in enumerate(file, 1):
                if blank:
                    yield _row(number - 1, blank)
                blank = b"" if line.strip() else line
                if not blank:
                    yield _row(number, line.removeprefix(BOM_UTF8) if number == 1 else line)
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None


def _row(number: int, line: bytes) -> FileRow:
    data = line.removesuffix(b"\n")
    try:
        line.decode()  # msgspec does not look into strings that it skips
        document = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return FileRow(number, None, data, f"no row: {error}")
    if not isinstance(document, dict):
        return FileRow(number, None, data, "no row: it is no JSON object")
    return FileRow(number, document, data)


def reread(file: BytesIO, suffix: str) -> dict[str, Any]:
    """The one row of a file in memory, as it would be read from the disk."""
    if suffix != ".parquet":
        return dict(msgspec.json.decode(file.getvalue()))
    file.seek(0)
    return next(each.document for each in _parquet(file) if each.document is not None)


def _parquet(path: Path | BytesIO) -> Iterator[FileRow]:
    try:
        import pyarrow
        import pyarrow.parquet as reader
    except ImportError:
        raise AbsentError("reading Parquet takes pyarrow: pip install 'interplay[parquet]'") from None
    try:
        with reader.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=BATCH):
                for document in batch.to_pylist():
                    number += 1
                    yield FileRow(number, document)
    except (OSError, pyarrow.ArrowException) as error:
        raise DataError(f"cannot read {path}: {error}") from None
