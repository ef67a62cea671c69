"""`interplay view`: pages that show runs, on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interplay.engine.cli.options import as_json

if TYPE_CHECKING:
    import socket

    from interplay.engine.index import Index

HOSTS = ("127.0.0.1", "localhost", "::1")


@click.command(epilog="Example: interplay view runs --port 0 --open")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any that is free."
)
@click.option("--open", "opens", is_flag=True, help="Open the page in a browser.")
@click.option(
    "--host",
    type=click.Choice(HOSTS),
    default=HOSTS[0],
    show_default=True,
    help="Which address of this machine; no other can reach it.",
)
@click.option("--verbose", is_flag=True, help="Log what goes wrong, on standard error.")
@as_json
def view(directory: Path, port: int, opens: bool, host: str, verbose: bool, as_json: bool) -> None:
    """Show the run in DIR, or all runs in it, in a browser, until Ctrl-C.

    The first line printed is the address; with --json, an object that holds it as "url". Conversations are found
    by a filter, read with what was wrong where it was wrong, and counted in plots; while a run is being written,
    the pages follow it. What is indexed is kept in DIR, or in a cache directory where DIR cannot be written, and
    read on from there the next time.
    """
    import logging

    import anyio
    import structlog

    from interplay.engine.index import Index
    from interplay.engine.view import ADDRESSES, listen

    logging.getLogger("aiohttp").setLevel("DEBUG" if verbose else "CRITICAL")  # it tells of every malformed request
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger("debug" if verbose else "critical"),
    )
    index = Index(directory)
    heard = listen(host if host in ADDRESSES else ADDRESSES[0], port)
    anyio.run(_serve, directory, index, heard, opens, as_json, backend_options={"use_uvloop": sys.platform != "win32"})


async def _serve(directory: Path, index: Index, heard: socket.socket, opens: bool, as_json: bool) -> None:
    """Serve until a signal."""
    import anyio

    from interplay.engine.cli.interrupt import interruptible
    from interplay.engine.cli.printing import print_json
    from interplay.engine.view import address, serve

    where = address(heard)

    def ready() -> None:
        if as_json:
            print_json({"url": where, "pid": os.getpid()})
        else:
            click.echo(where)
        sys.stdout.flush()
        if opens:
            click.launch(where)

    with anyio.CancelScope() as scope, interruptible(scope.cancel, "what was indexed is kept"):
        await serve(directory, index, heard, ready)
