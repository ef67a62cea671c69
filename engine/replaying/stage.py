"""Stage: the world and the data that a recording is about.

A directory of recorded data is in the layout of one project. Which one is told by its files, and the
world's edition of that project reads it; a world that has none reads them as its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from interplay.engine.database import Base, Changes, to_patch
from interplay.engine.domain import Domain
from interplay.engine.edition import Edition
from interplay.engine.errors import DataError, UsageError
from interplay.engine.importing.tau2 import Task, read_tasks
from interplay.engine.patch import Change
from interplay.engine.tools import Toolset

TAU, TAU2 = "tau", "tau2"
TASK_FILE = "tasks.json"
_ONE_FILE = ("db.json", "db.toml")
"""The later project keeps all of a world's data in one file."""


class Stage:
    """A world, with the data that its recordings began with.

    Args:
        domain: the world.
        directory: the data, in either project's layout; None where a recording brings its own.
    """

    def __init__(self, domain: Domain[Any], directory: Path | None) -> None:
        self.edition = edition_of(domain, "" if directory is None else layout(directory))
        self.domain = self.edition.domain
        self.directory = directory
        self.script = domain.replay_script

    @property
    def tools(self) -> Toolset:
        """Its tools, as that project has them."""
        return self.domain.tools

    @cached_property
    def base(self) -> Base[Any]:
        """Its data, loaded once.

        Raises:
            UsageError: nobody said where they are.
            DataError: they are not what they should be.
        """
        if self.directory is None:
            raise UsageError(
                "replay needs --data DIR: recordings speak about the rows they began with, and generated data has "
                f"others. DIR should hold {', '.join(self.domain.database.files())}"
            )
        return self.edition.read(self.directory)

    def load(self) -> None:
        """Load the data now, where there are any, and the tools, so that what is wrong with them is said once.

        Raises:
            DataError: they are not what they should be, or what the world is made of is not there.
        """
        len(self.tools)
        if self.directory is not None:
            self.base  # noqa: B018  (loaded when it is first asked for)

    @cached_property
    def tasks(self) -> Mapping[str, Task]:
        """The tasks that stand beside the data, by id.

        Raises:
            DataError: there is no such file, or it holds no tasks.
        """
        if self.directory is None:
            raise UsageError("replay needs --data DIR: how a recorded task begins stands in DIR/tasks.json")
        return {task.id: task for task in read_tasks(self.directory / TASK_FILE).tasks}

    def task(self, name: str) -> Task:
        """The task of this id.

        Raises:
            DataError: there is none.
        """
        found = self.tasks.get(name)
        if found is None:
            raise DataError(f"{self.directory}/{TASK_FILE} has no task {name!r}; it has {len(self.tasks)} others")
        return found

    def recorded(self, base: Base[Any], changes: Changes) -> Mapping[str, Sequence[Change]]:
        """What changed, as the project's recordings write it, by side.

        Args:
            base: what the changes start from.
            changes: rows that differ from it.
        """
        return self.edition.recorded(base, to_patch(changes))


def edition_of(domain: Domain[Any], project: str) -> Edition[Any]:
    """A project's edition of a world; where it has none, the world as it is."""
    return domain.editions.get(project) or Edition(domain=domain, read=domain.read)


def layout(directory: Path) -> str:
    """Whose layout a directory of data has: "tau2" or "tau"."""
    return TAU2 if any((directory / name).is_file() for name in _ONE_FILE) else TAU
