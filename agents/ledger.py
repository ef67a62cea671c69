"""Ledger: what a simulated human knows, wants and has said.

It is a plain record in code, and it alone decides whether the human may leave: only when every goal was
met or declared impossible. It reads the agent's words and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from interplay.agents.hearing import asked_for
from interplay.engine.blueprint import Brief, Fact, Goal
from interplay.engine.telling import claims, declines, puts_off, reports, sentences

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
        self._spoken = ""

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

    def answers(self, text: str) -> list[Fact]:
        """What the human says when asked with these words; nothing twice as long as there is something new.

        Facts about themselves and the goal at hand come first, then those of other goals that were voiced.
        """
        goal = self.current
        near = [f for f in self.brief.facts if not f.goal or (goal is not None and f.goal == goal.id)]
        far = [f for f in self.brief.facts if f not in near and self.standing[f.goal] != "unvoiced"]
        found = asked_for(text, near) or asked_for(text, far)
        return [fact for fact in found if not self._is_said(fact)] or found[:1]

    def speak(self, text: str) -> None:
        """Remember what the human said."""
        self._spoken += f" {text}"

    def settle(self, text: str) -> Goal | None:
        """Note what an agent's words settle, goal by goal; each sentence settles one at most.

        Returns:
            The goal that they said no to, when the human has not insisted on it yet.
        """
        for sentence in sentences(text):
            goal = self.current
            if goal is None:
                return None
            if _shows(goal, sentence):
                self.standing[goal.id] = "met"
            elif declines(sentence) and not puts_off(sentence) and not sentence.endswith("?"):
                if goal.insistence and goal.insistence not in self._said:
                    return goal
                self.standing[goal.id] = "impossible"
        return None

    def _is_said(self, fact: Fact) -> bool:
        return all(value in self._spoken for value in fact.values)


def _shows(goal: Goal, sentence: str) -> bool:
    """Whether a sentence shows that a goal was met; one that should be refused is met when it was granted."""
    if goal.kind in ("write", "refuse"):
        return any(claims(sentence, goal.signs))
    return goal.kind == "read" and reports(sentence, goal.signs)
