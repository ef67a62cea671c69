"""`interplay resume`: go on with a run."""

from __future__ import annotations

from pathlib import Path

import click

from interplay.engine.cli.options import playing


@click.command(epilog="Example: interplay resume runs/first")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--budget", type=click.FloatRange(min=0), help="Stop when so much is spent, all sessions together.")
@click.option("--cache", type=click.Path(path_type=Path), help="Reuse replies of other runs, kept here.")
@click.option("--replay", type=click.Path(path_type=Path), help="Go on with a replay of this run; no model is asked.")
@playing
def resume(
    directory: Path,
    budget: float | None,
    cache: Path | None,
    replay: Path | None,
    in_flight: int,
    as_json: bool,
    strict: bool,
) -> None:
    """Do exactly what the run in DIRECTORY still lacks, with the settings that it was begun with.

    Exits with 1 when a unit that it made came to no accepted conversation.
    """
    from interplay.engine.cli.session import Sources, run_session
    from interplay.engine.domain import load_domain
    from interplay.engine.errors import UsageError
    from interplay.engine.run import Run

    if replay is not None and cache is not None:
        raise UsageError("--replay takes every reply from the run that it replays; leave out --cache")
    run = Run.open(directory)
    world = load_domain(run.config.domain)
    run_session(
        run,
        world,
        run.base(world),
        Sources(replay, cache),
        budget=budget,
        in_flight=in_flight,
        as_json=as_json,
        strict=strict,
    )
