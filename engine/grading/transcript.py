"""Transcript: a conversation that was recorded elsewhere, in our messages.

Others write down the same things in other shapes. A shape is read entry by entry into a scribe, which
brings calls and results together: in ours a call is followed by its result, and an id is used once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from interplay.engine.errors import TranscriptError
from interplay.engine.messages import AgentMessage, AnyMessage, Caller, HumanMessage, ToolCall, ToolResult

M = TypeVar("M", bound=msgspec.Struct)

REFUSED = "refused"
"""Refusal code of a recorded result that says it is an error; why, only its text tells."""
_ERROR = "error"
_MARK = "###"


class Transcript(NamedTuple):
    """A conversation, told in our messages."""

    messages: tuple[AnyMessage, ...]
    """With the results as recorded."""
    sources: tuple[int, ...]
    """For each message, the place in the recorded list of what it was made of."""
    stopped: bool
    """Whether the human's last words hold a mark that they leave."""


class _Open(NamedTuple):
    at: int
    """Index of the call in the messages."""
    source: int


class Scribe:
    """Takes down what a recording holds, in its order."""

    def __init__(self) -> None:
        self._messages: list[AnyMessage | None] = []
        self._sources: list[int] = []
        self._open: dict[str, _Open] = {}
        self._ids: set[str] = set()
        self._stopped = False

    def human(self, source: int, text: str) -> None:
        """The human said something; a mark such as ###STOP### means that they leave, and nobody hears it."""
        words, mark, _ = text.partition(_MARK)
        self._stopped = bool(mark)
        stop = {"stop": "satisfied"} if mark else {}
        self._add(source, HumanMessage(text=words.strip() if mark else text, **stop))  # type: ignore[arg-type]

    def agent(self, source: int, text: str) -> None:
        """The agent said something."""
        self._add(source, AgentMessage(text=text))

    def call(self, source: int, name: str, arguments: Any, *, id: str, by: Caller = "agent", beside: str = "") -> None:  # noqa: A002
        """Somebody called a tool.

        Args:
            source: place in the recording.
            name: the tool.
            arguments: an object, or JSON text of one.
            id: as recorded; made unique.
            by: who called.
            beside: what was written beside it.

        Raises:
            TranscriptError: the arguments are no JSON object.
        """
        unique, number = id or f"call-{len(self._messages)}", 1
        while unique in self._ids:
            number += 1
            unique = f"{id or 'call'}-{number}"
        self._ids.add(unique)
        if id in self._open:
            raise _unanswered(id, self._open[id].source)
        self._open[id] = _Open(len(self._messages), source)
        decoded = _object(arguments, f"message {source}: arguments of {name}")
        self._add(source, ToolCall(call_id=unique, tool=name, arguments=decoded, by=by, thought=beside))
        self._messages.append(None)
        self._sources.append(source)

    def result(self, source: int, content: str, *, id: str, failed: bool = False) -> None:  # noqa: A002
        """A tool answered.

        Args:
            source: place in the recording.
            content: what the caller read.
            id: of the call.
            failed: whether the recording says that the tool refused; its text may say so too.

        Raises:
            TranscriptError: nobody called.
        """
        found = self._open.pop(id, None)
        if found is None:
            raise TranscriptError("unasked", f"message {source}: a result of call {id!r}, which nobody made")
        call = self._messages[found.at]
        assert isinstance(call, ToolCall)  # noqa: S101  (what is open is a call)
        refused = failed or content[: len(_ERROR)].lower() == _ERROR
        made = ToolResult(call_id=call.call_id, content=content, refusal=REFUSED if refused else None, by=call.by)
        self._messages[found.at + 1] = made
        self._sources[found.at + 1] = source

    def finished(self) -> Transcript:
        """All of it.

        Raises:
            TranscriptError: a call has no result, or there is nothing.
        """
        for name, found in self._open.items():
            raise _unanswered(name, found.source)
        messages = tuple(message for message in self._messages if message is not None)
        if not messages:
            raise TranscriptError("empty", "nobody says or does anything")
        return Transcript(messages, tuple(self._sources), self._stopped)

    def _add(self, source: int, message: AnyMessage) -> None:
        self._messages.append(message)
        self._sources.append(source)


def take_down(documents: Sequence[Any], kind: type[M], take: Callable[[Scribe, int, M], None]) -> Transcript:
    """A conversation from a list of messages.

    Args:
        documents: the messages as decoded JSON.
        kind: what each has to be.
        take: has a scribe take one down; it is given the message's place.

    Raises:
        TranscriptError: a message is none, has a role that is not known, or calls and results do not match.
    """
    scribe = Scribe()
    for at, document in enumerate(documents):
        try:
            message = msgspec.convert(document, kind)
        except msgspec.ValidationError as error:
            raise TranscriptError("message", f"message {at}: {error}") from None
        take(scribe, at, message)
    return scribe.finished()


def unknown_role(at: int, what: str, found: str, known: Sequence[str]) -> TranscriptError:
    """What is wrong with a message of nobody's.

    Args:
        at: its place.
        what: "role", or who is said to have called.
        found: what it says.
        known: what it may say.
    """
    return TranscriptError("role", f"message {at} has the {what} {found!r}; known are {', '.join(known)}")


def _unanswered(name: str, source: int) -> TranscriptError:
    return TranscriptError("unanswered", f"message {source}: call {name!r} has no result")


def _object(arguments: Any, where: str) -> dict[str, Any]:
    """The arguments of a call, decoded where they are text."""
    found = arguments
    if isinstance(arguments, str):
        try:
            found = msgspec.json.decode(arguments) if arguments.strip() else {}
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise TranscriptError("arguments", f"{where} are not JSON: {error}") from None
    if not isinstance(found, dict):
        raise TranscriptError("arguments", f"{where} are no JSON object: {str(arguments)[:80]!r}")
    return found
