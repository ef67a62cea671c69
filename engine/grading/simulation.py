"""Simulation: messages of the newer project, in which the user may call tools too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from interplay.engine.grading.transcript import Scribe, Transcript, take_down, unknown_role
from interplay.engine.messages import Caller

CALLERS: dict[str, Caller] = {"assistant": "agent", "user": "human"}


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call in a message."""

    name: str
    arguments: Any = {}
    id: str = ""
    requestor: str = ""
    """Who called; empty: whose message it is."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A result among several of one message."""

    id: str = ""
    content: str | None = None
    error: bool = False


class SimulatedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message; fields beyond these are passed over."""

    role: str
    content: str | None = None
    tool_calls: tuple[Call, ...] | None = None
    id: str | None = None
    """Of a result: the call that it answers."""
    error: bool = False
    tool_messages: tuple[Result, ...] | None = None


def read_simulation(documents: Sequence[Any]) -> Transcript:
    """A conversation from its messages.

    Args:
        documents: the messages as decoded JSON.

    Raises:
        TranscriptError: they are no conversation.
    """
    return take_down(documents, SimulatedMessage, _take)


def _take(scribe: Scribe, at: int, message: SimulatedMessage) -> None:
    text = message.content or ""
    match message.role:
        case "user" | "assistant" as role:
            for each in message.tool_calls or ():
                by = CALLERS.get(each.requestor or role)
                if by is None:
                    raise unknown_role(at, "requestor", each.requestor, tuple(CALLERS))
                scribe.call(at, each.name, each.arguments, id=each.id, by=by, beside=text)
            if not message.tool_calls:
                scribe.human(at, text) if role == "user" else scribe.agent(at, text)
        case "tool":
            for result in message.tool_messages or (Result(id=message.id or "", content=text, error=message.error),):
                scribe.result(at, result.content or "", id=result.id, failed=result.error)
        case "system":
            return
        case role:
            raise unknown_role(at, "role", role, ("system", "user", "assistant", "tool"))
