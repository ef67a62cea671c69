"""The reciting human: says what is written down, word for word, one turn after each answer.

It is for scripted conversations, as public benchmarks have them, in which the human's words do not depend
on the agent's.
"""

from __future__ import annotations

from collections.abc import Sequence

from interplay.engine.blueprint import Brief
from interplay.engine.messages import AnyMessage, HumanMessage


class RecitingHuman:
    """Says the turns of a brief in their order, and leaves when the last was answered.

    Args:
        brief: whose turns are what is to be said.
    """

    def __init__(self, brief: Brief) -> None:
        self._words = brief.turns

    def __call__(self, conversation: Sequence[AnyMessage]) -> HumanMessage:
        """The next words; how many were said is counted in the conversation."""
        said = sum(isinstance(message, HumanMessage) for message in conversation)
        if said < len(self._words):
            return HumanMessage(text=self._words[said])
        return HumanMessage(text="", stop="satisfied")
