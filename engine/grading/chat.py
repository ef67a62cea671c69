"""Chat: messages as model endpoints take and give them, with roles and calls whose arguments are text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from interplay.engine.grading.transcript import Scribe, Transcript, take_down, unknown_role

SILENT = ("system", "developer")
"""Roles whose messages are for the model alone."""


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """What a call calls."""

    name: str
    arguments: Any = ""
    """A JSON object, as text as a rule."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call in a message."""

    function: Function
    id: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a message's content."""

    text: str = ""


class ChatMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message; fields beyond these are passed over."""

    role: str
    content: str | tuple[Part, ...] | None = None
    tool_calls: tuple[Call, ...] | None = None
    tool_call_id: str | None = None

    @property
    def text(self) -> str:
        """The content as text."""
        if isinstance(self.content, tuple):
            return "".join(part.text for part in self.content)
        return self.content or ""


def read_chat(documents: Sequence[Any]) -> Transcript:
    """A conversation from its messages.

    Args:
        documents: the messages as decoded JSON.

    Raises:
        TranscriptError: they are no conversation.
    """
    return take_down(documents, ChatMessage, _take)


def _take(scribe: Scribe, at: int, message: ChatMessage) -> None:
    match message.role:
        case "user":
            scribe.human(at, message.text)
        case "assistant":
            for each in message.tool_calls or ():
                called = each.function
                scribe.call(at, called.name, called.arguments, id=each.id, beside=message.text)
            if not message.tool_calls:
                scribe.agent(at, message.text)
        case "tool":
            scribe.result(at, message.text, id=message.tool_call_id or "")
        case role if role not in SILENT:
            raise unknown_role(at, "role", role, ("user", "assistant", "tool", *SILENT))
