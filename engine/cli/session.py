"""Session: one process at work on a run, shown on the terminal."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

import anyio
import click
import msgspec
import structlog
from rich.console import Console

from interplay.engine.casting import load_agent, load_human
from interplay.engine.cli.display import Display, duration
from interplay.engine.cli.interrupt import INTERRUPTED, interruptible
from interplay.engine.conversation import Limits
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import RunError
from interplay.engine.generation import Cast, Generation
from interplay.engine.progress import Progress
from interplay.engine.run import Run


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `generate` keeps in a run, beside what every run has."""

    agent: str
    human: str
    limits: Limits
    data: dict[str, Any]


def find_cast(agent: str, human: str) -> Cast:
    """Both actors by name; an actor of one's own is looked for in the current directory first, as `python -m` does.

    Raises:
        CastingError: one cannot be had.
    """
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    return Cast(load_human(human), load_agent(agent))


def run_session(run: Run, world: Domain[Any], base: Base[Any], *, in_flight: int, as_json: bool, strict: bool) -> None:
    """Do what the run lacks, show it, and exit with a code that says how it went.

    Raises:
        RunError: the run cannot be written, or its settings are not those of a generated run.
    """
    try:
        settings = msgspec.convert(run.config.settings, Settings)
    except msgspec.ValidationError as error:
        raise RunError(f"{run.path}/run.json does not say how the run is played: {error}") from None
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger("error"),
    )
    cast = find_cast(settings.agent, settings.human)
    generation = Generation(run, world, base, cast, limits=settings.limits, in_flight=in_flight, strict=strict)
    console = Console(stderr=True)
    with Display(console) as display:
        progress = anyio.run(_interruptible, generation, display, run, backend_options=_backend())
    _conclude(run, progress, as_json)


async def _interruptible(generation: Generation, display: Display, run: Run) -> Progress:
    latest: list[Progress] = []

    def report(progress: Progress) -> None:
        latest[:] = [progress]
        display.show(progress)

    with anyio.CancelScope() as scope, interruptible(scope.cancel, _hint(run)):
        await generation.finish(report)
    return latest[0]


def _conclude(run: Run, progress: Progress, as_json: bool) -> None:
    done = progress.before + progress.done
    complete = done == progress.total
    if as_json:
        click.echo(msgspec.json.encode({"run": str(run.path), "complete": complete, **msgspec.to_builtins(progress)}))
    else:
        kinds = ", ".join(f"{count:,} {name}" for name, count in sorted(progress.kinds.items())) or "nothing to do"
        click.echo(f"{run.path}: {done:,} of {progress.total:,} done; in this session {kinds}, {progress.rate:,.0f}/s")
        if complete:
            click.echo(f"took {duration(progress.seconds)}; look inside with `interplay show {run.path}`")
    if not complete:
        click.echo(f"interrupted; {_hint(run)}", err=True)
    _leave(INTERRUPTED if not complete else int(bool(set(progress.kinds) - {"verified"})))


def _leave(code: int) -> None:
    """Exit, also when a plain agent that was given up on still holds a worker thread, for which Python would wait."""
    if any(not thread.daemon and thread is not threading.main_thread() for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _hint(run: Run) -> str:
    return f"what was finished is kept: `interplay resume {run.path}` goes on"


def _backend() -> dict[str, Any]:
    return {"use_uvloop": sys.platform != "win32"}
