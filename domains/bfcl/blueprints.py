"""Blueprints: the benchmark's conversations as ours, each turn with what the human says and the reference does."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

from interplay.domains.bfcl.calls import parse_call
from interplay.domains.bfcl.items import SETS, Item, Scripted, items
from interplay.domains.bfcl.package import classes
from interplay.engine.blueprint import Action, Blueprint, Setup, Turn
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import DataError
from interplay.engine.seeds import Seed
from interplay.engine.toolkit.world import scripted

NAME = "bfcl"
MORE = "You have more tools now than you had before. Please use them for what I asked."
"""Said in a turn in which tools are added and the benchmark gives the human no words."""


def blueprints(which: str) -> list[Blueprint]:
    """A set's conversations, in their order.

    Args:
        which: one of SETS.
    Raises:
        DataError: the package is not there, or an item is not what it should be.
    """
    return [blueprint_of(each) for each in items(which).values()]


def every_blueprint() -> list[Blueprint]:
    """The conversations of all sets, one set after the other.

    Raises:
        DataError: the package is not there, or an item is not what it should be.
    """
    return [each for which in SETS for each in blueprints(which)]


def blueprint_of(found: Scripted) -> Blueprint:
    """One conversation.

    Raises:
        DataError: a reference call is none.
    """
    item, known = found.item, signatures(found.item.involved_classes)
    turns = []
    for number, (said, calls) in enumerate(zip(item.question, found.calls, strict=True)):
        reveals = item.missed_function.get(str(number), ())
        actions = []
        for text in calls:
            try:
                tool, arguments = parse_call(text, known)
            except DataError as error:
                raise DataError(f"{item.id}, reference of turn {number}: {error}") from None
            actions.append(Action(tool=tool, arguments=arguments))
        words = "\n".join(each.content for each in said) or MORE
        turns.append(Turn(say=words, actions=tuple(actions), reveals=reveals))
    return scripted(
        NAME,
        turns,
        id=item.id,
        setup=(Setup(tool="begin", arguments=_begin(item)),),
        tools=_offered(item, known),
        traits=("scripted", item.id.removeprefix("multi_turn_").rpartition("_")[0]),
    )


def write(domain: Domain[Any], base: Base[Any], seed: Seed) -> Blueprint:  # noqa: ARG001
    """One of the 800 conversations, by the seed.

    Raises:
        DataError: the package is not there.
    """
    every = [each for which in SETS for each in items(which).values()]
    return blueprint_of(seed.pick(every))


@cache
def signatures(names: tuple[str, ...]) -> dict[str, inspect.Signature]:
    """The functions that the classes have, without `self`."""
    found = {}
    for name in names:
        for each, function in inspect.getmembers(classes()[name], inspect.isfunction):
            if not each.startswith("_"):
                signature = inspect.signature(function)
                found[each] = signature.replace(parameters=list(signature.parameters.values())[1:])
    return found


def _begin(item: Item) -> dict[str, object]:
    configs = {name: item.initial_config.get(name, {}) for name in item.involved_classes}
    return {"configs": configs, "long_context": item.long_context}


def _offered(item: Item, known: dict[str, inspect.Signature]) -> tuple[str, ...]:
    later = {name for names in item.missed_function.values() for name in names}
    return tuple(name for name in known if name not in later and name not in item.excluded_function)
