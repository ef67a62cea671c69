"""Session: one process at work on a run, shown on the terminal."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import click
import msgspec
import structlog
from rich.console import Console

from interplay.engine.cli.display import Display, billed, duration, yielded
from interplay.engine.cli.interrupt import INTERRUPTED, interruptible
from interplay.engine.crew import Crew
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import EndpointError, HaltError
from interplay.engine.generation import Generation, OpenDesk
from interplay.engine.hiring import hire
from interplay.engine.models.cache import Cache
from interplay.engine.models.config import target
from interplay.engine.models.desk import Desk
from interplay.engine.models.opening import named, open_desk, over_http
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
    """Look for an actor of one's own in the current directory, too.

    Last, and not first as `python -m` does: `interplay` is a namespace package, and a checkout of another
    version that happens to lie here would become part of it.
    """
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)


def expect_sources(settings: Settings, cache: Path | None) -> None:
    """See that the keys are set and the cache can be used, before a directory is made; nothing is asked.

    Raises:
        EndpointError: a variable that is named is not set.
        HaltError: the cache cannot be used.
    """
    for name in dict.fromkeys(target(part.model).endpoint for _, _, part in settings.parts() if part.model):
        over_http(settings.endpoints[name], Seed.root(0))
    if cache is not None:
        with Cache(cache):
            pass


def named_models(settings: Settings) -> Settings:
    """The settings, with the name of each model that its server has to say.

    Raises:
        UsageError: a server has several models, or none.
        ModelError: a server gives no list.
    """
    if all("#" in part.model for _, _, part in settings.parts() if part.model):
        return settings
    return anyio.run(named, settings, backend_options=_backend())


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Keep the garbage collector from walking over what is alive again and again.

    What was loaded stays to the end, and so is left out of every collection. What conversations make is mostly
    freed by the counting of references, so a collection after each 700 objects finds little and, with hundreds of
    conversations waiting for models, walks over much: measured at 500 of them, it took a fifth of the processor's
    time. After each 50,000 it takes next to nothing, and lets some MB of garbage lie until then.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


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
    crew: Crew | None = None,
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
        crew: whom the run's settings name, where they were looked for already.
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
    hint = _hint(run, sources)
    generation = Generation(
        run,
        world,
        base,
        crew or hire(settings, run.inputs, world),
        options=settings.forge,
        plays=settings.play,
        in_flight=in_flight,
        open_desk=_desk(settings, run, sources),
        strict=strict,
    )
    with Display(Console(stderr=True)) as display, collecting_rarely():
        progress, halted = anyio.run(_interruptible, generation, display, hint, backend_options=_backend())
    _conclude(run, progress or _before(run), halted, hint, as_json=as_json)


def _desk(settings: Settings, run: Run, sources: Sources) -> OpenDesk | None:
    """How the models are opened; None where no role has one."""
    if not any(part.model for _, _, part in settings.parts()):
        return None

    def opened(directory: Path, unfinished: Callable[[int], bool]) -> AbstractAsyncContextManager[Desk]:
        seed = Seed.root(run.config.seed)
        return open_desk(settings, seed, directory, unfinished=unfinished, replay=sources.replay, cache=sources.cache)

    return opened


async def _interruptible(
    generation: Generation, display: Display, hint: str
) -> tuple[Progress | None, HaltError | None]:
    latest: list[Progress] = []

    def report(progress: Progress) -> None:
        latest[:] = [progress]
        display.show(progress)

    halted: HaltError | None = None
    with anyio.CancelScope() as scope, interruptible(scope.cancel, hint):
        try:
            await generation.finish(report)
        except HaltError as error:
            halted = error
    return latest[0] if latest else None, halted


def _conclude(run: Run, progress: Progress, halted: HaltError | None, hint: str, *, as_json: bool) -> None:
    done = progress.before + progress.done
    complete = done == progress.total
    if as_json:
        about = {"run": str(run.path), "complete": complete, "halted": str(halted) if halted else None}
        click.echo(msgspec.json.encode({**about, **msgspec.to_builtins(progress)}))
    else:
        kinds = ", ".join(f"{count:,} {name}" for name, count in sorted(progress.kinds.items()))
        kinds = kinds or ("nothing to do" if complete else "none")
        click.echo(f"{run.path}: {done:,} of {progress.total:,} done; in this session {kinds}, {progress.rate:,.0f}/s")
        for each in (*yielded(progress.made), *billed(progress.bill)):
            click.echo(each)
        if complete:
            click.echo(f"took {duration(progress.seconds)}; look inside with `interplay show {run.path}`")
    if halted is not None:
        mend = f". Where models are served can be put right in {run.path}/run.json, too" if _elsewhere(halted) else ""
        click.echo(f"error: {halted}; {hint}{mend}", err=True)
        _leave(HALTED)
    if not complete:
        click.echo(f"interrupted; {hint}", err=True)
    _leave(INTERRUPTED if not complete else int(progress.good < progress.done))


def _leave(code: int) -> None:
    """Exit, also when a plain agent that was given up on still holds a worker thread, for which Python would wait."""
    if any(not thread.daemon and thread is not threading.main_thread() for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _elsewhere(halted: HaltError) -> bool:
    """Whether the run may have to ask another address, with another key or for a model of another name."""
    return isinstance(halted, EndpointError) and halted.cause in (
        "key",
        "model",
        "path",
        "page",
        "redirect",
        "unreachable",
    )


def _before(run: Run) -> Progress:
    """The moment of a session that ended before its first."""
    done = sum(1 for _ in run.trajectories(dict))
    return Progress(run.config.units, done, 0, 0, 0, {}, 0.0)


def _hint(run: Run, sources: Sources) -> str:
    given = "".join(f" --{name} {path}" for name, path in zip(sources._fields, sources, strict=True) if path)
    return f"what was finished is kept: `interplay resume {run.path}{given}` goes on"


def _backend() -> dict[str, Any]:
    return {"use_uvloop": sys.platform != "win32"}
