"""Shelf: blueprints and the data that they are about, from wherever they are kept.

A run keeps both, and so does an imported world; a file of blueprints has the data beside it when somebody
says where. The tools are those of the project that a blueprint was imported from, else the world's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Base
from interplay.engine.domain import Domain, load_domain
from interplay.engine.edition import Edition
from interplay.engine.errors import TranscriptError, UsageError
from interplay.engine.forge.given import DATA, FILE, read_blueprints
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.replaying.stage import edition_of, layout
from interplay.engine.run import Run
from interplay.engine.run.config import RUN_FILE

NEAR = 5
"""So many ids are named where none, or several, fit."""


class Shelf:
    """Blueprints of one world.

    Args:
        edition: the world with the tools of the project that they are from.
        base: its data.
        blueprints: in their order.
    """

    def __init__(self, edition: Edition[Any], base: Base[Any], blueprints: Sequence[Blueprint]) -> None:
        self.edition, self.base, self.blueprints = edition, base, tuple(blueprints)

    @property
    def domain(self) -> Domain[Any]:
        """The world, with that project's tools."""
        return self.edition.domain

    @cached_property
    def _by_id(self) -> dict[str, Blueprint]:
        return {blueprint.id: blueprint for blueprint in self.blueprints}

    def find(self, name: str) -> Blueprint:
        """The blueprint of this id; a benchmark's task id is enough where it stands for one.

        Raises:
            TranscriptError: there is none, or several.
        """
        if name in self._by_id:
            return self._by_id[name]
        fitting = [blueprint for each, blueprint in self._by_id.items() if each.endswith(f"-{name}")]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            some = ", ".join(each.id for each in fitting[:NEAR])
            raise TranscriptError("blueprint", f"several blueprints are of task {name!r}: {some}")
        if not self._by_id:
            raise TranscriptError("blueprint", f"there is no task {name!r} in the file, and no blueprints were given")
        some = ", ".join(list(self._by_id)[:NEAR]) + (", ..." if len(self._by_id) > NEAR else "")
        raise TranscriptError("blueprint", f"there is no blueprint {name!r} among {len(self._by_id)}: {some}")


def open_shelf(path: Path, domain: str | None = None, data: Path | None = None) -> Shelf:
    """Blueprints from a run, an imported world, or a file.

    Args:
        path: a run's directory, an import's directory or one world's in it, or a file of blueprints.
        domain: the world's name; needed where a directory holds several.
        data: the data, where they are not beside the blueprints.

    Raises:
        UsageError: it is none of these, or it is not said which world or which data.
        DataError: a file cannot be read.
        RunError: the run is damaged.
    """
    if (path / RUN_FILE).is_file():
        return _from_run(Run.open(path), domain, data)
    file = path / FILE if path.is_dir() else path
    if file.is_file():
        beside = file.parent / DATA
        return _from_file(file, domain, data or (beside if file.name == FILE and beside.is_dir() else None))
    inner = sorted(each.parent for each in path.glob(f"*/{FILE}"))
    fitting = [each for each in inner if domain in (None, each.name)]
    if len(fitting) == 1:
        return _from_file(fitting[0] / FILE, domain or fitting[0].name, data or fitting[0] / DATA)
    if inner:
        worlds = ", ".join(each.name for each in inner)
        raise UsageError(f"{path} holds the worlds {worlds}; say which with --domain NAME")
    raise UsageError(f"{path} is no run, no imported directory and no file of blueprints")


def _from_run(run: Run, domain: str | None, data: Path | None) -> Shelf:
    if data is not None or domain not in (None, run.config.domain):
        raise UsageError(
            f"{run.path} is a run of {run.config.domain!r} with its own data; no --domain or --data is due"
        )
    world = load_domain(run.config.domain)
    blueprints = [record.blueprint for record in run.blueprints(BlueprintRecord) if record.blueprint is not None]
    return Shelf(edition_of(world, ""), run.base(world), blueprints)


def _from_file(path: Path, domain: str | None, data: Path | None) -> Shelf:
    """Blueprints of a file; each says of which world it is, and of which project's edition: "WORLD@PROJECT"."""
    blueprints = read_blueprints(path)
    names = {blueprint.domain for blueprint in blueprints}
    name, _, project = min(names).partition("@")
    if len(names) > 1 or domain not in (None, name, *names):
        worlds = ", ".join(sorted(names))
        raise UsageError(f"{path} holds blueprints of {worlds}; expected those of {domain or 'one world'} alone")
    if data is None:
        raise UsageError(f"{path} is only blueprints; say with --data DIR which data they are about")
    world = load_domain(name)
    edition = edition_of(world, project)
    if data == path.parent / DATA:  # an import keeps its data in our layout
        return Shelf(edition, Base.read(edition.domain.database, data), blueprints)
    return Shelf(edition, edition_of(world, layout(data)).read(data), blueprints)
