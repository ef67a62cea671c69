"""Items: the benchmark's four sets of conversations, as its files tell them."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import msgspec

from interplay.domains.bfcl.package import data
from interplay.engine.errors import DataError

SETS = ("base", "miss_func", "miss_param", "long_context")
"""As they are; with a tool that comes later; with a value that is withheld at first; with much to read."""


class Said(msgspec.Struct, frozen=True):
    """One message of a turn."""

    role: str
    content: str


class Item(msgspec.Struct, frozen=True):
    """One conversation."""

    id: str
    question: tuple[tuple[Said, ...], ...]
    """What the human says in each turn; nothing where only tools are added."""
    initial_config: dict[str, Any]
    """By class, what its object begins with."""
    involved_classes: tuple[str, ...]
    excluded_function: tuple[str, ...] = ()
    """Functions that are never offered."""
    missed_function: dict[str, tuple[str, ...]] = {}
    """Functions that are offered from a turn on, by the turn's number."""

    @property
    def long_context(self) -> bool:
        """Whether its objects are filled with much that is beside the point."""
        return _set_of(self.id) == "long_context"


class _Answer(msgspec.Struct, frozen=True):
    id: str
    ground_truth: tuple[tuple[str, ...], ...]


T = TypeVar("T", Item, _Answer)


class Scripted(msgspec.Struct, frozen=True):
    """One conversation with its reference calls, as text, turn by turn."""

    item: Item
    calls: tuple[tuple[str, ...], ...]


@cache
def items(which: str) -> dict[str, Scripted]:
    """A set's conversations by id, in their order.

    Args:
        which: one of SETS.
    Raises:
        DataError: the package is not there, a file is not what it should be, or two do not fit.
    """
    if which not in SETS:
        raise DataError(f"there is no set {which!r}; sets are {', '.join(SETS)}")
    name = f"BFCL_v4_multi_turn_{which}.json"
    answers = {each.id: each for each in _read(f"possible_answer/{name}", _Answer)}
    found = {}
    for item in _read(name, Item):
        calls = answers[item.id].ground_truth if item.id in answers else None
        if calls is None or len(calls) != len(item.question):
            told = "no answer" if calls is None else f"{len(item.question)} turns and an answer of {len(calls)}"
            raise DataError(f"{data(name)}: {item.id} has {told}")
        found[item.id] = Scripted(item, calls)
    return found


def find(item_id: str) -> Scripted:
    """The conversation of this id.

    Raises:
        DataError: the package is not there, or there is none.
    """
    found = items(which).get(item_id) if (which := _set_of(item_id)) in SETS else None
    if found is None:
        raise DataError(f"there is no item {item_id!r}; an id is multi_turn_, one of {', '.join(SETS)}, and a number")
    return found


def _set_of(item_id: str) -> str:
    return item_id.removeprefix("multi_turn_").rpartition("_")[0]


def _read(name: str, kind: type[T]) -> list[T]:
    path = data(name)
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            found.append(msgspec.json.decode(line, type=kind))
        except msgspec.DecodeError as error:
            raise DataError(f"{path}, line {number}: {error}") from None
    return found
