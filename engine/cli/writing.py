"""Writing: a file that a command makes, whole or not at all."""

from __future__ import annotations

import os
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
