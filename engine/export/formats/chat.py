"""Chat: a conversation as messages of OpenAI's roles.

A call's arguments are a JSON string, as OpenAI's services have it, or a JSON object: most chat templates write what
they are given as JSON once more, and make a quoted string of a string. Content is text in every message, empty beside
a call: templates look into it, and a column that is text throughout is read without guessing.

There are two ways to the same bytes: `chat` makes values, `written` copies the texts of the record into what
stands between them, in a fraction of the time.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from interplay.engine.export.dialogue import AgentTurn, CallTurn, Dialogue, UserTurn
from interplay.engine.export.formats import Settings
from interplay.engine.export.records import EMPTY
from interplay.engine.export.samples import Sample


class Message(msgspec.Struct, frozen=True, tag_field="role", omit_defaults=True, gc=False):
    """A message of a chat; what it lacks is absent, not null."""


class System(Message, frozen=True, tag="system"):
    """What the agent was told before anybody spoke."""

    content: str | msgspec.Raw


class User(Message, frozen=True, tag="user"):
    """The human's words."""

    content: str


class Function(msgspec.Struct, frozen=True, gc=False):
    """What is called."""

    name: str
    arguments: str | msgspec.Raw
    """A JSON object: as text, or as it is."""


class Call(msgspec.Struct, frozen=True, gc=False):
    """A call of a tool."""

    id: str
    function: Function
    type: str = "function"


class Assistant(Message, frozen=True, tag="assistant"):
    """The agent's words, or its call."""

    content: str
    reasoning_content: str = ""
    """What it thought before, where that is asked for."""
    tool_calls: tuple[Call, ...] = ()


class Tool(Message, frozen=True, tag="tool"):
    """What a call came to."""

    tool_call_id: str
    content: str


AnyMessage: TypeAlias = System | User | Assistant | Tool

_encode = msgspec.json.Encoder().encode


def chat(dialogue: Dialogue, system: msgspec.Raw, settings: Settings) -> list[AnyMessage]:
    """The messages of a dialogue: the system's, and one for each turn.

    Args:
        dialogue: the conversation.
        system: the system's text as a JSON string.
        settings: whether thoughts stand in `reasoning_content`, and how arguments are written.
    """
    found: list[AnyMessage] = [System(system)]
    thoughts, as_text = settings.thoughts, settings.arguments == "string"
    for turn in dialogue.turns:
        if isinstance(turn, UserTurn):
            found.append(User(turn.text))
        elif isinstance(turn, AgentTurn):
            found.append(Assistant(turn.text, turn.thought if thoughts else ""))
        elif isinstance(turn, CallTurn):
            arguments = _encode(turn.arguments)
            function = Function(turn.tool, arguments.decode() if as_text else msgspec.Raw(arguments))
            call = Call(turn.call_id, function)
            found.append(Assistant("", turn.thought if thoughts else "", (call,)))
        else:
            found.append(Tool(turn.call_id, turn.content))
    return found


def written(sample: Sample, settings: Settings) -> msgspec.Raw:
    """The same messages as a JSON array."""
    as_text, thoughts = settings.arguments == "string", settings.thoughts
    parts: list[bytes | msgspec.Raw] = [b'[{"role":"system","content":', sample.source.raw_system]
    for said in sample.seen:
        kind = said.type
        if kind == "human":
            parts += (b'},{"role":"user","content":', said.text)
        elif kind == "agent":
            parts += (b'},{"role":"assistant","content":', said.text)
            if thoughts and said.thought is not EMPTY:
                parts += (b',"reasoning_content":', said.thought)
        elif said.by != "agent":
            continue
        elif kind == "tool_call":
            parts.append(b'},{"role":"assistant","content":""')
            if thoughts and said.thought is not EMPTY:
                parts += (b',"reasoning_content":', said.thought)
            arguments = _encode(str(said.arguments, "utf-8")) if as_text else said.arguments
            parts += (b',"tool_calls":[{"id":', said.call_id, b',"function":{"name":', said.tool)
            parts += (b',"arguments":', arguments, b'},"type":"function"}]')
        else:
            parts += (b'},{"role":"tool","tool_call_id":', said.call_id, b',"content":', said.content)
    parts.append(b"}]")
    return msgspec.Raw(b"".join(parts))
