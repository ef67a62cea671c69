"""Doubles: actors that do exactly what a test says, for tests of agents, worlds and the engine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, NoReturn, TypeAlias

import anyio

from interplay.engine.messages import AgentMessage, AgentReply, AnyMessage, HumanMessage, ToolCall

Conversation: TypeAlias = Sequence[AnyMessage]
ToolSchemas: TypeAlias = Sequence[dict[str, Any]]
Line: TypeAlias = str | AgentReply | Callable[[Conversation, ToolSchemas], AgentReply | Awaitable[AgentReply]]
"""What an agent says or calls, or a function, async or not, of what an agent is given."""


class ScriptedAgent:
    """Goes through a script, one line a turn.

    Args:
        script: text to say, messages, or functions that return one.
    """

    def __init__(self, script: Sequence[Line]) -> None:
        self.script = tuple(script)
        self.heard: list[tuple[AnyMessage, ...]] = []
        """The conversation as it was at each turn."""

    def __call__(self, conversation: Conversation, tools: ToolSchemas) -> AgentReply | Awaitable[AgentReply]:
        """The next line.

        Raises:
            IndexError: there is none.
        """
        turn = len(self.heard)
        if turn >= len(self.script):
            raise IndexError(f"the script has {turn} lines and the agent was asked for one more")
        self.heard.append(tuple(conversation))
        line = self.script[turn]
        if isinstance(line, str):
            return AgentMessage(text=line)
        return line(conversation, tools) if callable(line) else line


class SayingHuman:
    """Says some texts, one a turn whatever is answered, and leaves with the last.

    Args:
        texts: what to say; with none it leaves without a word.
        stop: how it leaves.
    """

    def __init__(self, texts: Sequence[str], *, stop: Literal["satisfied", "denied"] = "satisfied") -> None:
        self.texts = tuple(texts)
        self.stop = stop
        self.heard: list[tuple[AnyMessage, ...]] = []
        """The conversation as it was at each turn."""

    def __call__(self, conversation: Conversation) -> HumanMessage:
        """The next text; from the last on, with the stop."""
        turn = len(self.heard)
        self.heard.append(tuple(conversation))
        text = self.texts[turn] if turn < len(self.texts) else ""
        return HumanMessage(text=text, stop=self.stop if turn >= len(self.texts) - 1 else None)


class SilentActor:
    """Plays a human or an agent who never says anything."""

    def __call__(self, conversation: Conversation, tools: ToolSchemas | None = None) -> Any:  # noqa: ARG002
        """An empty message."""
        return HumanMessage(text="") if tools is None else AgentMessage(text="")


class HangingActor:
    """Plays a human or an agent whose answer never comes.

    `waiting` is set once it is waited for, so that a test knows when to cancel.
    """

    def __init__(self) -> None:
        self.waiting = anyio.Event()

    async def __call__(self, conversation: Conversation, tools: ToolSchemas | None = None) -> NoReturn:  # noqa: ARG002
        """Wait until cancelled."""
        self.waiting.set()
        while True:
            await anyio.sleep_forever()


class RaisingActor:
    """Plays a human or an agent whose code is broken.

    Args:
        error: what it raises, every time.
    """

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __call__(self, conversation: Conversation, tools: ToolSchemas | None = None) -> NoReturn:  # noqa: ARG002
        """Raise the error."""
        raise self.error


class FloodingAgent:
    """Makes the same call again and again, and never says a word.

    Args:
        tool: what it calls.
        arguments: with what.
    """

    def __init__(self, tool: str, arguments: Mapping[str, Any]) -> None:
        self.tool = tool
        self.arguments = dict(arguments)
        self.calls = 0
        """How many it has made."""

    def __call__(self, conversation: Conversation, tools: ToolSchemas) -> ToolCall:  # noqa: ARG002
        """One call more, with an id of its own."""
        self.calls += 1
        return ToolCall(call_id=f"flood_{self.calls}", tool=self.tool, arguments=self.arguments)
