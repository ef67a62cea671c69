"""Server: the viewer on a socket of this machine, until it is told to end."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.to_thread
from aiohttp import web

from interplay.engine.errors import UsageError
from interplay.engine.index import Index
from interplay.engine.view.application import application
from interplay.engine.view.following import LOOK_SECONDS, Board, Following
from interplay.engine.view.shelf import Shelf

ADDRESSES = ("127.0.0.1", "::1")
"""What the viewer listens on: this machine alone can reach them."""
CLOSING_SECONDS = 1.0
"""What is being answered when the viewer ends may take so long."""


def listen(host: str, port: int) -> socket.socket:
    """A socket on this machine.

    Args:
        host: one of ADDRESSES.
        port: 0 for any that is free.

    Raises:
        UsageError: the port is taken or not for everyone, or this machine has no such address.
    """
    if host not in ADDRESSES:
        raise UsageError(f"the viewer listens on {' or '.join(ADDRESSES)} only, not on {host}")
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if sys.platform != "win32":  # there, it would let two programs have one port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(128)
        made.setblocking(False)
    except OSError as error:
        made.close()
        raise UsageError(_unheard(host, port, error)) from None
    return made


def address(heard: socket.socket) -> str:
    """Where a browser finds what listens on this socket."""
    host, port = heard.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


async def serve(
    root: Path,
    index: Index,
    heard: socket.socket,
    ready: Callable[[], object],
    *,
    look_seconds: float = LOOK_SECONDS,
) -> None:
    """Show a directory until cancelled, and read on in it meanwhile.

    Args:
        root: the directory.
        index: of it; nobody else updates it.
        heard: listens; it is closed at the end.
        ready: called when pages can be asked for.
        look_seconds: between two looks whether there is more to read.
    """
    board, loop = Board(), asyncio.get_running_loop()
    following = Following(index, lambda standing: loop.call_soon_threadsafe(board.post, standing), look_seconds)
    made = application(Shelf(root, index), board, heard.getsockname()[1])
    runner = web.AppRunner(made, access_log=None, handle_signals=False, shutdown_timeout=CLOSING_SECONDS)
    await runner.setup()
    try:
        following.start()
        await board.posted()  # then the runs are known
        await web.SockSite(runner, heard).start()
        ready()
        await anyio.sleep_forever()
    finally:
        with anyio.CancelScope(shield=True):
            board.close()
            await anyio.to_thread.run_sync(following.stop)
            await runner.cleanup()


def _unheard(host: str, port: int, error: OSError) -> str:
    """Why a socket cannot be had, and what to do."""
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} is in use by another program; name another with --port, or 0 for any free one"
        case errno.EACCES:
            return f"port {port} may not be used by everyone; name one above 1023 with --port, or 0 for any free one"
        case errno.EADDRNOTAVAIL:
            return f"this machine has no address {host}; leave --host out"
        case _:
            return f"cannot listen on {host}, port {port}: {error.strerror or error}"
