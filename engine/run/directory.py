"""Run: a directory that keeps what was made.

Making one writes the data first and `run.json` last. Reading takes no lock; writing takes one that
ends with the process that holds it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from filelock import FileLock, Timeout

from interplay.engine.database import Base, Database
from interplay.engine.domain import Domain
from interplay.engine.errors import RunError
from interplay.engine.run.appending import sync
from interplay.engine.run.config import RUN_FILE, RunConfig, encode_config, read_config, write_config
from interplay.engine.run.reader import Records
from interplay.engine.run.writing import BLUEPRINTS, JOURNAL, TRAJECTORIES, Writing

D = TypeVar("D", bound=Database)
T = TypeVar("T")

EMPTY: Mapping[str, Path] = {}
DATA = "data"
INPUTS = "inputs"
LOCK = "lock"


class Run:
    """One run; `Run.create` makes the directory, `Run.open` finds it again.

    Args:
        path: of the directory.
        config: what its `run.json` says.
    """

    def __init__(self, path: Path, config: RunConfig) -> None:
        self.path = path
        self.config = config

    @classmethod
    def create(cls, path: Path, config: RunConfig, base: Base[Any], *, inputs: Mapping[str, Path] = EMPTY) -> Run:
        """Make a run, with its parents, in a directory that is new or empty.

        Args:
            path: where.
            config: what it is; the digest of `base` is put in.
            base: the data that it starts from; a copy is kept.
            inputs: other files that it rests on, by the name under which a copy is kept.

        Raises:
            RunError: something is there already, the place cannot be written, an input cannot be read, or a
                setting is not JSON.
        """
        config = msgspec.structs.replace(config, data_digest=base.digest())
        encoded = encode_config(config)
        try:
            path.mkdir(parents=True, exist_ok=True)
            _expect_empty(path)
            with _locked(path):
                _expect_empty(path)
                _fill(path, base, encoded, inputs)
        except FileExistsError:
            raise RunError(f"cannot make a run at {path}: it is a file") from None
        except OSError as error:
            raise RunError(f"cannot make a run at {path}: {error.strerror or error}") from None
        return cls(path, config)

    @classmethod
    def open(cls, path: Path) -> Run:
        """Find a run.

        Raises:
            RunError: there is none, its `run.json` is damaged, or another version's.
        """
        return cls(path, read_config(path))

    @property
    def inputs(self) -> dict[str, Path]:
        """The other files that the run rests on, by name."""
        directory = self.path / INPUTS
        return {each.name: each for each in sorted(directory.iterdir())} if directory.is_dir() else {}

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """The run's logs, recovered and open for writing by this process alone.

        Raises:
            RunError: another process is writing it, it cannot be written, or a whole line is damaged.
        """
        with _locked(self.path), Writing(self.path, self.config.units) as writing:
            yield writing

    def base(self, domain: Domain[D]) -> Base[D]:
        """The data that the run started from.

        Args:
            domain: the world that the run is of.

        Raises:
            RunError: another world, or the data is not what it was.
            DataError: a data file is missing or malformed.
        """
        if domain.name != self.config.domain:
            raise RunError(f"{self.path} is a run of {self.config.domain!r}, not of {domain.name!r}")
        base = domain.read(self.path / DATA)
        if base.digest() != self.config.data_digest:
            raise RunError(
                f"{self.path / DATA} is not the data that this run started from: its digest is {base.digest()}, "
                f"{RUN_FILE} says {self.config.data_digest}. Put the data back, or start another run"
            )
        return base

    def blueprints(self, type: type[T]) -> Records[T]:  # noqa: A002
        """The records of the blueprint log, each decoded as this type."""
        return Records(self.path, BLUEPRINTS, JOURNAL, type)

    def trajectories(self, type: type[T]) -> Records[T]:  # noqa: A002
        """The records of the trajectory log, each decoded as this type."""
        return Records(self.path, TRAJECTORIES, JOURNAL, type)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep all other processes from writing a run; the lock ends with this one, however it ends."""
    lock = FileLock(path / LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise RunError(f"{path} is being written by another process") from None
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from None
    try:
        yield
    finally:
        lock.release()


def _expect_empty(path: Path) -> None:
    there = {each.name for each in path.iterdir()} - {LOCK}
    if RUN_FILE in there:
        raise RunError(f"{path} is a run already; `interplay resume {path}` continues it")
    if there:
        some = ", ".join(sorted(there)[:5])
        raise RunError(
            f"cannot make a run at {path}: the directory is not empty ({some}). Name another, or empty it: "
            f"a run that was cut short while it was being made has {DATA} and no {RUN_FILE}"
        )


def _fill(path: Path, base: Base[Any], config: bytes, inputs: Mapping[str, Path]) -> None:
    """Write the data, the inputs and then the config; where that fails or is interrupted, leave nothing."""
    folders = [DATA, INPUTS] if inputs else [DATA]
    try:
        base.write(path / DATA)
        if inputs:
            (path / INPUTS).mkdir()
        for name, source in inputs.items():
            shutil.copyfile(source, path / INPUTS / name)
        for folder in folders:
            for each in (*(path / folder).iterdir(), path / folder):
                sync(each)
        write_config(path, config)
    except BaseException:
        for folder in folders:
            shutil.rmtree(path / folder, ignore_errors=True)
        (path / f"{RUN_FILE}.new").unlink(missing_ok=True)
        raise
