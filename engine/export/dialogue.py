"""Dialogue: a conversation as the agent saw it.

What the human does with tools of their own the agent never sees, and it is left out. What nobody answered teaches an
agent nothing, and trainers refuse rows that end with it: a dialogue ends with the agent's last turn, so that the
human's goodbye and the result of a last call are left out, too.

Several calls at once are carried out one after the other, and the record does not tell them from calls that
followed each other: here, as there, each call is a turn of its own, followed by its result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec

from interplay.engine.export.sources import Tools
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall


class UserTurn(msgspec.Struct, frozen=True, gc=False):
    """The human speaks."""

    text: str
    at: int
    """Index of the message in the trajectory, as of every turn."""


class AgentTurn(msgspec.Struct, frozen=True, gc=False):
    """The agent speaks."""

    text: str
    thought: str
    at: int


class CallTurn(msgspec.Struct, frozen=True):
    """The agent calls a tool."""

    call_id: str
    tool: str
    arguments: dict[str, Any]
    thought: str
    at: int


class ResultTurn(msgspec.Struct, frozen=True, gc=False):
    """The agent reads what its call came to; of a refused one, why."""

    call_id: str
    tool: str
    content: str
    at: int


Turn: TypeAlias = UserTurn | AgentTurn | CallTurn | ResultTurn


class Dialogue(msgspec.Struct, frozen=True):
    """A conversation as the agent saw it."""

    system: str
    """The policy that the agent was given."""
    tools: Tools
    """Every tool that it had been offered when the conversation ended."""
    turns: tuple[Turn, ...]
    """In order; the last is the agent's. None where the agent never did anything."""


def concluded(messages: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
    """The messages up to the last in which the agent said or did something."""
    for end in range(len(messages), 0, -1):
        message = messages[end - 1]
        if isinstance(message, AgentMessage) or (isinstance(message, ToolCall) and message.by == "agent"):
            return messages[:end]
    return ()


def turns(messages: Sequence[AnyMessage]) -> tuple[Turn, ...]:
    """What the agent said, did, heard and read."""
    found: list[Turn] = []
    called: dict[str, str] = {}
    for at, message in enumerate(concluded(messages)):
        if isinstance(message, HumanMessage):
            found.append(UserTurn(message.text, at))
        elif isinstance(message, AgentMessage):
            found.append(AgentTurn(message.text, message.thought, at))
        elif message.by != "agent":
            continue
        elif isinstance(message, ToolCall):
            called[message.call_id] = message.tool
            found.append(CallTurn(message.call_id, message.tool, message.arguments, message.thought, at))
        else:
            found.append(ResultTurn(message.call_id, called.get(message.call_id, ""), message.content, at))
    return tuple(found)
