"""Runs: where the runs are that an export was made of.

Somebody says so, or they stand around the export under the names that they had when it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from interplay.engine.database import Base
from interplay.engine.errors import UsageError
from interplay.engine.export.manifest import Origin
from interplay.engine.export.returning.recall import Recall
from interplay.engine.export.sources import Source, open_sources
from interplay.engine.reverify import Reverifier
from interplay.engine.run.config import RUN_FILE, RunConfig

LEVELS = 3
"""So many directories above an export are looked at for its runs."""
USUAL = "runs"
"""Directory in which runs are usually kept."""


class Opened:
    """A run that rows are compared with.

    Args:
        source: the run.
        recall: its units.
    """

    def __init__(self, source: Source, recall: Recall) -> None:
        self.source, self.recall = source, recall
        base: Base[Any] = source.run.base(source.domain)
        self.reverifier = Reverifier(source.domain, base)


class Runs:
    """Opens runs as rows name them; the files are let go of when the `with` block ends.

    Args:
        given: directories of runs, or that hold runs, as somebody says; empty: look around.
        around: the export.
        origins: what the manifest says of its runs; empty where there is none.

    Raises:
        RunError: a directory that was given is no run and holds none, or cannot be read.
        DomainError: a run's world is not installed, or broken.
    """

    def __init__(self, given: Sequence[Path], around: Path, origins: Sequence[Origin]) -> None:
        self._sources = open_sources(given) if given else ()
        self._around = around.resolve()
        self._origins = {each.name: each for each in origins}
        self._opened: dict[str, Opened] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Runs:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, name: str) -> Opened:
        """The run that rows call by this name.

        Raises:
            UsageError: it is not where it was looked for, or what is there is another.
            RunError: it cannot be read, or its data is not what it was.
            DomainError: its world is not installed, or broken.
        """
        found = self._opened.get(name)
        if found is None:
            source = self._source(name)
            recall = Recall(source)
            self._stack.callback(recall.close)
            found = self._opened[name] = Opened(source, recall)
        return found

    @property
    def described(self) -> str:
        """The runs that were opened, with their worlds, for an error's text."""
        return ", ".join(f"{each.source.run.path} ({each.source.domain.name})" for each in self._opened.values())

    def _source(self, name: str) -> Source:
        candidates = list(self._sources) or list(self._standing_around(name))
        if not candidates:
            raise UsageError(
                f"the rows are of the run {name!r}, which does not stand beside {self._around}; say where it is "
                "with --run DIR"
            )
        origin = self._origins.get(name)
        named = [each for each in candidates if _ends(each.run.path, name)]
        alike = [each for each in candidates if origin is not None and not _unlike(origin, each.run.config)]
        right = [each for each in named if each in alike] or alike if origin is not None else named
        if not right and origin is None and len(candidates) == 1 and not self._opened:
            right = candidates  # a run that was given another name since
        if not right and origin is not None and named:
            raise UsageError(
                f"{named[0].run.path} is not the run that was exported: {_unlike(origin, named[0].run.config)}"
            )
        if not right:
            there = ", ".join(str(each.run.path) for each in candidates)
            raise UsageError(
                f"the rows are of the run {name!r}, and it is not among {there}; say where it is with --run DIR"
            )
        return Source(right[0].run, name, right[0].domain)

    def _standing_around(self, name: str) -> Iterator[Source]:
        """Runs of this name in or beside the directories above the export."""
        if Path(name).is_absolute() or ".." in Path(name).parts:
            return  # a row says so, and whoever wrote it may send us anywhere
        for above in (self._around, *list(self._around.parents)[:LEVELS]):
            for place in (above / name, above / USUAL / name, *([above] if _ends(above, name) else [])):
                if (place / RUN_FILE).is_file():
                    yield from open_sources([place])


def _ends(path: Path, name: str) -> bool:
    """Whether a path's last parts are this name."""
    parts = Path(name).parts
    return bool(parts) and path.resolve().parts[-len(parts) :] == parts


def _unlike(origin: Origin, config: RunConfig) -> str:
    """In what a run is not the one that was exported; empty where it is."""
    pairs = {
        "world": (origin.domain, config.domain),
        "seed": (origin.seed, config.seed),
        "number of units": (origin.units, config.units),
        "digest of its data": (origin.data_digest, config.data_digest),
    }
    differing = [f"its {what} is {is_now}, and was {was}" for what, (was, is_now) in pairs.items() if was != is_now]
    return "; ".join(differing)
