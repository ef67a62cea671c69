"""Exchanges: a conversation as people read it: what the human says and does, and what the agent does about it.

Calls stand with their results, thoughts and drafts with the message that came of them, and everything keeps the
index that it has in the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from interplay.engine.messages import AgentMessage, AnyMessage, Caller, HumanMessage, ToolCall, ToolResult
from interplay.engine.trajectory import Trajectory


class Moment(NamedTuple):
    """One thing that somebody says or does; a call's result is part of it."""

    at: int
    """Index of the message in the trajectory."""
    by: Caller
    message: HumanMessage | AgentMessage | ToolCall | ToolResult
    """A result only where nobody called for it, which no run of ours writes."""
    result: ToolResult | None = None
    """Of a call: its answer; None where there was none."""
    result_at: int | None = None

    @property
    def kind(self) -> Literal["says", "calls", "result"]:
        """What it is."""
        match self.message:
            case ToolCall():
                return "calls"
            case ToolResult():
                return "result"
            case _:
                return "says"

    @property
    def private(self) -> bool:
        """Whether nobody else sees it: what people do with tools of their own, the agent never does; nor they its."""
        return self.kind != "says"


class Exchange(NamedTuple):
    """What the human says and does in a row, and what the agent then does; either may be empty."""

    number: int
    """From 0."""
    turn: int | None
    """Number of the human's first message in it, from 0, as scripts and limits count; None where they say nothing."""
    human: tuple[Moment, ...]
    agent: tuple[Moment, ...]


def moments_of(messages: Sequence[AnyMessage]) -> tuple[Moment, ...]:
    """Everything that is said and done, in order, each call with its result."""
    moments: list[Moment] = []
    called: dict[str, int] = {}
    for at, message in enumerate(messages):
        match message:
            case ToolCall(by=by):
                called[message.call_id] = len(moments)
                moments.append(Moment(at, by, message))
            case ToolResult(by=by):
                mine = called.pop(message.call_id, None)
                if mine is None:
                    moments.append(Moment(at, by, message))
                else:
                    moments[mine] = moments[mine]._replace(result=message, result_at=at)
            case HumanMessage():
                moments.append(Moment(at, "human", message))
            case AgentMessage():
                moments.append(Moment(at, "agent", message))
    return tuple(moments)


def exchanges_of(messages: Sequence[AnyMessage]) -> tuple[Exchange, ...]:
    """The conversation, exchange by exchange: a new one begins where the human takes their turn."""
    found: list[tuple[list[Moment], list[Moment]]] = []
    for moment in moments_of(messages):
        if not found or (moment.by == "human" and found[-1][1]):
            found.append(([], []))
        found[-1][moment.by == "agent"].append(moment)
    exchanges, turns = [], 0
    for number, (human, agent) in enumerate(found):
        spoken = sum(isinstance(moment.message, HumanMessage) for moment in human)
        exchanges.append(Exchange(number, turns if spoken else None, tuple(human), tuple(agent)))
        turns += spoken
    return tuple(exchanges)


def drafted_at(trajectory: Trajectory) -> dict[int, int]:
    """Which of the human's messages and calls each deliberation led to.

    Returns:
        By index of the message in the trajectory, the deliberation's index in `trajectory.deliberations`.
    """
    by_turn = {each.turn: number for number, each in enumerate(trajectory.deliberations)}
    own = (
        at
        for at, message in enumerate(trajectory.messages)
        if isinstance(message, HumanMessage) or (isinstance(message, ToolCall) and message.by == "human")
    )
    return {at: by_turn[turn] for turn, at in enumerate(own) if turn in by_turn}
