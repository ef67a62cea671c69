"""Do ten thousand waiting conversations cost anything but memory, and how much of that?

Actors wait 50 ms on average for each model turn. First, how near to the ideal rate (conversations in flight over the
time that one has to wait) the engine comes as the processor fills. Then, in a process of its own that
has loaded the world and done nothing else, 10,000 in flight: memory above the base for each, and whether
anything grows with the number already done.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import anyio
import msgspec

from benchmarks.material import CALLS, TURNS, Recording, World, average_recordings, load_world, publish, replay
from interplay.engine.blueprint import Blueprint
from interplay.engine.domain import load_domain
from interplay.engine.messages import AnyMessage
from interplay.engine.scheduler import work_off
from interplay.engine.truth import execute
from interplay.engine.verifier import Verifier

WAIT = 0.05
STEPS = (50, 100, 200, 300, 400, 600)
SECONDS_A_STEP = 6.0
MANY = 10_000
WAITED = (TURNS + TURNS + CALLS) * WAIT
"""Seconds that one conversation waits for its models: the human's turns, the agent's words and calls."""


def _resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _reraise(_unit: int, error: Exception) -> None:
    raise error


async def _play(
    world: World, recordings: list[Recording], units: int, in_flight: int, done: Callable[[], None]
) -> None:
    async def work(unit: int) -> None:
        await replay(world, recordings[unit % len(recordings)], unit, WAIT)
        done()

    await work_off(range(units), work, in_flight=in_flight, failed=_reraise)


def _run(world: World, recordings: list[Recording], units: int, in_flight: int, done: Callable[[], None]) -> None:
    anyio.run(_play, world, recordings, units, in_flight, done, backend_options={"use_uvloop": True})


def _step(world: World, recordings: list[Recording], in_flight: int) -> dict[str, float]:
    """Share of the ideal rate with this many in flight, and how full the processor was."""
    units = round(in_flight * SECONDS_A_STEP / WAITED)
    wall, cpu = perf_counter(), process_time()
    _run(world, recordings, units, in_flight, lambda: None)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    ideal = -(-units // in_flight) * WAITED  # the last wave is not always a full one
    return {"in_flight": in_flight, "share_of_ideal": round(ideal / wall, 3), "cpu": round(cpu / wall, 3)}


def _memory(world: World, recordings: list[Recording]) -> dict[str, float]:
    """KiB above the base for each of MANY in flight, while a first and a second MANY are done."""
    _run(world, recordings, 200, 100, lambda: None)  # what is set up once is no part of a conversation
    gc.collect()
    base, count, seen = _resident(), 0, []

    def done() -> None:
        nonlocal count
        count += 1
        if count % (MANY // 10) == 0:
            seen.append((_resident() - base) / MANY / 1024)

    _run(world, recordings, 2 * MANY, MANY, done)
    parts = {"first": seen[:10], "second": seen[10:]}
    return {f"max_while_{name}": round(max(part), 1) for name, part in parts.items()}


def _memory_of_a_fresh_process(world: World, recordings: list[Recording]) -> dict[str, float]:
    """The same, where nothing that was freed before can be used again unseen."""
    with tempfile.TemporaryDirectory() as scratch:
        world.base.write(Path(scratch) / "data")
        kept = [(each.blueprint, each.messages) for each in recordings]
        (Path(scratch) / "recordings.json").write_bytes(msgspec.json.encode(kept))
        command = [sys.executable, "-m", "benchmarks.in_flight", scratch]
        printed = subprocess.run(command, check=True, capture_output=True).stdout
    return msgspec.json.decode(printed, type=dict[str, float])


def _memory_child(scratch: Path) -> None:
    domain = load_domain("retail")
    base = domain.read(scratch / "data")
    world = World(domain, base, Verifier(domain.tools, domain.policy, base))
    kept = msgspec.json.decode(
        (scratch / "recordings.json").read_bytes(), type=list[tuple[Blueprint, tuple[AnyMessage, ...]]]
    )
    recordings = [Recording(each, execute(domain.tools, base, each), messages) for each, messages in kept]
    print(msgspec.json.encode(_memory(world, recordings)).decode())


def main() -> None:
    """Measure and print."""
    if len(sys.argv) > 1:
        _memory_child(Path(sys.argv[1]))
        return
    world = load_world()
    recordings = average_recordings(world, 10)
    publish(
        "in_flight",
        wait_ms=WAIT * 1e3,
        waited_s=round(WAITED, 2),
        steps=[_step(world, recordings, in_flight) for in_flight in STEPS],
        many=MANY,
        memory_kib_each=_memory_of_a_fresh_process(world, recordings),
        goal={"share_of_ideal": 0.9, "memory_kib_each": 40},
    )


if __name__ == "__main__":
    main()
