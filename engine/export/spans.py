"""Spans: what in a conversation its agent should learn, and what not.

A conversation may reach what was wanted and hold a bad turn on the way: a call that broke a rule, a sentence that
claimed what nobody had done, a call that no tool could read. The verdict says where they are. So a good conversation
can be learned from without its bad turns, which stay where they are as what the later turns answer to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from interplay.engine.export.dialogue import AgentTurn, CallTurn, Turn
from interplay.engine.export.samples import Sample
from interplay.engine.messages import ToolCall, ToolResult
from interplay.engine.policy import UNHEARD
from interplay.engine.trajectory import Outcome, Scored

Field: TypeAlias = Literal["content", "tool_calls", "reasoning_content"]


class Blame(NamedTuple):
    """Why a message of the agent is no example."""

    at: int
    """Index of the message in the trajectory."""
    reason: str
    """In short: "policy:RULE", "claim:false", "state:extra", "refused:bad_arguments"."""
    sentence: str = ""
    """Of the message, the sentence that it is about; empty: all of it."""
    judged: bool = True
    """Whether the verdict rests on it; a call that no tool could read does no harm but to be seen."""


class Span(msgspec.Struct, frozen=True):
    """A part of one message of the agent."""

    message: int
    """Index in the row's messages, of which the system message is the first."""
    field: Field
    """Where in the message: its words, its call (all of it, with its name), or what it thought."""
    start: int
    """First character (Unicode code point) of it in the field; of a call, in the text of its arguments."""
    end: int
    """The character after its last."""
    learn: bool
    """Whether the agent should learn to say or do this."""
    reason: str = ""
    """Why not, where it should not."""


def is_good(outcome: Outcome) -> bool:
    """Whether a conversation came to all that was wanted of it, whatever rules it broke or what it claimed on the way.

    A verified one did, and so did one that was rejected for turns alone that are known and can be left unlearned.
    """
    if not isinstance(outcome, Scored):
        return False
    verdict = outcome.verdict
    fulfilled = verdict.state and verdict.outputs and verdict.duties and verdict.assertions and verdict.expectation
    return fulfilled and all(turn.met for turn in verdict.turns)


def blames(sample: Sample) -> dict[int, tuple[Blame, ...]]:
    """What the record holds against messages of the agent, by their index in the trajectory, in order."""
    found: dict[int, list[Blame]] = {}
    for blame in sorted(_blames(sample)):
        found.setdefault(blame.at, []).append(blame)
    return {at: tuple(each) for at, each in found.items()}


def _blames(sample: Sample) -> Iterator[Blame]:
    messages, outcome = sample.trajectory.messages, sample.trajectory.outcome
    own = [(at, m) for at, m in enumerate(messages) if isinstance(m, ToolCall) and m.by == "agent"]
    calls = {call.call_id: at for at, call in own}
    answers = [m for m in messages if isinstance(m, ToolResult) and m.call_id in calls]
    for answer in answers:
        if answer.refusal in UNHEARD:
            yield Blame(calls[answer.call_id], f"refused:{answer.refusal}", judged=False)
    if not isinstance(outcome, Scored) or outcome.verdict.accepted:
        return
    verdict = outcome.verdict
    yield from (Blame(each.message, f"policy:{each.rule}") for each in verdict.violations)
    yield from (Blame(each.message, "claim:false", each.sentence) for each in verdict.false_claims)
    by_agent = set(calls.values())  # a person may make a difference, too, with things of their own
    made = {(each.message, each.kind) for each in verdict.discrepancies if each.message is not None}
    yield from (Blame(at, f"state:{kind}") for at, kind in made if at in by_agent)
    if any(each.duty == "stay" for each in verdict.unmet):
        over = {name for name, tool in sample.source.domain.tools.items() if tool.hands_over}
        done = {answer.call_id for answer in answers if answer.refusal is None}
        handed = (at for at, call in own if call.tool in over and call.call_id in done)
        yield from (Blame(at, "duty:stay") for at in list(handed)[:1])


def spans(turns: Sequence[Turn], against: dict[int, tuple[Blame, ...]], *, thoughts: bool) -> Iterator[Span]:
    """The agent's part of a dialogue, cut where what should be learned and what should not meet.

    Args:
        turns: of the dialogue; the first is message 1 of the row.
        against: as `blames` found it.
        thoughts: whether what the agent thought is in the row.
    """
    for number, turn in enumerate(turns, 1):
        if not isinstance(turn, AgentTurn | CallTurn):
            continue
        blamed = against.get(turn.at, ())
        if thoughts and turn.thought:
            yield Span(number, "reasoning_content", 0, len(turn.thought), learn=not blamed, reason=_reasons(blamed))
        if isinstance(turn, CallTurn):
            length = len(msgspec.json.encode(turn.arguments).decode())
            yield Span(number, "tool_calls", 0, length, learn=not blamed, reason=_reasons(blamed))
        elif any(not each.sentence for each in blamed):
            yield Span(number, "content", 0, len(turn.text), learn=False, reason=_reasons(blamed))
        else:
            yield from _cut(number, turn.text, blamed)


def _reasons(blamed: Sequence[Blame]) -> str:
    return ", ".join(dict.fromkeys(each.reason for each in blamed))


def _cut(number: int, text: str, blamed: Sequence[Blame]) -> Iterator[Span]:
    """Words with sentences that should not be learned, each wherever it stands; all words where one is not found."""
    if not blamed or any(each.sentence not in text for each in blamed):
        if text:
            yield Span(number, "content", 0, len(text), learn=not blamed, reason=_reasons(blamed))
        return
    bad: dict[int, str] = {}
    for each in blamed:
        start = text.find(each.sentence)
        while start >= 0:
            bad.update(dict.fromkeys(range(start, start + len(each.sentence)), each.reason))
            start = text.find(each.sentence, start + len(each.sentence))
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or bad.get(at) != bad.get(start):
            yield Span(number, "content", start, at, learn=start not in bad, reason=bad.get(start, ""))
            start = at
