"""Running: what the double needs of the system when it is a process of its own."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import click
import msgspec

from interplay.engine.errors import UsageError, first
from interplay.engine.testing.model_server.server import ModelServer

FILES = 65_536
"""Files that are asked of the system to be open at once; a connection is one."""


def uvloop_runs() -> bool:
    """Whether the faster event loop is here."""
    return importlib.util.find_spec("uvloop") is not None


def key_in(variable: str) -> str:
    """The key that an environment variable holds.

    Raises:
        UsageError: it holds none.
    """
    key = os.environ.get(variable, "")
    if not key:
        raise UsageError(f"--key-env {variable}: there is no such environment variable, or it is empty")
    return key


def named(path: str) -> Callable[..., Any]:
    """The function that "package.module:name" names; modules of the working directory are found, too.

    Raises:
        UsageError: there is none, or its module cannot be imported.
    """
    module, colon, name = path.partition(":")
    if not (module and colon and name):
        raise UsageError(f"--answer {path}: give MODULE:NAME, such as rehearsal.oracle:answer")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"--answer {path}: {error}") from error
    if not callable(found):
        raise UsageError(f"--answer {path}: {type(found).__name__} is no function of a request")
    function: Callable[..., Any] = found
    return function


async def told(server: ModelServer, lifetime: float, as_json: bool) -> None:
    """Serve until a signal or the end of the lifetime, and say where and what came.

    Args:
        server: not yet started.
        lifetime: seconds.
        as_json: print JSON lines.
    """
    _raise_limit()
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        try:
            async with server:
                _say({"url": server.url, "pid": os.getpid()} if as_json else server.url, as_json)
                with anyio.move_on_after(lifetime):
                    async for _signal in signals:
                        break
        except Exception as error:
            cause = first(error) if isinstance(error, ExceptionGroup) else error
            if isinstance(cause, OSError) and not server.tally.connections:
                raise UsageError(f"cannot listen at {server.url}: {cause.strerror or cause}") from error
            if not any(error is each for each in server.errors):
                raise
    _end(server, as_json)
    if server.errors:
        raise UsageError(f"answering failed {len(server.errors)} times, first with {server.errors[0]!r}")


def _end(server: ModelServer, as_json: bool) -> None:
    """Say what came, and what an oracle raised."""
    counts = server.tally.as_json()
    if as_json:
        _say({"tally": counts, "errors": [repr(error) for error in server.errors]}, as_json)
    else:
        click.echo(" ".join(f"{name}={value}" for name, value in counts.items()), err=True)


def _say(what: object, as_json: bool) -> None:
    click.echo(msgspec.json.encode(what).decode() if as_json else what)
    sys.stdout.flush()


def _raise_limit() -> None:
    """Let the process hold as many connections as the system allows it."""
    try:
        import resource
    except ImportError:  # not a Unix
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
