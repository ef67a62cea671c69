"""Conversation: one blueprint played once.

Three tasks (human, agent, environment) in one task group that ends with the conversation. It ends in
one of a few ways, each a type of its own; none of them raises, so one conversation never stops another.
"""

from __future__ import annotations

import traceback
from typing import Literal, NamedTuple, TypeAlias

import anyio
import msgspec
from anyio.lowlevel import checkpoint_if_cancelled

from interplay.engine.actors import ActorFailedError, Agent, Calls, Human, serve_agent, serve_environment, serve_human
from interplay.engine.channels import Receive, Send, channel
from interplay.engine.environment import Environment
from interplay.engine.errors import ChannelClosed, CutOffError, HaltError, ModelError, first
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, Role, ToolCall, ToolResult


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a conversation may go."""

    turns: int = 30
    """Messages of the human."""
    calls: int = 100
    """Tool calls."""
    errors: int = 10
    """Refused calls in a row."""
    seconds: float = 600.0
    """Wall time."""


class _Ending(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True, omit_defaults=True):
    """How a conversation ended."""


class Stopped(_Ending, frozen=True, tag="stopped"):
    """The human left."""

    reason: Literal["satisfied", "denied"]


class HandedOver(_Ending, frozen=True, tag="handed_over"):
    """The agent handed the human over to a person and said so."""


class LimitReached(_Ending, frozen=True, tag="limit"):
    """A limit on what may be said or called."""

    limit: Literal["turns", "calls", "errors"]
    allowed: int


class TimedOut(_Ending, frozen=True, tag="timeout"):
    """The wall time was up."""

    seconds: float
    waiting_for: Role
    """Whose turn it was."""


class Failed(_Ending, frozen=True, tag="failed"):
    """An actor raised or broke its protocol, or the model behind it gave no usable answer."""

    role: Role
    error: str
    traceback: str
    """Empty where a provider failed, which is no defect of code."""
    provider: str = ""
    """What the provider failed by, as a `ModelError`'s cause; empty where it was not the provider."""


Ending: TypeAlias = Stopped | HandedOver | LimitReached | TimedOut | Failed


class Played(NamedTuple):
    """A conversation that has ended."""

    messages: tuple[AnyMessage, ...]
    ending: Ending


class _LimitError(Exception):
    def __init__(self, ending: LimitReached) -> None:
        super().__init__(ending)
        self.ending = ending


class Transcript:
    """What was said so far, in order, within limits."""

    def __init__(self, limits: Limits) -> None:
        self.messages: list[AnyMessage] = []
        self._limits = limits
        self._turns = self._calls = self._errors = 0

    def note(self, message: AnyMessage) -> None:
        """Take down a message as it is sent; one beyond a limit is not sent, and ends the conversation."""
        limits = self._limits
        if isinstance(message, ToolResult):
            self._errors = self._errors + 1 if message.refusal is not None else 0
        elif isinstance(message, ToolCall):
            self._calls += 1
            if self._calls > limits.calls:
                raise _LimitError(LimitReached("calls", limits.calls))
        elif isinstance(message, HumanMessage):
            self._turns += 1
            if self._turns > limits.turns:
                raise _LimitError(LimitReached("turns", limits.turns))
        self.messages.append(message)
        if self._errors >= limits.errors:
            raise _LimitError(LimitReached("errors", limits.errors))

    @property
    def next_role(self) -> Role:
        """Whose turn it is."""
        match self.messages[-1] if self.messages else None:
            case ToolResult(by=by):
                return by
            case HumanMessage():
                return "agent"
            case ToolCall():
                return "environment"
            case _:
                return "human"


async def play(human: Human, agent: Agent, environment: Environment, limits: Limits) -> Played:
    """Let the three talk until the conversation ends; whatever goes wrong in it is an ending.

    Args:
        human: speaks first, and uses the tools that the environment has for humans.
        agent: answers, and calls tools.
        environment: a fresh one; afterwards its fork holds the final state.
        limits: how far it may go.
    Raises:
        HaltError: no model can be asked any more; not this conversation's end, but the session's.
    """
    transcript = Transcript(limits)
    ending: Ending | None = None
    failure: ActorFailedError | None = None
    try:
        with anyio.move_on_after(limits.seconds) as scope:
            await _talk(human, agent, environment, transcript)
            await checkpoint_if_cancelled()  # who was left alone by a cancelled peer ends as if it were done
        if scope.cancelled_caught:
            ending = TimedOut(limits.seconds, transcript.next_role)
    except* _LimitError as group:
        ending = first(group).ending
    except* ActorFailedError as group:
        failure = first(group)
    except* ChannelClosed:
        pass  # a peer left first; why it left is the ending
    if failure is not None and isinstance(failure.__cause__, CutOffError):
        ending = TimedOut(limits.seconds, transcript.next_role)
    elif failure is not None:
        ending = failed(failure)
    return Played(tuple(transcript.messages), ending or _ending_of(transcript))


async def _talk(human: Human, agent: Agent, environment: Environment, transcript: Transcript) -> None:
    """The three, each in a task: the human in the conversation's own, which costs one task less."""
    note = transcript.note
    human_ends: tuple[Send[AgentMessage | ToolResult], Receive[AgentMessage | ToolResult]] = channel(note)
    agent_ends: tuple[Send[HumanMessage | ToolResult], Receive[HumanMessage | ToolResult]] = channel(note)
    environment_ends: tuple[Send[ToolCall], Receive[ToolCall]] = channel(note)
    to_human, human_inbox = human_ends
    to_agent, agent_inbox = agent_ends
    to_environment, environment_inbox = environment_ends
    answer_agent, calls = to_agent.clone(), Calls()
    answer_human = call = None
    if environment.tools.human:
        answer_human, call = to_human.clone(), to_environment.clone()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve_environment, environment, environment_inbox, answer_agent, answer_human)
        tasks.start_soon(serve_agent, agent, environment, agent_inbox, to_human, to_environment, calls)
        await serve_human(human, human_inbox, to_agent, call, calls)


def _ending_of(transcript: Transcript) -> Ending:
    last = transcript.messages[-1] if transcript.messages else None
    if isinstance(last, HumanMessage) and last.stop is not None:
        return Stopped(last.stop)
    if isinstance(last, AgentMessage) and last.final:
        return HandedOver()
    raise AssertionError(f"a conversation ended after {last!r} for no reason that is known")


def failed(failure: ActorFailedError) -> Failed:
    """The ending that an actor's failure is.

    Raises:
        HaltError: the actor failed since no model can be asked any more.
    """
    cause = failure.__cause__ or failure
    if isinstance(cause, HaltError):
        raise cause
    if isinstance(cause, ModelError):
        return Failed(failure.role, str(cause), "", cause.cause)
    return Failed(failure.role, *described(cause))


def described(error: BaseException) -> tuple[str, str]:
    """An error's type and text, and its traceback, as text that can be recorded whatever the error is."""
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception as broken:
        text = f"{type(error).__name__}, whose text cannot be had: {type(broken).__name__}"
    trace = "".join(traceback.format_exception(error))
    return _recordable(text, 2000), _recordable(trace, 8000)


def _recordable(text: str, most: int) -> str:
    """Text that encodes, its middle left out where it is long."""
    if len(text) > most:
        text = f"{text[: most // 2]} ... {text[5 - most // 2 :]}"
    return text.encode(errors="backslashreplace").decode()
