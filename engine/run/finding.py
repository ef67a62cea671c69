"""Finding: the runs that a directory holds."""

from __future__ import annotations

from pathlib import Path

from interplay.engine.errors import RunError
from interplay.engine.run.config import RUN_FILE

DEPTH = 2
"""Runs are looked for so many directories deep: `runs/first`, `runs/airline/first`."""


def find_runs(root: Path) -> list[Path]:
    """The directory itself where it is a run, else the runs in it, by their names.

    A run is not looked into: what stands in its directory is its own.

    Raises:
        RunError: there is no such directory, it cannot be read, or no run is in it.
    """
    if (root / RUN_FILE).is_file():
        return [root]
    try:
        found = list(_runs_in(root, DEPTH))
    except FileNotFoundError:
        raise RunError(f"there is no run at {root}: no such directory") from None
    except NotADirectoryError:
        raise RunError(f"{root} is not a run: it is a file; a run is a directory with a {RUN_FILE}") from None
    except OSError as error:
        raise RunError(f"cannot read {root}: {error.strerror or error}") from None
    if not found:
        raise RunError(f"{root} is no run, and none is in it: neither it nor a directory in it has a {RUN_FILE}")
    return found


def _runs_in(directory: Path, depth: int) -> list[Path]:
    found: list[Path] = []
    for each in sorted(directory.iterdir()):
        if each.name.startswith(".") or not each.is_dir():
            continue  # hidden: half made, or not for anybody
        if (each / RUN_FILE).is_file():
            found.append(each)
        elif depth > 1:
            found += _runs_in(each, depth - 1)
    return found
