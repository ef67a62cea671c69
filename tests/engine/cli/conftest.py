"""What tests of the command line share: finished runs, and a way to call commands.

The runs are played and judged here, unit by unit, without the machinery that makes runs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import msgspec
import pytest
from click.testing import CliRunner

from interplay.agents import faulty
from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.domains.retail import DOMAIN
from interplay.engine.attribution import blame
from interplay.engine.cli import commands
from interplay.engine.conversation import Failed, Limits, play
from interplay.engine.deliberation import Deliberation, Draft
from interplay.engine.environment import Environment
from interplay.engine.errors import InterplayError
from interplay.engine.forge import difficulty
from interplay.engine.forge.assignment import Finding
from interplay.engine.forge.checks import Validated
from interplay.engine.forge.drafting import draft
from interplay.engine.forge.probing import Probe
from interplay.engine.forge.record import BlueprintRecord, Rejected
from interplay.engine.forge.review import Review
from interplay.engine.messages import HumanMessage, ToolCall
from interplay.engine.models.exchange import Reply, Usage
from interplay.engine.models.replies import FILE, Failure, Recorded
from interplay.engine.run import Run, RunConfig
from interplay.engine.seeds import Seed
from interplay.engine.trajectory import Faulted, Scored, Trajectory, Trials, Unresolved
from interplay.engine.verifier import Evidence, Verifier

SEED = Seed.root(7)
BASE = DOMAIN.generate(SEED.child("data"), 60)
VERIFIER = Verifier(DOMAIN.tools, DOMAIN.policy, BASE)


class Answer(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def process() -> Callable[..., Answer]:
    """Calls `interplay` as a process of its own; its output is a pipe."""

    def call(*arguments: object) -> Answer:
        command = [sys.executable, "-m", "interplay.engine.cli", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300)
        return Answer(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def cli(monkeypatch) -> Callable[..., Answer]:
    """Calls a command in this process; errors that are meant for the caller come out as `main` has them."""
    for name in ("COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: object) -> Answer:
        done = CliRunner().invoke(commands, [str(each) for each in arguments])
        if isinstance(done.exception, InterplayError):
            return Answer(2, done.stdout, f"error: {done.exception}")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Answer(done.exit_code, done.stdout, done.stderr)

    return call


def made(unit: int) -> Validated:
    """A blueprint for a unit."""
    seed = SEED.child("unit", unit)
    return draft(DOMAIN, BASE, seed.child("blueprint"), f"retail-{seed.digest.hex()[:12]}")


def played(unit: int, validated: Validated, agent: type[GuidedAgent] = GuidedAgent, trial: int = 0) -> Trajectory:
    """One conversation, judged."""
    blueprint, seed = validated.blueprint, SEED.child("unit", unit).child("trial", trial)
    environment = Environment(DOMAIN.tools, BASE.fork())
    human = ScriptedHuman(blueprint.brief, seed.child("human"))
    cast = agent(blueprint, DOMAIN.tools, seed.child("agent"))
    done = anyio.run(play, human, cast, environment, Limits())
    evidence = Evidence(done.messages, done.ending, environment.db.changes(), environment.effects)
    verdict = VERIFIER.verify(blueprint, validated.truth, evidence)
    outcome = Scored(verdict, None if verdict.accepted else blame(blueprint, evidence, verdict))
    return Trajectory(unit, blueprint.id, seed.digest.hex(), done.ending, outcome, done.messages, trial)


def run_of(path: Path, units: list[tuple[BlueprintRecord, Trials]], **asked: Any) -> Path:
    """A run that holds these units."""
    run = Run.create(path, RunConfig(domain="retail", seed=7, units=len(units), settings={"asked": asked}), BASE)
    with run.writing() as writing:
        for record, trials in units:
            writing.blueprints.write(record.unit, msgspec.json.encode(record))
            writing.trajectories.write(record.unit, msgspec.json.encode(trials))
    return path


@pytest.fixture(scope="session")
def made_run(tmp_path_factory) -> Path:
    """A finished run of twelve conversations, all verified; nobody changes it."""
    units = []
    for unit in range(12):
        validated = made(unit)
        trajectory = played(unit, validated)
        assert trajectory.accepted
        record = BlueprintRecord(unit, validated.blueprint)
        units.append((record, Trials(unit, validated.blueprint.id, (trajectory,))))
    return run_of(tmp_path_factory.mktemp("runs") / "made", units)


HARD = faulty.SkipsConfirmation
ALL_GOOD, ALL_BAD, MIXED, OVERLOADED, BROKEN, UNMADE = range(6)
"""The units of the run with four trials each."""


def reviews(correctness: int) -> tuple[Review, ...]:
    """What two reviewers say who agree, and one who says yes to everything."""
    scores = {"completeness": 7, "satisfaction": 8, "creativity": 6}
    return (
        Review(reviewer="strict", correctness=correctness, reason="I followed the actions.", **scores),
        Review(reviewer="careful", correctness=correctness, **scores),
        Review(reviewer="yes-sayer", correctness=10, **scores),
        Review(reviewer="shy", abstains=True, reason="no model answered"),
    )


def changing(unit: int) -> Validated:
    """A blueprint in which something is changed, so that a faulty agent can go wrong."""
    for number in range(100):
        validated = draft(DOMAIN, BASE, SEED.child("changing", unit, number), f"retail-{unit:012}")
        if validated.truth.changes:
            return validated
    raise AssertionError("no blueprint changes anything")


def fallen(validated: Validated, attempt: int, check: str) -> Rejected:
    """A candidate that fell."""
    stage = "checks" if check == "execution" else "committee"
    finding = Finding(stage=stage, check=check, text=f"the {check} is wrong", by="strict" if stage[1] == "o" else "")
    told = reviews(2) if stage == "committee" else ()
    return Rejected(task=0, attempt=attempt, findings=(finding,), candidate=validated.blueprint, reviews=told)


def recorded(unit: int, validated: Validated) -> BlueprintRecord:
    """What Phase 1 made of a unit, with two attempts that fell before it."""
    return BlueprintRecord(
        unit,
        validated.blueprint,
        attempt=2 if unit == ALL_GOOD else 0,
        difficulty=difficulty.of(validated.blueprint, DOMAIN),
        reviews=reviews(9),
        probe=Probe(flaw="swapped-item", reviews=reviews(1)),
        rejected=(fallen(validated, 0, "execution"), fallen(validated, 1, "correctness")) if unit == ALL_GOOD else (),
        parents=("retail-aaa", "retail-bbb") if unit == ALL_BAD else (),
    )


def thoughtful(trajectory: Trajectory) -> Trajectory:
    """The same, with what the agent thought and what the human might have said."""
    call = next(at for at, message in enumerate(trajectory.messages) if isinstance(message, ToolCall))
    messages = list(trajectory.messages)
    messages[call] = msgspec.structs.replace(messages[call], thought="I should look that up.")
    first = next(message for message in messages if isinstance(message, HumanMessage))
    drafts = (
        Draft(text="Do it with item 99.", struck="tells item 99, which they cannot know"),
        Draft(text=first.text, agreement=9.0, consistency=8.5, flow=7.0, critique="natural"),
    )
    deliberation = Deliberation(turn=0, drafts=drafts, chosen=1)
    return msgspec.structs.replace(trajectory, messages=tuple(messages), deliberations=(deliberation,))


@pytest.fixture(scope="session")
def trials_run(tmp_path_factory) -> Path:
    """A run of six units with four trials each, of which some went wrong in every way; nobody changes it."""
    units = []
    for unit in range(UNMADE):
        validated = changing(unit)
        bad = {ALL_GOOD: (), ALL_BAD: (0, 1, 2, 3), MIXED: (0, 2)}.get(unit, ())
        trials = [played(unit, validated, HARD if trial in bad else GuidedAgent, trial) for trial in range(4)]
        assert [trial.accepted for trial in trials] == [trial not in bad for trial in range(4)]
        trials[0] = thoughtful(trials[0])
        if unit == OVERLOADED:
            ending = Failed("agent", "429 from the endpoint, six times", "", "rate")
            outcome = Faulted("provider", "error", f"for the agent: {ending.error}")
            trials[1] = msgspec.structs.replace(
                trials[1], ending=ending, outcome=outcome, messages=trials[1].messages[:1]
            )
        if unit == BROKEN:
            blank = Faulted("ours", "error", "KeyError: 'x'", "Traceback: of ours")
            trials = [Trajectory(unit, validated.blueprint.id, "00", None, blank, ())]
        units.append((recorded(unit, validated), Trials(unit, validated.blueprint.id, tuple(trials))))
    fell = Rejected(task=0, attempt=0, findings=(Finding(stage="writing", check="provider", text="no reply"),))
    record = BlueprintRecord(UNMADE, rejected=(fell,), failure="none of 1 candidates was accepted")
    blank = Trajectory(UNMADE, "retail-none", "00", None, Unresolved(record.failure), ())
    units.append((record, Trials(UNMADE, "retail-none", (blank,))))
    path = tmp_path_factory.mktemp("runs") / "trials"
    run_of(path, units, play={"trials": 4}, prices={"m": {"prompt": 1.0, "completion": 2.0}})
    _asked(path)
    return path


def _asked(path: Path) -> None:
    """Leave what the models of a run answered."""
    usage = Usage(prompt=1_000_000, completion=500_000)
    shared = {"unit": 0, "hash": "00", "model": "m"}
    replies = [
        Recorded(at="a", role="writer", reply=Reply(text="x", usage=usage), **shared),
        Recorded(at="b", role="agent", reply=Reply(text="x", usage=usage), **shared),
        Recorded(at="b", again=1, role="agent", reply=Reply(text="x", usage=usage), **shared),
        Recorded(at="c", role="agent", failure=Failure(cause="rate", text="429"), **shared),
        Recorded(at="d", role="agent", origin="cache", reply=Reply(text="x", usage=usage), **shared),
    ]
    (path / FILE).write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in replies))


@pytest.fixture
def trials_copy(trials_run, tmp_path) -> Path:
    """A copy of it, to be tampered with."""
    return Path(shutil.copytree(trials_run, tmp_path / "trials"))


@pytest.fixture
def run_copy(made_run, tmp_path) -> Path:
    """A copy of the finished run, to be tampered with."""
    return Path(shutil.copytree(made_run, tmp_path / "run"))
