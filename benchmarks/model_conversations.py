"""What does a model call cost, with everything that the engine and the client do for it?

Whole conversations, agent and human on models over real HTTP: drafting and screening, tools, channels, questions
hashed, replies recorded, verdicts reached, records encoded and written. The human drafts once a turn and nobody
judges, so that a call is a turn. A server in another process answers each question after 200 ms with what the
oracle answered when the conversations were played before; it has a core to itself, and so has the client.

First as many conversations as are allowed in flight, which want more calls a second than a core has time for: what
counts is the processor's time of the client process for each call, beside that of the same bodies over the
transport alone, in the same run. Then as many as a core can bear, at all stages at once: what counts is how near
they come to the ideal rate, at which nobody waits for anything but the server.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from itertools import cycle
from pathlib import Path
from statistics import mean
from time import perf_counter, process_time
from typing import NamedTuple

import anyio
import msgspec

from benchmarks.answering import answering, mark
from benchmarks.material import SEED, World, load_world, publish
from benchmarks.model_calls import CALLS, Load, Measured, measure, over_the_transport
from interplay.agents.casting import model_agent, model_human
from interplay.agents.oracle import Oracle
from interplay.agents.writing.scripted import scripted
from interplay.engine.cli.session import collecting_rarely
from interplay.engine.crew import Crew
from interplay.engine.forge.checks import Validated
from interplay.engine.forge.drafting import draft
from interplay.engine.generation import FLUSH_SECONDS
from interplay.engine.models.config import HumanConfig, ModelsConfig, RoleConfig, RolesConfig
from interplay.engine.models.desk import Desk
from interplay.engine.models.exchange import Reply, Request
from interplay.engine.models.opening import Connect, open_desk, over_http
from interplay.engine.models.service import EndpointConfig
from interplay.engine.models.transport import Timeouts, open_transport
from interplay.engine.models.wire import Encoding
from interplay.engine.playing import Player, Plays
from interplay.engine.run import Run, RunConfig
from interplay.engine.seeds import Seed
from interplay.engine.testing.model_server.answers import completion
from interplay.engine.testing.model_server.asked import Asked
from interplay.engine.trajectory import Trials

SECONDS = 0.2
"""Until the server answers."""
IN_FLIGHT = 2_000
BORNE = (50, 100, 150)
"""Conversations in flight of which a core may bear all."""
WINDOW_SECONDS = 10.0
TASKS = 60
"""Blueprints that are played again and again."""
TURNS = 2
"""Measurements by turns; the mean counts."""
MODEL = "bench"


class Material(NamedTuple):
    """Conversations to be played, and what was answered in them."""

    world: World
    tasks: list[Validated]
    bodies: list[bytes]
    """Every question of each conversation."""
    answers: dict[str, str]
    """Bodies of answers by the marks of the questions."""

    @property
    def calls(self) -> float:
        """Model calls of a conversation, on average."""
        return len(self.bodies) / len(self.tasks)


class _Writing:
    """The oracle in an endpoint's place, which writes down what it is asked and answers."""

    def __init__(self, world: World, task: Validated) -> None:
        self.bodies: list[bytes] = []
        self.answers: dict[str, str] = {}
        self._oracle = Oracle(world.domain.tools, [task.blueprint])
        self._encoding = Encoding()

    async def complete(self, model: str, request: Request, seed: int) -> Reply:
        body = self._encoding.body(model, request, seed)
        reply = self._oracle.reply(request.messages)
        asked = Asked(msgspec.json.decode(body), size=len(body))
        self.bodies.append(body)
        self.answers[mark(body)] = msgspec.json.encode(completion(reply, asked)).decode()
        return reply

    async def models(self) -> list[str]:
        return [MODEL]

    async def __aenter__(self) -> _Writing:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


class Stage(NamedTuple):
    """Where conversations are played and kept."""

    player: Player
    desk: Desk
    keep: Callable[[Trials], None]
    flush: Callable[[], object]

    async def play(self, unit: int, task: Validated) -> Trials:
        """One conversation, recorded."""
        trials = await self.player.play(unit, task, Seed.root(SEED).child("unit", unit))
        self.keep(trials)
        self.desk.finished(unit)
        return trials


@asynccontextmanager
async def stage(world: World, units: int, in_flight: int, url: str, connect: Connect) -> AsyncIterator[Stage]:
    """A run that conversations are kept in, and its models."""
    role = RoleConfig(model=f"main#{MODEL}")
    config = ModelsConfig(
        endpoints={"main": EndpointConfig(url=url, in_flight=in_flight)},
        roles=RolesConfig(human=HumanConfig(model=role.model, candidates=1), agent=role),
    )
    crew = Crew(human=model_human, agent=model_agent, writer=scripted, candidates=1)
    with tempfile.TemporaryDirectory() as scratch:
        run = Run.create(Path(scratch) / "run", RunConfig(domain="retail", seed=SEED, units=units), world.base)
        seed = Seed.root(SEED)
        with run.writing() as writing:
            async with open_desk(config, seed, run.path, unfinished=lambda _: True, connect=connect) as desk:
                player = Player(world.domain, world.base, crew, Plays(), desk.model, at_once=in_flight, strict=True)

                def keep(trials: Trials) -> None:
                    writing.trajectories.write(trials.unit, msgspec.json.encode(trials))

                def flush() -> None:
                    desk.flush()
                    writing.flush()

                yield Stage(player, desk, keep, flush)


async def _prepared() -> Material:
    """Conversations that are accepted, played once with the oracle."""
    world = load_world()
    seed = Seed.root(SEED).child("task")
    material = Material(world, [], [], {})
    for number in range(TASKS):
        task = draft(world.domain, world.base, seed.child(number), f"b{number}")
        writing = _Writing(world, task)
        async with stage(world, 1, 1, "http://127.0.0.1:1/v1", lambda *_, writing=writing: writing) as played:
            trials = await played.play(0, task)
        if trials.accepted:
            material.tasks.append(task)
            material.bodies.extend(writing.bodies)
            material.answers.update(writing.answers)
    return material


class Conversations:
    """Conversations of a stage, each a unit of its own.

    Args:
        played: where.
        material: what.
    """

    def __init__(self, played: Stage, material: Material) -> None:
        self.rejected = 0
        self._stage = played
        self._tasks = enumerate(cycle(material.tasks))

    async def next(self) -> None:
        """Play the next one."""
        trials = await self._stage.play(*next(self._tasks))
        self.rejected += not trials.accepted

    async def measure(self, callers: int, each: int) -> Measured:
        """What so many conversations cost, while their records are made durable again and again."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.keep)
            measured = await measure(Load(self.next, callers, each))
            tasks.cancel_scope.cancel()
        return measured

    async def keep(self) -> None:
        """Make what is recorded durable, again and again."""
        while True:
            await anyio.sleep(FLUSH_SECONDS)
            self._stage.flush()


async def _full(material: Material, url: str) -> dict[str, float]:
    """More in flight than a core can serve, and the transport alone with the same bodies, by turns."""
    transport = open_transport(Timeouts(30, 600, 600))
    bodies = cycle([over_the_transport(transport, url, body) for body in material.bodies])
    alone = Load(lambda: next(bodies)(), IN_FLIGHT, CALLS)
    async with transport, stage(material.world, (TURNS + 1) * IN_FLIGHT, IN_FLIGHT, url, over_http) as played:
        conversations = Conversations(played, material)
        await measure(alone._replace(calls=2))
        await conversations.measure(IN_FLIGHT, 1)  # opens connections, and the window
        turns = [(await conversations.measure(IN_FLIGHT, 1), await measure(alone)) for _ in range(TURNS)]
    ideal = material.calls * SECONDS
    whole = [each.cpu_ms / material.calls for each, _ in turns]
    return {
        "in_flight": IN_FLIGHT,
        "cpu_ms_a_call": round(mean(whole), 3),
        "transport_alone_cpu_ms": round(mean(each.cpu_ms for _, each in turns), 3),
        "times_transport_alone": round(
            mean(one / other.cpu_ms for one, (_, other) in zip(whole, turns, strict=True)), 2
        ),
        "share_of_ideal": round(ideal / mean(each.seconds for each, _ in turns), 2),
        "transport_alone_share_of_ideal": round(CALLS * SECONDS / mean(each.seconds for _, each in turns), 2),
        "core_full": round(mean(each.cpu_ms * IN_FLIGHT / 1e3 / each.seconds for each, _ in turns), 2),
        "rejected": conversations.rejected,
    }


async def _borne(material: Material, url: str, in_flight: int) -> dict[str, float]:
    """So many in flight that began one after the other, as they do in the middle of a run; a window of it."""
    lasts = material.calls * SECONDS
    units = round((2 + WINDOW_SECONDS / lasts + 1) * in_flight)
    async with stage(material.world, units, in_flight, url, over_http) as played:
        conversations = Conversations(played, material)

        async def one_after_the_other(place: int) -> None:
            await anyio.sleep(place / in_flight * lasts)
            while True:
                await conversations.next()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(conversations.keep)
            for place in range(in_flight):
                tasks.start_soon(one_after_the_other, place)
            await anyio.sleep(2 * lasts)  # the window opens with what comes back
            before, wall, cpu = played.desk.bill().total.calls, perf_counter(), process_time()
            await anyio.sleep(WINDOW_SECONDS)
            wall, cpu = perf_counter() - wall, process_time() - cpu
            calls = played.desk.bill().total.calls - before
            tasks.cancel_scope.cancel()
    return {
        "in_flight": in_flight,
        "share_of_ideal": round(calls / (in_flight / SECONDS * wall), 3),
        "cpu_ms_a_call": round(cpu * 1e3 / calls, 3),
        "core_full": round(cpu / wall, 2),
        "rejected": conversations.rejected,
    }


async def _all() -> None:
    material = await _prepared()
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "answers.json"
        path.write_bytes(msgspec.json.encode(material.answers))
        with answering(SECONDS, path) as url:
            figures = {
                "answer_ms": SECONDS * 1e3,
                "calls_a_conversation": round(material.calls, 1),
                "question_kb": round(sum(map(len, material.bodies)) / len(material.bodies) / 1024, 1),
                "candidates": 1,
                "judge": False,
                "full": await _full(material, url),
                "borne": [await _borne(material, url, in_flight) for in_flight in BORNE],
            }
    goal = {"cpu_ms_a_call": 1.0, "times_transport_alone": 1.5}
    publish("model_conversations", **figures, goal=goal, clients={each: version(each) for each in ("aiohttp", "httpx")})


def main() -> None:
    """Measure and print."""
    with collecting_rarely():  # as a session does
        anyio.run(_all, backend_options={"use_uvloop": sys.platform != "win32"})


if __name__ == "__main__":
    main()
