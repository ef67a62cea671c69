"""Forms: the kinds of recordings there are, told apart by content, and reading them line by line.

A form is a module with the same few names. A file holds one form; its first line tells which. Lines are
read one at a time, so a recording may be longer than memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec

from interplay.engine.errors import DataError, InterplayError, UsageError
from interplay.engine.replaying import conversations, scripts, sessions, tasks
from interplay.engine.replaying.checks import Replayed, Tally
from interplay.engine.replaying.stage import Stage

_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
EXPECTED = (
    "expected one JSON object a line: a session (`session`, `calls`), a task (`type`: meta or task), "
    "a conversation (`recorded_task`, `messages`) or a script (`turns`, `final_state`)"
)


class Form(Protocol):
    """A kind of recording."""

    @property
    def NOUN(self) -> str:  # noqa: N802
        """What one is called, in the plural."""

    def recognises(self, document: Mapping[str, Any], /) -> bool:
        """Whether a line is of this kind."""

    def read(self, line: bytes, /) -> Any:
        """A line as a value; a ValueError or one of msgspec's where it is not what it should be."""

    def replay(self, stage: Stage, recording: Any, /) -> Replayed:
        """Run it and compare."""


FORMS: tuple[Form, ...] = (sessions, tasks, conversations, scripts)


class Line(NamedTuple):
    """One recording of a file."""

    form: Form
    number: int
    """Counted from 1."""
    recording: Any
    """As its form reads it; the error where it could not be read."""


def form_of(line: bytes) -> Form:
    """The form of a line.

    Raises:
        ValueError: it is no JSON object, or of no form.
    """
    document = msgspec.json.decode(line)
    found = next((form for form in FORMS if isinstance(document, dict) and form.recognises(document)), None)
    if found is None:
        raise ValueError(EXPECTED)
    return found


def read_lines(path: Path, *, tolerant: bool = False) -> Iterator[Line]:
    """Recordings of a file; empty lines are passed over.

    Args:
        path: the file.
        tolerant: give the error in place of a recording that cannot be read, and go on.

    Raises:
        DataError: the file cannot be read, or its first line is of no form; unless tolerant, a line cannot be
            read. Names the file and the line.
    """
    try:
        with path.open("rb") as lines:
            form: Form | None = None
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    form = form or form_of(line)
                    found = form.read(line)
                except _UNREADABLE as error:
                    what = f"not a recorded {form.NOUN.removesuffix('s')}" if form else "not a recording"
                    broken = DataError(f"{path}, line {number}: {what}: {error}")
                    if form is None or not tolerant:
                        raise broken from None
                    found = broken
                yield Line(form, number, found)
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None


def try_line(stage: Stage, line: Line, tally: Tally) -> Replayed | None:
    """Replay one line and count it; one that cannot be run is counted as broken, and is None.

    Raises:
        UsageError: nothing of its form can be run so.
    """
    try:
        replayed = replay_line(stage, line)
    except UsageError:
        raise
    except Exception as error:  # a world that breaks on one line is a finding about that line
        tally.add_broken(f"line {line.number}", told(error))
        return None
    tally.add(replayed)
    return replayed


def told(error: Exception) -> str:
    """An error in words; one that nobody raised on purpose is a defect."""
    return str(error) if isinstance(error, InterplayError) else f"defect: {type(error).__name__}: {error}"


def replay_line(stage: Stage, line: Line) -> Replayed:
    """Replay one line.

    Raises:
        InterplayError: it could not be read, or cannot be run at all.
    """
    if isinstance(line.recording, InterplayError):
        raise line.recording
    return line.form.replay(stage, line.recording)
