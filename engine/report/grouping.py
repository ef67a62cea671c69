"""Grouping: values of a difficulty put together until each group has something to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from interplay.engine.statistics.report import Share

GROUPS = 6
"""Groups at most."""

Range: TypeAlias = tuple[int, int]
"""The first and the last value of a group."""


def grouped(values: Mapping[int, Share]) -> list[tuple[Range, Share]]:
    """Neighbouring values together, and what became of their conversations, the easiest first."""
    found = ranges({value: share.scored for value, share in values.items()})
    return [(each, within(values, each)) for each in found]


def within(values: Mapping[int, Share], each: Range) -> Share:
    """What became of the conversations whose value is in a range."""
    inside = [share for value, share in values.items() if each[0] <= value <= each[1]]
    return Share(sum(share.verified for share in inside), sum(share.scored for share in inside))


def ranges(counts: Mapping[int, int]) -> list[Range]:
    """Groups of neighbouring values: each value alone where they are few, else groups of about one size.

    Args:
        counts: conversations by value.
    """
    ordered = sorted(counts)
    if len(ordered) <= GROUPS:
        return [(value, value) for value in ordered]
    least, found, begun, held = sum(counts.values()) / GROUPS, list[Range](), ordered[0], 0
    for value, after in zip(ordered, (*ordered[1:], None), strict=True):
        held += counts[value]
        if held >= least or after is None:
            found.append((begun, value))
            begun, held = after if after is not None else value, 0
    return found


def range_name(each: Range) -> str:
    """A group's values: "3", "4 to 7"."""
    return f"{each[0]}" if each[0] == each[1] else f"{each[0]} to {each[1]}"


def together(sides: Iterable[Mapping[int, Share]]) -> dict[int, int]:
    """Scored conversations by value, of several runs."""
    found: dict[int, int] = {}
    for values in sides:
        for value, share in values.items():
            found[value] = found.get(value, 0) + share.scored
    return found
