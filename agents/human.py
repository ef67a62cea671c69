"""The scripted human: reveals goals and facts step by step, and leaves by the ledger.

It answers what it is asked, says yes to what is proposed (or changes its mind once, when the blueprint
says so), insists once when told no, and goes only when every goal is settled. How it speaks follows
its persona; chance picks the words and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from interplay.agents.hearing import asks_for_a_value, asks_for_more, asks_to_confirm
from interplay.agents.ledger import Ledger
from interplay.agents.phrases import PHRASES
from interplay.engine.blueprint import Brief, Goal
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage
from interplay.engine.seeds import Seed


class ScriptedHuman:
    """Plays one person in one conversation.

    Args:
        brief: who they are, what they know and want.
        seed: picks the words.
        ledger: what was heard and said before, where this human takes over from another.
    """

    def __init__(self, brief: Brief, seed: Seed, ledger: Ledger | None = None) -> None:
        self._ledger = ledger or Ledger(brief)
        self._persona = brief.persona
        self._seed = seed
        self._turn = 0

    def __call__(self, conversation: Sequence[AnyMessage]) -> HumanMessage:
        """The next words; the ledger decides whether they are the last."""
        self._turn += 1
        heard = conversation[-1] if conversation else None
        if isinstance(heard, AgentMessage):
            said = self._answer(heard.text)
        else:
            said = HumanMessage(text=self._join(self._phrase("greeting"), self._identity(), self._wishes(opening=True)))
        self._ledger.speak(said.text)
        return said

    def _answer(self, text: str) -> HumanMessage:
        ledger = self._ledger
        before = ledger.current
        denied = ledger.settle(text)
        if denied is not None:
            return HumanMessage(text=self._join(self._phrase("protest"), ledger.once(denied.insistence)))
        settled = before is not None and ledger.current is not before
        if ledger.may_stop:
            impossible = "impossible" in ledger.standing.values()
            said = self._phrase("resigned" if impossible else "goodbye")
            return HumanMessage(text=said, stop="denied" if impossible else "satisfied")
        goal = ledger.current
        if goal is None:
            return HumanMessage(text=self._join(self._phrase("thanks"), self._wishes(opening=False)))
        facts = ledger.answers(text)
        if asks_to_confirm(text) and not (facts and asks_for_a_value(text)):
            revision = ledger.once(goal.revision) if goal.revision else ""
            return HumanMessage(text=revision or self._phrase("yes"))
        if facts:
            said = " ".join(fact.say for fact in facts)
            grumbling = self._persona.identifies == "reluctant" and any(not fact.goal for fact in facts)
            words = (grumbling and ledger.once(self._phrase("reluctant"))) or self._phrase("answer")
            return HumanMessage(text=self._join(words, said))
        if settled:
            return HumanMessage(text=self._join(self._phrase("thanks"), goal.wish))
        if asks_for_more(text):
            return HumanMessage(text=self._join(self._phrase("reminder"), goal.wish))
        if "?" in text:
            return HumanMessage(text=self._join(self._phrase("unsure"), goal.wish))
        return HumanMessage(text=self._phrase("waiting"))

    def _identity(self) -> str:
        """Who they are, from a person who begins with that."""
        facts = [fact for fact in self._ledger.brief.facts if not fact.goal]
        return facts[0].say if facts and self._persona.identifies == "first" else ""

    def _wishes(self, *, opening: bool) -> str:
        """The next wish, or all of them from a person who says everything at once."""
        together = opening and self._persona.discloses == "together"
        wishes = [self._wish(goal) for goal in list(self._ledger.unvoiced())[: None if together else 1]]
        return f" {self._phrase('also')} ".join(wishes)

    def _wish(self, goal: Goal) -> str:
        """A goal's first words, with the first detail of it from a person who is exact."""
        wish = self._ledger.voice(goal)
        details = [fact for fact in self._ledger.brief.facts if fact.goal == goal.id]
        if self._persona.precision != "exact" or not details or all(v in wish for v in details[0].values):
            return wish
        return f"{wish} {details[0].say}"

    def _phrase(self, kind: str) -> str:
        persona = self._persona
        pressed = persona.patience == "impatient" and kind in ("waiting", "reminder")
        options = PHRASES[kind].get("annoyed" if pressed else persona.mood) or PHRASES[kind]["neutral"]
        if persona.verbosity == "terse":
            options = options[:3]
        phrase = self._seed.child(self._turn, kind).pick(options)
        return phrase.lower() if persona.language == "casual" else phrase

    @staticmethod
    def _join(*parts: str) -> str:
        return " ".join(part for part in parts if part)
