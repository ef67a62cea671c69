"""Ledger: what a simulated human knows, wants and has said.

It is a plain record in code, and it alone decides whether the human may leave: only when every goal was
met or declared impossible. It reads the agent's words and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from interplay.engine.blueprint import Brief, Fact, Goal
from interplay.engine.telling import claims, declines, reports

Standing: TypeAlias = Literal["unvoiced", "voiced", "met", "impossible"]


class Ledger:
    """One human's side of one conversation.

    Args:
        brief: what the human is given.
    """

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.standing: dict[str, Standing] = {goal.id: "unvoiced" for goal in brief.goals}
        self._said: set[str] = set()

    @property
    def may_stop(self) -> bool:
        """Whether nothing is left to ask for."""
        return all(standing in ("met", "impossible") for standing in self.standing.values())

    @property
    def current(self) -> Goal | None:
        """The first goal that was voiced and is not settled."""
        return next((g for g in self.brief.goals if self.standing[g.id] == "voiced"), None)

    def unvoiced(self) -> Iterator[Goal]:
        """Goals not yet mentioned, in order."""
        return (goal for goal in self.brief.goals if self.standing[goal.id] == "unvoiced")

    def voice(self, goal: Goal) -> str:
        """The goal's first words; it counts as voiced from now on."""
        self.standing[goal.id] = "voiced"
        return goal.wish

    def once(self, text: str) -> str:
        """The text the first time, and nothing ever after."""
        if text in self._said:
            return ""
        self._said.add(text)
        return text

    def known_facts(self) -> list[Fact]:
        """Facts about the person, and those of goals that were voiced."""
        return [f for f in self.brief.facts if not f.goal or self.standing[f.goal] != "unvoiced"]

    def settle(self, text: str) -> bool:
        """Note what an agent's words settle of the current goal.

        Returns:
            Whether they said no to a goal that the human has not insisted on yet.
        """
        goal = self.current
        if goal is None:
            return False
        if (goal.kind == "write" and any(claims(text, goal.signs))) or (goal.kind == "read" and reports(text, goal.signs)):
            self.standing[goal.id] = "met"
        elif declines(text):
            if goal.insistence and goal.insistence not in self._said:
                return True
            self.standing[goal.id] = "impossible"
        return False
