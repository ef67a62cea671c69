"""Difficulty: how hard a task is, as a vector, and how hard tasks shall be.

It is counted from the blueprint, not guessed: what has to be read and written, how far one thing leads to
the next, and what the person keeps to themselves until asked. A target asks for some of the dimensions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

import msgspec

from interplay.engine.blueprint import Action, Blueprint
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError, UsageError
from interplay.engine.forge.provenance import leaves
from interplay.engine.seeds import Seed
from interplay.engine.tools import Arithmetic, Prose, Toolset


class Difficulty(msgspec.Struct, frozen=True, kw_only=True):
    """How hard one blueprint is."""

    reads: int
    """Actions that look something up."""
    writes: int
    """Actions that change something."""
    depth: int
    """The longest chain of actions in which each needs what the one before it returned."""
    entities: int
    """Different ids and other entities that the actions' arguments name."""
    rules: int
    """Policy rules that judge the changes that are made or have to be left undone."""
    hidden: int
    """Facts that the person has and does not tell with the wish."""


DIMENSIONS: tuple[str, ...] = Difficulty.__struct_fields__

_EXAMPLE = '"writes=1:30,2:50,3:20"'


def of(blueprint: Blueprint, domain: Domain[Any]) -> Difficulty:
    """The difficulty of a validated blueprint; a candidate's depth is not known yet and counts as 1.

    Args:
        blueprint: whose actions are traced.
        domain: its world.
    """
    tools = domain.tools
    writing = [action for action in blueprint.actions if tools.every[action.tool].writes]
    reading = [a for a in blueprint.actions if not (tools.every[a.tool].writes or tools.every[a.tool].hands_over)]
    judged = dict.fromkeys(action.tool for action in (*writing, *blueprint.untaken.values()))
    wishes = {goal.id: goal.wish for goal in blueprint.goals}
    return Difficulty(
        reads=len(reading),
        writes=len(writing),
        depth=_depth(blueprint.actions),
        entities=len({each for action in blueprint.actions for each in entities(tools, action)}),
        rules=len({rule.id for tool in judged for rule in domain.policy.on(tool) if tool in rule.writes}),
        hidden=sum(
            any(value not in wishes[fact.goal] for value in fact.values) for fact in blueprint.facts if fact.goal
        ),
    )


def entities(tools: Toolset, action: Action) -> Iterable[tuple[str, str]]:
    """The entities that an action's arguments name: the type's name and the value."""
    types = {p.name: p.entity for p in tools.every[action.tool].parameters if p.entity not in (None, Prose, Arithmetic)}
    for name, value in action.arguments.items():
        if name in types:
            for _, scalar in leaves(value):
                yield str(types[name].__name__), str(scalar)


def _depth(actions: Sequence[Action]) -> int:
    depths: list[int] = []
    for action in actions:
        needed = {int(origin[5:]) for origin in action.origins.values() if origin.startswith("read:")}
        depths.append(1 + max((depths[index] for index in needed), default=0))
    return max(depths, default=0)


class Asked(NamedTuple):
    """What one dimension shall be: values, and how often each relative to the others."""

    values: tuple[int, ...]
    weights: tuple[float, ...]


class Targets:
    """A distribution of difficulties that was asked for; dimensions are drawn independently.

    Args:
        asked: by dimension; one that is absent is free.
    """

    def __init__(self, asked: Mapping[str, Asked]) -> None:
        self.asked = dict(asked)

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Targets:
        """Read what a user asked for.

        Args:
            texts: each one dimension, as "writes=1:30,2:50,3:20": values with their weights; a weight left
                out is 1. Several stand in one text with ";" between them.
        Raises:
            UsageError: not of this form, an unknown dimension, a value below 0, a dimension twice, or
                weights that are not above 0.
        """
        asked: dict[str, Asked] = {}
        for text in (part.strip() for each in texts for part in each.split(";")):
            name, equals, rest = (part.strip() for part in text.partition("="))
            if not equals or not rest:
                raise UsageError(f"difficulty {text!r}: expected a dimension and its values, such as {_EXAMPLE}")
            check_dimension(name, text)
            if name in asked:
                raise UsageError(f"difficulty: {name!r} is asked for twice; put all its values into one")
            asked[name] = _asked(text, rest)
        return cls(asked)

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.asked)

    def draw(self, seed: Seed) -> dict[str, int]:
        """One target: a value for each dimension that is asked for."""
        return {
            name: seed.child("difficulty", name).random().choices(asked.values, asked.weights)[0]
            for name, asked in self.asked.items()
        }


def fits(difficulty: Difficulty, target: Mapping[str, int]) -> bool:
    """Whether a difficulty is what a target asks for, in every dimension that it names."""
    return all(getattr(difficulty, name) == value for name, value in target.items())


def check_difficulty(difficulty: Difficulty, target: Mapping[str, int]) -> None:
    """The task is as hard as was asked.

    Raises:
        BlueprintError: a dimension differs; says which, and in which direction to go.
    """
    differing = [
        f"{name} is {found} and {value} is asked for ({'more' if found < value else 'fewer'} of it)"
        for name, value in target.items()
        if (found := getattr(difficulty, name)) != value
    ]
    if differing:
        raise BlueprintError("difficulty", "; ".join(differing))


def check_dimension(name: str, text: str) -> None:
    """Refuse a dimension that there is not.

    Args:
        name: of the dimension.
        text: where it stands, for the error.
    Raises:
        UsageError: there is none of that name; says which there are.
    """
    if name not in DIMENSIONS:
        near = get_close_matches(name, DIMENSIONS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise UsageError(f"difficulty {text!r}: there is no dimension {name!r}{hint} They are {', '.join(DIMENSIONS)}")


def _asked(text: str, rest: str) -> Asked:
    weights: dict[int, float] = {}
    for part in rest.split(","):
        value, colon, weight = (each.strip() for each in part.partition(":"))
        try:
            number, share = int(value), float(weight) if colon else 1.0
        except ValueError:
            raise UsageError(
                f"difficulty {text!r}: {part.strip()!r} is no value with a weight; expected {_EXAMPLE}"
            ) from None
        if number < 0 or not 0 < share < float("inf"):
            raise UsageError(f"difficulty {text!r}: in {part.strip()!r}, the value is 0 or more, the weight above 0")
        if number in weights:
            raise UsageError(f"difficulty {text!r}: {number} stands there twice")
        weights[number] = share
    return Asked(tuple(weights), tuple(weights.values()))
