"""Guard: what an object's method may not do while it runs as a tool.

A tool is a function of its object and its arguments. What would block every conversation of the process
(sleeping, reading from the terminal, starting threads or processes), reach out of it (sockets, writing
files) is stopped before it happens; what a method prints is captured. Two hooks of the interpreter see to
it, Python's own audit events and, for calls that raise none, the profile function. Both look only at the
thread that runs the method, and only meanwhile.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # what `signal.signal` calls; typeshed leaves it out
import _thread
import gc
import io
import os
import random
import select
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from types import FrameType
from typing import Any

from interplay.engine.errors import ToolkitError

_STOPPED: dict[str, str] = {
    "builtins.input": "read from the terminal",
    "_thread.start_new_thread": "start a thread",
    "pty.spawn": "start a process",
    "subprocess.Popen": "start a process",
    "signal.pthread_kill": "send a signal",
    "time.sleep": "sleep",
    "os.putenv": "change the environment",
    "os.unsetenv": "change the environment",
}
_GROUPS: dict[str, str] = {
    "socket": "use the network",
    "urllib": "use the network",
    "http": "use the network",
    "ftplib": "use the network",
    "smtplib": "use the network",
}
_PROCESSES = frozenset(
    f"os.{name}"
    for name in ("system", "exec", "fork", "forkpty", "posix_spawn", "spawn", "startfile", "kill", "killpg")
)
_FILES = frozenset(
    f"os.{name}"
    for name in (
        "remove",
        "rename",
        "mkdir",
        "rmdir",
        "truncate",
        "link",
        "symlink",
        "chmod",
        "chown",
        "utime",
        "chdir",
    )
)
_SILENT: dict[Any, str] = {
    time.sleep: "sleep",
    select.select: "wait for input",
    _thread.start_new_thread: "start a thread",
    os._exit: "end the process",
    os.abort: "end the process",
    os.write: "write past its streams",
    _signal.signal: "change how signals are handled",
    sys.setrecursionlimit: "change the interpreter's limits",
}
"""What raises no audit event in every version of Python that we run on."""
_CLOCKS: tuple[Any, ...] = (
    *(time.time, time.time_ns, time.monotonic, time.monotonic_ns, time.perf_counter, time.perf_counter_ns),
    *(time.localtime, time.gmtime, datetime.now, datetime.utcnow, datetime.today, date.today),
)
_GLOBAL_RANDOM = random.seed.__self__  # type: ignore[attr-defined]  # what the functions of `random` draw from

_running = threading.local()
_hooked = threading.Event()


class Guard:
    """One run of a method.

    Args:
        what: the method, for errors.
        watch: also note what it reads of the clock and of chance.
    """

    def __init__(self, what: str, *, watch: bool = False) -> None:
        self.printed = ""
        self.stopped: str | None = None
        """What it tried to do and was not let."""
        self.read: dict[str, None] = {}
        """Clocks and sources of chance that it read, where they are watched."""
        self._what = what
        self._watch = watch

    def stop(self, deed: str) -> ToolkitError:
        """Note a deed that is not allowed, and give the error that stops it."""
        self.stopped = (
            f"{self._what} tried to {deed}. A tool works on its object and its arguments alone: it may read files, "
            "and print, which is kept from the terminal; it may not wait, start threads or processes, use the "
            "network, or write files"
        )
        return ToolkitError(self.stopped)

    def profile(self, frame: FrameType, event: str, argument: Any) -> None:  # noqa: ARG002  (the interpreter's order)
        """Look at a call of a function in C before it is made."""
        if event != "c_call":
            return
        try:
            deed = _SILENT.get(argument)
        except TypeError:  # bound to something without a hash
            return
        if deed is not None:
            raise self.stop(deed)
        if self._watch:
            self._note(argument)

    def _note(self, function: Any) -> None:
        if function in _CLOCKS:
            module = getattr(function.__self__, "__qualname__", None) or function.__self__.__name__
            self.read[f"the clock ({module}.{function.__name__})"] = None
        elif function is os.urandom:
            self.read["chance that has no seed (os.urandom)"] = None
        elif getattr(function, "__self__", None) is _GLOBAL_RANDOM:
            self.read[f"chance that every conversation shares (random.{function.__name__})"] = None


class _Router:
    """Stands in for a stream: keeps what a method under guard writes, and passes on what anybody else does."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        guard: Guard | None = getattr(_running, "guard", None)
        if guard is None:
            return int(self._stream.write(text))
        guard.printed += text
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def close(self) -> None:
        """Close the stream, unless it is a method that asks for it: the stream is everybody's."""
        if getattr(_running, "guard", None) is None:
            self._stream.close()

    def __getattr__(self, name: str) -> Any:
        if name == "buffer" and getattr(_running, "guard", None) is not None:
            return io.BytesIO()
        return getattr(self._stream, name)


class _House:
    """What is the process's and not a thread's: its streams, and the collection of garbage.

    Garbage waits while methods run: what others left to be cleaned up is none of a method's doing.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._guests = 0
        self._collects = False
        self._streams: tuple[Any, Any] = (None, None)

    def enter(self) -> None:
        """A method is about to run; the first to come closes the house."""
        with self._lock:
            if not self._guests:
                self._collects = gc.isenabled()
                gc.disable()
                self._streams = sys.stdout, sys.stderr
                sys.stdout, sys.stderr = (_Router(stream) for stream in self._streams)
            self._guests += 1

    def leave(self) -> None:
        """A method has run; the last to go opens the house."""
        with self._lock:
            self._guests -= 1
            if not self._guests:
                sys.stdout, sys.stderr = self._streams
                if self._collects:
                    gc.enable()


_house = _House()


@contextmanager
def guarded(what: str, *, watch: bool = False) -> Iterator[Guard]:
    """Run a method under guard.

    Args:
        what: the method, for errors.
        watch: also note what it reads of the clock and of chance.
    Raises:
        ToolkitError: it tried something that is not allowed, whatever it made of being stopped.
    """
    if not _hooked.is_set():
        _hooked.set()
        sys.addaudithook(_audit)
    guard = Guard(what, watch=watch)
    before: Callable[..., Any] | None = sys.getprofile()
    outer = getattr(_running, "guard", None)
    _house.enter()
    _running.guard = guard
    sys.setprofile(guard.profile)
    try:
        yield guard
    finally:
        sys.setprofile(before)
        _running.guard = outer
        _house.leave()
        if guard.stopped is not None:
            raise ToolkitError(guard.stopped) from None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    """Stop what must not happen; runs at every audit event of the process, so it looks first whether it is meant."""
    guard: Guard | None = getattr(_running, "guard", None)
    if guard is None:
        return
    deed = _STOPPED.get(event) or _GROUPS.get(event.partition(".")[0])
    if deed is None and event in _PROCESSES:
        deed = "start or signal a process"
    if deed is None and (event == "open" or event in _FILES):
        deed = _written(event, arguments)
    if deed is not None:
        raise guard.stop(deed)


def _written(event: str, arguments: tuple[Any, ...]) -> str | None:
    """What it is to do to files; Python's own cache of compiled modules is none of the method's doing."""
    if "__pycache__" in str(arguments[0]):
        return None
    if event != "open":
        return f"change files ({event})"
    _, mode, flags = arguments
    writes = set("wax+") & set(mode) if isinstance(mode, str) else (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    return f"write the file {arguments[0]}" if writes else None
