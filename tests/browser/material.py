"""Material: runs to look at, made by the real command or written by the real writer."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
from tests.browser.opening import COMMAND
from tests.test_commands_end_to_end import environment

from interplay.domains.retail import DOMAIN
from interplay.engine.deliberation import Deliberation, Draft
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.messages import HumanMessage
from interplay.engine.run import Run
from interplay.engine.trajectory import Scored, Trajectory, Trials
from interplay.engine.units import Unit, units
from interplay.engine.verifier import Verdict

LIBRARY = {
    "claims": ("retail", "-n", "24", "--persons", "60", "--agent", "claims-without-doing"),
    "items": ("retail", "-n", "8", "--persons", "60", "--agent", "wrong-item"),
    "phone": ("telecom", "-n", "6"),
    "strangers": ("retail", "-n", "12", "--persons", "60", "--trials", "2", "--agent", "acts-unauthenticated"),
}
"""Runs of the library, by name: an agent that claims what it did not do, one that takes the wrong things, a world in
which people have tools, and one that acts for anybody, twice each."""
SUPPOSED = "I would like to hear about penguins, then."
"""What a human might have said instead."""
STRUCK = "it invents a fact: penguins"


def make_library(directory: Path) -> Path:
    """A directory of runs."""
    directory.mkdir()
    making = [
        subprocess.Popen(
            [*COMMAND, "generate", *asked, "--seed", "5", "--out", str(directory / name)],
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, asked in LIBRARY.items()
    ]
    for process in making:
        _, said = process.communicate(timeout=300)
        assert process.returncode in (0, 1), said  # 1: some were rejected, which is what they are for
    return directory


class Growing(NamedTuple):
    """A run that is written as one likes, out of the records of a finished one."""

    run: Run
    records: Sequence[Unit]

    def grow(self, numbers: Iterable[int]) -> None:
        """Write these units, and let go of the run."""
        with self.run.writing() as writing:
            for number in numbers:
                unit = self.records[number]
                writing.blueprints.write(number, msgspec.json.encode(unit.record))
                writing.trajectories.write(number, msgspec.json.encode(unit.trials))


def begin_run(source: Path, directory: Path) -> Growing:
    """A run that holds nothing yet, and is to hold what another one holds."""
    made = Run.open(source)
    run = Run.create(directory, made.config, made.base(DOMAIN))
    return Growing(run, list(units(made)))


def make_drafted(source: Path, directory: Path) -> Path:
    """A copy of a run's first units whose humans drafted three replies a turn, of which the second was said."""
    growing = begin_run(source, directory)
    records = [unit._replace(trials=_deliberated(unit.trials)) for unit in islice(growing.records, 4)]
    config = msgspec.structs.replace(growing.run.config, units=len(records))
    (directory / "run.json").write_bytes(msgspec.json.encode(config))
    Growing(Run.open(directory), records).grow(range(len(records)))
    return directory


def _deliberated(trials: Trials | None) -> Trials:
    assert trials is not None
    return msgspec.structs.replace(trials, trials=tuple(map(_with_drafts, trials.trials)))


def _with_drafts(trajectory: Trajectory) -> Trajectory:
    said = [message for message in trajectory.messages if isinstance(message, HumanMessage)]
    deliberations = tuple(
        Deliberation(
            turn=turn,
            drafts=(
                Draft(text=SUPPOSED, agreement=2, consistency=3, flow=4, critique="Nobody asked about penguins."),
                Draft(text=message.text, stop=message.stop, agreement=9, consistency=8.5, flow=10),
                Draft(text="Penguins!", struck=STRUCK),
            ),
            chosen=1,
        )
        for turn, message in enumerate(said)
    )
    return msgspec.structs.replace(trajectory, deliberations=deliberations)


class Interesting(NamedTuple):
    """Where in the library something is to be seen."""

    unit: int
    trial: int
    trajectory: Trajectory
    record: BlueprintRecord


def _first(run: Path, fits: Callable[[Verdict], bool]) -> Interesting:
    for unit in units(Run.open(run)):
        for trajectory in unit.played:
            if isinstance(trajectory.outcome, Scored) and fits(trajectory.outcome.verdict) and unit.record is not None:
                return Interesting(unit.number, trajectory.trial, trajectory, unit.record)
    raise AssertionError(f"{run} holds no such conversation")


def with_false_claim(library: Path) -> Interesting:
    """A conversation whose agent claims what it did not do."""
    return _first(library / "claims", lambda verdict: bool(verdict.false_claims and verdict.discrepancies))


def with_violation(library: Path) -> Interesting:
    """One whose agent broke a rule."""
    return _first(library / "strangers", lambda verdict: bool(verdict.violations))


def with_difference(library: Path) -> Interesting:
    """One that ended with something else than was due."""
    return _first(library / "items", lambda v: any(d.kind == "different" for d in v.discrepancies))


PAGES: dict[str, Callable[[Path], str]] = {
    "runs": lambda library: "/",
    "list": lambda library: "/conversations?outcome=rejected",
    "nothing": lambda library: "/conversations?text=penguins",
    "conversation": lambda library: f"/conversations/claims/{with_false_claim(library).unit}/0",
    "difference": lambda library: f"/conversations/items/{with_difference(library).unit}/0",
    "trials": lambda library: "/conversations/strangers/0/1",
    "two-sides": lambda library: "/conversations/phone/0/0",
    "plots": lambda library: "/plots",
}
"""Pages of the viewer, by name: where each is in the library."""


def make_report(library: Path, out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Have the real command write a report of a run of the library."""
    return subprocess.run(
        [*COMMAND, "report", "strangers", *arguments, "-o", str(out)],
        cwd=library,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
