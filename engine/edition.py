"""Edition: a world as a public benchmark lays it out.

The same rows in that project's files, that project's choice of tools, and where its recordings say that
something changed. What is common to all worlds of a project, its task files and its grading, is the
engine's; what only the world can know stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from interplay.engine.database import Base, Database
from interplay.engine.domain import Domain
from interplay.engine.patch import Change, Patch

D = TypeVar("D", bound=Database)


def _as_ours(base: Base[Any], patch: Patch) -> dict[str, Sequence[Change]]:  # noqa: ARG001
    return {"agent": patch.changes}


def _rows_as_ours(side: str, data: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:  # noqa: ARG001
    return data


@dataclass(frozen=True)
class Edition(Generic[D]):
    """One project's edition of a world."""

    domain: Domain[D]
    """The world with that project's tools."""
    read: Callable[[Path], Base[D]]
    """Loads that project's data files from a directory; a DataError where they are not what they should be."""
    recorded: Callable[[Base[D], Patch], Mapping[str, Sequence[Change]]] = _as_ours
    """Changes from a state as that project's recordings write them, by side, "agent" or "user"."""
    rows: Callable[[str, Mapping[str, Any]], Mapping[str, Mapping[str, Any]]] = _rows_as_ours
    """A task's initial data of one side, "agent" or "user", as rows of ours by table and key."""
    write: Callable[[Base[D], Path], None] = Base.write
    """Saves data in that project's layout."""
