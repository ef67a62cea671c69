"""Checkouts: where in a directory the worlds of a public benchmark are.

A world is a folder named like one that is installed here and has the project's edition. The directory may
be a checkout's root, the folder that holds the worlds, or one world's folder. What was found, and what
was expected, is said when there is none; a directory of the other project is told apart.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from interplay.engine.domain import domain_names, load_domain
from interplay.engine.edition import Edition
from interplay.engine.errors import DataError, DomainError, UsageError
from interplay.engine.importing.cases import Project

HEAD = 8192
"""Bytes of a task file that show which project's it is."""
DEPTH = 5
"""How deep a world may lie: a checkout's root is at most so far above it."""
SHOWN = 4
"""Folders of one world that an error names before it only counts them."""
PASSED_OVER = frozenset({"node_modules", "venv", "__pycache__", "results", "simulations", "site-packages"})
"""Folders that hold no worlds, and may hold very much."""
EXPECTED = {
    "tau": "a folder WORLD with tasks*.py or tasks*.json, and its tables as JSON in WORLD/data or beside them",
    "tau2": "data/tau2/domains/WORLD with tasks.json and db.json or db.toml",
}
_DATABASES = ("db.json", "db.toml")


class Checkout(NamedTuple):
    """One world in a checkout."""

    world: str
    edition: Edition[Any]
    directory: Path

    @property
    def data(self) -> Path:
        """Where its tables are."""
        inner = self.directory / "data"
        return inner if any(inner.glob("*.json")) else self.directory


class Search(NamedTuple):
    """What a directory holds."""

    found: tuple[Checkout, ...]
    passed_over: tuple[str, ...]
    """Folders that look like worlds, and why they were not taken."""


def editions(project: Project) -> dict[str, Edition[Any]]:
    """The installed worlds that have a project's edition, by name; one that is broken has none."""
    found: dict[str, Edition[Any]] = {}
    for name in domain_names():
        try:
            world = load_domain(name)
        except DomainError:
            continue  # `interplay domains` says what is wrong with it
        if project in world.editions:
            found[name] = world.editions[project]
    return found


def search(project: Project, directory: Path, world: str | None = None) -> Search:
    """The worlds of a project in a directory.

    Args:
        project: whose checkout it should be.
        directory: a checkout's root, the folder of its worlds, or one world's folder.
        world: take this world alone; then the directory may be its folder under any name.

    Raises:
        UsageError: no installed world has this name in the project's edition.
        DataError: no world was found, or one twice; says what was expected and what there is.
    """
    known = editions(project)
    if world is not None and world not in known:
        raise UsageError(f"there is no world {world!r} in {project}; known are {', '.join(known) or 'none'}")
    if not directory.is_dir():
        raise DataError(f"{directory} is not a directory; expected a checkout: {EXPECTED[project]}")
    if world is not None and is_world(project, directory) and not (directory / world).is_dir():
        return Search((Checkout(world, known[world], directory),), ())
    places = [directory, *_below(directory, DEPTH)]
    worlds = [place for place in places if is_world(project, place)]
    names = {place: place.name if place.name not in ("", "..") else place.resolve().name for place in worlds}
    found = tuple(
        Checkout(names[place], known[names[place]], place)
        for place in worlds
        if names[place] in known and world in (None, names[place])
    )
    other = tuple(f"{place}: no world {names[place]!r} is installed" for place in worlds if names[place] not in known)
    if not found:
        raise DataError(_nothing(project, directory, places, other, world))
    for each in found:
        twice = [other.directory for other in found if other.world == each.world]
        if len(twice) > 1:
            more = f" and {len(twice) - SHOWN} more" if len(twice) > SHOWN else ""
            there = " and ".join(map(str, twice[:SHOWN])) + more
            raise DataError(f"world {each.world!r} is in {directory} more than once: {there}; name one of them")
    return Search(found, other)


def is_world(project: Project, directory: Path) -> bool:
    """Whether a folder is laid out as a world of a project."""
    if project == "tau2":
        return (directory / "tasks.json").is_file() and any((directory / name).is_file() for name in _DATABASES)
    return bool(task_files(directory)) and not is_world("tau2", directory)


def task_files(directory: Path) -> list[Path]:
    """The task files of the older project's world, Python before JSON of the same name."""
    python = sorted(directory.glob("tasks*.py"))
    names = {path.stem for path in python}
    written = (path for path in sorted(directory.glob("tasks*.json")) if path.stem not in names)
    return [*python, *(path for path in written if not holds_scenarios(path))]


def holds_scenarios(tasks: Path) -> bool:
    """Whether a task file is written as the newer project's are, as far as its beginning tells."""
    try:
        if not tasks.is_file():
            return False
        with tasks.open("rb") as file:
            return b'"user_scenario"' in file.read(HEAD)
    except OSError:
        return False


def _below(directory: Path, depth: int) -> Iterator[Path]:
    """Folders under a directory, in order; hidden ones, links and those that hold no worlds are passed over."""
    try:
        with os.scandir(directory) as entries:
            inner = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    for name in inner:
        if not name.startswith(".") and name not in PASSED_OVER:
            yield directory / name
            if depth > 1:
                yield from _below(directory / name, depth - 1)


def _entries(directory: Path) -> list[str]:
    """Names of what is in a directory; none where it cannot be read."""
    try:
        return sorted(path.name for path in directory.iterdir())
    except OSError:
        return []


def _half(project: Project, place: Path) -> str:
    """What a folder lacks that has half of what a world of the newer project has; empty where it has neither."""
    if project == "tau":
        return ""
    tasks = (place / "tasks.json").is_file() and holds_scenarios(place / "tasks.json")
    data = any((place / name).is_file() for name in _DATABASES)
    if tasks and not data:
        return f"{place}, which has tasks.json and lacks {' or '.join(_DATABASES)}"
    return f"{place}, which has data and lacks tasks.json" if data and not tasks else ""


def _nothing(project: Project, directory: Path, places: list[Path], other: tuple[str, ...], world: str | None) -> str:
    """Why there is nothing to import."""
    text = (
        f"{directory} holds no world of {project}{f' named {world!r}' if world else ''}; expected {EXPECTED[project]}"
    )
    against: Project = "tau2" if project == "tau" else "tau"
    elsewhere = next((place for place in places if is_world(against, place)), None)
    halves = [half for half in (_half(project, place) for place in places) if half]
    if other or halves:
        text += f". Found {'; '.join([*other, *halves][:3])}"
    elif elsewhere is not None:
        text += f". {elsewhere} looks like a world of {against}: try `interplay import {against} {directory}`"
    else:
        there = _entries(directory)
        text += f". Found {', '.join(there[:8]) or 'nothing'}{' ...' if len(there) > 8 else ''}"
    known = ", ".join(editions(project)) or "none"
    return f"{text}. Worlds of {project} that are installed: {known}"
