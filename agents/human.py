"""The scripted human: reveals goals and facts step by step, and leaves by the ledger.

It answers what it is asked, says yes to what is proposed (or changes its mind once, when the blueprint
says so), insists once when told no, and goes only when every goal is settled. Where people have tools of
their own it uses them as it is asked to, tells what they show, and sees for itself whether it was helped. How
it speaks follows its persona; chance picks the words and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from interplay.agents.hands import Request, report, requests
from interplay.agents.hearing import asks_for_a_value, asks_for_more, asks_to_confirm, asks_whether_it_works
from interplay.agents.ledger import Ledger
from interplay.agents.phrases import PHRASES
from interplay.engine.blueprint import Brief, Goal
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, HumanReply, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.tools import NO_TOOLS, Toolset


class ScriptedHuman:
    """Plays one person in one conversation.

    Args:
        brief: who they are, what they know and want.
        seed: picks the words.
        ledger: what was heard and said before, where this human takes over from another.
        tools: what they can do with things of their own.
    """

    def __init__(self, brief: Brief, seed: Seed, ledger: Ledger | None = None, tools: Toolset = NO_TOOLS) -> None:
        self._ledger = ledger or Ledger(brief)
        self._persona = brief.persona
        self._seed = seed
        self._tools = tools
        self._turn = 0
        self._calls = 0
        self._asked: list[Request] = []
        """What they were asked to do and have yet to do."""
        self._reports: list[str] = []

    def __call__(self, conversation: Sequence[AnyMessage]) -> HumanReply:
        """The next words, or the next thing done; the ledger decides whether the words are the last."""
        heard = conversation[-1] if conversation else None
        if isinstance(heard, ToolResult):
            self._see(conversation[-2], heard)
            said: HumanReply = self._do() if self._asked else self._report()
        elif isinstance(heard, AgentMessage):
            self._turn += 1
            said = self._answer(heard.text)
        else:
            self._turn += 1
            said = HumanMessage(text=self._join(self._phrase("greeting"), self._identity(), self._wishes(opening=True)))
        if isinstance(said, HumanMessage):
            self._ledger.speak(said.text)
        return said

    # --- things of their own

    def _obey(self, text: str) -> HumanReply | None:
        """Begin with what they are asked to do, or want to see for themselves; None where it is nothing."""
        asked = requests(text, self._tools)
        if asked and self._is_at_a_loss(asked):
            return HumanMessage(text=self._phrase("where"))
        self._asked = asked or list(self._doubts(text))
        return self._do() if self._asked else None

    def _is_at_a_loss(self, asked: Sequence[Request]) -> bool:
        """Whether somebody who is not at ease with such things has to be told once more how it is done."""
        changes = any(self._tools[each.tool].writes for each in asked)
        return changes and self._persona.comfort == "low" and bool(self._ledger.once("at a loss"))

    def _doubts(self, text: str) -> Iterator[Request]:
        """The check of a goal that is said to be met, or that they are asked about."""
        for goal in self._ledger.open() if self._tools else ():
            if goal.check is not None and (goal.id in self._ledger.doubted or asks_whether_it_works(text)):
                yield Request(goal.check.tool, goal.check.arguments)

    def _do(self) -> ToolCall:
        """The next thing that they were asked to do."""
        self._calls += 1
        return ToolCall(
            call_id=f"own_{self._calls}", tool=self._asked[0].tool, arguments=self._asked[0].arguments, by="human"
        )

    def _see(self, call: AnyMessage, result: ToolResult) -> None:
        """Take in what came of the last thing done, whoever thought of doing it."""
        assert isinstance(call, ToolCall)  # noqa: S101  (a person's call stands before its result)
        del self._asked[:1]
        self._reports.append(report(self._tools, Request(call.tool, call.arguments), result))
        self._ledger.observe(call, result)

    def _report(self) -> HumanMessage:
        """Tell what was done and seen, and whether it helped."""
        checked = next((goal for goal in self._ledger.brief.goals if goal.check is not None), None)
        said = [self._phrase("did"), *self._reports]
        self._reports = []
        if checked is not None and self._ledger.standing[checked.id] == "met" and self._ledger.once("it works"):
            said += [self._phrase("works"), self._wishes(opening=False)]
        elif self._persona.patience == "impatient" and self._ledger.once("still waiting"):
            said.append(self._phrase("waiting"))
        return HumanMessage(text=self._join(*said))

    def _answer(self, text: str) -> HumanReply:
        ledger = self._ledger
        before = ledger.current
        denied = ledger.settle(text)
        done = self._obey(text)
        if done is not None:
            return done
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
        """What is said, in one line; after a report of several lines, on a new one."""
        text = ""
        for before, part in pairwise(["", *filter(None, parts)]):
            text += ("\n" if "\n" in before else " " if before else "") + part
        return text
