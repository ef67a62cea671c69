"""Following: the index goes on reading while the pages are shown.

One thread reads, a slice at a time, until all is read, and then looks about once a second whether there is
more. What it comes to is posted where the pages and their watchers find it.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from typing import Protocol

import anyio
import msgspec
import structlog

from interplay.engine.errors import InterplayError

SLICE_BYTES = 4 * 1024 * 1024
"""So much is read before it is asked whether to stop, and before the pages hear of it."""
LOOK_SECONDS = 1.0
"""Between two looks at files that were read to their end."""

log = structlog.get_logger("interplay.view")


class Read(Protocol):
    """How far an index has come."""

    @property
    def done_bytes(self) -> int:
        """Bytes of the runs' logs that were read."""

    @property
    def total_bytes(self) -> int:
        """Bytes that there are."""

    @property
    def conversations(self) -> int:
        """Conversations in the index."""

    @property
    def complete(self) -> bool:
        """Whether all was read that there was to read."""


class Reader(Protocol):
    """What is kept up to date: an index."""

    def update(self, budget_bytes: int | None = None) -> Read:
        """Read on."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far the index has come, as the pages say it."""

    conversations: int = 0
    done_bytes: int = 0
    total_bytes: int = 0
    complete: bool = False
    """Whether all was read that there is for now."""
    trouble: str = ""
    """Why nothing more is read for now; empty while all goes well."""

    @property
    def share(self) -> float:
        """Of the bytes, how many were read: 0.0 to 1.0."""
        return min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else float(self.complete)


NONE_YET = Standing()
"""Stands before anything was read."""


class Board:
    """The latest standing, for everyone on the event loop; watchers hear of each change."""

    def __init__(self) -> None:
        self.latest = NONE_YET
        self._changed = anyio.Event()
        self._closed = False

    def post(self, standing: Standing) -> None:
        """Put up another one."""
        if standing != self.latest or self.latest is NONE_YET:
            self.latest = standing
            self._wake()

    async def posted(self) -> None:
        """Wait until the first standing was put up."""
        if self.latest is NONE_YET:
            await self._changed.wait()

    def close(self) -> None:
        """Send every watcher home."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, anyio.Event()
        changed.set()

    async def watch(self, patience: float) -> AsyncIterator[Standing | None]:
        """The latest standing, then each change until the board is closed.

        What changes while a watcher is busy is told once, as it is then.

        Args:
            patience: seconds after which None is given where nothing has changed.
        """
        told: Standing | None = None
        while not self._closed:
            changed = self._changed
            if self.latest is not told:
                told = self.latest
                yield told
                continue
            with anyio.move_on_after(patience) as waiting:
                await changed.wait()
            if waiting.cancelled_caught:
                yield None


class Following:
    """Keeps an index up to date in a thread of its own.

    Args:
        reader: what is kept up to date; nobody else updates it.
        post: is told how far it is, in the thread.
        look_seconds: between two looks where there was nothing more.
    """

    def __init__(self, reader: Reader, post: Callable[[Standing], object], look_seconds: float = LOOK_SECONDS) -> None:
        self._reader, self._post, self._look_seconds = reader, post, look_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="interplay-index", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """End at the next slice, and wait until then; what was read stays read."""
        self._stopping.set()
        self._thread.join()

    def _follow(self) -> None:
        standing = Standing()
        try:
            while not self._stopping.is_set():
                standing = self._read(standing)
                self._post(standing)
                if standing.complete or standing.trouble:
                    self._stopping.wait(self._look_seconds)
        except Exception as error:  # what was read is shown on; the page says that no more comes
            log.exception("index_stopped")
            why = f"a defect of the index: {type(error).__name__}: {error}"
            self._post(msgspec.structs.replace(standing, trouble=why))

    def _read(self, standing: Standing) -> Standing:
        """Read a slice; what hinders it may pass: a run that is removed and made again, a full disk."""
        try:
            read = self._reader.update(SLICE_BYTES)
        except InterplayError as error:
            return msgspec.structs.replace(standing, trouble=str(error))
        return Standing(
            conversations=read.conversations,
            done_bytes=read.done_bytes,
            total_bytes=read.total_bytes,
            complete=read.complete,
        )
