"""Session: one process at work on a run, shown on the terminal."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import click
import msgspec
import structlog
from rich.console import Console

from interplay.engine.cli.display import Display, billed, duration
from interplay.engine.cli.interrupt import INTERRUPTED, interruptible
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import HaltError
from interplay.engine.generation import Generation, OpenDesk
from interplay.engine.hiring import hire
from interplay.engine.models.desk import Desk
from interplay.engine.models.opening import named, open_desk
from interplay.engine.progress import Progress
from interplay.engine.run import Run
from interplay.engine.seeds import Seed
from interplay.engine.settings import Settings, settings_of

HALTED = 2
"""The exit code when no model could be asked any more."""


class Sources(NamedTuple):
    """Where replies of models may come from, other than an endpoint."""

    replay: Path | None = None
    """A run whose recorded replies are all there is."""
    cache: Path | None = None
    """A directory with replies of other runs."""


def look_here() -> None:
    """Look for an actor of one's own in the current directory first, as `python -m` does."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)


def named_models(settings: Settings) -> Settings:
    """The settings, with the name of each model that its server has to say.

    Raises:
        UsageError: a server has several models, or none.
        ModelError: a server gives no list.
    """
    if all("#" in part.model for _, _, part in settings.parts() if part.model):
        return settings
    return anyio.run(named, settings, backend_options=_backend())


def run_session(
    run: Run,
    world: Domain[Any],
    base: Base[Any],
    sources: Sources,
    *,
    in_flight: int,
    as_json: bool,
    strict: bool,
    budget: float | None = None,
) -> None:
    """Do what the run lacks, show it, and exit with a code that says how it went.

    Args:
        run: which.
        world: its world.
        base: its data.
        sources: of replies, other than endpoints.
        in_flight: units at once.
        as_json: print one JSON object.
        strict: raise a defect instead of recording it.
        budget: instead of the one that the run was begun with.
    Raises:
        RunError: the run cannot be written, or its settings are not those of a generated run.
        HaltError: no model can be asked any more; says how to go on.
    """
    settings = settings_of(run.config, run.path)
    if budget is not None:
        settings = msgspec.structs.replace(settings, budget=budget)
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger("error"),
    )
    look_here()
    generation = Generation(
        run,
        world,
        base,
        hire(settings, run.inputs, world),
        options=settings.forge,
        plays=settings.play,
        in_flight=in_flight,
        open_desk=_desk(settings, run, sources),
        strict=strict,
    )
    with Display(Console(stderr=True)) as display:
        progress, halted = anyio.run(_interruptible, generation, display, run, backend_options=_backend())
    _conclude(run, progress, halted, as_json)


def _desk(settings: Settings, run: Run, sources: Sources) -> OpenDesk | None:
    """How the models are opened; None where no role has one."""
    if not any(part.model for _, _, part in settings.parts()):
        return None

    def opened(directory: Path, unfinished: Callable[[int], bool]) -> AbstractAsyncContextManager[Desk]:
        seed = Seed.root(run.config.seed)
        return open_desk(settings, seed, directory, unfinished=unfinished, replay=sources.replay, cache=sources.cache)

    return opened


async def _interruptible(generation: Generation, display: Display, run: Run) -> tuple[Progress, HaltError | None]:
    latest: list[Progress] = []

    def report(progress: Progress) -> None:
        latest[:] = [progress]
        display.show(progress)

    halted: HaltError | None = None
    with anyio.CancelScope() as scope, interruptible(scope.cancel, _hint(run)):
        try:
            await generation.finish(report)
        except HaltError as error:
            if not latest:
                raise
            halted = error
    return latest[0], halted


def _conclude(run: Run, progress: Progress, halted: HaltError | None, as_json: bool) -> None:
    done = progress.before + progress.done
    complete = done == progress.total
    if as_json:
        about = {"run": str(run.path), "complete": complete, "halted": str(halted) if halted else None}
        click.echo(msgspec.json.encode({**about, **msgspec.to_builtins(progress)}))
    else:
        kinds = ", ".join(f"{count:,} {name}" for name, count in sorted(progress.kinds.items())) or "nothing to do"
        click.echo(f"{run.path}: {done:,} of {progress.total:,} done; in this session {kinds}, {progress.rate:,.0f}/s")
        for each in billed(progress.bill):
            click.echo(each)
        if complete:
            click.echo(f"took {duration(progress.seconds)}; look inside with `interplay show {run.path}`")
    if halted is not None:
        click.echo(f"error: {halted}; {_hint(run)}", err=True)
        _leave(HALTED)
    if not complete:
        click.echo(f"interrupted; {_hint(run)}", err=True)
    _leave(INTERRUPTED if not complete else int(progress.good < progress.done))


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
