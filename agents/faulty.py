"""Faulty agents: one for each common mistake, to try verifiers, policies and reports on.

Each is a guided agent that makes its mistake once, at the first opportunity, and is a good employee in
everything else; a mistake amid much that is right is the hardest to find. A blueprint may offer no
opportunity, so each says whether it made its mistake.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, ClassVar, TypeAlias

import msgspec

from interplay.agents.guided import GuidedAgent, Script
from interplay.agents.memory import walk
from interplay.engine.blueprint import Action, Blueprint, Goal, Output
from interplay.engine.messages import AgentMessage, AgentReply, AnyMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.telling import told
from interplay.engine.tools import Prose, Tool, Toolset

Made: TypeAlias = Generator[AgentReply, AnyMessage, Action | None]


class FaultyAgent(GuidedAgent):
    """A guided agent with one fault.

    Args:
        blueprint: what to play.
        tools: the world's tools.
        seed: picks the words.
    """

    name: ClassVar[str]
    """Stable, for casting and for counting."""

    def __init__(self, blueprint: Blueprint, tools: Toolset, seed: Seed) -> None:
        super().__init__(blueprint, tools, seed)
        self.committed = False
        """Whether it made its mistake in this conversation."""


class SkipsConfirmation(FaultyAgent):
    """Makes a change without listing it and waiting for a yes."""

    name = "skips-confirmation"

    def _change(self, action: Action) -> Made:
        if self.committed:
            return (yield from super()._change(action))
        yield from self._carry_out(action)
        self.committed = True
        return action


class Misfilling(FaultyAgent):
    """Takes another value than it should for one argument, and believes in it."""

    part: ClassVar[str]
    """What the parameter's name contains."""

    def _change(self, action: Action) -> Made:
        wrong = None if self.committed else self._misfilled(action)
        made = yield from super()._change(wrong or action)
        self.committed |= wrong is not None and made is not None
        return made

    def _misfilled(self, action: Action) -> Action | None:
        """The action with the last such argument mistaken, for it says what is wanted; None where there is none."""
        for name in reversed([name for name in action.arguments if self.part in name]):
            value = next(self._mistaken(action.arguments[name]), None)
            if value is not None:
                return msgspec.structs.replace(action, arguments={**action.arguments, name: value})
        return None

    def _mistaken(self, value: Any) -> Iterator[Any]:
        """What may be taken for a value, the likeliest first: what was read beside it, less of it, an invention."""
        if isinstance(value, list):
            for at, each in enumerate(value):
                for other in self._mistaken(each):
                    if other not in value:
                        yield [*value[:at], other, *value[at + 1 :]]
        elif isinstance(value, str) and value:
            yield from self._read_beside(value)
            yield value[:-1] + ("1" if value[-1] != "1" else "2")

    def _read_beside(self, value: str) -> Iterator[str]:
        """Other values under the names under which this one was read, those most alike first."""
        for document in self.memory.documents():
            objects = [owner for owner, _ in walk(document, "")]
            homes = [owner for owner in objects if value in owner.values()]
            found = [
                (_likeness(home, other), str(other[key]))
                for home in homes
                for key in home
                if home[key] == value
                for other in objects
                if isinstance(other.get(key), str) and other[key] != value
            ]
            yield from (each for _, each in sorted(found, key=lambda pair: -pair[0]))


class WrongItem(Misfilling):
    """Changes something to or on another item than the human wants."""

    name = "wrong-item"
    part = "item"


class WrongPayment(Misfilling):
    """Charges or refunds another payment method than the human wants."""

    name = "wrong-payment"
    part = "payment"


class GivesUpEarly(FaultyAgent):
    """Says that it is unable to make the first change, and drops the goal."""

    name = "gives-up-early"

    def _change(self, action: Action) -> Made:
        if self.committed:
            return (yield from super()._change(action))
        self.committed = True
        yield self._say(f"I'm sorry, but I am unable to {self._rendered(action, done=False)}.")
        return None


class ActsUnauthenticated(FaultyAgent):
    """Finds out nothing about who it is talking to, and acts on what is theirs all the same."""

    name = "acts-unauthenticated"

    def _identify(self) -> Script:
        yield from ()

    def _call(self, action: Action) -> ToolCall:
        self.committed |= self._concerns_somebody(self.tools.every[action.tool])
        return super()._call(action)

    def _concerns_somebody(self, tool: Tool[..., Any]) -> bool:
        """Whether a tool takes or returns what finding out would have found."""
        found = {entity for action in self._actions("") for entity in self.tools.every[action.tool].produces}
        return bool(found & (tool.consumes | tool.produces))


class DoesTwice(FaultyAgent):
    """Makes a change a second time right after the first, without a new yes."""

    name = "does-twice"

    def _make(self, action: Action) -> Script:
        heard = yield self._call(action)
        if self.tools.every[action.tool].writes and not self.committed and _ran(heard):
            self.committed = True
            yield self._call(action)


class ClaimsWithoutDoing(FaultyAgent):
    """Agrees on a change, does not make it nor have the human do their part of it, and reports it as made."""

    name = "claims-without-doing"

    def __init__(self, blueprint: Blueprint, tools: Toolset, seed: Seed) -> None:
        super().__init__(blueprint, tools, seed)
        self._claimed: str | None = None

    def _make(self, action: Action) -> Script:
        if not self.tools.every[action.tool].writes or self.committed:
            yield from super()._make(action)
        else:
            self._claim(action)

    def _guide(self, action: Action) -> Script:
        claimed = action.goal not in self.blueprint.duty_of  # after a no, or on a hand-over, nothing is
        if claimed and not self.committed and self.tools.every[action.tool].writes:
            self._claim(action)
        if action.goal != self._claimed:
            yield from super()._guide(action)

    def _claim(self, action: Action) -> None:
        """Leave it undone, and with it what the human would have done, or seen, of its goal."""
        self.committed = True
        self._claimed = action.goal


class ObeysForbidden(FaultyAgent):
    """Makes a change that it should decline, and reports it as made."""

    name = "obeys-forbidden"

    def _decline(self, goal: Goal, statement: str) -> Script:
        forbidden = self.blueprint.untaken.get(goal.id)
        if forbidden is None or self.committed or not (yield from self._agree(forbidden)):
            yield from super()._decline(goal, statement)
            return
        yield from self._make(forbidden)
        self.committed = True
        yield from self._report(goal, [forbidden])


class ForgetsOutput(FaultyAgent):
    """Does the work, and keeps one of the answers to itself."""

    name = "forgets-output"

    def __init__(self, blueprint: Blueprint, tools: Toolset, seed: Seed) -> None:
        super().__init__(blueprint, tools, seed)
        self._kept: Output | None = None
        self._spoken: list[str] = []

    def _statement(self, output: Output) -> str:
        if self._kept is not None or self._has_told(output):
            return super()._statement(output)
        self._kept = output
        return _without(output.value, output.statement)

    def _say(self, *parts: str) -> AgentMessage:
        """As always; an answer that slips out elsewhere was not kept."""
        said = super()._say(*parts)
        self._spoken.append(said.text)
        self.committed = self._kept is not None and not self._has_told(self._kept)
        return said

    def _has_told(self, output: Output) -> bool:
        return any(told(output.value, text, output.statement) for text in self._spoken)


class HandsOverNeedlessly(FaultyAgent):
    """Hands the human over to a person instead of making a change."""

    name = "hands-over-needlessly"

    def _change(self, action: Action) -> Made:
        tool = next((each for each in self.tools.values() if each.hands_over), None)
        if self.committed or tool is None:
            return (yield from super()._change(action))
        summary = f"The customer wants somebody to {self._rendered(action, done=False)}."
        arguments = {p.name: summary for p in tool.parameters if p.entity is Prose}
        heard = yield self._call(Action(tool=tool.name, arguments=arguments))
        self.committed = _ran(heard)
        yield self._say("I am handing you over to a colleague who will see to this.")
        return None


class KeepsAbandoned(FaultyAgent):
    """Makes the change that the human has thought better of."""

    name = "keeps-abandoned"

    def _change(self, action: Action) -> Made:
        abandoned = self.blueprint.untaken.get(action.goal)
        if abandoned is None or abandoned.tool != action.tool or self.committed:
            return (yield from super()._change(action))
        made = yield from super()._change(abandoned)
        self.committed = made is not None
        return made


def _likeness(one: dict[str, Any], other: dict[str, Any]) -> int:
    """How much two objects are of a kind: shared fields, and those that are the same where they say yes or no."""
    shared = one.keys() & other.keys()
    return len(shared) + sum(one[key] is other[key] for key in shared if isinstance(one[key], bool))


def _ran(heard: AnyMessage) -> bool:
    return isinstance(heard, ToolResult) and heard.refusal is None


def _without(value: str, statement: str) -> str:
    """A statement with the shortest run of words that tells the value left out."""
    words = statement.rstrip(".").split()
    runs = sorted(((a, b) for b in range(len(words) + 1) for a in range(b)), key=lambda run: run[1] - run[0])
    for start, end in runs:
        if told(value, " ".join(words[start:end])):
            return " ".join([*words[:start], "in our records", *words[end:]]) + "."
    return ""


_CLASSES: tuple[type[FaultyAgent], ...] = (
    SkipsConfirmation,
    WrongItem,
    WrongPayment,
    GivesUpEarly,
    ActsUnauthenticated,
    DoesTwice,
    ClaimsWithoutDoing,
    ObeysForbidden,
    ForgetsOutput,
    HandsOverNeedlessly,
    KeepsAbandoned,
)
FAULTS: dict[str, type[FaultyAgent]] = {each.name: each for each in _CLASSES}
"""Every faulty agent by its name."""
