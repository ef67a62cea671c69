"""Judging: which of the drafts that code has let pass is the best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

import msgspec

from interplay.agents.modelled.drafting import Use
from interplay.agents.modelled.prompts import JUDGE, JUDGE_OWN
from interplay.engine.blueprint import Brief
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.models.decoding import decode
from interplay.engine.models.exchange import Model, Reply, Request, Said

Points = Annotated[float, msgspec.Meta(ge=0, le=10)]


class Score(msgspec.Struct, frozen=True):
    """What the judge says of one draft."""

    draft: int
    """Its number, from 1."""
    agreement: Points
    consistency: Points
    flow: Points
    critique: str = ""

    @property
    def total(self) -> float:
        """The sum by which drafts are ranked."""
        return self.agreement + self.consistency + self.flow


class _Scores(msgspec.Struct, frozen=True):
    scores: tuple[Score, ...]


SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "scores": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "draft": {"type": "integer"},
                    "agreement": {"type": "number"},
                    "consistency": {"type": "number"},
                    "flow": {"type": "number"},
                    "critique": {"type": "string"},
                },
                "required": ["draft", "agreement", "consistency", "flow", "critique"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["scores"],
    "additionalProperties": False,
}


async def scores_of(
    judge: Model, brief: Brief, conversation: Sequence[AnyMessage], drafts: Sequence[str], at: str, *, own: bool = False
) -> list[Score]:
    """One score for each draft, in their order, from one question.

    Args:
        judge: who scores.
        brief: the person's task.
        conversation: what was said so far.
        drafts: at least two texts.
        at: where in the unit.
        own: whether the person has tools of their own.
    Raises:
        ModelError: the judge gave no usable answer.
    """
    said = [_line(message) for message in conversation]
    numbered = [f"{number}. {text}" for number, text in enumerate(drafts, 1)]
    question = "\n\n".join(("What was said:", "\n".join(said) or "(nothing yet)", "The drafts:", "\n".join(numbered)))
    system = JUDGE.format(instruction=brief.instruction) + JUDGE_OWN * own
    messages = (Said(role="system", content=system), Said(role="user", content=question))
    request = Request(messages=messages, schema=SCHEMA, schema_name="scores")
    scores: list[Score] = await judge.ask(request, at, _reader(len(drafts)))
    return scores


def _line(message: AnyMessage) -> str:
    match message:
        case HumanMessage(text=text):
            return f"Person: {text}"
        case AgentMessage(text=text):
            return f"Employee: {text}"
        case ToolCall(tool=tool, arguments=arguments):
            return f"Person: {Use(tool, arguments)}"
        case ToolResult(content=content):
            return f"Shown to the person: {content}"


def _reader(count: int) -> Callable[[Reply], list[Score]]:
    """Reads an answer that scores so many drafts, each once."""

    def read(reply: Reply) -> list[Score]:
        scores = decode(reply, _Scores).scores
        ordered = sorted(scores, key=lambda score: score.draft)
        if [score.draft for score in ordered] != list(range(1, count + 1)):
            raise ValueError(f"there have to be scores of drafts 1 to {count}, each once; there are {len(scores)}")
        return ordered

    return read
