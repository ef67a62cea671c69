"""Shelf: where the pages take what they show from.

The index answers for all that lists and counts. A conversation is read from its run when it is opened, and
the run's world with it, once: several threads may ask at the same time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, TypeAlias

from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import UsageError
from interplay.engine.index import Index, Query, RunEntry
from interplay.engine.inspection import Inspection, inspect, world_of
from interplay.engine.run import Run
from interplay.engine.units import Unit

World: TypeAlias = tuple[tuple[Domain[Any], Base[Any]] | None, str]
"""A run's world and its data; else why they cannot be had."""

UNREADABLE = "unreadable"
"""State of a run of which there is nothing to list."""
WORLDS = 4
"""So many are kept; another one that is asked for takes the place of the one that was longest not asked for."""
NAMED = 8
"""So many runs are named where one is asked for that is not there."""


class Shelf:
    """What the pages read from.

    Args:
        root: the directory that is shown: a run, or one that holds runs.
        index: of it; something else keeps it up to date.
    """

    def __init__(self, root: Path, index: Index) -> None:
        self.root, self.index = root, index
        self._worlds: OrderedDict[tuple[Path, str], World] = OrderedDict()
        self._opening = threading.Lock()

    @property
    def name(self) -> str:
        """What the directory is called."""
        return self.root.resolve().name or str(self.root)

    def runs(self) -> list[RunEntry]:
        """The runs in the directory, as far as it was read."""
        return self.index.runs()

    def facets(self, query: Query, *, found: bool) -> dict[str, dict[str, int]]:
        """How many conversations fit each value of each filter, the other filters being as they are.

        Runs and worlds have 0 where none fits; and so have all values where nothing fits the query, so that
        another one can be chosen.

        Args:
            query: what is asked.
            found: whether any conversation fits it.
        """
        counts = self.index.facets(query)
        runs = [entry for entry in self.runs() if entry.conversations]
        known = {"run": [entry.name for entry in runs], "domain": [entry.domain for entry in runs]}
        there = known if found else self.index.facets(Query())
        return {name: dict.fromkeys(there.get(name, ()), 0) | counts.get(name, {}) for name in counts}

    def alone(self) -> bool:
        """Whether the directory is itself a run that can be read."""
        return any(entry.path.resolve() == self.root.resolve() and entry.state != UNREADABLE for entry in self.runs())

    def run(self, name: str) -> RunEntry:
        """The run of this name.

        Raises:
            UsageError: there is none; names those that there are.
        """
        runs = self.runs()
        for entry in runs:
            if entry.name == name:
                return entry
        there = ", ".join(entry.name for entry in runs[:NAMED]) + (", ..." if len(runs) > NAMED else "")
        raise UsageError(f"there is no run {name!r} here; the runs are {there or 'not read yet'}")

    def opened(self, run: str, unit: int, trial: int) -> tuple[Unit, Inspection]:
        """One conversation, read and compared.

        Args:
            run: name of its run.
            unit: its number.
            trial: which of the unit's conversations; 0 of a unit that was not played.

        Raises:
            UsageError: there is no such run, unit or trial; says what there is.
            RunError: the run's files cannot be read, or are damaged.
        """
        entry = self.run(run)
        found = self._unit(entry, unit)
        played = {each.trial: each for each in found.played}
        if trial not in played and (played or trial):
            there = ", ".join(map(str, played)) or "none, as it was not played yet"
            raise UsageError(f"unit {unit} of {entry.name} has no trial {trial}; its trials are {there}")
        world, trouble = self._world(entry)
        return found, inspect(found, played.get(trial), world, trouble)

    def _unit(self, entry: RunEntry, number: int) -> Unit:
        last = entry.units - 1
        if not 0 <= number <= last:
            raise UsageError(f"{entry.name} has no unit {number}; its units are 0 to {last}")
        return self.index.unit(entry.name, number)

    def _world(self, entry: RunEntry) -> World:
        """The world of a run, loaded once; the others wait for it."""
        run = Run.open(entry.path)
        key = run.path, run.config.data_digest
        with self._opening:
            if key not in self._worlds:
                self._worlds[key] = world_of(run)
                if len(self._worlds) > WORLDS:
                    self._worlds.popitem(last=False)
            self._worlds.move_to_end(key)
            return self._worlds[key]
