"""Ledger: what a simulated human knows, wants and has said.

It is a plain record in code, and it alone decides whether the human may leave: only when every goal was
met or declared impossible. It reads the agent's words and, where people have tools of their own, what those show.

Patterns cannot hear every way to say that something was done. So a human on a model may also point at the
agent's words. A pointing is believed only where the words stand, where they state something, and where no
pattern speaks against them; `pointing` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, Self, TypeAlias

from interplay.agents.hearing import asked_for
from interplay.engine.blueprint import Brief, Fact, Goal
from interplay.engine.messages import ToolCall, ToolResult
from interplay.engine.telling import claims, declines, matter, puts_off, reports, sentences

Standing: TypeAlias = Literal["unvoiced", "voiced", "met", "impossible"]

_WITH_DIGITS = re.compile(r"[\w-]*\d[\w-]*")


class Ledger:
    """One human's side of one conversation.

    Args:
        brief: what the human is given.
    """

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.standing: dict[str, Standing] = {goal.id: "unvoiced" for goal in brief.goals}
        self.heard: list[str] = []
        """The agent's messages."""
        self.voiced_at: dict[str, int] = {}
        """How many messages of the agent had been heard when a goal was voiced."""
        self.declined: set[str] = set()
        """Goals that were said no to, and on which the human has yet to insist."""
        self.doubted: set[str] = set()
        """Goals that were said to be met, and that the human has yet to see for themselves."""
        self._said: set[str] = set()
        self._spoken = ""
        self._subjects: dict[str, frozenset[str]] = {}

    def copy(self) -> Self:
        """The same record, which goes its own way from here."""
        other = type(self)(self.brief)
        other.standing, other.voiced_at = dict(self.standing), dict(self.voiced_at)
        other.heard, other.declined, other.doubted = list(self.heard), set(self.declined), set(self.doubted)
        other._said, other._spoken = set(self._said), self._spoken
        other._subjects = self._subjects  # follows from the brief, which is the same
        return other

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
        self.voiced_at[goal.id] = len(self.heard)
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
        return [fact for fact in found if not self.is_said(fact)] or found[:1]

    def speak(self, text: str) -> None:
        """Remember what the human said."""
        self._spoken += f" {text}"

    def was_said(self, text: str) -> bool:
        """Whether `once` has let this be said."""
        return text in self._said

    def open(self) -> list[Goal]:
        """Goals that were voiced and are not settled, in order."""
        return [goal for goal in self.brief.goals if self.standing[goal.id] == "voiced"]

    def nearest(self, text: str, goals: Sequence[Goal]) -> Goal:
        """Which of some goals a text is about: the one with which it shares the most, the first where several do."""
        words = subject(text)
        return max(goals, key=lambda goal: len(words & self._subject(goal)))

    def settle(self, text: str) -> Goal | None:
        """Note what an agent's words settle, goal by goal; each sentence settles one at most.

        Returns:
            The goal that they said no to, when the human has not insisted on it yet.
        """
        self.heard.append(text)
        for sentence in sentences(text):
            goal = self.current
            if goal is None:
                return None
            if shows(goal, sentence):
                self.meet(goal)
            elif refuses(sentence):
                if goal.insistence and goal.insistence not in self._said:
                    return goal
                self.standing[goal.id] = "impossible"
        return None

    def meet(self, goal: Goal) -> None:
        """Note that a goal is said to be met; the word is enough where the human cannot see for themselves."""
        if goal.check is None:
            self.standing[goal.id] = "met"
        else:
            self.doubted.add(goal.id)

    def observe(self, call: ToolCall, result: ToolResult) -> None:
        """Note what a tool of the human's own showed: a goal that it shows to be met is."""
        for goal in self.open():
            check = goal.check
            if check is None or (check.tool, check.arguments) != (call.tool, call.arguments):
                continue
            self.doubted.discard(goal.id)
            if result.refusal is None and check.contains in result.content:
                self.standing[goal.id] = "met"

    def is_said(self, fact: Fact) -> bool:
        """Whether the human has told a fact."""
        return all(value in self._spoken for value in fact.values)

    def _subject(self, goal: Goal) -> frozenset[str]:
        found = self._subjects.get(goal.id)
        if found is None:
            about = (fact.say for fact in self.brief.facts if fact.goal == goal.id)
            found = self._subjects[goal.id] = subject(goal.wish).union(goal.signs, *map(subject, about))
        return found


class FreeLedger(Ledger):
    """The record of a human whose goals may be served in any order, by an agent with words of its own.

    Where a no is to, and whether it is one, it decides with more care; what it does not hear, the human may point at.
    """

    def settle(self, text: str) -> Goal | None:
        """Note what an agent's words settle.

        Returns:
            The first goal that they said no to, when the human has not insisted on it yet.
        """
        self.hear(text)
        return next((goal for goal in self.brief.goals if goal.id in self.declined), None)

    def hear(self, text: str) -> None:
        """Note what an agent's words settle of goals that may be served in any order.

        The first no of a message is to the goal that it is nearest to; a further one counts where it shares a
        word with another, for agents like to say no twice. The first no to a goal that the human insists on
        settles nothing, and a no beside a question for a detail is not yet one: "I couldn't find that. Could you
        check the number?"
        """
        self.heard.append(text)
        said_no = False
        for sentence in sentences(text):
            voiced = self.open()
            shown = [goal for goal in voiced if shows(goal, sentence)]
            if shown:
                self.meet(self.nearest(sentence, shown))
            elif voiced and refuses(sentence):
                goal = self._refused(sentence, voiced)
                if self.is_asked(text, goal):
                    continue
                if not said_no or (subject(sentence) & self._subject(goal) and goal.id not in self.declined):
                    self.decline(goal)
                said_no = True

    def is_asked(self, text: str, goal: Goal) -> bool:
        """Whether a message asks for a detail, and not for one of another open goal, to which it may have gone on."""
        others = {other.id for other in self.open() if other is not goal}
        questions = " ".join(sentence for sentence in sentences(text) if sentence.endswith("?"))
        asked = asked_for(questions, self.brief.facts)
        return bool(asked) and not any(fact.goal in others for fact in asked)

    def _refused(self, sentence: str, voiced: Sequence[Goal]) -> Goal:
        """Which goal a no is to: the first that is open, unless the words are clearly about another.

        Who says no speaks of what they do in general, so a word or two in common prove nothing.
        """
        nearest = self.nearest(sentence, voiced)
        return nearest if self.is_rather(sentence, nearest, voiced[0]) else voiced[0]

    def is_rather(self, text: str, goal: Goal, other: Goal) -> bool:
        """Whether a text is clearly about a goal rather than about another."""
        words = subject(text)
        return len(words & self._subject(goal)) >= len(words & self._subject(other)) + 2

    def decline(self, goal: Goal) -> None:
        """Note a no: the end of the goal, unless the human has yet to insist."""
        if goal.insistence and goal.insistence not in self._said:
            self.declined.add(goal.id)
        else:
            self.standing[goal.id] = "impossible"

    def insist(self) -> None:
        """Note that the human has spoken since a no, and so had its word on it."""
        for goal in self.brief.goals:
            if goal.id in self.declined:
                self._said.add(goal.insistence)
        self.declined.clear()


@lru_cache(maxsize=4096)
def subject(text: str) -> frozenset[str]:
    """The words that say what a text is about, and everything in it that has a digit."""
    return frozenset(matter(text).union(_WITH_DIGITS.findall(text)))


def refuses(sentence: str) -> bool:
    """Whether a sentence says no, and not only not yet."""
    return declines(sentence) and not puts_off(sentence) and not sentence.endswith("?")


def shows(goal: Goal, sentence: str) -> bool:
    """Whether a sentence shows that a goal was met; one that should be refused is met when it was granted."""
    if goal.kind in ("write", "refuse"):
        return any(claims(sentence, goal.signs))
    return goal.kind == "read" and reports(sentence, goal.signs)
