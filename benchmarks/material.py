"""Material: real conversations of the retail world for benchmarks to play again.

The benchmarks measure the engine, so models are stood in for by actors that give back the messages of
a conversation that was played before; tools, verdict and records are the real ones.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from platform import python_version
from typing import Any, NamedTuple

import anyio
import msgspec

from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.engine.blueprint import Blueprint
from interplay.engine.conversation import Limits, play
from interplay.engine.database import Base
from interplay.engine.domain import Domain, load_domain
from interplay.engine.environment import Environment
from interplay.engine.forge.drafting import draft
from interplay.engine.messages import AgentMessage, AgentReply, AnyMessage, HumanMessage, ToolCall
from interplay.engine.seeds import Seed
from interplay.engine.trajectory import Scored, Trajectory
from interplay.engine.truth import Truth
from interplay.engine.verifier import Evidence, Verifier

SEED = 7
GOLDEN = 0.6180339887498949
"""Multiples of it, modulo 1, lie evenly between 0 and 1."""
TURNS, CALLS = 6, 7
"""The average conversation: human messages and tool calls."""


class World(NamedTuple):
    """The retail world, loaded."""

    domain: Domain[Any]
    base: Base[Any]
    verifier: Verifier


class Recording(NamedTuple):
    """One conversation that was played."""

    blueprint: Blueprint
    truth: Truth
    messages: tuple[AnyMessage, ...]

    @property
    def turns(self) -> int:
        """Messages of the human."""
        return sum(isinstance(message, HumanMessage) for message in self.messages)

    @property
    def calls(self) -> int:
        """Tool calls."""
        return sum(isinstance(message, ToolCall) for message in self.messages)


class Replayed:
    """An actor that says what was said before, after as long as a model would take.

    Args:
        messages: what to say.
        seconds: to wait before each, on average; between half and one and a half of it, since models do not
            answer in step, and conversations that did would all want the processor at once.
        unit: decides how the waits differ.
    """

    def __init__(self, messages: Sequence[Any], seconds: float, unit: int) -> None:
        self._messages = iter(messages)
        self._seconds = seconds
        self._at = unit * GOLDEN

    async def __call__(self, *_: object) -> Any:
        """The next message."""
        if self._seconds:
            self._at += GOLDEN
            await anyio.sleep(self._seconds * (0.5 + self._at % 1))
        return next(self._messages)


def load_world() -> World:
    """The retail world with 500 persons."""
    domain = load_domain("retail")
    base = domain.generate(Seed.root(SEED), 500)
    return World(domain, base, Verifier(domain.tools, domain.policy, base))


def record(world: World, unit: int) -> tuple[Recording, Environment]:
    """Make a blueprint and play it with the scripted actors."""
    seed = Seed.root(SEED).child(unit)
    validated = draft(world.domain, world.base, seed, f"b{unit}")
    blueprint = validated.blueprint
    environment = Environment(world.domain.tools, world.base.fork())
    human = ScriptedHuman(blueprint.brief, seed.child("human"))
    agent = GuidedAgent(blueprint, world.domain.tools, seed.child("agent"))
    played = anyio.run(play, human, agent, environment, Limits())
    return Recording(blueprint, validated.truth, played.messages), environment


def average_recordings(world: World, count: int) -> list[Recording]:
    """Conversations of exactly TURNS human messages and CALLS tool calls."""
    found: list[Recording] = []
    unit = 0
    while len(found) < count:
        recording, _ = record(world, unit)
        if (recording.turns, recording.calls) == (TURNS, CALLS):
            found.append(recording)
        unit += 1
    return found


async def replay(world: World, recording: Recording, unit: int, seconds: float = 0.0) -> bytes:
    """Play a recording again through the engine, judge it and encode its record."""
    said = [m for m in recording.messages if isinstance(m, HumanMessage)]
    done: list[AgentReply] = [m for m in recording.messages if isinstance(m, AgentMessage | ToolCall)]
    environment = Environment(world.domain.tools, world.base.fork())
    human, agent = Replayed(said, seconds, 2 * unit), Replayed(done, seconds, 2 * unit + 1)
    played = await play(human, agent, environment, Limits())
    evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
    verdict = world.verifier.verify(recording.blueprint, recording.truth, evidence)
    assert verdict.accepted, verdict
    trajectory = Trajectory(unit, recording.blueprint.id, "", played.ending, Scored(verdict), played.messages)
    return msgspec.json.encode(trajectory)


def publish(name: str, **figures: object) -> None:
    """Print the one line."""
    versions = {"python": python_version(), **{each: version(each) for each in ("anyio", "msgspec")}}
    if sys.platform != "win32":
        versions["uvloop"] = version("uvloop")
    print(msgspec.json.encode({"benchmark": name, **figures, "seed": SEED, "versions": versions}).decode())
