"""Exchange: what a model is asked and what it answers, as values.

The shapes are those of chat completions with the wire's detours left out: a server's JSON is read into a
`Reply` where bytes enter, and nothing behind that sees JSON of a provider.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeVar

import msgspec

T = TypeVar("T")


class _Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of an exchange."""


class Call(_Value, frozen=True):
    """A tool call as a model wrote it."""

    id: str
    name: str
    arguments: str
    """JSON text, which nothing has checked."""


class Said(_Value, frozen=True):
    """One message of a request."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str = ""
    calls: tuple[Call, ...] = ()
    """Of an assistant."""
    call_id: str = ""
    """Of a tool: the call that it answers."""


class Request(_Value, frozen=True):
    """One question to a model; the endpoint and the model's name are the role's."""

    messages: tuple[Said, ...]
    tools: tuple[dict[str, Any], ...] = ()
    """In the OpenAI function format."""
    schema: dict[str, Any] | None = None
    """JSON schema that the reply's text has to fit; None for free text."""
    schema_name: str = "reply"
    temperature: float | None = None
    """Overrides the role's; None leaves it."""
    max_tokens: int | None = None


class Usage(_Value, frozen=True):
    """Tokens."""

    prompt: int = 0
    completion: int = 0


class Reply(_Value, frozen=True):
    """One answer of a model."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    finish: str = "stop"
    """Why it ended: "stop", "length", "tool_calls", or whatever the server says."""
    usage: Usage = Usage()
    thought: str = ""
    """Reasoning that the server tells apart from the text."""


class Model(Protocol):
    """A model in a role, within one unit of work."""

    name: str

    async def ask(self, request: Request, at: str, read: Callable[[Reply], T]) -> T:
        """A reply that can be read; one that cannot is asked for again, within its own small budget.

        Args:
            request: what to ask.
            at: where in the unit, unique in it and the same whenever it is played: "trial/0/human/3/candidate/1".
                Replies are recorded and replayed by it.
            read: makes of a reply what the caller needs; raises ValueError, saying what is wrong, on one that it
                cannot use.
        Raises:
            ModelError: no usable reply could be had; this unit's failure, the provider's fault.
            HaltError: no unit can go on.
        """
        ...
