"""Comparison: how what ours did differs from what was recorded, in words for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from interplay.engine.patch import Change, diff, same
from interplay.engine.patch import Path as Steps

SHOWN = 8
"""Differing leaves that a disagreement names before it only counts them."""
CUT = 200
"""Characters of one value that it shows."""


def unlike_answers(recorded: str, ours: str) -> str | None:
    """How two answers differ; None when they agree. JSON is compared by value, anything else as text."""
    if recorded == ours:
        return None
    try:
        one, other = msgspec.json.decode(recorded), msgspec.json.decode(ours)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return f"ours answered {cut(ours)}; recorded {cut(recorded)}"
    return unlike_values(one, other)


def unlike_values(recorded: Any, ours: Any) -> str | None:
    """How two JSON values differ, leaf by leaf; None when they agree."""
    return listed(
        f"{leaf.pointer or '/'}: ours {shown(leaf.after)}; recorded {shown(leaf.before)}"
        for leaf in diff(recorded, ours)
    )


def unlike_ends(recorded: Iterable[Change], ours: Iterable[Change], side: str = "") -> str | None:
    """How two sets of changes differ, path by path; None when they agree.

    Args:
        recorded: theirs, in any order.
        ours: the same of ours.
        side: what stands before each path, where a world has two.
    """
    theirs: dict[Steps, Change] = {change.path: change for change in recorded}
    found: dict[Steps, Change] = {change.path: change for change in ours}
    lines = []
    for path in [*theirs, *(path for path in found if path not in theirs)]:
        one, other = theirs.get(path), found.get(path)
        if one is None or other is None or not (_alike(one.before, other.before) and _alike(one.after, other.after)):
            lines.append(f"{side}{Change(path).pointer}: ours {_change(other)}; recorded {_change(one)}")
    return listed(lines)


def listed(lines: Iterable[str]) -> str | None:
    """Some lines as one text, cut where they are many; None where there is none."""
    every: Sequence[str] = list(lines)
    more = [f"and {len(every) - SHOWN} more"] if len(every) > SHOWN else []
    return "\n".join([*every[:SHOWN], *more]) or None


def shown(value: Any) -> str:
    """A JSON value, cut."""
    return "nothing" if value is msgspec.UNSET else cut(msgspec.json.encode(value).decode())


def cut(text: str) -> str:
    """A text, cut, with how long it is."""
    return text if len(text) <= CUT else f"{text[:CUT]}... ({len(text):,} characters)"


def _alike(one: Any, other: Any) -> bool:
    return one is other or (msgspec.UNSET not in (one, other) and same(one, other))


def _change(change: Change | None) -> str:
    return "unchanged" if change is None else f"{shown(change.before)} -> {shown(change.after)}"
