"""The turnwise agent: carries out a script, the actions of each turn after the human's words of that turn.

It earns no value and asks for nothing: a script's words do not depend on what is asked. It shows that a
scripted blueprint can be played as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interplay.engine.blueprint import Blueprint, Turn
from interplay.engine.messages import AgentMessage, AgentReply, AnyMessage, HumanMessage, ToolCall

DONE = "That is done."
LACKING = "I cannot do that yet: something that I need for it is missing."
"""Said in a turn that has no actions."""


class TurnwiseAgent:
    """Plays the turns of one blueprint.

    Args:
        blueprint: what to play.
    """

    def __init__(self, blueprint: Blueprint) -> None:
        self._turns = blueprint.turns

    def __call__(self, conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> AgentReply:  # noqa: ARG002
        """The turn's next action, or a sentence when it has none left."""
        at = max(index for index, message in enumerate(conversation) if isinstance(message, HumanMessage))
        number = sum(isinstance(message, HumanMessage) for message in conversation) - 1
        turn = self._turns[number] if number < len(self._turns) else Turn(say="")
        made = sum(isinstance(message, ToolCall) for message in conversation[at:])
        if made < len(turn.actions):
            action = turn.actions[made]
            return ToolCall(call_id=f"call_{number}_{made}", tool=action.tool, arguments=action.arguments)
        return AgentMessage(text=DONE if turn.actions else LACKING)
