"""Layouts: rows of each format read back into conversations.

Nothing here is shared with what writes the rows but the format's published layout, so that a mistake in writing is
not made again in reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from interplay.engine.errors import DataError
from interplay.engine.export.dialogue import AgentTurn, CallTurn, ResultTurn, Turn, UserTurn
from interplay.engine.export.returning.reading import Reading

_WORDS_ALONE = frozenset({"call_id", "thought"})
HEADING = "# How to call tools"
"""Between the policy and the instruction for calls, in the system message of xlam."""


class _Function(msgspec.Struct):
    name: str
    arguments: str | dict[str, Any]


class _Call(msgspec.Struct):
    id: str
    function: _Function


class _Message(msgspec.Struct):
    role: str
    content: str | None = None
    tool_calls: list[_Call] | None = None
    tool_call_id: str | None = None
    reasoning_content: str | None = None


class _Chat(msgspec.Struct):
    messages: list[_Message]
    tools: str | list[Any]


class _Entry(msgspec.Struct):
    source: str = msgspec.field(name="from")
    value: str


class _Shared(msgspec.Struct):
    conversations: list[_Entry]
    tools: str
    system: str


class _Called(msgspec.Struct, forbid_unknown_fields=True):
    """A call in text."""

    name: str
    arguments: dict[str, Any]


def chat(document: Mapping[str, Any]) -> Reading:
    """A row of OpenAI's messages.

    Raises:
        DataError: it is not laid out so; says where.
    """
    row = _converted(document, _Chat)
    system, turns = _messages(row.messages)
    thinks = any(message.reasoning_content is not None for message in row.messages)
    return Reading(turns, system, _listed(row.tools), frozenset() if thinks else frozenset({"thought"}))


def beginning(document: Mapping[str, Any], continuation: str, *, ids: bool = True) -> Reading:
    """The prompt of a row, and a message that goes on from it.

    Args:
        document: the row.
        continuation: the column of the message.
        ids: whether the ids of the prompt's calls are those of the conversation that goes on so.

    Raises:
        DataError: it is not laid out so; says where.
    """
    parts = {name: document.get(name) for name in ("prompt", continuation)}
    prompt, after = (_converted({"messages": part, "tools": []}, _Chat).messages for part in parts.values())
    system, turns = _messages([*prompt, *after])
    if len(after) != 1 or not isinstance(turns[-1], AgentTurn | CallTurn):
        raise DataError(f"{continuation}: it has to be one message of the agent")
    thinks = any(message.reasoning_content is not None for message in (*prompt, *after))
    lacks = frozenset() if thinks else frozenset({"thought"})
    return Reading(turns, system, None, lacks if ids else lacks | {"call_id"}, begins=True)


def _messages(found: Sequence[_Message]) -> tuple[str, tuple[Turn, ...]]:
    """The system's text, and the turns after it."""
    if not found or found[0].role != "system" or found[0].content is None:
        raise DataError("messages: the first is no system message")
    return found[0].content, tuple(_chat_turns(found[1:]))


def _chat_turns(found: Sequence[_Message]) -> Iterator[Turn]:
    tools: dict[str, str] = {}
    for at, message in enumerate(found):
        content, thought = message.content or "", message.reasoning_content or ""
        match message:
            case _Message(role="user", content=str()):
                yield UserTurn(content, at)
            case _Message(role="assistant", tool_calls=[call]) if not content:
                arguments = _arguments(call.function.arguments, at)
                tools[call.id] = call.function.name
                yield CallTurn(call.id, call.function.name, arguments, thought, at)
            case _Message(role="assistant", tool_calls=None | [], content=str()):
                yield AgentTurn(content, thought, at)
            case _Message(role="tool", tool_call_id=str(call_id), content=str()):
                yield ResultTurn(call_id, tools.get(call_id, ""), content, at)
            case _:
                raise DataError(
                    f"messages: message {at + 1}, of {message.role!r}, is neither words, a call nor an answer"
                )


def sharegpt(document: Mapping[str, Any]) -> Reading:
    """A row of conversations in which each entry says whom it is from.

    Raises:
        DataError: it is not laid out so; says where.
    """
    row = _converted(document, _Shared)
    return Reading(tuple(_shared_turns(row.conversations)), row.system, _listed(row.tools), _WORDS_ALONE)


def _shared_turns(entries: Sequence[_Entry]) -> Iterator[Turn]:
    for at, entry in enumerate(entries):
        match entry.source:
            case "human":
                yield UserTurn(entry.value, at)
            case "gpt":
                yield AgentTurn(entry.value, "", at)
            case "function_call":
                call = _decoded(entry.value, _Called, f"conversations: entry {at}")
                yield CallTurn("", call.name, call.arguments, "", at)
            case "observation":
                yield ResultTurn("", "", entry.value, at)
            case other:
                raise DataError(f"conversations: entry {at} is from {other!r}")


def xlam(document: Mapping[str, Any]) -> Reading:
    """A row of messages in which a call is a bare JSON array.

    Raises:
        DataError: it is not laid out so; says where.
    """
    row = _converted(document, _Chat)
    found = row.messages
    if not found or found[0].role != "system" or found[0].content is None:
        raise DataError("messages: the first is no system message")
    policy, mark, _ = found[0].content.rpartition(f"\n\n{HEADING}\n\n")
    if not mark:
        raise DataError(f"messages: the system message has no part {HEADING!r} after the policy")
    return Reading(tuple(_bare_turns(found[1:])), policy, _listed(row.tools), _WORDS_ALONE)


def _bare_turns(found: Sequence[_Message]) -> Iterator[Turn]:
    for at, message in enumerate(found):
        answered = at + 1 == len(found) or found[at + 1].role == "tool"
        match message:
            case _Message(role="user", content=str(content)):
                yield UserTurn(content, at)
            case _Message(role="assistant", content=str(content)):
                calls = _bare_calls(content) if answered else None
                yield AgentTurn(content, "", at) if calls is None else CallTurn("", calls.name, calls.arguments, "", at)
            case _Message(role="tool", content=str(content)):
                yield ResultTurn("", "", content, at)
            case _:
                raise DataError(f"messages: message {at + 1} is of {message.role!r}")


def _bare_calls(content: str) -> _Called | None:
    """The call in a message; None where it is words."""
    try:
        calls = msgspec.json.decode(content, type=list[_Called])
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return calls[0] if len(calls) == 1 else None


def _listed(tools: str | list[Any]) -> list[Any]:
    return _decoded(tools, list[Any], "tools") if isinstance(tools, str) else tools


def _arguments(found: str | dict[str, Any], at: int) -> dict[str, Any]:
    return (
        _decoded(found, dict[str, Any], f"messages: message {at + 1}: arguments") if isinstance(found, str) else found
    )


def _converted(document: Mapping[str, Any], kind: type[Any]) -> Any:
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise DataError(str(error)) from None


def _decoded(text: str, kind: Any, where: str) -> Any:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise DataError(f"{where}: {error}") from None


Layout = Callable[[Mapping[str, Any]], Reading]

LAYOUTS: dict[str, Layout] = {"openai": chat, "parquet": chat, "loss": chat, "sharegpt": sharegpt, "xlam": xlam}
"""By format, how a row becomes a conversation."""
