"""Standing: whether a run is complete, being written, or was left."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from interplay.engine.index.values import State
from interplay.engine.run.directory import LOCK
from interplay.engine.run.writing import JOURNAL

if sys.platform != "win32":
    import fcntl


def state_of(path: Path, done: int, units: int) -> State:
    """How a run stands.

    Args:
        path: of the run.
        done: units of which there is a record of conversations.
        units: that it is to have.
    """
    if done >= units:
        return "complete"
    return "writing" if _locked(path / LOCK) else "unfinished"


def _locked(path: Path) -> bool:
    """Whether a process holds the lock of a run; takes it from nobody."""
    if sys.platform == "win32":
        return path.with_name(JOURNAL).exists()
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(file)
    return False
