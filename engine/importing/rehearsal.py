"""Rehearsal: a case run on our world, as far as it goes.

Where a blueprint's truth stops at the first action that is refused, a rehearsal goes on: the original does
so too, and what its reference amounts to is what is left. The reference runs on the world with its sides
kept in step and, where there are two, once more without, as a grader runs it that forgets to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from interplay.engine.blueprint import Assertion, Blueprint
from interplay.engine.database import Base, Changes, Database
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError
from interplay.engine.importing.cases import CALLERS, Case, Step
from interplay.engine.messages import AnyMessage, ToolCall, ToolResult
from interplay.engine.tools import Toolset
from interplay.engine.truth import begin, holds


class Done(NamedTuple):
    """What came of one call of the reference."""

    step: Step
    result: ToolResult | None
    """None where it could not be made: nobody of that side, or a tool that broke."""
    problem: str = ""
    """What broke."""

    @property
    def refusal(self) -> str | None:
        """The code of the reason why it was refused."""
        return self.result.refusal if self.result is not None else None

    @property
    def carried_out(self) -> bool:
        """Whether it ran and was not refused."""
        return self.result is not None and self.result.refusal is None


class Answer(NamedTuple):
    """Whether a question of the end has its right answer."""

    met: bool
    problem: str = ""
    """Why it cannot be asked."""


class End(NamedTuple):
    """Where a world stands, and what is true of it."""

    changes: Changes
    answers: tuple[Answer, ...]


class Rehearsal(NamedTuple):
    """A case, run."""

    start: Base[Any]
    """The data as a conversation finds it."""
    done: tuple[Done, ...]
    """The reference's calls in order."""
    messages: tuple[AnyMessage, ...]
    """Those that could be made, as calls with their results; the call id is the step's index."""
    effects: Mapping[str, Changes]
    """What each changed, by call id."""
    idle: End
    """Where doing nothing ends."""
    end: End
    """Where the reference ends."""
    loose: End | None
    """The same out of step; None where the world has nothing to keep in step."""


def rehearse(tools: Toolset, base: Base[Any], case: Case, frame: Blueprint) -> Rehearsal:
    """Run a case.

    Args:
        tools: the world's.
        base: the original data.
        case: whose reference is run.
        frame: the case's blueprint, whose rows and setup make the world ready.
    Raises:
        BlueprintError: the world cannot be made ready.
    """
    start = begin(tools, base, frame)
    questions = tuple(Assertion(tool=q.name, arguments=q.arguments, expected=q.expected) for q in case.questions)
    idle = End({}, _answers(tools, start.fork(), questions))
    environment, done = _run(tools, start, case)
    end = _end(tools, environment, questions)
    loose = None
    if tools.sync is not None:
        apart = tools.out_of_step()
        loose = _end(tools, _run(apart, start, case)[0], questions)
    messages: list[AnyMessage] = []
    for index, each in enumerate(done):
        if each.result is not None:
            messages += (_call(index, each.step), each.result)
    return Rehearsal(start, done, tuple(messages), environment.effects, idle, end, loose)


def _run(tools: Toolset, start: Base[Any], case: Case) -> tuple[Environment, tuple[Done, ...]]:
    environment = Environment(tools, start.fork())
    return environment, tuple(_done(environment, index, step) for index, step in enumerate(case.steps))


def _done(environment: Environment, index: int, step: Step) -> Done:
    if step.side not in CALLERS:
        return Done(step, None)
    try:
        return Done(step, environment.apply(_call(index, step)))
    except Exception as error:  # a tool of ours that breaks is told beside what the reference got wrong
        return Done(step, None, f"{step.name} broke: {error!r}")


def _call(index: int, step: Step) -> ToolCall:
    return ToolCall(call_id=str(index), tool=step.name, arguments=step.arguments, by=CALLERS[step.side])


def _end(tools: Toolset, environment: Environment, questions: tuple[Assertion, ...]) -> End:
    return End(environment.db.changes(), _answers(tools, environment.db, questions))


def _answers(tools: Toolset, db: Database, questions: tuple[Assertion, ...]) -> tuple[Answer, ...]:
    return tuple(_answer(tools, db, question) for question in questions)


def _answer(tools: Toolset, db: Database, question: Assertion) -> Answer:
    try:
        return Answer(holds(tools, db, question))
    except BlueprintError as error:
        return Answer(met=False, problem=error.text)
