"""Words: how people put things that have nothing to do with a world."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from interplay.engine.worldkit.identity import Address

T = TypeVar("T")

_FIRST_PERSON = (
    (re.compile(r"\bmy\b"), "your"),
    (re.compile(r"\bmine\b"), "yours"),
    (re.compile(r"\bI am\b"), "you are"),
    (re.compile(r"\bI(?= [a-z])"), "you"),
)


def listed(parts: Sequence[str]) -> str:
    """Parts in a row: "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def place(address: Address) -> str:
    """An address on one line."""
    street = f"{address.address1}, {address.address2}" if address.address2 else address.address1
    return f"{street}, {address.city}, {address.state} {address.zip}, {address.country}"


def yours(words: str) -> str:
    """The person's words, said to the one who plays the person: "my card" is "your card"."""
    for pattern, said in _FIRST_PERSON:
        words = pattern.sub(said, words)
    return words


def told_apart(things: Sequence[T], called: Callable[[T], str]) -> list[T]:
    """Those of several things that nothing else among them is called like.

    Args:
        things: what is to be told apart.
        called: what its owner calls a thing.
    """
    names = list(map(called, things))
    return [each for each, name in zip(things, names, strict=True) if names.count(name) == 1]
