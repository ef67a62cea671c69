"""Messages: what actors say.

A message is a value: frozen, decoded once where bytes enter, and one of a closed union, so that a
`match` over it is complete. The names are those of the roles that send them. A struct's constructor
checks nothing; `check` is the gate that a reply passes when it comes from code that is not ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, TypeVar, cast

import msgspec

from interplay.engine.errors import ActorError

Role: TypeAlias = Literal["human", "agent", "environment"]
Caller: TypeAlias = Literal["agent", "human"]
"""Who may have tools."""


class Message(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type"
):
    """Root of the union; never sent itself.

    Messages that hold only text are left out of the cyclic garbage collector's rounds, which grow with
    what is in flight.
    """


class HumanMessage(Message, frozen=True, kw_only=True, gc=False, tag="human"):
    """The human says something, and may leave."""

    text: str
    stop: Literal["satisfied", "denied"] | None = None
    """Set when the human leaves after these words; the words are delivered all the same."""


class AgentMessage(Message, frozen=True, kw_only=True, gc=False, tag="agent"):
    """The agent says something to the human."""

    text: str
    final: bool = False
    """Set by the engine on the words that follow a hand-over to a person; nobody answers them."""
    thought: str = ""
    """What the agent thought before it spoke; the human does not hear it."""


class ToolCall(Message, frozen=True, kw_only=True, tag="tool_call"):
    """An actor asks the environment to run one tool."""

    call_id: str
    """Unique in the trajectory; the matching ToolResult repeats it."""
    tool: str
    arguments: dict[str, Any]
    """Decoded JSON object, parameter name to value, as sent; the environment validates it."""
    thought: str = ""
    """What the agent thought or wrote beside the call."""
    by: Caller = "agent"
    """Whose call it is: it is run on the tools of this actor, and nobody else sees it."""


class ToolResult(Message, frozen=True, kw_only=True, gc=False, tag="tool_result"):
    """The environment's answer to one ToolCall."""

    call_id: str
    content: str
    """What the caller reads: text as it is, anything else as JSON."""
    refusal: str | None = None
    """None when the tool ran; else the code of the reason why it refused, and nothing changed."""
    by: Caller = "agent"
    """Whose call it answers."""

    @property
    def document(self) -> Any:
        """The content as JSON values, or as it is where it is none."""
        try:
            return msgspec.json.decode(self.content)
        except msgspec.DecodeError:
            return self.content


AnyMessage: TypeAlias = HumanMessage | AgentMessage | ToolCall | ToolResult
AgentReply: TypeAlias = AgentMessage | ToolCall | Sequence[ToolCall]
"""What an agent does next; several calls are carried out in their order before it is asked again."""
HumanReply: TypeAlias = HumanMessage | ToolCall
"""What a human does next; only who has tools of their own may call one."""
M = TypeVar("M", bound=AnyMessage)

encoder = msgspec.json.Encoder()
decoder: msgspec.json.Decoder[AnyMessage] = msgspec.json.Decoder(AnyMessage)

MAX_MESSAGE_CHARACTERS = 200_000


def check(message: object, allowed: tuple[type[M], ...], role: Role) -> M:
    """Refuse a reply that could not be recorded as it is, or that its role may not give.

    Args:
        message: what the actor's code returned.
        allowed: the message types of this role.
        role: whose reply it is, for the error's text.

    Returns:
        The message as it is recorded: the actor holds no part of it that can change.

    Raises:
        ActorError: wrong type, longer than MAX_MESSAGE_CHARACTERS, or not what JSON would read back.
    """
    if not isinstance(message, allowed) or type(message) not in allowed:  # a subclass may hold more than is recorded
        names = " or ".join(kind.__name__ for kind in allowed)
        raise ActorError(f"the {role} returned {type(message).__name__}; expected {names}")
    if _plain(message):
        return message
    try:
        encoded = encoder.encode(message)
        size, read = len(encoded), decoder.decode(encoded)
        same = read == message
    except RecursionError:
        raise ActorError(f"the {role} returned a message nested too deeply to write as JSON") from None
    except (TypeError, ValueError, OverflowError, msgspec.MsgspecError) as error:
        raise ActorError(f"the {role} returned a message that is not valid JSON: {error}") from None
    if size > MAX_MESSAGE_CHARACTERS:
        raise ActorError(
            f"the {role} returned a message of {size:,} bytes; at most {MAX_MESSAGE_CHARACTERS:,} are allowed"
        )
    if not same:
        raise ActorError(
            f"the {role} returned a message that JSON would read back as another; it may hold "
            "str, int, float (finite), bool, None, list, and dict with str for keys"
        )
    return cast("M", read)


def _plain(message: AnyMessage) -> bool:
    """The usual case: words in which nothing can fail to encode."""
    match message:
        case HumanMessage(text=text, stop=stop):
            return type(text) is str and stop is None and text.isascii() and len(text) <= MAX_MESSAGE_CHARACTERS
        case AgentMessage(text=text, final=final, thought=thought):
            return (
                type(text) is str
                and final is False
                and thought == ""
                and text.isascii()
                and len(text) <= MAX_MESSAGE_CHARACTERS
            )
        case _:
            return False
