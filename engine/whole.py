"""Whole: files and directories that are there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from interplay.engine.errors import UsageError


@contextmanager
def replacing(path: Path | None) -> Iterator[IO[bytes] | None]:
    """A file that takes the place of the one at the path when all went well, and is gone when not.

    Args:
        path: where; None: nowhere, and there is no file to write to.

    Raises:
        UsageError: nothing can be written there.
    """
    if path is None:
        yield None
        return
    if path.exists() and not path.is_file():
        raise UsageError(f"cannot write {path}: it is there already and is not a plain file")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        file = part.open("wb")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
    try:
        with file:
            yield file
        part.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)


def check_free(out: Path, what: str = "directory") -> None:
    """Refuse a name that is taken.

    Args:
        out: the name.
        what: shall be there: a directory or a file.

    Raises:
        UsageError: something is there, or its parent is no directory.
    """
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} exists already; nothing is overwritten: name a {what} that does not exist")
    if out.parent.exists() and not out.parent.is_dir():
        raise UsageError(f"cannot write {out}: {out.parent} is not a directory")


@contextmanager
def whole_directory(out: Path) -> Iterator[Path]:
    """A directory to fill, which gets its name when all went well and is gone when not.

    Raises:
        UsageError: the name is taken, or it cannot be written.
    """
    check_free(out)
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        yield part
        check_free(out)  # made meanwhile; a rename would take the place of an empty directory
        part.rename(out)
    except OSError as error:
        raise UsageError(f"cannot write {out}: {error.strerror or error}; nothing was left there") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """A file to write, under a name that it loses for its own when all went well, and is gone when not.

    Unlike `replacing`, it never takes the place of another.

    Raises:
        UsageError: the name is taken, or it cannot be written.
    """
    check_free(out, "file")
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield part
        _name(part, out)
    except OSError as error:
        raise UsageError(f"cannot write {out}: {error.strerror or error}; nothing was left there") from None
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def fresh(out: Path) -> Iterator[IO[bytes]]:
    """The same, open for writing.

    Raises:
        UsageError: as `whole_file`.
    """
    with whole_file(out) as part, part.open("wb") as file:
        yield file


def _name(part: Path, out: Path) -> None:
    """Give a file its name, unless the name was taken meanwhile.

    Raises:
        UsageError: it was.
        OSError: the disk refused.
    """
    try:
        out.hardlink_to(part)
    except FileExistsError:
        check_free(out, "file")
        raise
    except OSError:  # a file system without links; there is no way to rename that replaces nothing
        check_free(out, "file")
        part.rename(out)
