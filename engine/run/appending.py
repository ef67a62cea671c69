"""Append file: whole pieces at the end of a file, or nothing.

`append` hands a piece to the kernel with `os.write`, so that what it returned from survives the
process. Where the disk refuses, the file is cut back to what it held before.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from interplay.engine.errors import RunError

_REMEDIES = {
    errno.ENOSPC: "free space",
    errno.EDQUOT: "free space within your quota",
    errno.EFBIG: "raise the file size limit",
    errno.EROFS: "make the file system writable",
    errno.EACCES: "make it writable for this user",
}


class AppendFile:
    """One file, open for appending; made where there is none.

    Raises:
        RunError: the file cannot be opened.
    """

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | (os.O_TRUNC if fresh else 0)
        try:
            self._fd = os.open(path, flags, 0o644)
        except OSError as error:
            raise unwritable(path, error) from None
        self.size = os.fstat(self._fd).st_size
        """Bytes that stand; a torn piece that could not be cut off is not counted."""
        self._torn = False
        self._writing = False

    def append(self, data: bytes) -> None:
        """Write one piece; one `os.write` unless the kernel takes less.

        Raises:
            RunError: the disk refused, and the file holds what it held before; or an earlier append
                was interrupted, by Ctrl-C say, so that nobody knows what the file holds.
        """
        if self._writing:
            raise RunError(
                f"a write to {self.path} was interrupted. What was acknowledged is safe; "
                f"run `interplay resume {self.path.parent}`"
            )
        self._writing = True
        try:
            self._write(data)
        except OSError as error:
            self._torn = True
            self._try_cut()
            self._writing = False
            raise unwritable(self.path, error) from None
        self.size += len(data)
        self._writing = False

    def read(self, offset: int, length: int) -> bytes:
        """Bytes that stand in the file."""
        try:
            data = os.pread(self._fd, length, offset)
        except OSError as error:
            raise RunError(f"cannot read {self.path}: {error.strerror}") from None
        if len(data) != length:
            raise RunError(f"{self.path} has {len(data)} of {length} bytes at {offset}: something else cut it")
        return data

    def truncate(self, size: int) -> None:
        """Cut the file to its first `size` bytes."""
        self.size = size
        try:
            self._cut()
        except OSError as error:
            raise unwritable(self.path, error) from None

    def sync(self) -> None:
        """Make what stands survive the machine, too."""
        try:
            os.fsync(self._fd)
        except OSError as error:
            raise unwritable(self.path, error) from None

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._fd)

    def _write(self, data: bytes) -> None:
        if self._torn:
            self._cut()
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._fd, rest) :]

    def _cut(self) -> None:
        os.ftruncate(self._fd, self.size)
        self._torn = False

    def _try_cut(self) -> None:
        try:
            self._cut()
        except OSError:
            return  # the next append tries again, and so does the next opening


def unwritable(path: Path, error: OSError) -> RunError:
    """The error for a file of a run that cannot be written."""
    remedy = _REMEDIES.get(error.errno or 0, "mend that")
    return RunError(
        f"cannot write {path}: {error.strerror or error}. What was acknowledged is safe; "
        f"{remedy} and run `interplay resume {path.parent}`"
    )


def sync(path: Path) -> None:
    """Make a file, or the names in a directory, survive the machine.

    Raises:
        OSError: the disk refused.
    """
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
