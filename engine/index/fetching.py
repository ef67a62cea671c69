"""Fetching: one unit's records, read where they stand."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from interplay.engine.errors import RunError, UsageError
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.index.batch import BLUEPRINTS, TRAJECTORIES
from interplay.engine.index.schema import LOGS, unit_key
from interplay.engine.index.store import Store
from interplay.engine.run.lines import Line, decode
from interplay.engine.run.reader import Records
from interplay.engine.run.writing import JOURNAL
from interplay.engine.trajectory import Trials
from interplay.engine.units import Unit

R = TypeVar("R", BlueprintRecord, Trials)


def fetch(store: Store, path: Path, run: int, units: int, number: int) -> Unit:
    """What a run holds of a unit.

    Args:
        store: the index.
        path: of the run.
        run: its number in the index.
        units: how many it is to have.
        number: of the unit.

    Raises:
        UsageError: the run has no such unit, or it is not done.
        RunError: it cannot be read, or is damaged.
    """
    if not 0 <= number < units:
        raise UsageError(f"{path} has no unit {number}; its units are 0 to {units - 1}")
    record = _record(store, path, run, number, BLUEPRINTS, BlueprintRecord)
    trials = _record(store, path, run, number, TRAJECTORIES, Trials)
    if record is None and trials is None:
        raise UsageError(f"unit {number} of {path} is not done yet; `interplay resume {path}` does it")
    return Unit(number, record, trials)


def _record(store: Store, path: Path, run: int, number: int, log: int, type: type[R]) -> R | None:  # noqa: A002
    with store.reading() as database:
        found = database.execute(
            "SELECT offset, length, waits FROM place WHERE log = ? AND unit = ?", (log, unit_key(run, number))
        ).fetchone()
    if found is None:
        return None
    offset, length, waits = found
    file = path / (JOURNAL if waits else f"{LOGS[log]}.jsonl")
    try:
        with file.open("rb") as opened:
            opened.seek(offset)
            data = opened.read(length)
        record = decode(Line(number + 1, offset, data), msgspec.json.Decoder(type), file)
        if record.unit == number:
            return record
    except FileNotFoundError:
        pass
    except OSError as error:
        raise RunError(f"cannot read {file}: {error.strerror or error}") from None
    except RunError:
        if not waits:
            raise
    return Records(path, LOGS[log], JOURNAL, type).find(number)  # it moved since it was indexed
