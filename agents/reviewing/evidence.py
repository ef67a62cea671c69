"""Evidence: a case laid out goal by goal, for reviewers without a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import msgspec

from interplay.agents.reviewing.wording import groups, own_words, purpose, scalars, stems, vocabulary
from interplay.engine.blueprint import Action, Blueprint, Goal
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.provenance import leaves
from interplay.engine.forge.review import Case
from interplay.engine.messages import ToolCall
from interplay.engine.telling import told
from interplay.engine.truth import holds, shows

T = TypeVar("T")

_WORDS = re.compile(r"[\w-]+")
_ASIDE = re.compile(r"\([^()]*\)")
"""What stands in brackets describes a thing."""


class Group(NamedTuple):
    """An object in a result, with those beside it."""

    held: dict[str, Any]
    beside: dict[str, dict[str, Any]]


class Likeness(NamedTuple):
    """How like an example a blueprint is."""

    words: float
    """Share, 0.0 to 1.0, of the words of the wishes that stand in both."""
    deeds: float
    """Share of the arguments and outputs."""


class Evidence:
    """What there is to know about one case.

    Args:
        case: the blueprint and what its actions did.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.tools = case.domain.tools
        self.blueprint = case.blueprint
        self._found: dict[object, tuple[Any, ...]] = {}
        self._surroundings: dict[str, str] = {}
        self._means: dict[int, bool] = {}

    @property
    def sided(self) -> bool:
        """Whether the person has things of their own in this world."""
        return bool(self.tools.human)

    def of(self, check: Callable[[Evidence], Iterator[T]]) -> tuple[T, ...]:
        """What a check finds; found once, however many ask."""
        if check not in self._found:
            self._found[check] = tuple(check(self))
        return self._found[check]

    @cached_property
    def documents(self) -> list[Any]:
        """What each action returned."""
        return [self.case.truth.result(index).document for index in range(len(self.blueprint.actions))]

    @cached_property
    def haystack(self) -> str:
        """All that was returned, in small letters."""
        results = (self.case.truth.result(index).content for index in range(len(self.blueprint.actions)))
        return "\n".join(results).lower()

    @cached_property
    def own_words(self) -> dict[str, set[str]]:
        """For each tool that writes, the words that name it and no other."""
        return own_words(self.tools)

    @cached_property
    def _groups(self) -> dict[str, list[Group]]:
        """Where values are named, by a key or in an object: the object, and those beside it."""
        found: dict[str, list[Group]] = {}
        for group in groups(self.documents):
            for key, held in group.items():
                named = Group(held, group)
                for name in dict.fromkeys([key, *[value for value in held.values() if isinstance(value, str)]]):
                    found.setdefault(name, []).append(named)
        return found

    def holding(self, value: str) -> list[Group]:
        """Objects that were returned and that a value names."""
        return self._groups.get(value, [])

    @cached_property
    def wording(self) -> dict[str, str]:
        """Each goal's wish, by its id, in small letters and without what things are called in the records."""
        called = {text.lower() for held in self.documents for text in scalars(held) if len(text) > 3 and " " in text}
        found = {}
        for goal in self.blueprint.goals:
            wish = _ASIDE.sub(" ", goal.wish.lower())
            for text in sorted((each for each in called if each in wish), key=len, reverse=True):
                wish = wish.replace(text, "")
            found[goal.id] = wish
        return found

    @cached_property
    def likeness(self) -> list[Likeness]:
        """How like each of the examples it is."""
        words, deeds = _wording(self.blueprint), _deeds(self.blueprint)
        return [
            Likeness(_share(words, _wording(example)), _share(deeds, _deeds(example))) for example in self.case.examples
        ]

    def writes(self, goal: Goal) -> list[Action]:
        """Changes that are made for a goal."""
        return [a for a in self.blueprint.actions if a.goal == goal.id and self.tools.every[a.tool].writes]

    def meant(self, goal: Goal) -> list[Action]:
        """Changes that a goal is about: made, thought better of, or forbidden."""
        untaken = self.blueprint.untaken.get(goal.id)
        return [*self.writes(goal), *([untaken] if untaken else [])]

    def is_own(self, goal: Goal) -> bool:
        """Whether a goal is about things of the person's own, which they look at or do something with."""
        return goal.check is not None or any(a.by == "human" and a.goal == goal.id for a in self.blueprint.actions)

    def changes_besides(self, goal: Goal) -> dict[str, set[str]]:
        """Changes that a wish might speak of instead of what is done for it, with the words that name each.

        Of what is theirs people say what they notice, in many words; so then only changes made for other goals count,
        and no word that comes up in talking about their own things.
        """
        if not self.is_own(goal):
            return self.own_words
        others = {action.tool for action in self.blueprint.actions if action.goal not in ("", goal.id)}
        noticed = set().union(*(purpose(tool) for tool in self.tools.human.values()))
        return {tool: words - noticed for tool, words in self.own_words.items() if tool in others}

    def is_means(self, goal: Goal, action: Action) -> bool:
        """Whether a change that the words do not ask for is a means to what they do ask for.

        It is where without it a later call could not be made, or the person would not see what they wait for, or
        something would not be true that has to be. Nobody can say so of what the person does with things of their
        own for a goal of which nothing is seen; that is up to them.
        """
        if not self.is_own(goal) and not any(each.goal == goal.id for each in self.blueprint.assertions):
            return False
        at = next(index for index, each in enumerate(self.blueprint.actions) if each is action)
        if at not in self._means:
            self._means[at] = self._is_missed(goal, action)
        return self._means[at]

    def _is_missed(self, goal: Goal, action: Action) -> bool:
        asked = [each for each in self.blueprint.assertions if each.goal == goal.id]
        if action.by == "human" and goal.check is None and not asked:
            return True
        others = tuple(each for each in self.blueprint.actions if each is not action)
        db = self.case.truth.start.fork()
        environment = Environment(self.tools, db)
        for index, each in enumerate(others):
            call = ToolCall(call_id=str(index), tool=each.tool, arguments=each.arguments, by=each.by)
            if environment.apply(call).refusal is not None:
                return True
        if db.changes() == self.case.truth.changes:
            return True  # a step too many that leaves nothing behind is no change that anybody could object to
        try:
            met = all(holds(self.tools, db, each) for each in asked)
            return not met or (goal.check is not None and not shows(self.tools, db, goal.check))
        except BlueprintError:
            return True  # without it there is nothing to ask about, or to look at

    def about(self, goal: Goal) -> set[Any]:
        """Kinds of things that a goal is about: what its changes name, or what its answers were looked up by."""
        if goal.kind in ("write", "refuse"):
            return set().union(*(self.tools.every[action.tool].consumes for action in self.meant(goal)))
        answers = [output.value for output in self.blueprint.outputs if output.goal == goal.id]
        kinds: set[Any] = set()
        for index, action in enumerate(self.blueprint.actions):
            content = self.case.truth.result(index).content
            if action.goal in ("", goal.id) and any(told(answer, content) for answer in answers):
                if not self.tools.every[action.tool].consumes:
                    return set()  # worked out from something, and nobody can say from what
                kinds |= self.tools.every[action.tool].consumes
        return kinds

    def arguments(self, goal: Goal) -> set[str]:
        """Every value that a goal's actions were given, reads and untaken ones included."""
        actions = [action for action in self.blueprint.actions if action.goal == goal.id]
        return {str(value) for action in (*actions, *self.meant(goal)) for _, value in leaves(action.arguments)}

    def vocabulary(self, goal: Goal) -> set[str]:
        """Words that have to do with the changes that a goal is about."""
        return set().union(*(vocabulary(self.tools.every[action.tool]) for action in self.meant(goal)))

    def surroundings(self, goal: Goal) -> str:
        """All that a goal's changes have to do with, in small letters: the rows, and what each argument names."""
        if goal.id in self._surroundings:
            return self._surroundings[goal.id]
        around: list[str] = []
        for index, action in enumerate(self.blueprint.actions):
            if action.goal == goal.id:
                for change in self.case.truth.effects.get(str(index), {}).values():
                    around += [msgspec.json.encode(row).decode() for row in change if row is not None]
        for action in self.meant(goal):
            values = [str(value) for _, value in leaves(action.arguments)]
            around += values
            around += [" ".join(scalars(group.held)) for value in values for group in self.holding(value)]
        words = set(_WORDS.findall(" ".join(around)))
        for names in self.documents:
            if isinstance(names, dict) and all(isinstance(name, str) for name in names.values()):
                around += [name for key, name in names.items() if key in words]  # a list of what each code stands for
        near = self._surroundings[goal.id] = " ".join(around).lower()
        return near

    def words(self, goal: Goal) -> str:
        """All that the person says about a goal."""
        facts = (fact.say for fact in self.blueprint.facts if fact.goal == goal.id)
        return " ".join([goal.wish, goal.revision, *facts])


def _wording(blueprint: Blueprint) -> set[str]:
    return stems(" ".join(goal.wish for goal in blueprint.goals))


def _deeds(blueprint: Blueprint) -> set[str]:
    """Every call with what it is made with, and the values told."""
    values = {f"{a.tool} {path} {value}" for a in blueprint.actions for path, value in leaves(a.arguments)}
    return values | {output.value for output in blueprint.outputs}


def _share(one: set[str], other: set[str]) -> float:
    """Of what stands in either, how much stands in both."""
    either = one | other
    return len(one & other) / len(either) if either else 1.0


_last: list[Evidence] = []


def evidence_of(case: Case) -> Evidence:
    """The evidence of a case; reviewers are asked one after the other about the same, and share it.

    Args:
        case: what is judged.
    """
    for held in _last:
        same = (held.case.blueprint, held.case.truth, held.case.examples, held.case.base)
        if all(
            one is other
            for one, other in zip(same, (case.blueprint, case.truth, case.examples, case.base), strict=True)
        ):
            return held
    _last[:] = [Evidence(case)]
    return _last[0]
