"""Parting: where two plays of one blueprint go different ways, and whether the agent is why.

Up to there both agents saw the same; what they said or called there is a choice, and how the two plays ended says
which was the better one. Where it was the human, or a tool's answer, that differed first, the agents never stood before
the same choice, and there is nothing to compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from interplay.engine.export.dialogue import AgentTurn, CallTurn, ResultTurn, Turn, UserTurn
from interplay.engine.export.samples import Sample
from interplay.engine.export.spans import Blame, blames
from interplay.engine.trajectory import Scored

AgentsTurn: TypeAlias = AgentTurn | CallTurn
Blamed: TypeAlias = Literal["at", "later", "undone"]

HUMAN_FIRST = "the human said something else before the agents parted"
TOOL_FIRST = "a tool answered something else before the agents parted"
ENDED_FIRST = "one of the two ended before the agents parted"
NEVER = "the agents never parted"
NO_BETTER = "the better play's message is itself no example"


class Choice(NamedTuple):
    """A point at which the agent of one conversation had to say or do something."""

    sample: Sample
    turns: int
    """Turns of its dialogue that were before."""

    @property
    def turn(self) -> AgentsTurn:
        """What it said or did."""
        found = self.sample.dialogue.turns[self.turns]
        assert isinstance(found, AgentTurn | CallTurn)  # noqa: S101  (else it is no choice of the agent's)
        return found


class Parted(NamedTuple):
    """Two plays that part at a choice of the agents."""

    better: Choice
    worse: Choice
    blamed: Blamed
    """Whether the verdict holds something against the worse message itself, against a later one, or against none,
    for what was left undone stands nowhere."""
    reasons: tuple[str, ...]
    """What it holds against the worse message; empty where nothing."""


def succeeded(sample: Sample) -> bool:
    """Whether a conversation is a good example as a whole."""
    return sample.trajectory.accepted


def failed(sample: Sample) -> bool:
    """Whether a conversation was judged and rejected, and that was its agent's fault."""
    outcome = sample.trajectory.outcome
    return isinstance(outcome, Scored) and not outcome.verdict.accepted and outcome.fault != "human"


def part(better: Sample, worse: Sample, *, thoughts: bool) -> Parted | str:
    """Where two plays part; or why there is nothing to compare.

    Args:
        better: one that succeeded.
        worse: one of the same blueprint that failed.
        thoughts: whether what the agents thought counts as said.
    """
    one, other = better.dialogue.turns, worse.dialogue.turns
    at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if not _same(*pair, thoughts=thoughts)), -1)
    if at < 0:
        return NEVER if len(one) == len(other) else ENDED_FIRST
    if not (isinstance(one[at], AgentTurn | CallTurn) and isinstance(other[at], AgentTurn | CallTurn)):
        return TOOL_FIRST if isinstance(one[at], ResultTurn) and isinstance(other[at], ResultTurn) else HUMAN_FIRST
    if one[at].at in blames(better):
        return NO_BETTER
    against = blames(worse)
    here = against.get(other[at].at, ())
    return Parted(Choice(better, at), Choice(worse, at), _blamed(here, against, other[at].at), _reasons(here))


def decisive(sample: Sample) -> Choice | None:
    """The first message of a failed play that its verdict holds something against; None where there is none."""
    against = blames(sample)
    judged = {at for at, found in against.items() if any(each.judged for each in found)}
    turns = sample.dialogue.turns
    return next((Choice(sample, number) for number, turn in enumerate(turns) if turn.at in judged), None)


def accomplishing(sample: Sample) -> Choice | None:
    """The message of a play that succeeded with which all was done: the last change, else the last words.

    None where even that is no example.
    """
    turns, tools = sample.dialogue.turns, sample.source.domain.tools
    writes = [n for n, t in enumerate(turns) if isinstance(t, CallTurn) and t.tool in tools and tools[t.tool].writes]
    words = [n for n, t in enumerate(turns) if isinstance(t, AgentTurn)]
    number = next((each[-1] for each in (writes, words) if each), None)
    if number is None or turns[number].at in blames(sample):
        return None
    return Choice(sample, number)


def _blamed(here: Sequence[Blame], against: dict[int, tuple[Blame, ...]], at: int) -> Blamed:
    if here:
        return "at"
    return (
        "later" if any(each.judged and other > at for other, found in against.items() for each in found) else "undone"
    )


def _reasons(here: Sequence[Blame]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.reason for each in here))


def _same(one: Turn, other: Turn, *, thoughts: bool) -> bool:
    """Whether two turns are the same to who sees the conversation; the ids of calls are nobody's words."""
    match one, other:
        case UserTurn(), UserTurn():
            return one.text == other.text
        case ResultTurn(), ResultTurn():
            return one.content == other.content
        case AgentTurn(), AgentTurn():
            return one.text == other.text and not (thoughts and one.thought != other.thought)
        case CallTurn(), CallTurn():
            same = one.tool == other.tool and one.arguments == other.arguments
            return same and not (thoughts and one.thought != other.thought)
    return False
