"""Truth: what a blueprint's actions do, found by doing them.

Nothing is taken from the blueprint's word. Its actions run on a fresh fork; where they end is what a
conversation is compared with. An action that is refused makes the blueprint a defect.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Base, Changes
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError
from interplay.engine.messages import AnyMessage, ToolCall, ToolResult
from interplay.engine.tools import Toolset


class Truth(NamedTuple):
    """A blueprint's actions, executed."""

    changes: Changes
    """Rows that differ at the end from the base."""
    messages: tuple[AnyMessage, ...]
    """Each action as a call with its result; the call id is the action's index."""
    effects: dict[str, Changes]
    """What each action changed, by call id."""

    def result(self, index: int) -> ToolResult:
        """The result of the action at this index."""
        found = self.messages[2 * index + 1]
        assert isinstance(found, ToolResult)  # noqa: S101  (calls and results alternate by construction)
        return found


def execute(tools: Toolset, base: Base[Any], blueprint: Blueprint) -> Truth:
    """Run a blueprint's actions in order on a fresh fork.

    Raises:
        BlueprintError: an action was refused, or a tool raised.
    """
    environment = Environment(tools, base.fork())
    messages: list[AnyMessage] = []
    for index, action in enumerate(blueprint.actions):
        call = ToolCall(call_id=str(index), tool=action.tool, arguments=action.arguments)
        try:
            result = environment.apply(call)
        except Exception as error:
            raise BlueprintError("execution", f"action {index} ({action.tool}) raised {error!r}") from error
        if result.refusal is not None:
            raise BlueprintError("execution", f"action {index} ({action.tool}) was refused: {result.content}")
        messages += (call, result)
    return Truth(environment.db.changes(), tuple(messages), environment.effects)
