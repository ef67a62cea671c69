"""Recall: the units of a run by their number, in any order.

Of each log only where its lines begin is held in memory, eight bytes a unit; the lines are read as they are asked for.
Rows mostly come in the order of the run, and then the next unit is the next line of both files.
"""

from __future__ import annotations

from array import array
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

import msgspec

from interplay.engine.blueprint import Blueprint
from interplay.engine.export.samples import UNMADE, Made, Sample
from interplay.engine.export.sources import Source
from interplay.engine.run import Found
from interplay.engine.run.journal import Entry, entries
from interplay.engine.run.lines import Line, whole_lines
from interplay.engine.run.reader import open_file
from interplay.engine.run.writing import BLUEPRINTS, JOURNAL, TRAJECTORIES
from interplay.engine.trajectory import Trials


class _Given(msgspec.Struct, frozen=True):
    """A line of the blueprint log, without what was made on the way to the blueprint."""

    blueprint: Blueprint | None = None


class Recalled:
    """What a run holds of one unit.

    Args:
        source: the run.
        played: line of the unit's conversations.
        made: line of what was made of it; None where there is none.
    """

    def __init__(self, source: Source, played: Found, made: Found | None) -> None:
        self.number = played.unit
        self._run, self._made = source.run, made
        making = UNMADE if made is None else source.run.blueprints(Made).decode(made)
        trials = source.run.trajectories(Trials).decode(played)
        self.samples = tuple(Sample(source, making, each) for each in trials.trials if each.ending is not None)
        """Its conversations, as an export takes them: those that took place."""

    @cached_property
    def blueprint(self) -> Blueprint | None:
        """What was played."""
        return None if self._made is None else self._run.blueprints(_Given).decode(self._made).blueprint

    def sample(self, trial: int) -> Sample | None:
        """The conversation of this number; None where there is none."""
        return next((each for each in self.samples if each.trajectory.trial == trial), None)


class Recall:
    """Finds units of one run; its files are open until it is closed.

    Args:
        source: the run.

    Raises:
        RunError: a file cannot be read, or the journal is damaged.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._last: Recalled | None = None
        with ExitStack() as opened:
            self._played = _Log(source.run.path, TRAJECTORIES, opened)
            self._made = _Log(source.run.path, BLUEPRINTS, opened)
            self._opened = opened.pop_all()

    def unit(self, number: int) -> Recalled | None:
        """A unit; None where the run holds no conversation of it.

        Raises:
            RunError: a line is damaged.
        """
        if self._last is None or self._last.number != number:
            played = self._played.line(number)
            if played is None:
                return None
            self._last = Recalled(self._source, played, self._made.line(number))
        return self._last

    def close(self) -> None:
        """Let go of the files."""
        self._opened.close()


class _Log:
    """Where the lines of one log begin."""

    def __init__(self, directory: Path, log: str, opened: ExitStack) -> None:
        self._path, self._aside = directory / f"{log}.jsonl", directory / JOURNAL
        self._journal = open_file(self._aside, opened)  # before the log: what moves meanwhile is seen in one of the two
        found = entries(self._aside, self._journal) if self._journal is not None else ()
        self._entries: dict[int, Entry] = {each.unit: each for each in found if each.log == log}
        self._file = open_file(self._path, opened)
        self._offsets = array("q", (line.offset for line in whole_lines(self._file)) if self._file else ())

    def line(self, number: int) -> Found | None:
        """The line of a unit; None where there is none."""
        if 0 <= number < len(self._offsets) and self._file is not None:
            offset = self._offsets[number]
            self._file.seek(offset)
            line = Line(number + 1, offset, self._file.readline().removesuffix(b"\n"))
            return Found(number, line, self._path)
        entry = self._entries.get(number)
        if entry is None or self._journal is None:
            return None
        self._journal.seek(entry.offset)
        return Found(number, Line(entry.line, entry.offset, self._journal.read(entry.length)), self._aside)
