"""Does `interplay --help` answer at once?

Whole processes, in turn: `interplay --help` against a bare Python that imports rich and passes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from time import perf_counter

from benchmarks.material import publish

ROUNDS = 21


def _seconds(*arguments: str) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)
    return perf_counter() - began


def main() -> None:
    """Measure and print."""
    ours, floor = [], []
    for _ in range(ROUNDS):
        floor.append(_seconds("-c", "import rich; pass"))
        ours.append(_seconds("-m", "interplay.engine.cli", "--help"))
    ours, floor = ours[1:], floor[1:]  # the first round compiles
    ratios = [one / other for one, other in zip(ours, floor, strict=True)]
    publish(
        "startup",
        ours_ms=round(statistics.median(ours) * 1e3, 1),
        floor_ms=round(statistics.median(floor) * 1e3, 1),
        ratio=round(statistics.median(ratios), 2),
        goal=3.0,
    )


if __name__ == "__main__":
    main()
