"""What does a model call cost us beside the waiting, and does it cost more when many wait?

A server in another process answers every call after 200 ms. The same calls go once through the whole client
(encoding, gate, retries, decoding) and once over its transport alone, in one run and by turns, for the machine is
never equally quiet twice. Then as many calls as are allowed in flight, with 1,000 and with 10,000 more waiting at the
gate; and 512 that start together on no connection at all. Each is a `Load`: what one call is, how many callers
make how many calls, and it is measured by `measure`, whatever the calls are.

Where the time of a call goes, as a profile has it: half to three quarters is aiohttp's and the loop's, 0.06 ms
httpx's objects, 0.05 the encoding of a request of 22 KB (0.08 if its tools were not kept), 0.01 to 0.05 the gate, 0.01
the reading of the answer. A fifth to a quarter more would be Python's garbage collector, which looks at all that is
in flight again and again, if it were not told to do so rarely, as it is in a session. A thousand in flight that are
answered after 200 ms want 5,000 calls a second, which is more than a core has time for.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

import anyio
import httpx

from benchmarks.answering import answering
from benchmarks.material import SEED, publish
from interplay.engine.cli.session import collecting_rarely
from interplay.engine.errors import ModelError
from interplay.engine.models.endpoint import Endpoint
from interplay.engine.models.exchange import Call, Request, Said
from interplay.engine.models.service import EndpointConfig
from interplay.engine.models.transport import Timeouts, open_transport
from interplay.engine.models.wire import Encoding
from interplay.engine.seeds import Seed

SECONDS = 0.2
"""Until the server answers."""
IN_FLIGHT = (1_000, 2_000)
CALLS = 5
"""Of each caller."""
TURNS = 3
"""Measurements of each; the median counts."""
WAITING = (1_000, 10_000)
TOGETHER = 512
MODEL = "bench"

CallOnce = Callable[[], Awaitable[object]]


class Load(NamedTuple):
    """Callers that call at the same time, each one call after the other."""

    call: CallOnce
    callers: int
    calls: int
    """Of each caller."""


class Measured(NamedTuple):
    """What a load cost."""

    cpu_ms: float
    """Of this process, a call."""
    seconds: float
    failed: int


def conversation() -> Request:
    """A request as it is in the middle of a conversation: 22 KB, most of it policy and tools."""
    parameters = {f"p{n}": {"type": "string", "description": "what is meant by it " * 5} for n in range(4)}
    tools = tuple(
        {
            "type": "function",
            "function": {
                "name": f"tool_{n}",
                "description": "what the tool does and when it may be used " * 6,
                "parameters": {"type": "object", "properties": parameters},
            },
        }
        for n in range(16)
    )
    said = [Said(role="system", content="One of the rules that the agent keeps. " * 160)]
    for n in range(4):
        said.append(Said(role="user", content="Something that a person says in one or two sentences. " * 3))
        said.append(Said(role="assistant", calls=(Call(id=f"c{n}", name="tool_1", arguments='{"p0": "#W1234567"}'),)))
        said.append(Said(role="tool", content='{"status": "pending", "items": [1, 2, 3]}' * 12, call_id=f"c{n}"))
    return Request(messages=tuple(said), tools=tools)


async def measure(load: Load) -> Measured:
    """Run a load, and see what it cost."""
    failed = 0

    async def caller() -> None:
        nonlocal failed
        for _ in range(load.calls):
            try:
                await load.call()
            except (ModelError, httpx.TransportError):
                failed += 1

    gc.collect()
    wall, cpu = perf_counter(), process_time()
    async with anyio.create_task_group() as group:
        for _ in range(load.callers):
            group.start_soon(caller)
    cpu, wall = process_time() - cpu, perf_counter() - wall
    return Measured(cpu * 1e3 / (load.callers * load.calls), wall, failed)


def through_everything(endpoint: Endpoint, request: Request) -> CallOnce:
    """A call as the engine makes it."""

    async def call() -> None:
        await endpoint.complete(MODEL, request, SEED)

    return call


def over_the_transport(transport: httpx.AsyncBaseTransport, url: str, body: bytes) -> CallOnce:
    """A call with nothing but the transport: the bytes are ready, and nobody reads the answer."""
    address = httpx.URL(url + "/chat/completions")
    headers = {"host": address.netloc.decode(), "content-type": "application/json", "content-length": str(len(body))}
    prepared = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def call() -> None:
        request = httpx.Request("POST", address, headers=prepared, stream=httpx.ByteStream(body))
        response = await transport.handle_async_request(request)
        assert response.status_code == 200

    return call


async def _in_flight(url: str, callers: int) -> dict[str, float]:
    """The whole client and its transport alone, by turns."""
    request = conversation()
    transport = open_transport(Timeouts(30, 60, 60))
    async with transport, Endpoint(EndpointConfig(url=url, in_flight=callers), Seed.root(SEED)) as endpoint:
        everything = Load(through_everything(endpoint, request), callers, CALLS)
        alone = Load(over_the_transport(transport, url, Encoding().body(MODEL, request, SEED)), callers, CALLS)
        for load in (everything, alone):
            await measure(load._replace(calls=2))  # opens connections, and the window
        turns = [(await measure(everything), await measure(alone)) for _ in range(TURNS)]
        window = endpoint.gate.admission.replicas[0].window
    whole, bare = (median(turn[n].cpu_ms for turn in turns) for n in (0, 1))
    ideal = CALLS * SECONDS
    return {
        "in_flight": callers,
        "cpu_ms": round(whole, 3),
        "transport_alone_cpu_ms": round(bare, 3),
        "times_transport_alone": round(median(one.cpu_ms / other.cpu_ms for one, other in turns), 2),
        "share_of_ideal": round(ideal / median(turn[0].seconds for turn in turns), 2),
        "transport_alone_share_of_ideal": round(ideal / median(turn[1].seconds for turn in turns), 2),
        "core_full": round(median(turn[0].cpu_ms * callers * CALLS / 1e3 / turn[0].seconds for turn in turns), 2),
        "failed": sum(part.failed for turn in turns for part in turn),
        "window": window,
    }


async def _waiting(url: str) -> list[dict[str, float]]:
    """A thousand in flight, and more callers than that who wait; by turns."""
    async with Endpoint(EndpointConfig(url=url, in_flight=IN_FLIGHT[0]), Seed.root(SEED)) as endpoint:
        call = through_everything(endpoint, conversation())
        await measure(Load(call, IN_FLIGHT[0], 3))
        turns = [[await measure(Load(call, IN_FLIGHT[0] + more, 1)) for more in WAITING] for _ in range(TURNS)]
    return [
        {"waiting": more, "cpu_ms": round(median(turn[n].cpu_ms for turn in turns), 3)}
        for n, more in enumerate(WAITING)
    ]


async def _together(url: str) -> dict[str, float]:
    """Many callers at once, and not a connection open; nothing is tried again."""
    transport = open_transport(Timeouts(30, 60, 60))
    async with transport:
        body = Encoding().body(MODEL, conversation())
        measured = await measure(Load(over_the_transport(transport, url, body), TOGETHER, 1))
    return {"callers": TOGETHER, "dropped": measured.failed, "cpu_ms": round(measured.cpu_ms, 3)}


async def _all() -> None:
    with answering(SECONDS) as url:
        figures = {
            "answer_ms": SECONDS * 1e3,
            "together": await _together(url),
            "in_flight": [await _in_flight(url, callers) for callers in IN_FLIGHT],
            "waiting_at_the_gate": await _waiting(url),
        }
    goal = {"cpu_ms": 1.0, "times_transport_alone": 1.5, "dropped": 0, "waiting": "10,000 no dearer than 1,000"}
    publish("model_calls", **figures, goal=goal, clients={each: version(each) for each in ("aiohttp", "httpx")})


def main() -> None:
    """Measure and print."""
    with collecting_rarely():  # as a session does
        anyio.run(_all, backend_options={"use_uvloop": sys.platform != "win32"})


if __name__ == "__main__":
    main()
