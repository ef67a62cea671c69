"""Differing: two values of one thing side by side, in print and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from interplay.engine.patch import Change

SHOWN = 8
"""Leaves of one difference that are printed before the rest is only counted."""
NEAR = 80
"""Characters that are printed before the place where two long values part, and twice as many after it."""


def print_leaves(to: Console, leaves: Sequence[Change], sides: tuple[str, str]) -> None:
    """Print where two values differ, leaf by leaf, and an empty line.

    Args:
        to: where.
        leaves: what differs.
        sides: what `before` and `after` of a leaf are called: "recorded" and "replayed".
    """
    from rich.text import Text

    from interplay.engine.cli.printing import compact, lines
    from interplay.engine.inert import inert_line

    for leaf in leaves[:SHOWN]:
        one, other = apart(compact(leaf.before, None), compact(leaf.after, None))
        at = f"{inert_line(leaf.pointer)}: " if leaf.pointer else ""
        lines(to, Text.assemble(at, f"{sides[0]} ", (one, "red"), f", {sides[1]} ", (other, "green")), indent=4)
    if len(leaves) > SHOWN:
        lines(to, Text(f"and {len(leaves) - SHOWN:,} more", "dim"), indent=4)
    to.print()


def leaves_as_json(leaves: Sequence[Change], sides: tuple[str, str]) -> list[dict[str, Any]]:
    """The same as JSON objects; a side that has no such leaf is absent."""
    import msgspec

    found = []
    for leaf in leaves:
        pairs = zip(sides, (leaf.before, leaf.after), strict=True)
        there = {side: value for side, value in pairs if value is not msgspec.UNSET}
        found.append({"at": leaf.pointer, **there})
    return found


def print_rest(to: Console, shown: int, differed: int) -> None:
    """Say how many more differences there are than were printed."""
    from rich.text import Text

    if differed > shown:
        to.print(Text(f"{differed - shown:,} more differences; --first shows more\n", "dim"))


def counts(same: int, different: int) -> tuple[Any, str, Any]:
    """How many are the same and how many are not, in colours."""
    from rich.text import Text

    wrong = Text(f"{different:,} different")
    wrong.stylize("bold red" if different else "")
    return Text(f"{same:,} same", "green"), ", ", wrong


def apart(one: str, other: str) -> tuple[str, str]:
    """Two texts, each cut to what stands around the place where they part."""
    pairs = enumerate(zip(one, other, strict=False))
    parted = next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))
    return _around(one, parted), _around(other, parted)


def _around(text: str, place: int) -> str:
    if len(text) <= 3 * NEAR:
        return text
    start = max(0, place - NEAR)
    end = start + 3 * NEAR
    ellipsis = "\N{HORIZONTAL ELLIPSIS}"
    return f"{ellipsis * (start > 0)}{text[start:end]}{ellipsis * (end < len(text))}"
