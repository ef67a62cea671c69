"""Answers: what a script or an oracle says, and the chat completion that carries it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import msgspec

from interplay.engine.models.exchange import Call, Reply, Usage
from interplay.engine.testing.model_server.asked import Asked
from interplay.engine.testing.model_server.faults import Fault
from interplay.engine.testing.model_server.filling import filled


class Raw(NamedTuple):
    """An answer that is sent as it stands."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


Answer: TypeAlias = str | Call | tuple[Call, ...] | Mapping[str, Any] | Reply | Fault | Raw
"""Text, one tool call or several, an object that goes out as JSON text, all of it at once, or something wrong."""

Oracle: TypeAlias = Callable[[Asked], Answer | Awaitable[Answer]]


class FillingOracle:
    """Says the same to everyone; where a schema is asked for, the plainest value that fits it.

    Args:
        text: what it says.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, asked: Asked) -> Answer:
        """The text, or a value of the schema."""
        schema = asked.schema
        return self.text if schema is None else Reply(text=msgspec.json.encode(filled(schema)).decode())


class ScriptedOracle:
    """Goes through a script, one line a request in the order of their arrival.

    Args:
        script: answers, or functions of the request that return one.
    """

    def __init__(self, script: tuple[Answer | Oracle, ...]) -> None:
        self.script = script
        self.given = 0

    def __call__(self, asked: Asked) -> Answer | Awaitable[Answer]:
        """The next line.

        Raises:
            IndexError: there is none.
        """
        if self.given >= len(self.script):
            raise IndexError(f"the script has {len(self.script)} answers and one more was asked for")
        line = self.script[self.given]
        self.given += 1
        return line(asked) if callable(line) else line


def reply_of(answer: str | Call | tuple[Call, ...] | Mapping[str, Any] | Reply) -> Reply:
    """The reply that a short form stands for.

    Raises:
        TypeError: it stands for none.
    """
    match answer:
        case Reply():
            return answer
        case str():
            return Reply(text=answer)
        case Call():
            return Reply(calls=(answer,), finish="tool_calls")
        case Mapping():
            return Reply(text=msgspec.json.encode(answer).decode())
        case tuple() if answer and all(isinstance(each, Call) for each in answer):
            return Reply(calls=answer, finish="tool_calls")
        case _:
            raise TypeError(f"{answer!r} is no answer: give text, a Call or a tuple of them, a mapping or a Reply")


def completion(reply: Reply, asked: Asked) -> dict[str, Any]:
    """A reply as the chat completion that answers a request.

    A call without an id gets one that depends only on the conversation, so that the same run sees the same ids
    however its requests are interleaved.
    """
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or (None if reply.calls else "")}
    if reply.thought:
        message["reasoning_content"] = reply.thought
    if reply.calls:
        messages = asked.get("messages")
        before = len(messages) if isinstance(messages, list) else 0
        message["tool_calls"] = [
            {
                "id": call.id or f"call_{before}_{index}",
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for index, call in enumerate(reply.calls)
        ]
    usage = reply.usage if reply.usage != Usage() else _usage(reply, asked)
    return {
        "id": f"chatcmpl-{asked.number}",
        "object": "chat.completion",
        "created": 0,
        "model": asked.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish, "logprobs": None}],
        "usage": {
            "prompt_tokens": usage.prompt,
            "completion_tokens": usage.completion,
            "total_tokens": usage.prompt + usage.completion,
        },
    }


def _usage(reply: Reply, asked: Asked) -> Usage:
    """Tokens by the double's measure, four characters each."""
    said = len(reply.text) + len(reply.thought) + sum(len(call.name) + len(call.arguments) for call in reply.calls)
    return Usage(prompt=asked.tokens, completion=said // 4 + 1)
