"""Actors: the roles, each a small protocol, and the task that serves it.

Whoever plugs in an actor writes one callable, async or not, and inherits from nothing: it is given the
conversation as that role sees it and returns one message. The serving tasks wait and forward; they keep
each role's own view, so no actor ever holds another's object.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from inspect import isawaitable
from typing import Any, Protocol, TypeAlias

import msgspec
from anyio.lowlevel import checkpoint_if_cancelled

from interplay.engine.channels import Receive, Send
from interplay.engine.environment import Environment
from interplay.engine.errors import ActorError, ChannelClosed
from interplay.engine.messages import (
    AgentMessage,
    AgentReply,
    AnyMessage,
    HumanMessage,
    Role,
    ToolCall,
    ToolResult,
    check,
)

EMPTY_REPLIES = 3
"""How often in a row an actor may return nothing before it has failed."""


class Human(Protocol):
    """Plays the person."""

    def __call__(self, conversation: Sequence[AnyMessage], /) -> HumanMessage | Awaitable[HumanMessage]:
        """The person's next words.

        Args:
            conversation: what both have said so far, from the first; empty when the person begins.
        """


class Agent(Protocol):
    """Plays the employee.

    Here it is called in the event loop: a plain one answers at once, one that waits is async. Whoever has a
    plain agent that blocks names it to `load_agent`, which has it called in a worker thread.
    """

    def __call__(
        self, conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]], /
    ) -> AgentReply | Awaitable[AgentReply]:
        """What the employee does next: say something to the person, or call tools.

        Several calls in one reply are carried out in their order, and all answered, before it is asked again.

        Args:
            conversation: everything that was said, called and returned so far, from the first.
            tools: what may be called, in the OpenAI function format; all conversations share it, so whoever
                changes it changes a copy.
        """


Turn: TypeAlias = Callable[[], Any]


class ActorFailedError(Exception):
    """An actor raised, or broke its protocol; the cause is chained."""

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role: Role = role


async def serve_human(human: Human, inbox: Receive[AgentMessage], to_agent: Send[HumanMessage | ToolResult]) -> None:
    """Speak first, then answer each message of the agent, until the human leaves or is handed over.

    Raises:
        ActorFailedError: the human raised or returned something else than words.
    """
    view: list[AnyMessage] = []
    async with inbox, to_agent:
        while True:
            [(_, said)] = await _next(lambda: human(view), (HumanMessage,), "human")
            view.append(said)
            await to_agent.send(said)
            if said.stop is not None:
                return
            try:
                heard = await inbox.receive()
            except ChannelClosed:
                return
            view.append(heard)
            if heard.final:
                return


async def serve_agent(
    agent: Agent,
    environment: Environment,
    inbox: Receive[HumanMessage | ToolResult],
    to_human: Send[AgentMessage],
    to_environment: Send[ToolCall],
) -> None:
    """Act on what arrives, one call or one message at a time, until the human has left.

    Args:
        agent: who acts.
        environment: only its tools' descriptions are read here.
        inbox: the human's words and the environment's answers.
        to_human: the agent's words.
        to_environment: the agent's calls.
    Raises:
        ActorFailedError: the agent raised, returned neither words nor a call, or used a call id twice.
    """
    view: list[AnyMessage] = []
    tools = environment.tools.schemas
    calls: dict[str, ToolCall] = {}
    waiting: list[tuple[ToolCall, ToolCall]] = []
    handed_over = False
    async with inbox, to_human, to_environment:
        async for heard in inbox:
            view.append(heard)
            if isinstance(heard, HumanMessage) and heard.stop is not None:
                return
            if isinstance(heard, ToolResult) and heard.refusal is None:
                handed_over |= environment.hands_over(calls[heard.call_id])
            if not waiting:
                replies = await _next(lambda: agent(view, tools), (AgentMessage, ToolCall), "agent")
                own, reply = replies[0]
                if isinstance(reply, AgentMessage):
                    if reply.final is not handed_over:
                        reply = msgspec.structs.replace(reply, final=handed_over)
                    view.append(reply)
                    await to_human.send(reply)
                    if handed_over:
                        return
                    continue
                _enter(calls, replies)
                waiting = replies
            own, call = waiting.pop(0)
            view.append(own)
            await to_environment.send(call)


def _enter(calls: dict[str, ToolCall], replies: Sequence[tuple[ToolCall, ToolCall]]) -> None:
    """Note calls that are about to be made."""
    for _, call in replies:
        if call.call_id in calls:
            raise ActorFailedError("agent") from ActorError(f"call id {call.call_id!r} was used before")
        calls[call.call_id] = call


async def serve_environment(
    environment: Environment, inbox: Receive[ToolCall], to_agent: Send[HumanMessage | ToolResult]
) -> None:
    """Answer tool calls in arrival order until every caller has left.

    Waits only on the two channels; the data changes only between waits.

    Raises:
        ActorFailedError: a tool raised something else than a refusal.
    """
    async with inbox, to_agent:
        async for call in inbox:
            try:
                result = environment.apply(call)
            except Exception as error:
                raise ActorFailedError("environment") from error
            await to_agent.send(result)


async def _next(turn: Turn, allowed: tuple[type[AnyMessage], ...], role: Role) -> list[tuple[Any, Any]]:
    """One valid reply, the actor's own object and what is recorded of it; an empty one is asked for again.

    It is one message or, from whoever may call tools, several calls; then there is a pair for each.
    An actor that is cancelled has neither answered nor failed, whatever it makes of its cancellation. One
    that raises a cancellation of its own, or exits, has failed.
    """
    try:
        for _ in range(EMPTY_REPLIES):
            own = turn()
            if isawaitable(own):
                own = await own
                await checkpoint_if_cancelled()
            if isinstance(own, list | tuple) and ToolCall in allowed:
                replies: list[tuple[Any, Any]] = [(each, check(each, (ToolCall,), role)) for each in own]
            else:
                replies = [(own, check(own, allowed, role))]
            if replies and not _is_empty(replies[0][1]):
                return replies
        raise ActorError(f"the {role} returned an empty message {EMPTY_REPLIES} times in a row")
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        await checkpoint_if_cancelled()
        raise ActorFailedError(role) from error


def _is_empty(reply: AnyMessage) -> bool:
    """Whether there are neither words, nor a call, nor a farewell."""
    return not getattr(reply, "text", "-").strip() and not getattr(reply, "stop", None)
