"""The guided agent: plays a blueprint as a good employee would.

It finds out who it is talking to, looks up what it needs, lists each change and waits for a yes, acts, asks
the human for what only they can do, and reports. It knows the blueprint and yet earns every value: an
argument is used only once the human has said it or a tool has returned it, and what is missing is asked for.
So its conversations are ones that an honest agent could have had.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence, Set
from typing import Any, TypeAlias

from interplay.agents.memory import Memory
from interplay.engine.blueprint import Action, Blueprint, Check, Fact, Goal, Output
from interplay.engine.confirmation import says_yes
from interplay.engine.messages import AgentMessage, AgentReply, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.telling import sentences
from interplay.engine.tools import Tool, Toolset

Script: TypeAlias = Generator[AgentReply, AnyMessage, None]

ATTEMPTS = 3
"""How often it asks for the same thing before it gives up on it."""

_HOW = re.compile(
    r"(?:(?:sorry|and|but|so|ok|okay|well|hm+|um+)\b\W*)*"
    r"(?:where|how)\b(?! (?:much|many|long|often|soon|far|about)\b)[^?]*\?",
    re.IGNORECASE,
)


class GuidedAgent:
    """Plays one blueprint.

    Args:
        blueprint: what to play, actions with their origins included.
        tools: the world's tools, for how people talk about them.
        seed: picks the words.
    """

    def __init__(self, blueprint: Blueprint, tools: Toolset, seed: Seed) -> None:
        self.blueprint = blueprint
        self.tools = tools
        self.memory = Memory()
        self._seed = seed
        self._calls = 0
        self._turn = 0
        self._prefix = ""
        self._script = self._work()
        self._started = False

    def __call__(self, conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> AgentReply:  # noqa: ARG002
        """The next step of the work; the tools it may use are those it was made with."""
        heard = conversation[-1]
        if isinstance(heard, HumanMessage):
            self._turn += 1
            self.memory.hear(heard.text)
        elif isinstance(heard, ToolResult):
            self.memory.read(heard)
        if not self._started:
            self._started = True
            return next(self._script)
        return self._script.send(heard)

    # --- the work, in the order in which an employee does it

    def _work(self) -> Script:
        yield from self._identify()
        for goal in self.blueprint.goals:
            yield from self._serve(goal)
        while True:
            yield self._say(self._phrase("anything_else"))

    def _identify(self) -> Script:
        """Find out who it is talking to; where no lookup takes that, it asks for it all the same."""
        found_by = {origin for action in self._actions("") for origin in action.origins.values()}
        told = [fact for fact in self.blueprint.facts if not fact.goal]
        for _ in range(0 if any(f"told:{fact.key}" in found_by for fact in told) else ATTEMPTS):
            if not told or any(self._knows(fact) for fact in told):
                break
            yield from self._talk(told[0].question)
        for action in self._actions(""):
            yield from self._carry_out(action)

    def _serve(self, goal: Goal) -> Script:
        """One goal, from looking things up to the report."""
        done: list[Action] = []
        for action in self._actions(goal.id):
            if action.by == "human":
                yield from self._guide(action)
            elif self.tools.every[action.tool].writes:
                made = yield from self._change(action)
                if made is None:
                    return
                done.append(made)
            else:
                yield from self._carry_out(action)
        duty = self.blueprint.duty_of.get(goal.id)
        if duty is not None and duty.kind == "refuse":
            yield from self._decline(goal, duty.statement)
        elif duty is not None:
            yield from self._talk(duty.statement)
        else:
            yield from self._report(goal, done)

    def _report(self, goal: Goal, done: Sequence[Action]) -> Script:
        told = [self._rendered(action, done=True) for action in done]
        if goal.check is not None:
            yield from self._have_it_seen(goal, goal.check, " ".join(told))
            told = [self._phrase("glad")]
        told += dict.fromkeys(self._statement(output) for output in self.blueprint.outputs if output.goal == goal.id)
        yield from self._conclude(goal, " ".join(told))

    def _have_it_seen(self, goal: Goal, check: Check, told: str) -> Script:
        """Have the human look for themselves whether a goal was met, unless that was the last thing they did."""
        last = [action for action in self._actions(goal.id) if action.by == "human"][-1:]
        if not any((action.tool, action.arguments) == (check.tool, check.arguments) for action in last):
            self._prefix = f"{self._prefix} {told}".strip()
            yield from self._guide(Action(tool=check.tool, arguments=check.arguments, goal=goal.id, by="human"))

    def _decline(self, goal: Goal, statement: str) -> Script:
        """Say no, and say it again to a human who insists."""
        said = statement
        for _ in range(ATTEMPTS):
            heard = yield self._say(said, self._closing(goal))
            if not isinstance(heard, HumanMessage) or not goal.insistence or goal.insistence not in heard.text:
                return
            said = f"{self._phrase('regret')} {statement}"

    def _conclude(self, goal: Goal, text: str) -> Script:
        """Tell how a goal ended, and go on with the next in the same breath if it was asked for already."""
        following = self._after(goal)
        if following is not None and self.memory.was_said(following.wish):
            self._prefix = f"{self._prefix} {text}".strip()
            return
        yield self._say(text, self._closing(goal))

    def _closing(self, goal: Goal) -> str:
        following = self._after(goal)
        if following is not None and self.memory.was_said(following.wish):
            return self._phrase("next")
        return self._phrase("anything_else")

    def _after(self, goal: Goal) -> Goal | None:
        goals = self.blueprint.goals
        position = goals.index(goal) + 1
        return goals[position] if position < len(goals) else None

    # --- one action

    def _change(self, action: Action) -> Generator[AgentReply, AnyMessage, Action | None]:
        """Agree on a change and make it; returns what was made, or None when it was not agreed on."""
        if action.goal in self.blueprint.untaken:
            yield from self._propose_untaken(self.blueprint.untaken[action.goal])
        if not (yield from self._agree(action)):
            yield from self._talk(self._phrase("unconfirmed"))
            return None
        yield from self._make(action)
        return action

    def _carry_out(self, action: Action) -> Script:
        yield from self._ground(action)
        yield from self._make(action)

    def _make(self, action: Action) -> Script:
        yield self._call(action)

    def _guide(self, action: Action) -> Script:
        """Ask the human to do something with what is theirs, until they say what came of it."""
        yield from self._ground(action)
        asked = self._asked_for(action)
        for _ in range(ATTEMPTS):
            heard = yield self._say(asked)
            if not isinstance(heard, HumanMessage) or not _asks_how(heard.text):
                return
            asked = f"{self._phrase('explain')} {self._asked_for(action)}"

    def _ground(self, action: Action) -> Script:
        """Ask for what the human has to say before this action can be taken, until they have said it.

        What no argument is made of, how they want to pay for instance, is asked for a few times at most.
        """
        told = {o.removeprefix("told:") for o in action.origins.values() if o.startswith("told:")}
        for fact in self._untold(action, told):
            asked = 0
            while not self._knows(fact) and (fact.key in told or asked < ATTEMPTS):
                yield from self._talk(fact.question)
                asked += 1

    def _knows(self, fact: Fact) -> bool:
        return all(self.memory.was_said(value) for value in fact.values)

    def _untold(self, action: Action, told: Set[str]) -> Iterator[Fact]:
        """What the action's values come from; before a change, all that the human has to say about it."""
        writes = self.tools.every[action.tool].writes
        for fact in self.blueprint.facts:
            if fact.key in told or (writes and fact.goal and fact.goal == action.goal):
                yield fact

    def _agree(self, action: Action) -> Generator[AgentReply, AnyMessage, bool]:
        """List the change and wait for a yes."""
        yield from self._ground(action)
        for _ in range(ATTEMPTS):
            heard = yield self._say(self._proposal(action))
            if isinstance(heard, HumanMessage) and says_yes(heard.text):
                return True
        return False

    def _propose_untaken(self, action: Action) -> Script:
        """Offer what was asked for first; the human will think better of it."""
        yield from self._ground(action)
        yield from self._talk(self._proposal(action))

    def _call(self, action: Action) -> ToolCall:
        self._calls += 1
        return ToolCall(call_id=f"call_{self._calls}", tool=action.tool, arguments=action.arguments)

    def _actions(self, goal: str) -> list[Action]:
        return [action for action in self.blueprint.actions if action.goal == goal]

    # --- words

    def _proposal(self, action: Action) -> str:
        return f"{self._phrase('offer')} {self._rendered(action, done=False)}. {self._phrase('confirm')}"

    def _rendered(self, action: Action, *, done: bool) -> str:
        """A change in words, with what is known about each id beside it."""
        tool: Tool[..., Any] = self.tools.every[action.tool]
        if tool.speech is None:
            listed = ", ".join(f"{name} {self.memory.label(value)}" for name, value in action.arguments.items())
            return f"{tool.name.replace('_', ' ')}{' is done' if done else ''}: {listed}" + "." * done
        words = {name: self.memory.label(value) for name, value in action.arguments.items()}
        return (tool.speech.done if done else tool.speech.propose).format_map(words)

    def _asked_for(self, action: Action) -> str:
        """What the human is to do, in words that they follow."""
        guidance = self.tools.every[action.tool].guidance
        if guidance is None:
            return f"Please {action.tool.replace('_', ' ')}: {', '.join(map(str, action.arguments.values()))}."
        return guidance.ask.format_map(action.arguments)

    def _statement(self, output: Output) -> str:
        return output.statement

    def _talk(self, text: str) -> Script:
        yield self._say(text)

    def _say(self, *parts: str) -> AgentMessage:
        text = " ".join(part for part in (self._prefix, *parts) if part)
        self._prefix = ""
        return AgentMessage(text=text)

    def _phrase(self, kind: str) -> str:
        return self._seed.child(self._turn, kind).pick(PHRASES[kind])


def _asks_how(text: str) -> bool:
    """Whether somebody who was asked to do something wants to know where or how; it is all that they say then."""
    said = sentences(text)
    return 0 < len(said) <= 2 and _HOW.fullmatch(said[-1].strip()) is not None


PHRASES: dict[str, tuple[str, ...]] = {
    "offer": ("I can", "Here is what I would do: I can", "To make sure we agree: I can", "This is possible: I can"),
    "confirm": (
        "Shall I go ahead?",
        "Would you like me to proceed? (yes/no)",
        "Do you confirm this change?",
        "Is that right, and shall I go ahead?",
        "Should I proceed with that?",
    ),
    "anything_else": (
        "Is there anything else I can help you with?",
        "Can I help you with anything else today?",
        "Is there something else on your mind?",
        "Anything else?",
    ),
    "next": ("Now to your other request.", "On to the next point.", "Let me turn to the rest of what you asked."),
    "glad": ("I'm glad to hear that.", "Good to hear that.", "Then that is settled."),
    "regret": (
        "I understand that this is disappointing.",
        "I'm sorry to repeat myself.",
        "I hear you, and I am sorry.",
    ),
    "explain": ("Take your time; I am here.", "There is no hurry.", "That is all right; let us try it together."),
    "unconfirmed": ("Without your confirmation I will leave everything as it is.",),
}
"""What the agent says that does not depend on the task."""
