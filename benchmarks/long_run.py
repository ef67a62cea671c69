"""A long run: as many conversations as one asks for, out of a few hundred real ones.

    python -m benchmarks.long_run DIR 100000

Exporting, indexing and looking are measured on runs that would take hours to make. So some hundred units are
made and played, by an agent that does well and by several that do not, some of them more than once; then they are
written over and over, each time with units, blueprints and seeds of their own. What a reader may rely on
holds: ids are distinct, parents are blueprints of the same round, data and digests are those of the world.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec

from benchmarks.material import SEED
from interplay.engine.domain import load_domain
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.run import Run, RunConfig
from interplay.engine.trajectory import Trials
from interplay.engine.units import units

WORLD = "retail"
PERSONS = 500
PLAYED = (
    ("guided", 100, 1),
    ("skips-confirmation", 20, 1),
    ("claims-without-doing", 15, 1),
    ("obeys-forbidden", 15, 1),
    ("hands-over-needlessly", 10, 1),
    ("forgets-output", 5, 2),
    ("wrong-item", 5, 4),
)
"""What is made: the agent, how many units, and how often each is played."""
JOINED = "0.15"
"""Share of units that are joined from others, so that there are relatives."""

_UNIT = 987_654_321_012_345
"""Stands for a unit's number until it has one."""
_HOLES = re.compile(rb'(?P<unit>987654321012345)|"(?P<seed>[0-9a-f]{64})"|"(?P<blueprint>[a-z_]+-[0-9a-f]{12})"')


class Pattern(NamedTuple):
    """A record with holes in it: what is written between them, and what goes into each."""

    between: tuple[bytes, ...]
    holes: tuple[tuple[str, bytes], ...]
    """What is asked for, and what stood there."""

    def fill(self, unit: int, number: int, named: dict[bytes, bytes]) -> bytes:
        """The record of one unit.

        Args:
            unit: its number.
            number: of the round.
            named: the ids of this round, by those that were made.
        """
        written = [self.between[0]]
        for (what, old), after in zip(self.holes, self.between[1:], strict=True):
            if what == "unit":
                written.append(b"%d" % unit)
            elif what == "seed":
                written.append(b'"%s"' % sha256(b"%d %s" % (number, old)).hexdigest().encode())
            else:
                written.append(b'"%s"' % named[old])
            written.append(after)
        return b"".join(written)


class Sample(NamedTuple):
    """A unit that was made, ready to be written under other numbers."""

    blueprint: Pattern
    conversations: Pattern
    trials: int


def make_run(path: Path, trajectories: int = 100_000) -> int:
    """Make a run of so many conversations.

    Args:
        path: a directory that does not exist, or is empty.
        trajectories: how many conversations, exactly.

    Returns:
        How many units they are of.

    Raises:
        RunError: something is there already, or it cannot be written.
    """
    with TemporaryDirectory() as scratch:
        runs = _played(Path(scratch))
        world = load_domain(WORLD)
        base = runs[0].base(world)
        samples = [sample for name, run in enumerate(runs) for sample in _samples(run, b"%d" % name)]
    order = list(_dealt(samples, trajectories))
    config = RunConfig(domain=WORLD, seed=SEED, units=len(order), settings={"data": {"generated": PERSONS}})
    run = Run.create(path, config, base)
    with (path / "blueprints.jsonl").open("xb") as blueprints, (path / "trajectories.jsonl").open("xb") as played:
        named: dict[bytes, bytes] = {}
        before = -1
        for unit, (number, sample) in enumerate(order):
            if number != before:
                named, before = _names(samples, number), number
            blueprints.write(sample.blueprint.fill(unit, number, named))
            played.write(sample.conversations.fill(unit, number, named))
    return run.config.units


def _played(scratch: Path) -> list[Run]:
    """Small runs on the same data, each of one agent."""
    runs: list[Run] = []
    for number, (agent, count, trials) in enumerate(PLAYED):
        out = scratch / agent
        command = [sys.executable, "-m", "interplay.engine.cli", "generate", WORLD, "--out", str(out)]
        command += ["-n", str(count), "--seed", str(SEED + number), "--agent", agent, "--trials", str(trials)]
        command += ["--recombine", JOINED]
        command += ["--data", str(runs[0].path / "data")] if runs else ["--persons", str(PERSONS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):  # 1: some unit came to no accepted conversation
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
        runs.append(Run.open(out))
    return runs


def _samples(run: Run, name: bytes) -> Iterator[Sample]:
    for unit in units(run):
        assert unit.record is not None
        assert unit.trials is not None
        record = msgspec.structs.replace(unit.record, unit=_UNIT)
        played = tuple(msgspec.structs.replace(trial, unit=_UNIT) for trial in unit.played)
        trials = msgspec.structs.replace(unit.trials, unit=_UNIT, trials=played)
        yield Sample(_pattern(record, name), _pattern(trials, name), len(played))


def _pattern(record: BlueprintRecord | Trials, run: bytes) -> Pattern:
    data = msgspec.json.encode(record) + b"\n"
    between, holes, at = [], [], 0
    for hole in _HOLES.finditer(data):
        between.append(data[at : hole.start()])
        what = hole.lastgroup or ""
        holes.append((what, run + b" " + hole[what]))  # two agents played the same blueprint: it gets two names
        at = hole.end()
    return Pattern((*between, data[at:]), tuple(holes))


def _dealt(samples: Sequence[Sample], trajectories: int) -> Iterator[tuple[int, Sample]]:
    """Round after round of all samples, as long as there is room for their conversations."""
    assert any(sample.trials == 1 for sample in samples)
    number = 0
    while trajectories:
        for sample in samples:
            if sample.trials <= trajectories:
                trajectories -= sample.trials
                yield number, sample
        number += 1


def _names(samples: Sequence[Sample], number: int) -> dict[bytes, bytes]:
    """New ids of one round, by those that were made."""
    found = {old for each in samples for part in each[:2] for what, old in part.holes if what == "blueprint"}
    return {old: b"%s-%s" % (_world(old), sha256(b"%d %s" % (number, old)).hexdigest()[:12].encode()) for old in found}


def _world(old: bytes) -> bytes:
    return old.split(b" ")[1].rsplit(b"-", 1)[0]


def main() -> None:
    """Make one and say what it holds."""
    if len(sys.argv) != 3 or not sys.argv[2].isdigit():
        sys.exit("usage: python -m benchmarks.long_run DIR CONVERSATIONS")
    path, count = Path(sys.argv[1]), int(sys.argv[2])
    made = make_run(path, count)
    print(f"{path}: {count} conversations of {made} units")


if __name__ == "__main__":
    main()
