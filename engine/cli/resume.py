"""`interplay resume`: go on with a run."""

from __future__ import annotations

from pathlib import Path

import click

from interplay.engine.cli.options import playing


@click.command(epilog="Example: interplay resume runs/first")
@click.argument("directory", type=click.Path(path_type=Path))
@playing
def resume(directory: Path, in_flight: int, as_json: bool, strict: bool) -> None:
    """Do exactly what the run in DIRECTORY still lacks, with the settings that it was begun with.

    Exits with 1 when a conversation that it made was not accepted.
    """
    from interplay.engine.cli.session import run_session
    from interplay.engine.domain import load_domain
    from interplay.engine.run import Run

    run = Run.open(directory)
    world = load_domain(run.config.domain)
    run_session(run, world, run.base(world), in_flight=in_flight, as_json=as_json, strict=strict)
