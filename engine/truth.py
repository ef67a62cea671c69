"""Truth: what a blueprint's actions do, found by doing them.

Nothing is taken from the blueprint's word. The world is set up for it, its actions run on a fresh fork of
that; where they end is what a conversation is compared with. An action that is refused, by the agent's
tools or by the human's, makes the blueprint a defect, and so does a setup that is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from interplay.engine.blueprint import Assertion, Blueprint, Check
from interplay.engine.database import Base, Changes, Database
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError, Refusal
from interplay.engine.messages import AnyMessage, ToolCall, ToolResult
from interplay.engine.tools import Toolset


class Truth(NamedTuple):
    """A blueprint's actions, executed."""

    changes: Changes
    """Rows that differ at the end from the start."""
    messages: tuple[AnyMessage, ...]
    """Each action as a call with its result; the call id is the action's index."""
    effects: dict[str, Changes]
    """What each action changed, by call id."""
    start: Base[Any]
    """The data as the conversation finds it."""

    def result(self, index: int) -> ToolResult:
        """The result of the action at this index."""
        found = self.messages[2 * index + 1]
        assert isinstance(found, ToolResult)  # noqa: S101  (calls and results alternate by construction)
        return found


def begin(tools: Toolset, base: Base[Any], blueprint: Blueprint) -> Base[Any]:
    """The data as a conversation finds it: the base with the blueprint's rows, its setup done, the sides in step.

    Args:
        tools: the world's.
        base: the world's data.
        blueprint: what is to be played.
    Raises:
        BlueprintError: the world has no such table or setup, a row does not fit, a setup was refused, or the sides
            cannot be brought in step.
    """
    if not blueprint.rows and not blueprint.setup and tools.sync is None:
        return base
    db = base.fork()
    _put_rows(db, blueprint)
    for index, each in enumerate(blueprint.setup):
        offered = tools.setups if each.by == "world" else tools.of(each.by)
        try:
            offered.named(each.tool).run(db, each.arguments)
        except Refusal as refusal:
            raise BlueprintError("setup", f"setup {index} ({each.tool}) was refused: {refusal.text}") from None
        except Exception as error:
            raise BlueprintError("setup", f"setup {index} ({each.tool}) raised {error!r}") from error
    if tools.sync is not None:
        try:
            tools.sync(db)
        except Exception as error:
            raise BlueprintError("setup", f"so set up, the sides cannot be brought in step: {error!r}") from error
    return base.begun(db.changes())


def _put_rows(db: Database, blueprint: Blueprint) -> None:
    types = db.row_types()
    for name, rows in blueprint.rows.items():
        if name not in types:
            raise BlueprintError("setup", f"there is no table {name!r}; tables are {', '.join(types)}")
        table = db.table(name)
        for key, document in rows.items():
            if document is None:
                if key in table:
                    table.remove(key)
                continue
            try:
                table.put(key, msgspec.convert(document, types[name], str_keys=True))
            except msgspec.ValidationError as error:
                raise BlueprintError("setup", f"{name}/{key} would not be a valid row: {error}") from None


def question(tools: Toolset, assertion: Assertion) -> Callable[[Database], object]:
    """An assertion, ready to be asked of a state.

    Raises:
        BlueprintError: the world has no such assertion, or the arguments are none of its.
    """
    try:
        asked = tools.assertions.named(assertion.tool)
        arguments = asked.validate(assertion.arguments)
    except Refusal as refusal:
        raise BlueprintError("assertion", f"{described(assertion)}: {refusal.text}") from None
    return lambda db: asked.function(db, **arguments)


def holds(tools: Toolset, db: Database, assertion: Assertion) -> bool:
    """Whether an assertion has the answer that it expects.

    Raises:
        BlueprintError: the world has no such assertion, the arguments are none of its, or it breaks on this state;
            caused by a Refusal where the question has no answer there, since what it is about is gone.
    """
    asked = question(tools, assertion)
    try:
        answer = asked(db)
    except Refusal as refusal:
        raise BlueprintError("assertion", f"{described(assertion)}: {refusal.text}") from refusal
    except Exception as error:
        raise BlueprintError("assertion", f"{described(assertion)} raised {error!r}") from error
    return bool(answer) is assertion.expected


def shows(tools: Toolset, db: Database, check: Check) -> bool:
    """Whether a look of the person's own shows what they wait for.

    Raises:
        BlueprintError: they have no such tool, the arguments are none of its, or it answers with an error.
    """
    mark = db.mark()
    try:
        return check.contains in tools.human.named(check.tool).run(db, check.arguments)
    except Refusal as refusal:
        raise BlueprintError("check", f"{check.tool}: {refusal.text}") from None
    except Exception as error:
        raise BlueprintError("check", f"{check.tool} raised {error!r}") from error
    finally:
        db.rollback(mark)


def described(assertion: Assertion) -> str:
    """An assertion as it would be called, with the answer that it expects."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in assertion.arguments.items())
    return f"{assertion.tool}({arguments}){'' if assertion.expected else ' is false'}"


def execute(tools: Toolset, base: Base[Any], blueprint: Blueprint) -> Truth:
    """Run a blueprint's actions in order on a fresh fork of the data as it begins with.

    Raises:
        BlueprintError: a setup or an action was refused, or a tool raised.
    """
    start = begin(tools, base, blueprint)
    environment = Environment(tools, start.fork())
    messages: list[AnyMessage] = []
    for index, action in enumerate(blueprint.actions):
        call = ToolCall(call_id=str(index), tool=action.tool, arguments=action.arguments, by=action.by)
        try:
            result = environment.apply(call)
        except Exception as error:
            raise BlueprintError("execution", f"action {index} ({action.tool}) raised {error!r}") from error
        if result.refusal is not None:
            raise BlueprintError("execution", f"action {index} ({action.tool}) was refused: {result.content}")
        messages += (call, result)
    return Truth(environment.db.changes(), tuple(messages), environment.effects, start)
