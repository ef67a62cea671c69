"""Policy: a world's written rules, and those that can be enforced, as code.

The text is what an agent is given. A rule is a plain function over the state before a call, the call,
and what was said so far; it returns what was broken, or None. Rules are used three times: on a
blueprint's actions, on any trajectory, and as properties of a world.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from interplay.engine.database import Base, Changes, Database
from interplay.engine.messages import AnyMessage, ToolCall, ToolResult
from interplay.engine.tools import Tool

D = TypeVar("D", bound=Database)


_FIGURE = re.compile(r"(?<![\w.,:/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w:/-]|[.,]\d)")
"""A number by itself: no part of a date, a time, a word or a longer number."""

UNHEARD = frozenset({"bad_arguments", "unknown_tool"})
"""Refusals of calls that no tool ever saw; such a call is no attempt at anything."""


class Situation(NamedTuple, Generic[D]):
    """What a rule judges: one call, carried out or, where it was to write, attempted."""

    db: D
    """The state before the call; a rule reads it and writes nothing."""
    call: ToolCall
    messages: Sequence[AnyMessage]
    """The whole trajectory; a rule looks only at what stands before `at`."""
    at: int
    """Where the call stands in `messages`."""

    @property
    def arguments(self) -> dict[str, Any]:
        """The call's arguments, valid for the tool."""
        return self.call.arguments

    def before(self) -> Iterator[AnyMessage]:
        """What was said and done before the call, the latest first."""
        for index in range(self.at - 1, -1, -1):
            yield self.messages[index]

    def done_before(self) -> Iterator[tuple[ToolCall, ToolResult]]:
        """Earlier calls that were carried out, with their results, in order."""
        calls: dict[str, ToolCall] = {}
        for message in self.messages[: self.at]:
            if isinstance(message, ToolCall):
                calls[message.call_id] = message
            elif isinstance(message, ToolResult) and message.refusal is None and message.call_id in calls:
                yield calls[message.call_id], message


class Rule(NamedTuple):
    """One enforceable sentence of a policy."""

    id: str
    section: str
    """Heading of the policy's section that says it."""
    tools: frozenset[str]
    """Names of the tools whose calls it judges."""
    writes: frozenset[str]
    """Those of them that write."""
    dialogue: bool
    """Whether it judges what was said; such a rule has nothing to say about bare actions, and it holds for
    an attempt to write, too, that the tool refused."""
    check: Callable[[Situation[Any]], str | None]


class Violation(msgspec.Struct, frozen=True):
    """A rule was broken by a call."""

    rule: str
    section: str
    message: int
    """Index of the call in the trajectory."""
    text: str


def rule(
    rule_id: str, *, section: str, on: Sequence[Tool[..., Any]], dialogue: bool = False
) -> Callable[[Callable[[Situation[Any]], str | None]], Rule]:
    """Make a function a rule.

    Args:
        rule_id: stable name, as the policy's text marks the sentence.
        section: heading of the section it enforces.
        on: the tools whose calls it judges.
        dialogue: it needs to see what was said.
    """

    def decorate(check: Callable[[Situation[Any]], str | None]) -> Rule:
        names, writes = (frozenset(tool.name for tool in tools) for tools in (on, [t for t in on if t.writes]))
        return Rule(rule_id, section, names, writes, dialogue, check)

    return decorate


class Policy:
    """A world's policy: a Markdown file in its package, and its rules.

    A sentence that a rule enforces is followed in the file by `<!-- rule: id -->`; agents do not see
    the marks.

    Args:
        package: where the file is, for importlib.resources; nothing is read before it is needed.
        file: its name.
        rules: the enforceable sentences.
    """

    def __init__(self, package: str, file: str, rules: Sequence[Rule]) -> None:
        self._package, self._file = package, file
        self.rules = tuple(rules)
        self._by_tool: dict[str, tuple[Rule, ...]] = {}

    @cached_property
    def marked_text(self) -> str:
        """The file as it is, with the marks."""
        return files(self._package).joinpath(self._file).read_text(encoding="utf-8")

    @cached_property
    def text(self) -> str:
        """What an agent is given."""
        return re.sub(r" *<!--.*?-->", "", self.marked_text, flags=re.DOTALL).strip()

    @cached_property
    def figures(self) -> frozenset[float]:
        """The numbers that the text states."""
        return frozenset(float(number.replace(",", "")) for number in _FIGURE.findall(self.text))

    def on(self, tool: str) -> tuple[Rule, ...]:
        """The rules that judge calls of a tool."""
        found = self._by_tool.get(tool)
        if found is None:
            found = self._by_tool[tool] = tuple(r for r in self.rules if tool in r.tools)
        return found

    def violations(
        self,
        base: Base[Any],
        messages: Sequence[AnyMessage],
        effects: Mapping[str, Changes],
        *,
        dialogue: bool = True,
    ) -> list[Violation]:
        """Every rule broken by a call, in order.

        A refused call changed nothing, so rules about state pass it over; but who tries to write without
        having asked has broken a rule about the dialogue, whatever the tool said to it.

        Args:
            base: the data that the trajectory began with.
            messages: the trajectory, or bare actions with their results.
            effects: what each call changed, by call id; a call that changed nothing may be absent.
            dialogue: whether what was said is in `messages`; without it, only rules about state apply.
        """
        refused = {m.call_id: m.refusal for m in messages if isinstance(m, ToolResult) and m.refusal is not None}
        db, found = base.fork(), []
        for at, call in enumerate(messages):
            if not isinstance(call, ToolCall):
                continue
            for each in self._judging(call, refused.get(call.call_id)):
                if dialogue or not each.dialogue:
                    text = each.check(Situation(db, call, messages, at))
                    if text is not None:
                        found.append(Violation(each.id, each.section, at, text))
            if call.call_id in effects:
                db.write(effects[call.call_id])
        return found

    def _judging(self, call: ToolCall, refusal: str | None) -> Sequence[Rule]:
        """The rules that judge a call: all on its tool, or, when it was refused, those on the attempt."""
        every = self.on(call.tool)
        if refusal is None:
            return every
        if refusal in UNHEARD:
            return ()
        return [each for each in every if each.dialogue and call.tool in each.writes]
