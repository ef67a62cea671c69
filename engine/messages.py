"""Messages: what actors say.

A message is a value: frozen, decoded once where bytes enter, and one of a closed union, so that a
`match` over it is complete. The names are those of the roles that send them. A struct's constructor
checks nothing; `check` is the gate that a reply passes when it comes from code that is not ours.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from interplay.engine.errors import ActorError

Role: TypeAlias = Literal["human", "agent", "environment"]


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """Root of the union; never sent itself."""


class HumanMessage(Message, frozen=True, tag="human"):
    """The human says something, and may leave."""

    text: str
    stop: Literal["satisfied", "gave_up"] | None = None
    """Set when the human leaves after these words; the words are delivered all the same."""


class AgentMessage(Message, frozen=True, tag="agent"):
    """The agent says something to the human."""

    text: str
    final: bool = False
    """Set by the engine on the words that follow a hand-over to a person; nobody answers them."""


class ToolCall(Message, frozen=True, tag="tool_call"):
    """An actor asks the environment to run one tool."""

    call_id: str
    """Unique in the trajectory; the matching ToolResult repeats it."""
    tool: str
    arguments: dict[str, Any]
    """Decoded JSON object, parameter name to value, as sent; the environment validates it."""


class ToolResult(Message, frozen=True, tag="tool_result"):
    """The environment's answer to one ToolCall."""

    call_id: str
    content: str
    """What the caller reads: text as it is, anything else as JSON."""
    refusal: str | None = None
    """None when the tool ran; else the code of the reason why it refused, and nothing changed."""


AnyMessage: TypeAlias = HumanMessage | AgentMessage | ToolCall | ToolResult
AgentReply: TypeAlias = AgentMessage | ToolCall

encoder = msgspec.json.Encoder()
decoder: msgspec.json.Decoder[AnyMessage] = msgspec.json.Decoder(AnyMessage)

MAX_MESSAGE_CHARACTERS = 200_000


def check(message: object, allowed: tuple[type[AnyMessage], ...], role: Role) -> None:
    """Refuse a reply that could not be recorded or that its role may not give.

    Args:
        message: what the actor's code returned.
        allowed: the message types of this role.
        role: whose reply it is, for the error's text.

    Raises:
        ActorError: wrong type, longer than MAX_MESSAGE_CHARACTERS, or not expressible as JSON.
    """
    if not isinstance(message, allowed):
        names = " or ".join(kind.__name__ for kind in allowed)
        raise ActorError(f"the {role} returned {type(message).__name__}; expected {names}")
    text = getattr(message, "text", None)
    if type(text) is str and text.isascii() and len(text) <= MAX_MESSAGE_CHARACTERS:
        return  # the usual case: nothing in it can fail to encode
    try:
        size = len(encoder.encode(message))
        decoder.decode(encoder.encode(message))
    except RecursionError:
        raise ActorError(f"the {role} returned a message nested too deeply to write as JSON") from None
    except (TypeError, ValueError, OverflowError, msgspec.MsgspecError) as error:
        raise ActorError(f"the {role} returned a message that is not valid JSON: {error}") from None
    if size > MAX_MESSAGE_CHARACTERS:
        raise ActorError(
            f"the {role} returned a message of {size:,} bytes; at most {MAX_MESSAGE_CHARACTERS:,} are allowed"
        )
