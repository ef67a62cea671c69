"""Small runs to be indexed."""

import msgspec

from interplay.engine.blueprint import Blueprint, Persona
from interplay.engine.conversation import Stopped
from interplay.engine.forge.assignment import Finding
from interplay.engine.forge.difficulty import Difficulty
from interplay.engine.forge.record import BlueprintRecord, Rejected
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall
from interplay.engine.run import Run, RunConfig
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import generate
from interplay.engine.trajectory import Faulted, Scored, Trajectory, Trials
from interplay.engine.verifier import Verdict

GOOD = Scored(Verdict(reward=1.0, state=True, outputs=True, duties=True, policy=True, progress=1.0))
BAD = Scored(Verdict(0.0, True, False, True, True, 0.5, untold=("x",)), "agent")
LOST = Faulted("provider", "error", "no answer")


def made(unit, words="You want a thing."):
    """A record of a unit that has a blueprint."""
    blueprint = Blueprint(
        id=f"tiny-b{unit}",
        domain="tiny",
        instruction=words,
        persona=Persona(name="A", description="B"),
        facts=(),
        goals=(),
        actions=(),
    )
    hard = Difficulty(reads=unit % 3, writes=1, depth=1, entities=1, rules=0, hidden=0)
    fell = Rejected(task=0, attempt=0, findings=(Finding(stage="checks", check="format", text="no"),))
    return BlueprintRecord(unit, blueprint, attempt=unit % 2, difficulty=hard, rejected=(fell,) * (unit % 2))


def played(unit, *outcomes, says="Hello there"):
    """Conversations of a unit."""
    messages = (
        HumanMessage(text=f"{says} {unit}"),
        *(ToolCall(call_id=f"c{n}", tool=f"tool_{n}", arguments={"id": f"#W{unit:07}"}) for n in range(unit % 3)),
        AgentMessage(text="Your e-mail is ann.lee12@example.org."),
    )
    trials = (
        Trajectory(unit, f"tiny-b{unit}", "00", Stopped("satisfied"), outcome, messages, at)
        for at, outcome in enumerate(outcomes or (GOOD,))
    )
    return Trials(unit, f"tiny-b{unit}", tuple(trials))


def lines(records):
    """Records as they stand in a log."""
    return b"".join(msgspec.json.encode(each) + b"\n" for each in records)


def run_at(path, units, *, total=None, seed=1, outcomes=(GOOD, BAD)):
    """A run of which the first units are done."""
    config = RunConfig(domain="tiny", seed=seed, units=units if total is None else total)
    run = Run.create(path, config, generate(Seed.root(1), 2))
    grow(run, range(units), outcomes=outcomes)
    return run


def grow(run, units, *, outcomes=(GOOD, BAD)):
    """Write more units."""
    with (run.path / "blueprints.jsonl").open("ab") as file:
        file.write(lines(map(made, units)))
    with (run.path / "trajectories.jsonl").open("ab") as file:
        file.write(lines(played(unit, outcomes[unit % len(outcomes)]) for unit in units))
