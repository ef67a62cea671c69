"""Process: the double by itself, for load tests that run in another process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command(epilog="Example: interplay serve double --delay 0.2 --fault rate_limited,rate=0.02,retry_after=1 --json")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes any that is free.")
@click.option("--text", default="As you wish.", show_default=True, help="What it says to everyone.")
@click.option("--answer", "oracle", metavar="MODULE:NAME", help="A function of the request that answers instead.")
@click.option("--world", metavar="DOMAIN", help="Make it for this world: NAME is then called with domain, data, seed.")
@click.option("--data", type=click.Path(path_type=Path), help="The world's data, as `generate --data` loads it.")
@click.option("--persons", type=click.IntRange(min=1), help="Size of the world's generated data, as of `generate`.")
@click.option("--delay", type=click.FloatRange(0), default=0.0, show_default=True, help="Seconds before each answer.")
@click.option("--model", "models", multiple=True, metavar="NAME", help="A name that it knows; without one, every name.")
@click.option("--capacity", type=click.IntRange(1), help="Answer 429 to requests beyond so many at once.")
@click.option("--context", type=click.IntRange(0), default=0, help="Refuse requests beyond so many tokens.")
@click.option("--key-env", metavar="VARIABLE", help="Refuse requests without the key that this variable holds.")
@click.option("--fault", "faults", multiple=True, metavar="KIND[,NAME=VALUE]", help="What goes wrong; see below.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the faults, and of the world's data."
)
@click.option(
    "--lifetime", type=click.FloatRange(0), default=86_400.0, show_default=True, help="End after so many seconds."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines: the URL at the start, the counts at the end.")
def double(as_json: bool, lifetime: float, **settings: Any) -> None:
    """Serve chat completions on loopback with a double of a model, until SIGINT or SIGTERM.

    The first line printed is its base URL; the counts follow at the end, and meanwhile at GET /tally.
    A fault names its kind (an unknown one lists them all) and which requests it strikes: rate=0.05,
    at=3+7 or times=2; further seconds=, retry_after= and dated=yes.
    """
    import anyio

    from interplay.engine.testing.model_server.running import told, uvloop_runs

    server = _server(**settings)
    options = {"use_uvloop": uvloop_runs()}
    anyio.run(told, server, lifetime, as_json, backend="asyncio", backend_options=options)


def _server(
    *,
    port: int,
    text: str,
    oracle: str | None,
    world: str | None,
    data: Path | None,
    persons: int | None,
    delay: float,
    models: tuple[str, ...],
    capacity: int | None,
    context: int,
    key_env: str | None,
    faults: tuple[str, ...],
    seed: int,
) -> Any:
    """The server that the options describe.

    Raises:
        UsageError: one of them cannot be had.
    """
    from interplay.engine.seeds import Seed
    from interplay.engine.testing.model_server.faults import read_fault
    from interplay.engine.testing.model_server.running import key_in
    from interplay.engine.testing.model_server.server import ModelServer

    return ModelServer(
        _answer(text, oracle, world, data, persons, Seed.root(seed)),
        faults=[read_fault(fault) for fault in faults],
        models=models,
        delay=delay,
        capacity=capacity,
        context=context,
        key=key_in(key_env) if key_env else "",
        seed=Seed.root(seed),
        keep=0,
        port=port,
    )


def _answer(text: str, oracle: str | None, world: str | None, data: Path | None, persons: int | None, seed: Any) -> Any:
    """What answers: a text for everyone, a function, or one that is made for a world.

    Raises:
        UsageError: there is no such function, or options that do not go together.
        DomainError: there is no such world, or its data cannot be read.
    """
    from interplay.engine.domain import load_domain
    from interplay.engine.errors import UsageError
    from interplay.engine.testing.model_server.running import named

    if world is None:
        if data is not None or persons is not None:
            raise UsageError("--data and --persons go with --world")
        return named(oracle) if oracle else text
    if oracle is None:
        raise UsageError("--world goes with --answer MODULE:NAME, such as interplay.agents.rehearsal:Rehearsal")
    domain = load_domain(world)
    base = domain.read(data) if data else domain.generate(seed.child("data"), persons or domain.default_size)
    made = named(oracle)(domain, base, seed)
    return getattr(made, "answer", made)
