"""Actors: the roles, each a small protocol, and the task that serves it.

Whoever plugs in an actor writes one callable, async or not, and inherits from nothing: it is given the
conversation as that role sees it and returns one message. The serving tasks wait and forward; they keep
each role's own view, so no actor ever holds another's object.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from inspect import isawaitable
from typing import Any, Protocol, TypeAlias, TypeVar

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

M = TypeVar("M", HumanMessage, AgentReply)

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
        """What the employee does next: say something to the person, or call one tool.

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
            _, said = await _next(lambda: human(view), (HumanMessage,), "human")
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
    handed_over = False
    async with inbox, to_human, to_environment:
        async for heard in inbox:
            view.append(heard)
            if isinstance(heard, HumanMessage) and heard.stop is not None:
                return
            if isinstance(heard, ToolResult) and heard.refusal is None:
                handed_over |= environment.hands_over(calls[heard.call_id])
            own, reply = await _next(lambda: agent(view, tools), (AgentMessage, ToolCall), "agent")
            if isinstance(reply, ToolCall):
                if reply.call_id in calls:
                    raise ActorFailedError("agent") from ActorError(f"call id {reply.call_id!r} was used before")
                calls[reply.call_id] = reply
                view.append(own)
                await to_environment.send(reply)
            else:
                if reply.final is not handed_over:
                    reply = msgspec.structs.replace(reply, final=handed_over)
                view.append(reply)
                await to_human.send(reply)
                if handed_over:
                    return


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


async def _next(turn: Turn, allowed: tuple[type[AnyMessage], ...], role: Role) -> tuple[Any, Any]:
    """One valid reply, the actor's own object and what is recorded of it; an empty one is asked for again.

    An actor that is cancelled has neither answered nor failed, whatever it makes of its cancellation. One
    that raises a cancellation of its own, or exits, has failed.
    """
    try:
        for _ in range(EMPTY_REPLIES):
            own = turn()
            if isawaitable(own):
                own = await own
                await checkpoint_if_cancelled()
            reply = check(own, allowed, role)
            if getattr(reply, "text", "-").strip() or getattr(reply, "stop", None):
                return own, reply
        raise ActorError(f"the {role} returned an empty message {EMPTY_REPLIES} times in a row")
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        await checkpoint_if_cancelled()
        raise ActorFailedError(role) from error
