"""Interrupt: Ctrl-C and SIGTERM end a run in bounded time.

The first signal cancels the work; what was finished is kept. An actor that holds the event loop, or
that swallows its cancellation, cannot hold the process: when the grace is over, or at a second signal,
the process ends where it stands. Whatever was acknowledged is on disk already.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

GRACE_SECONDS = 5.0
"""How long finishing up may take."""
INTERRUPTED = 130
"""The exit code."""


@contextmanager
def interruptible(cancel: Callable[[], object], hint: str) -> Iterator[None]:
    """Have SIGINT and SIGTERM cancel the work inside; to be entered where the event loop runs.

    Args:
        cancel: ends the work; called in the event loop.
        hint: what to tell the person when the process has to end at once.
    """
    loop = asyncio.get_running_loop()
    timers: list[threading.Timer] = []

    def end_now() -> None:
        os.write(sys.stderr.fileno(), f"\nstopped at once; {hint}\n".encode())
        os._exit(INTERRUPTED)

    def handle(_signal: int, _frame: FrameType | None) -> None:
        if timers:
            end_now()
        timer = threading.Timer(GRACE_SECONDS, end_now)
        timer.daemon = True
        timers.append(timer)
        timer.start()
        loop.call_soon_threadsafe(cancel)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)
