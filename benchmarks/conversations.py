"""What does a conversation cost beyond the passing of its messages?

Ours: 6 human turns and 7 tool calls through the engine with the retail tools, verified, encoded and
recorded. Floor: three bare anyio tasks that pass as many messages over memory object streams and encode
each once. Both at 1,000 in flight, in turn, in one process; the figure is the ratio of CPU time.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

import anyio
import msgspec
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from benchmarks.material import Recording, World, average_recordings, load_world, publish, replay
from interplay.engine.messages import AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.run import Run, RunConfig
from interplay.engine.scheduler import work_off

IN_FLIGHT = 1000
UNITS = 3000
ROUNDS = 5


async def _floor_conversation(messages: tuple[AnyMessage, ...]) -> None:
    """Three tasks that pass the messages of one conversation."""
    encode = msgspec.json.Encoder().encode
    said = [m for m in messages if isinstance(m, HumanMessage)]
    results = [m for m in messages if isinstance(m, ToolResult)]
    done = [m for m in messages if not isinstance(m, HumanMessage | ToolResult)]
    to_human, human_inbox = anyio.create_memory_object_stream[Any](1)
    to_agent, agent_inbox = anyio.create_memory_object_stream[Any](1)
    to_environment, environment_inbox = anyio.create_memory_object_stream[Any](1)

    async def human() -> None:
        for at, message in enumerate(said):
            encode(message)
            await to_agent.send(message)
            if at < len(said) - 1:
                await human_inbox.receive()

    async def environment(inbox: MemoryObjectReceiveStream[Any], outbox: MemoryObjectSendStream[Any]) -> None:
        for message in results:
            await inbox.receive()
            encode(message)
            await outbox.send(message)

    async def agent() -> None:
        for message in done:
            await agent_inbox.receive()
            encode(message)
            await (to_environment if isinstance(message, ToolCall) else to_human).send(message)
        await agent_inbox.receive()

    async with (
        to_human,
        human_inbox,
        to_agent,
        agent_inbox,
        to_environment,
        environment_inbox,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(environment, environment_inbox, to_agent)
        tasks.start_soon(agent)
        tasks.start_soon(human)


def _reraise(_unit: int, error: Exception) -> None:
    raise error


async def _floor(recordings: list[Recording]) -> None:
    async def work(unit: int) -> None:
        await _floor_conversation(recordings[unit % len(recordings)].messages)

    await work_off(range(UNITS), work, in_flight=IN_FLIGHT, failed=_reraise)


async def _ours(world: World, recordings: list[Recording], directory: Path) -> None:
    run = Run.create(directory, RunConfig(domain="retail", seed=0, units=UNITS), world.base)
    with run.writing() as writing:

        async def work(unit: int) -> None:
            writing.trajectories.write(unit, await replay(world, recordings[unit % len(recordings)], unit))
            if unit % 250 == 0:
                writing.flush()

        await work_off(range(UNITS), work, in_flight=IN_FLIGHT, failed=_reraise)


def _cpu(work: Any, *arguments: Any) -> float:
    began = process_time()
    anyio.run(work, *arguments, backend_options={"use_uvloop": True})
    return process_time() - began


def main() -> None:
    """Measure and print."""
    world = load_world()
    recordings = average_recordings(world, 10)
    ours, floor = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for round_ in range(ROUNDS + 1):
            floor.append(_cpu(_floor, recordings))
            ours.append(_cpu(_ours, world, recordings, Path(scratch) / str(round_)))
    ratios = [one / other for one, other in zip(ours[1:], floor[1:], strict=True)]  # the first round warms up
    publish(
        "conversations",
        in_flight=IN_FLIGHT,
        conversations=UNITS,
        messages=len(recordings[0].messages),
        ours_us=round(statistics.median(ours[1:]) / UNITS * 1e6, 1),
        floor_us=round(statistics.median(floor[1:]) / UNITS * 1e6, 1),
        ratio=round(statistics.median(ratios), 3),
        ratios=[round(ratio, 3) for ratio in ratios],
        goal=2.0,
    )


if __name__ == "__main__":
    main()
