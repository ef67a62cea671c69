"""`interplay generate`: make a run."""

from __future__ import annotations

from pathlib import Path

import click

from interplay.engine.cli.options import playing


@click.command(epilog="Example: interplay generate retail -n 1000 --seed 7 --out runs/first")
@click.argument("domain")
@click.option("-n", "--units", type=click.IntRange(1, 10_000_000), required=True, help="Conversations to make.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Decides everything.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The run directory to make.")
@click.option("--data", type=click.Path(path_type=Path), help="Use this data: one JSON file a table.")
@click.option("--persons", type=click.IntRange(min=1), help="Size of the generated data.")
@click.option("--agent", default="guided", show_default=True, help="Who plays the agent: a name, or module:attribute.")
@click.option("--human", default="scripted", show_default=True, help="Who plays the human.")
@click.option("--turns", type=click.IntRange(min=1), default=30, show_default=True, help="Human messages at most.")
@click.option("--calls", type=click.IntRange(min=1), default=100, show_default=True, help="Tool calls at most.")
@click.option("--errors", type=click.IntRange(min=1), default=10, show_default=True, help="Refused calls in a row.")
@click.option(
    "--seconds",
    type=click.FloatRange(0, 86_400, min_open=True),
    default=600.0,
    show_default=True,
    help="Wall time at most.",
)
@playing
def generate(
    domain: str,
    units: int,
    seed: int,
    out: Path,
    data: Path | None,
    persons: int | None,
    agent: str,
    human: str,
    turns: int,
    calls: int,
    errors: int,
    seconds: float,
    in_flight: int,
    as_json: bool,
    strict: bool,
) -> None:
    """Make verified conversations in the world DOMAIN.

    Each is a blueprint made from the seed, played by a human and an agent, and judged by the state that
    it leaves behind. Everything is kept in the run directory; stop it at any time and `interplay resume`
    goes on. Exits with 1 when a conversation was not accepted.
    """
    from interplay.engine.cli.session import find_cast, run_session
    from interplay.engine.conversation import Limits
    from interplay.engine.domain import load_domain
    from interplay.engine.errors import UsageError
    from interplay.engine.run import Run, RunConfig
    from interplay.engine.seeds import Seed

    if data is not None and persons is not None:
        raise UsageError("--data and --persons exclude each other: loaded data has the size that it has")
    world = load_domain(domain)
    find_cast(agent, human)
    size = persons or world.default_size
    base = world.read(data) if data is not None else world.generate(Seed.root(seed).child("data"), size)
    source = {"loaded": str(data)} if data is not None else {"generated": size}
    limits = Limits(turns=turns, calls=calls, errors=errors, seconds=seconds)
    settings = {"agent": agent, "human": human, "limits": limits, "data": source}
    run = Run.create(out, RunConfig(domain=domain, seed=seed, units=units, settings=settings), base)
    run_session(run, world, base, in_flight=in_flight, as_json=as_json, strict=strict)
