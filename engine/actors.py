"""Actors: the roles, each a small protocol, and the task that serves it.

Whoever plugs in an actor writes one callable, async or not, and inherits from nothing: it is given the
conversation as that role sees it and returns one message. The serving tasks wait and forward; they keep
each role's own view, so no actor ever holds another's object.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
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
    HumanReply,
    Role,
    ToolCall,
    ToolResult,
    check,
)

EMPTY_REPLIES = 3
"""How often in a row an actor may return nothing before it has failed."""


class Human(Protocol):
    """Plays the person."""

    def __call__(self, conversation: Sequence[AnyMessage], /) -> HumanReply | Awaitable[HumanReply]:
        """The person's next words or, in a world where people have tools of their own, a call of one.

        Args:
            conversation: what both have said so far, and what the person's own tools were asked and answered, from
                the first; empty when the person begins.
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
            conversation: everything that was said, and what it called and was returned so far, from the first.
            tools: what may be called, in the OpenAI function format; all conversations share it, so whoever
                changes it changes a copy.
        """


Turn: TypeAlias = Callable[[], Any]


class ActorFailedError(Exception):
    """An actor raised, or broke its protocol; the cause is chained."""

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role: Role = role


class Calls:
    """The calls that were made in a conversation, by id; nobody uses an id that was used before."""

    def __init__(self) -> None:
        self._calls: dict[str, ToolCall] = {}

    def __getitem__(self, call_id: str) -> ToolCall:
        return self._calls[call_id]

    def enter(self, call: ToolCall) -> None:
        """Note a call that is about to be made.

        Raises:
            ActorFailedError: its id was used before.
        """
        if call.call_id in self._calls:
            raise ActorFailedError(call.by) from ActorError(f"call id {call.call_id!r} was used before")
        self._calls[call.call_id] = call


async def serve_human(
    human: Human,
    inbox: Receive[AgentMessage | ToolResult],
    to_agent: Send[HumanMessage | ToolResult],
    to_environment: Send[ToolCall] | None,
    calls: Calls,
) -> None:
    """Speak first, then answer each message of the agent, until the human leaves or is handed over.

    Args:
        human: who speaks.
        inbox: the agent's words and the environment's answers.
        to_agent: the human's words.
        to_environment: the human's calls; None where the human has no tools.
        calls: all that were made in the conversation.
    Raises:
        ActorFailedError: the human raised, or returned something that it may not.
    """
    view: list[AnyMessage] = []
    allowed = (HumanMessage,) if to_environment is None else (HumanMessage, ToolCall)
    async with AsyncExitStack() as stack:
        for end in (inbox, to_agent, to_environment):
            if end is not None:
                await stack.enter_async_context(end)
        while True:
            [(_, said)] = await _next(lambda: human(view), allowed, "human")
            view.append(said)
            if isinstance(said, ToolCall) and to_environment is not None:
                calls.enter(said)
                await to_environment.send(said)
            else:
                await to_agent.send(said)
                if said.stop is not None:
                    return
            try:
                heard = await inbox.receive()
            except ChannelClosed:
                return
            view.append(heard)
            if isinstance(heard, AgentMessage) and heard.final:
                return


async def serve_agent(
    agent: Agent,
    environment: Environment,
    inbox: Receive[HumanMessage | ToolResult],
    to_human: Send[AgentMessage | ToolResult],
    to_environment: Send[ToolCall],
    calls: Calls,
) -> None:
    """Act on what arrives, one call or one message at a time, until the human has left.

    Args:
        agent: who acts.
        environment: told when the human has spoken; which tools it offers then is read here.
        inbox: the human's words and the environment's answers.
        to_human: the agent's words.
        to_environment: the agent's calls.
        calls: all that were made in the conversation.
    Raises:
        ActorFailedError: the agent raised, returned neither words nor a call, or used a call id twice.
    """
    view: list[AnyMessage] = []
    waiting: list[tuple[ToolCall, ToolCall]] = []
    handed_over = False
    async with inbox, to_human, to_environment:
        async for heard in inbox:
            view.append(heard)
            if isinstance(heard, HumanMessage):
                if heard.stop is not None:
                    return
                environment.hear()
            if isinstance(heard, ToolResult) and heard.refusal is None:
                handed_over |= environment.hands_over(calls[heard.call_id])
            if not waiting:
                replies = await _next(
                    lambda: agent(view, environment.offered.schemas), (AgentMessage, ToolCall), "agent", several=True
                )
                own, reply = replies[0]
                if isinstance(reply, AgentMessage):
                    if reply.final is not handed_over:
                        reply = msgspec.structs.replace(reply, final=handed_over)
                    view.append(reply)
                    await to_human.send(reply)
                    if handed_over:
                        return
                    continue
                for _, made in replies:
                    calls.enter(made)
                waiting = replies
            own, call = waiting.pop(0)
            view.append(own)
            await to_environment.send(call)


async def serve_environment(
    environment: Environment,
    inbox: Receive[ToolCall],
    to_agent: Send[HumanMessage | ToolResult],
    to_human: Send[AgentMessage | ToolResult] | None,
) -> None:
    """Answer tool calls in arrival order, each to who made it, until every caller has left.

    Waits only on the channels; the data changes only between waits.

    Args:
        environment: runs the calls.
        inbox: the calls.
        to_agent: answers to the agent.
        to_human: answers to the human; None where the human has no tools.
    Raises:
        ActorFailedError: a tool raised something else than a refusal.
    """
    async with AsyncExitStack() as stack:
        for end in (inbox, to_agent, to_human):
            if end is not None:
                await stack.enter_async_context(end)
        async for call in inbox:
            try:
                result = environment.apply(call)
            except Exception as error:
                raise ActorFailedError("environment") from error
            if result.by == "human" and to_human is not None:
                await to_human.send(result)
            else:
                await to_agent.send(result)


async def _next(
    turn: Turn, allowed: tuple[type[AnyMessage], ...], role: Role, *, several: bool = False
) -> list[tuple[Any, Any]]:
    """One valid reply, the actor's own object and what is recorded of it; an empty one is asked for again.

    It is one message or, from whoever may make several calls at once, those; then there is a pair for each.
    Whatever a call says of whose it is, it is the caller's.
    An actor that is cancelled has neither answered nor failed, whatever it makes of its cancellation. One
    that raises a cancellation of its own, or exits, has failed.
    """
    try:
        for _ in range(EMPTY_REPLIES):
            own = turn()
            if isawaitable(own):
                own = await own
                await checkpoint_if_cancelled()
            if isinstance(own, list | tuple) and several:
                replies: list[tuple[Any, Any]] = [(each, _owned(check(each, (ToolCall,), role), role)) for each in own]
            else:
                replies = [(own, _owned(check(own, allowed, role), role))]
            if replies and not _is_empty(replies[0][1]):
                return replies
        raise ActorError(f"the {role} returned an empty message {EMPTY_REPLIES} times in a row")
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        await checkpoint_if_cancelled()
        raise ActorFailedError(role) from error


def _owned(reply: AnyMessage, role: Role) -> AnyMessage:
    """The reply as this role's: who could call in another's name could use another's things."""
    if isinstance(reply, ToolCall) and reply.by != role and role != "environment":
        return msgspec.structs.replace(reply, by=role)
    return reply


def _is_empty(reply: AnyMessage) -> bool:
    """Whether there are neither words, nor a call, nor a farewell."""
    return not getattr(reply, "text", "-").strip() and not getattr(reply, "stop", None)
