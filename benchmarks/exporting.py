"""How fast are conversations exported, against the floor of decoding them and encoding the rows?

Ours: `openai`, whatever took place, with the search for duplicates, digests of the files, a card, and files that
outlive the machine. Floor: msgspec alone, which decodes the same trajectory log, typed, and encodes the same rows,
typed, their tools and policy encoded once for all; nothing is written, and the other log, of which rows have whose
blueprint it was, is not read. Both in processes of their own, in turn; the figure is the ratio of their rates. Their
CPU stands beside it; ours is of several threads, of which one writes and takes digests, and `rows_thread` is that of
the one that makes rows. `again` is a second, looser floor: the exported rows themselves, decoded and encoded as they
come. Peak memory is that of the process, at a tenth of the conversations and at all of them.

    python -m benchmarks.exporting [RUN]

RUN is a run that `benchmarks.long_run` made; without it one of 20,000 conversations is made.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from itertools import count, islice
from pathlib import Path
from time import perf_counter, process_time, thread_time
from typing import Any

import msgspec

from benchmarks.material import publish
from interplay.engine.export import pipeline
from interplay.engine.export.dialogue import Dialogue, turns
from interplay.engine.export.distinctness import Distinctness
from interplay.engine.export.formats import Played, Settings, load_format
from interplay.engine.export.formats.chat import AnyMessage, chat
from interplay.engine.export.pipeline import Asked, export
from interplay.engine.export.samples import Sample
from interplay.engine.export.selection import Selection
from interplay.engine.export.sources import open_sources
from interplay.engine.trajectory import Trials, kind

ROUNDS = 3
CONVERSATIONS = 20_000
DISTINCT = 500
"""So many rows are made before the clock starts, and encoded over and over."""


class _TypedRow(Played, frozen=True, kw_only=True):
    """A row of `openai` with its messages as values."""

    messages: list[AnyMessage]
    tools: msgspec.Raw


class _Lenient(Distinctness):
    """Looks for duplicates and lets them pass: a long run is a short one written over and over."""

    def is_new(self, sample: Sample) -> bool:
        super().is_new(sample)
        return True


def _ours(run: Path, units: int) -> dict[str, Any]:
    """Export so many units."""
    setattr(pipeline, "Distinctness", _Lenient)  # noqa: B010  (for this process alone)
    with tempfile.TemporaryDirectory(dir=run.parent) as scratch:
        began, cpu, mine = perf_counter(), process_time(), thread_time()
        asked = Asked(Selection("all"))
        found = export(
            open_sources([run]),
            load_format("openai"),
            asked,
            Path(scratch) / "out",
            lambda all_of_them: islice(all_of_them, units),
        )
        took, cpu, mine = perf_counter() - began, process_time() - cpu, thread_time() - mine
    size = sum(part.bytes for part in found.manifest.files)
    return {"rows": found.manifest.counts.kept, "seconds": took, "cpu": cpu, "rows_thread": mine, "bytes": size}


def _floor(run: Path, units: int) -> dict[str, Any]:
    """Decode the same lines, and encode as many rows."""
    decoder, encoder = msgspec.json.Decoder(Trials), msgspec.json.Encoder()
    rows = _typed_rows(run)
    seconds, cpu, size = 0.0, 0.0, 0
    encoded = count(0)
    with (run / "trajectories.jsonl").open("rb", buffering=1 << 20) as file:
        lines = islice(file, units)
        while batch := list(islice(lines, DISTINCT)):
            began, cpu_began = perf_counter(), process_time()
            for line in batch:
                for _ in decoder.decode(line).trials:
                    size += len(encoder.encode(rows[next(encoded) % len(rows)]))
            seconds, cpu = seconds + perf_counter() - began, cpu + process_time() - cpu_began
    return {"rows": next(encoded), "seconds": seconds, "cpu": cpu, "bytes": size}


def _again(run: Path, units: int) -> dict[str, Any]:
    """Decode and encode as many of the rows themselves."""
    decoder, encoder = msgspec.json.Decoder(), msgspec.json.Encoder()
    rows = [encoder.encode(row) for row in _typed_rows(run)]
    size, began, cpu = 0, perf_counter(), process_time()
    for at in range(units):
        size += len(encoder.encode(decoder.decode(rows[at % len(rows)])))
    return {"rows": units, "seconds": perf_counter() - began, "cpu": process_time() - cpu, "bytes": size}


def _typed_rows(run: Path) -> list[_TypedRow]:
    """The rows of the first units."""
    (source,) = open_sources([run])
    samples = [trial for trials in islice(source.run.trajectories(Trials), DISTINCT) for trial in trials.trials]
    return [
        _TypedRow(
            id=f"{source.name}/{trial.unit}/{trial.trial}",
            blueprint=trial.blueprint,
            domain=source.domain.name,
            outcome=kind(trial.outcome),
            messages=chat(
                Dialogue(source.system, source.tools(), turns(trial.messages)), source.raw_system, Settings()
            ),
            tools=source.tools().raw,
        )
        for trial in samples
    ]


MEASURES = {"--ours": _ours, "--floor": _floor, "--again": _again}


def _measured(what: str, run: Path, units: int) -> dict[str, Any]:
    """What one of the two says of itself, from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.exporting", f"--{what}", str(run), str(units)]
    found: dict[str, Any] = msgspec.json.decode(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def _report(what: str, run: Path, units: int) -> None:
    """Measure one in this process, and print it with its peak memory."""
    found = MEASURES[what](run, units)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(msgspec.json.encode(found | {"peak_mib": round(peak, 1)}).decode())


def _compare(run: Path) -> None:
    (source,) = open_sources([run])
    units = source.run.config.units
    small = _measured("ours", run, units // 10)
    again = _measured("again", run, units // 10)
    ours, floor = [], []
    for _ in range(ROUNDS):
        floor.append(_measured("floor", run, units))
        ours.append(_measured("ours", run, units))

    ratios = [one / other for one, other in zip(_rates(ours), _rates(floor), strict=True)]
    publish(
        "exporting",
        rows=ours[0]["rows"],
        megabytes=round(ours[0]["bytes"] / 1e6),
        ours_per_second=round(statistics.median(_rates(ours))),
        floor_per_second=round(statistics.median(_rates(floor))),
        ratio=round(statistics.median(ratios), 3),
        ratios=[round(ratio, 3) for ratio in ratios],
        again_per_second=round(_rates([again])[0]),
        ratio_again=round(statistics.median(_rates(ours)) / _rates([again])[0], 3),
        cpu_us={"ours": _us(ours, "cpu"), "rows_thread": _us(ours, "rows_thread"), "floor": _us(floor, "cpu")},
        cpu_ratio=round(_us(floor, "cpu") / _us(ours, "cpu"), 3),
        peak_mib={str(each["rows"]): each["peak_mib"] for each in (small, ours[-1])},
        goal=0.5,
    )


def _rates(found: list[dict[str, Any]]) -> list[float]:
    return [each["rows"] / each["seconds"] for each in found]


def _us(found: list[dict[str, Any]], what: str) -> float:
    return round(statistics.median([float(each[what]) / int(each["rows"]) for each in found]) * 1e6, 1)


def main() -> None:
    """Measure and print."""
    match sys.argv[1:]:
        case [("--ours" | "--floor" | "--again") as what, directory, units]:
            _report(what, Path(directory), int(units))
        case [directory]:
            _compare(Path(directory))
        case _:
            with tempfile.TemporaryDirectory() as scratch:
                run = Path(scratch) / "run"
                command = [sys.executable, "-m", "benchmarks.long_run", str(run), str(CONVERSATIONS)]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                _compare(run)


if __name__ == "__main__":
    main()
