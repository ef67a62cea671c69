"""Writing: a run while one process adds to it.

It holds the run's logs and the journal that they share, recovered from whatever the last writer left.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from interplay.engine.errors import RunError
from interplay.engine.run.appending import AppendFile
from interplay.engine.run.journal import Journal
from interplay.engine.run.log import OrderedLog, recover

BLUEPRINTS = "blueprints"
TRAJECTORIES = "trajectories"
JOURNAL = "pending.jsonl"


class Flushed(NamedTuple):
    """Units whose records are safe now and were not yet reported so."""

    blueprints: tuple[int, ...]
    trajectories: tuple[int, ...]


class Writing:
    """The logs of a run, open for writing; its `with` block flushes at the end, whatever ended it.

    Args:
        directory: of the run; the caller holds its lock.
        units: how many units the run has.

    Raises:
        RunError: a file cannot be written, or a whole line in one is damaged.
    """

    def __init__(self, directory: Path, units: int) -> None:
        self.units = units
        with ExitStack() as opened:
            heads: dict[str, int] = {}
            files: dict[str, AppendFile] = {}
            for name in (BLUEPRINTS, TRAJECTORIES):
                files[name] = AppendFile(directory / f"{name}.jsonl")
                opened.callback(files[name].close)
                heads[name] = recover(files[name], units)
            self._journal = Journal(directory / JOURNAL, heads, units)
            opened.callback(self._journal.close)
            logs = [OrderedLog(name, files[name], heads[name], self._journal, units) for name in files]
            self._opened = opened.pop_all()
        self.blueprints, self.trajectories = logs

    def missing(self) -> Iterator[int]:
        """Units that lack a record in either log, ascending; looked up as the caller goes on."""
        unit = min(self.blueprints.head, self.trajectories.head)
        while unit < self.units:
            if unit not in self.blueprints or unit not in self.trajectories:
                yield unit
            unit = max(unit + 1, min(self.blueprints.head, self.trajectories.head))

    def flush(self) -> Flushed:
        """Make durable, against the death of this process, whatever both logs hold.

        Raises:
            RunError: the disk refused. Nothing is lost: what is still held can be flushed again.
        """
        self.blueprints.spill()
        self.trajectories.spill()
        if self._journal.untidy:
            self._sync_logs()
            self._journal.tidy()
        return Flushed(self.blueprints.flush(), self.trajectories.flush())

    def forget(self) -> None:
        """Let go of what both logs hold, because what it rests on could not be kept."""
        self.blueprints.forget()
        self.trajectories.forget()

    def close(self) -> Flushed:
        """Flush, make everything survive the machine, and let go of the files.

        Raises:
            RunError: the disk refused; the files are let go of all the same.
        """
        with self._opened:
            flushed = self.flush()
            self._sync_logs()
            self._journal.finish()
        return flushed

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.close()
        except RunError as closing:
            if error is None:
                raise
            error.add_note(f"Closing the run failed, too: {closing}")

    def _sync_logs(self) -> None:
        for log in (self.blueprints, self.trajectories):
            log.sync()
