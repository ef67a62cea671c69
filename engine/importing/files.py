"""Files: what others wrote, JSON above all, read in one place so that its errors read alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from interplay.engine.errors import DataError

T = TypeVar("T")

_BROKEN = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Unreadable(NamedTuple):
    """A task that is none."""

    id: str
    """Its id where it has one, else its place in the file."""
    text: str
    """What is wrong with it."""
    where: str
    """File and place."""


def read_bytes(path: Path) -> bytes:
    """What a file holds.

    Raises:
        DataError: it cannot be read, or is no file: a pipe would be waited for.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise DataError(f"cannot read {path}: it is not a regular file")
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None


def read_json(path: Path, kind: type[T], expected: str) -> T:
    """A JSON file.

    Args:
        path: the file.
        kind: what it has to hold.
        expected: the same in words.

    Raises:
        DataError: it cannot be read, or holds something else.
    """
    try:
        return msgspec.json.decode(read_bytes(path), type=kind)
    except _BROKEN as error:
        raise DataError(f"{path}: expected {expected}: {error}") from None


def several(path: Path, kind: type[T]) -> tuple[list[T], list[Unreadable]]:
    """The elements of a JSON array, and those that are not what they should be.

    Raises:
        DataError: the file cannot be read, or holds no JSON array.
    """
    try:
        return msgspec.json.decode(read_bytes(path), type=list[kind]), []  # type: ignore[valid-type]
    except _BROKEN:
        raws = read_json(path, list[msgspec.Raw], "a JSON array of tasks")
    read: list[T] = []
    unreadable: list[Unreadable] = []
    for index, raw in enumerate(raws):
        try:
            read.append(msgspec.json.decode(raw, type=kind))
        except _BROKEN as error:
            unreadable.append(Unreadable(_id(raw, index), str(error), f"{path}, element {index}"))
    return read, unreadable


def _id(raw: msgspec.Raw, index: int) -> str:
    try:
        document: Any = msgspec.json.decode(raw)
    except _BROKEN:
        return f"({index})"
    found = document.get("id") if isinstance(document, dict) else None
    return str(found) if isinstance(found, str | int) else f"({index})"
