"""What tests of recordings share: replaying a file, and schemas as recordings have them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from interplay.engine.replaying.checks import Replayed, Tally
from interplay.engine.replaying.forms import read_lines, replay_line
from interplay.engine.replaying.stage import Stage


def tallied(stage: Stage, recording: Path, also: Callable[[Replayed], object] = bool) -> Tally:
    """Replay a file; every line of it, and what `also` does with each."""
    tally = Tally(first=5)
    for line in read_lines(recording):
        replayed = replay_line(stage, line)
        also(replayed)
        tally.add(replayed)
    return tally


def told(tally: Tally) -> str:
    """The first disagreements, for a person."""
    return "\n".join(map(str, tally.disagreements))


def bare(node: Any, dropped: frozenset[str] = frozenset({"description"})) -> Any:
    """A schema without what recordings leave out."""
    if isinstance(node, dict):
        return {key: bare(value, dropped) for key, value in node.items() if key not in dropped}
    return [bare(each, dropped) for each in node] if isinstance(node, list) else node


def parameters(schemas: Any) -> list[tuple[str, list[str]]]:
    """Names of tools and of their parameters, both in order."""
    functions = [each.get("function", each) for each in schemas]
    return [(each["name"], list(each["parameters"]["properties"])) for each in functions]
