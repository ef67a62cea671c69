"""Collection: a directory of recordings of several worlds, replayed in one process.

Its files lie in `golden/`, `fuzz/` and `recorded/`, each named after the world that it is about:
`WORLD_test.jsonl`, with the data in `taubench/WORLD`; `tau2_WORLD.jsonl`, with the data in `tau2/WORLD`;
or, of a world that brings its own, `WORLD_any.jsonl`. One file or line that cannot be replayed is
counted and stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from interplay.engine.domain import domain_names, load_domain
from interplay.engine.errors import DataError
from interplay.engine.replaying.checks import Tally
from interplay.engine.replaying.forms import read_lines, told, try_line
from interplay.engine.replaying.stage import Stage

FOLDERS = ("golden", "fuzz", "recorded")
_DATA = {"tau2_": "tau2", "": "taubench"}
"""Where the data lie, by how a file's name begins."""


class Found(NamedTuple):
    """A file of recordings."""

    path: Path
    world: str
    data: Path
    """Where its data would lie; of a world that brings its own there is no such directory."""


class Counted(NamedTuple):
    """What came of one file."""

    found: Found
    tally: Tally
    noun: str
    """What its recordings are called."""
    seconds: float


def files_of(directory: Path, worlds: Sequence[str] | None = None) -> list[Found]:
    """The recordings in a directory, sorted.

    Args:
        directory: the collection.
        worlds: names of the worlds that there are; by default those that are installed.

    Raises:
        DataError: there are none.
    """
    known = sorted(domain_names() if worlds is None else worlds, key=len, reverse=True)
    paths = sorted(path for folder in FOLDERS for path in (directory / folder).glob("*.jsonl"))
    if not paths:
        raise DataError(f"{directory} holds no recordings; expected files in {', '.join(f'{f}/' for f in FOLDERS)}")
    return [_found(directory, path, known) for path in paths]


def replay_all(directory: Path, first: int = 10, *, clock: Callable[[], float] = perf_counter) -> Iterator[Counted]:
    """Replay every file of a collection, in order; nothing that is wrong with one stops the rest.

    Args:
        directory: the collection.
        first: how many disagreements of each file to keep.
        clock: for the rate.

    Raises:
        DataError: it holds no recordings.
    """
    stages: dict[tuple[str, Path], Stage] = {}
    for found in files_of(directory):
        tally, began, nouns = Tally(first), clock(), list[str]()
        try:
            key = found.world, found.data
            if key not in stages:
                stages[key] = _stage(found)
            _replay_file(stages[key], found.path, tally, nouns)
        except Exception as error:  # a world that breaks on a whole file is a finding about that file
            tally.add_broken(found.path.name, told(error))
        yield Counted(found, tally, nouns[0] if nouns else "recordings", clock() - began)


def _replay_file(stage: Stage, path: Path, tally: Tally, nouns: list[str]) -> None:
    for line in read_lines(path, tolerant=True):
        nouns[:] = [line.form.NOUN]
        try_line(stage, line, tally)


def _stage(found: Found) -> Stage:
    stage = Stage(load_domain(found.world), found.data if found.data.is_dir() else None)
    if stage.directory is None and stage.script is None:
        raise DataError(f"{found.data} is not a directory; the data that these recordings began with should lie there")
    stage.load()
    return stage


def _found(directory: Path, path: Path, worlds: Sequence[str]) -> Found:
    """A file, with the world that its name begins with; where there is none such, what stands before the first _."""
    start, folder = next((start, folder) for start, folder in _DATA.items() if path.stem.startswith(start))
    name = path.stem.removeprefix(start)
    fitting = (world for world in worlds if name == world or name.startswith(f"{world}_"))
    world = next(fitting, name.partition("_")[0])
    return Found(path, world, directory / folder / world)
