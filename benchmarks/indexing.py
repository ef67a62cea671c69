"""How fast is an index built, against decoding alone, and how fast does it answer?

    python -m benchmarks.indexing [CONVERSATIONS [RUN]]

The index of a run is built anew in this process; the floor is msgspec decoding the same records of both logs as
their types, a slice of each before and after, in CPU seconds. Then each question is asked of the warm index, and the
slowest of three askings is told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import msgspec

from benchmarks.long_run import make_run
from benchmarks.material import publish
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.index import Index, Query
from interplay.engine.run import Run
from interplay.engine.trajectory import Trials

CONVERSATIONS = 100_000
SLICE = 10_000
"""Records of each log that the floor decodes at a time."""


def _floor(path: Path) -> float:
    """CPU seconds to decode a record of each log, on average."""
    seconds, units = 0.0, 0
    for name, kind in (("blueprints", BlueprintRecord), ("trajectories", Trials)):
        decode = msgspec.json.Decoder(kind).decode
        with (path / f"{name}.jsonl").open("rb") as file:
            began = process_time()
            count = sum(1 for _ in map(decode, islice(file, SLICE)))
            seconds += process_time() - began
        units = max(units, count)
    return seconds / units


def _slowest(work: Callable[[], object]) -> float:
    found = []
    for _ in range(3):
        began = perf_counter()
        work()
        found.append(perf_counter() - began)
    return round(max(found), 4)


def _first_page(index: Index, query: Query) -> None:
    index.runs()
    index.facets(query)
    index.search(query)


def _answers(index: Index) -> dict[str, float]:
    """Seconds for each question."""
    run = index.runs()[0].name
    rule = next(iter(index.facets(Query())["rule"]))
    tool = next(iter(index.facets(Query())["tool"]))
    number = index.search(Query(text="order")).rows[0].unit
    queries = {
        "first_page": Query(),
        "outcome": Query(outcome="rejected"),
        "rule": Query(rule=rule),
        "tool": Query(tool=tool),
        "difficulty": Query(least={"writes": 2}),
        "word": Query(text="exchange"),
        "phrase": Query(text='"my email is"'),
        "longest": Query(sort="-turns"),
    }
    found = {name: _slowest(lambda query=query: _first_page(index, query)) for name, query in queries.items()}  # type: ignore[misc]
    last = index.search(Query(sort="-"), limit=100).rows[-1]
    found["deep_page"] = _slowest(lambda: index.neighbours(Query(), run, last.unit, last.trial))
    found["unit"] = _slowest(lambda: index.unit(run, number))
    found["tally"] = _slowest(lambda: index.tally(Query()))
    return found


def measure(path: Path) -> None:
    """Measure the run at a path and print."""
    before = _floor(path)
    with TemporaryDirectory() as cache:
        index = Index(path, cache=Path(cache))
        began, clock = process_time(), perf_counter()
        progress = index.update()
        ours, wall = process_time() - began, perf_counter() - clock
        floor = (before + _floor(path)) / 2
        units = Run.open(path).config.units
        peak = getrusage(RUSAGE_SELF).ru_maxrss
        index.close()
        index = Index(path, cache=Path(cache))
        answers = _answers(index)
        size = index.where.stat().st_size
        index.close()
    publish(
        "indexing",
        conversations=progress.conversations,
        megabytes=round(progress.total_bytes / 1e6),
        index_megabytes=round(size / 1e6),
        units_per_second=round(units / ours),
        wall_seconds=round(wall, 1),
        decoded_per_second=round(1 / floor),
        to_decoding=round(floor * units / ours, 3),
        goal_to_decoding=0.25,
        peak_megabytes=round(peak / 1e3),
        seconds=answers,
        goal_first_page_seconds=1.0,
    )


def main() -> None:
    """Make a run where none is named, and measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CONVERSATIONS
    if len(sys.argv) > 2:
        measure(Path(sys.argv[2]))
        return
    with TemporaryDirectory() as scratch:
        make_run(Path(scratch) / "run", count)
        measure(Path(scratch) / "run")


if __name__ == "__main__":
    main()
