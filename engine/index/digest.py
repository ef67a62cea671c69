"""Digest: of one record, what an index keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from interplay.engine.forge.difficulty import DIMENSIONS, Difficulty
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall
from interplay.engine.statistics.report import ending_name
from interplay.engine.trajectory import Faulted, Scored, Trajectory, kind

OPENING = 160
"""Characters that are kept of the human's first words."""

_encode = msgspec.json.Encoder().encode


class _Blueprint(msgspec.Struct, gc=False):
    id: str
    instruction: str


class _Finding(msgspec.Struct, gc=False):
    stage: str
    check: str


class _Rejected(msgspec.Struct):
    task: int
    findings: tuple[_Finding, ...]
    parents: tuple[str, ...] = ()


class Making(msgspec.Struct):
    """A line of the blueprints, as far as it is indexed; the rest is not looked at."""

    unit: int
    blueprint: _Blueprint | None = None
    task: int = 0
    attempt: int = 0
    parents: tuple[str, ...] = ()
    given: bool = False
    difficulty: Difficulty | None = None
    rejected: tuple[_Rejected, ...] = ()


class Made(NamedTuple):
    """What is kept of how a unit came about."""

    row: tuple[int | None, ...]
    """Of the table, without the number: whether there is a blueprint, its difficulty, and the four counts."""
    fallen: Counter[str]
    instruction: str

    @property
    def counts(self) -> tuple[int, ...]:
        """Tasks, accepted at first, accepted, joined."""
        return tuple(each or 0 for each in self.row[-4:])

    @property
    def difficulty(self) -> tuple[int | None, ...]:
        """Its dimensions."""
        return self.row[1:-4]


class Kept(NamedTuple):
    """What is kept of one conversation."""

    digest: bytes
    """Of the run and the profile: equal where they are."""
    profile: tuple[str, str, bytes, bytes]
    """Outcome, whose fault, what was wrong and the tools, both as sorted JSON."""
    row: tuple[Any, ...]
    """Of the table, without its number, its profile and how hard it is: turns, calls; ending, blueprint, opening."""
    text: str


def made(record: Making) -> Made:
    """What is kept of a blueprint's record; it counts as `forge.record.YieldCounter` counts."""
    tried = {each.task for each in record.rejected if not each.parents}
    accepted = record.blueprint is not None and not (record.parents or record.given)
    if accepted:
        tried.add(record.task)
    joined = bool(record.parents) and not record.given
    counts = (len(tried), int(accepted and record.attempt == 0), int(accepted), int(joined))
    hard = record.difficulty
    dimensions = tuple(None if hard is None else getattr(hard, dimension) for dimension in DIMENSIONS)
    fallen = Counter(f"{each.findings[0].stage}:{each.findings[0].check}" for each in record.rejected)
    instruction = record.blueprint.instruction if record.blueprint is not None else ""
    return Made((int(record.blueprint is not None), *dimensions, *counts), fallen, instruction)


def kept(run: int, trial: Trajectory) -> Kept:
    """What is kept of a conversation.

    Args:
        run: number of its run.
        trial: the conversation.
    """
    text: list[str] = []
    tools: list[str] = []
    opening, turns = "", 0
    for message in trial.messages:
        match message:
            case HumanMessage(text=said):
                opening = opening if turns else said
                turns += 1
                text.append(said)
            case AgentMessage(text=said):
                text.append(said)
            case ToolCall(tool=tool, arguments=arguments):
                tools.append(tool)
                for value in arguments.values():
                    if type(value) is str:  # most are
                        text.append(value)
                    else:
                        text += _leaves(value)
            case _:
                pass
    wrong: list[str] = []
    if isinstance(trial.outcome, Scored):
        wrong = sorted(set(trial.outcome.verdict.faults))
    fault = (trial.outcome.fault or "") if isinstance(trial.outcome, Scored | Faulted) else ""
    profile = (kind(trial.outcome), fault, _encode(wrong), _encode(sorted(set(tools))))
    digest = blake2b(_encode((run, *profile[:2], wrong, profile[3])), digest_size=16).digest()
    ending = ending_name(trial.ending)
    if len(opening) > OPENING:
        opening = opening[: OPENING - 1] + "\N{HORIZONTAL ELLIPSIS}"
    turns = turns if trial.ending is not None else -1
    return Kept(digest, profile, (turns, len(tools), ending, trial.blueprint, opening), "\n".join(text))


def _leaves(value: Any) -> Iterator[str]:
    """Texts and numbers in JSON values; names of fields say nothing."""
    match value:
        case str():
            yield value
        case bool() | None:
            return
        case int() | float():
            yield str(value)
        case dict():
            for each in value.values():
                yield from _leaves(each)
        case list():
            for each in value:
                yield from _leaves(each)
        case _:
            return
