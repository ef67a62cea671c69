"""Tau2: this world as the public benchmark of two sides lays it out: one file a side, and nobody's inbox.

Where one of its tasks brings initial data for the team's side, the original shows that very data to the
person in place of their notifications. That is not carried over: here the sides have different tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from interplay.domains.mock.integrity import check
from interplay.domains.mock.rows import HUMAN_TABLES, MockDatabase
from interplay.engine.database import Base
from interplay.engine.errors import DataError
from interplay.engine.patch import Change, Patch
from interplay.engine.worldkit.integrity import checked

FILES: Mapping[str, tuple[str, ...]] = {"db.json": ("tasks", "users"), "user_db.json": ("notifications",)}
"""The tables of each file."""


def read(directory: Path) -> Base[MockDatabase]:
    """Load `db.json` and `user_db.json`.

    Raises:
        DataError: a file is missing, no object of its tables, or holds rows that break the schema or do not fit.
    """
    types = MockDatabase.row_types()
    tables: dict[str, Mapping[Any, Any]] = dict(MockDatabase.defaults)
    for file, names in FILES.items():
        path = directory / file
        kind = msgspec.defstruct("file", [(name, dict[str, types[name]]) for name in names], forbid_unknown_fields=True)  # type: ignore[valid-type]
        try:
            held = msgspec.json.decode(path.read_bytes(), type=kind)
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror}; expected the files {', '.join(FILES)}") from None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise DataError(f"{path}: expected an object with {' and '.join(names)}: {error}") from None
        tables |= {name: getattr(held, name) for name in names}
    return checked(Base(MockDatabase, tables), check, directory)


def write(base: Base[MockDatabase], directory: Path) -> None:
    """Save as `db.json` and `user_db.json`."""
    directory.mkdir(parents=True, exist_ok=True)
    for file, names in FILES.items():
        (directory / file).write_bytes(msgspec.json.encode({name: base.tables[name].rows for name in names}) + b"\n")


def recorded(base: Base[MockDatabase], patch: Patch) -> dict[str, Sequence[Change]]:  # noqa: ARG001  (paths are ours)
    """Changes as that project's recordings write them, by side."""
    found: dict[str, list[Change]] = {"agent": [], "user": []}
    for change in patch:
        found["user" if change.path[0] in HUMAN_TABLES else "agent"].append(change)
    return {side: tuple(changes) for side, changes in found.items()}
