"""`interplay generate`: make a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interplay.engine.cli.asking import asking
from interplay.engine.cli.options import playing

if TYPE_CHECKING:
    from interplay.engine.settings import Settings


READ_ALOUD = (
    "note: these blueprints do not say what the person knows, so a scripted human reads the instruction aloud, and "
    "most are rejected; play them with a model in the human's role"
)


@click.command(
    epilog="Example: interplay generate retail -n 1000 --seed 7 --out runs/first; with a model: "
    "interplay generate retail -n 500 --model http://127.0.0.1:8000/v1#NAME --out runs/modelled"
)
@click.argument("domain", required=False)
@click.option("-n", "--units", type=click.IntRange(1, 10_000_000), help="Blueprints to make and play.")
@click.option("--seed", type=click.IntRange(min=0), help="Decides everything.  [default: 0]")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The run directory to make.")
@click.option("--data", type=click.Path(path_type=Path), help="Use this data: one JSON file a table.")
@click.option(
    "--blueprints",
    type=click.Path(path_type=Path),
    help="Play these and make none: a file, a run, or what `interplay import` made.",
)
@click.option("--persons", type=click.IntRange(min=1), help="Size of the generated data.")
@asking
@click.option("--replay", type=click.Path(path_type=Path), help="Make this run again from its recorded replies.")
@click.option("--cache", type=click.Path(path_type=Path), help="Reuse replies of other runs, kept here.")
@playing
def generate(
    domain: str | None,
    units: int | None,
    seed: int | None,
    out: Path,
    data: Path | None,
    blueprints: Path | None,
    persons: int | None,
    replay: Path | None,
    cache: Path | None,
    in_flight: int,
    as_json: bool,
    strict: bool,
    **asked: Any,
) -> None:
    """Make verified conversations in the world DOMAIN.

    Each is a blueprint written, checked and reviewed, then played by a human and an agent, and judged by
    the state that it leaves behind. Scripted actors play every role that has no model. Everything is kept
    in the run directory; stop it at any time and `interplay resume` goes on. Exits with 1 when a unit came
    to no accepted conversation.
    """
    from interplay.engine.cli.asking import settings_asked
    from interplay.engine.cli.session import Sources, expect_sources, look_here, named_models, run_session
    from interplay.engine.domain import load_domain
    from interplay.engine.errors import UsageError
    from interplay.engine.forge.given import expect_world
    from interplay.engine.hiring import hire
    from interplay.engine.run import Run, RunConfig
    from interplay.engine.seeds import Seed
    from interplay.engine.settings import copied, kept

    how: dict[str, Any] = {"in_flight": in_flight, "as_json": as_json, "strict": strict}
    if replay is not None:
        _expect_alone(
            domain=domain,
            units=units,
            seed=seed,
            data=data,
            blueprints=blueprints,
            persons=persons,
            cache=cache,
            **asked,
        )
        earlier = Run.open(replay)
        world = load_domain(earlier.config.domain)
        run = Run.create(out, earlier.config, earlier.base(world), inputs=earlier.inputs)
        run_session(run, world, run.base(world), Sources(replay=replay), **how)
        return
    settings = settings_asked(blueprints=blueprints, **asked)
    settings, data, units = _given(settings, data, units)
    if domain is None or units is None:
        raise UsageError("say which world and how many: interplay generate DOMAIN -n COUNT --out DIR")
    if data is not None and persons is not None:
        raise UsageError("--data and --persons exclude each other: loaded data has the size that it has")
    seed = seed or 0
    world = load_domain(domain)
    settings, inputs = copied(named_models(settings))
    size = persons or world.default_size
    base = world.read(data) if data is not None else world.generate(Seed.root(seed).child("data"), size)
    source = {"loaded": str(data)} if data is not None else {"generated": size}
    config = RunConfig(domain=domain, seed=seed, units=units, settings={"asked": kept(settings), "data": source})
    look_here()
    crew = hire(settings, inputs, world)  # before a directory is made
    given = [each.blueprint for each in crew.given]
    expect_world(given, world)
    if given and units > len(given):
        raise UsageError(f"there are {len(given):,} blueprints to be played; -n {units:,} asks for more")
    expect_sources(settings, cache)
    if not settings.roles.human.model and any(
        not each.blueprint.facts and not each.blueprint.turns for each in crew.given
    ):
        click.echo(READ_ALOUD, err=True)
    run = Run.create(out, config, base, inputs=inputs)
    run_session(run, world, base, Sources(cache=cache), crew=crew, **how)


def _given(settings: Settings, data: Path | None, units: int | None) -> tuple[Settings, Path | None, int | None]:
    """The settings with the file of given blueprints, the data beside it, and how many are played: all, unless fewer.

    Raises:
        DataError: there are no blueprints.
        UsageError: more are asked for than there are.
    """
    import msgspec

    from interplay.engine.errors import UsageError
    from interplay.engine.forge.given import DATA, FILE, read_given

    if not settings.blueprints:
        return settings, data, units
    named = Path(settings.blueprints)
    there = len(read_given(named))
    if units is not None and units > there:
        raise UsageError(f"{named} holds {there:,} blueprints; -n {units:,} asks for more")
    file = named / FILE if named.is_dir() else named
    beside = file.parent / DATA
    found = data or (beside if file.name == FILE and beside.is_dir() else None)
    return msgspec.structs.replace(settings, blueprints=str(file)), found, units or there


def _expect_alone(**given: Any) -> None:
    """A replay is of one run, as it was asked for.

    Raises:
        UsageError: something else was asked for beside it.
    """
    from interplay.engine.errors import UsageError

    beside = [f"--{name.replace('_', '-')}" for name, value in given.items() if value is not None and value != ()]
    if beside:
        raise UsageError(f"--replay takes everything from the run that it replays; leave out {', '.join(beside)}")
