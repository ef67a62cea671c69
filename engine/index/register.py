"""Register: the runs of an index, found in its directory and known again."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from interplay.engine.errors import RunError
from interplay.engine.index.batch import forget
from interplay.engine.index.files import Files
from interplay.engine.index.schema import MAX_UNITS
from interplay.engine.index.store import Store
from interplay.engine.run import Run, RunConfig
from interplay.engine.run.config import RUN_FILE
from interplay.engine.run.finding import find_runs


class Known(NamedTuple):
    """A run that stands in the index."""

    id: int
    path: Path
    units: int
    readable: bool
    """Whether its `run.json` can be used."""
    trouble: str


class Register:
    """Which runs there are.

    Args:
        root: a run, or a directory that holds runs.
        store: the index.
    """

    def __init__(self, root: Path, store: Store) -> None:
        self._root, self._store = root, store

    def path(self, name: str) -> Path:
        """Where the run of a name is."""
        return self._root if (self._root / RUN_FILE).is_file() else self._root / name

    def runs(self) -> list[Known]:
        """The runs that there are now; new ones are entered, and those that are gone are forgotten.

        Raises:
            RunError: the directory cannot be read, or no run is in it.
        """
        found = {_name(path, self._root): path for path in find_runs(self._root)}
        self._store.follow()
        known = {name: number for number, name in self._store.connection.execute("SELECT id, name FROM run").fetchall()}
        gone = [number for name, number in known.items() if name not in found]
        if gone:
            with self._store.writing() as database:
                for number in gone:
                    forget(database, number, words=self._store.words)
        return [self._known(name, path) for name, path in found.items()]

    def _known(self, name: str, path: Path) -> Known:
        """The run as it stands in the index; entered anew where it is new, or another took its place."""
        mark, config, trouble = _read(path)
        same = self._same(self._store.connection, name, path, mark)
        if same is not None:
            return same
        with self._store.writing() as database:
            same = self._same(database, name, path, mark)  # another process may have been first
            if same is not None:
                return same
            for (old,) in database.execute("SELECT id FROM run WHERE name = ?", (name,)).fetchall():
                forget(database, old, words=self._store.words)
            row: tuple[Any, ...] = ("", 0, 0, b"{}", 0, trouble)
            if config is not None:
                row = (config.domain, config.seed, config.units, msgspec.json.encode(config.settings), 1, "")
            added = database.execute(
                "INSERT INTO run (name, mark, domain, seed, units, settings, readable, trouble) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (name, mark, row[0], _small(row[1]), *row[2:]),
            )
            return Known(added.lastrowid or 0, path, row[2], bool(row[4]), row[5])

    def _same(self, database: sqlite3.Connection, name: str, path: Path, mark: bytes) -> Known | None:
        """The run as it stands in the index, where it is still the same."""
        found = database.execute(
            "SELECT id, units, readable, trouble FROM run WHERE name = ? AND mark = ?", (name, mark)
        ).fetchone()
        if found is None:
            return None
        number, units, readable, trouble = found
        files = Files(path, number, units)
        with ExitStack() as opened:
            files.open(opened)
            if not files.same(database):
                return None
        return Known(number, path, units, bool(readable), trouble)


def _read(path: Path) -> tuple[bytes, RunConfig | None, str]:
    """By which a run is known again, and what it is, else why that cannot be said."""
    try:
        config = Run.open(path).config
        if config.units > MAX_UNITS:
            raise RunError(f"{path} has {config.units} units; {MAX_UNITS} of a run can be indexed")
        return _digest((path / RUN_FILE).read_bytes()), config, ""
    except RunError as error:
        return _digest(str(error).encode()), None, str(error)
    except OSError as error:
        return b"", None, f"cannot read {path / RUN_FILE}: {error.strerror or error}"


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def _small(seed: int) -> int | str:
    """A number that a column holds; one that is too large is kept as text."""
    return seed if abs(seed) < 1 << 63 else str(seed)


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path != root else root.resolve().name or "run"
