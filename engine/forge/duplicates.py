"""Duplicates: whether a task was there before.

Two tasks are the same when the same changes are made, or rightly not made, and the same is told, whatever
the words and the order; then one tells nothing that the other did not. They are nearly the same when one
person asks for the same kinds of things about mostly the same things in nearly the same words. Tasks of
different people, or about different orders, are never duplicates, however alike their sentences are.

Entries carry the number of their unit. A question sees only units below its limit, so that an answer
depends on what a unit may know of and not on who was faster.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
from rapidfuzz import fuzz

from interplay.engine.blueprint import Action, Blueprint
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.provenance import leaves
from interplay.engine.tools import Toolset

WORDS_ALIKE = 85.0
"""How alike the words of near duplicates are, 0 to 100."""
THINGS_ALIKE = 0.6
"""Share of what the two name, in arguments and answers, that near duplicates have in common, 0 to 1."""

DONE, LEFT = "do ", "leave "
"""How effects begin that are changes made, and changes not to be made."""

_SPACE = re.compile(r"\s+")


class Near(NamedTuple):
    """What is compared of a blueprint with others of its block."""

    unit: int
    id: str
    words: str
    things: frozenset[tuple[str, str]]


class Entry(NamedTuple):
    """What is remembered of a blueprint."""

    digest: bytes
    """Of what is done and told: equal for duplicates."""
    block: bytes
    """Of who asks for which kinds of things: equal for near duplicates."""
    near: Near


class Duplicates:
    """The blueprints of a run so far.

    Args:
        tools: the world's tools.
    """

    def __init__(self, tools: Toolset) -> None:
        self._tools = tools
        self._first: dict[bytes, tuple[int, str]] = {}
        self._blocks: dict[bytes, list[Near]] = {}

    def add(self, unit: int, blueprint: Blueprint) -> None:
        """Remember a blueprint; units may come in any order."""
        entry = self.entry(unit, blueprint)
        known = self._first.get(entry.digest)
        if known is None or unit < known[0]:
            self._first[entry.digest] = (unit, blueprint.id)
        self._blocks.setdefault(entry.block, []).append(entry.near)

    def check(self, blueprint: Blueprint, limit: int) -> None:
        """The blueprint is new among the units below a limit.

        Args:
            blueprint: validated or not.
            limit: units from this number on are not seen.
        Raises:
            BlueprintError: "duplicate"; names the other and what is the same.
        """
        entry = self.entry(limit, blueprint)
        unit, name = self._first.get(entry.digest, (limit, ""))
        if unit < limit:
            raise BlueprintError(
                "duplicate",
                f"the same changes and answers as in {name or f'unit {unit}'}; write a task about other things, or "
                "one that ends differently",
            )
        seen = [near for near in self._blocks.get(entry.block, ()) if near.unit < limit]
        for near in sorted(seen, key=lambda each: each.unit):
            if _share(near.things, entry.near.things) < THINGS_ALIKE:
                continue
            alike = fuzz.ratio(near.words, entry.near.words, score_cutoff=WORDS_ALIKE)
            if alike:
                raise BlueprintError(
                    "duplicate",
                    f"nearly {near.id or f'unit {near.unit}'}: the same person asks for the same kinds of things about "
                    f"mostly the same things, and {alike:.0f} % of the words agree; ask for something else",
                )

    def entry(self, unit: int, blueprint: Blueprint) -> Entry:
        """What is remembered of a blueprint."""
        name = blueprint.persona.name.casefold()
        core = sorted([f"by {name}", *effects(self._tools, blueprint)])
        signature = [name, *sorted(_kinds(self._tools, blueprint))]
        served = [a for a in (*blueprint.actions, *blueprint.untaken.values()) if a.goal]
        things = {(path.split("/")[0], str(value)) for action in served for path, value in leaves(action.arguments)}
        things |= {("", output.value) for output in blueprint.outputs}
        return Entry(_digest(core), _digest(signature), Near(unit, blueprint.id, matter(blueprint), frozenset(things)))


def effects(tools: Toolset, blueprint: Blueprint) -> list[str]:
    """What a blueprint is about, one text each: changes made and not to be made, answers, hand-overs.

    Lookups are left out, for there are many ways to the same end, unless they are all there is.
    """
    found = [
        DONE + normal(a) for a in blueprint.actions if tools.every[a.tool].writes or tools.every[a.tool].hands_over
    ]
    found += [LEFT + normal(action) for action in blueprint.untaken.values()]
    changes = any(tools.every[a.tool].writes for a in blueprint.actions) or bool(blueprint.untaken)
    found += [f"tell {output.value}" for output in blueprint.outputs]
    if not changes:
        found += [
            f"see {normal(a)}"
            for a in blueprint.actions
            if not (tools.every[a.tool].writes or tools.every[a.tool].hands_over)
        ]
    return list(dict.fromkeys(found))


def normal(action: Action) -> str:
    """An action in one spelling: names and lists of text in order, text without regard to case and space."""
    return spelling(action.tool, action.arguments)


def spelling(tool: str, arguments: dict[str, Any]) -> str:
    """The same of a call that is no action of a blueprint."""
    return f"{tool} {msgspec.json.encode(_normal(arguments), order='deterministic').decode()}"


def _normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _normal(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        inner = [_normal(each) for each in value]
        return sorted(inner) if all(isinstance(each, str) for each in inner) else inner
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _SPACE.sub(" ", value).strip().casefold() if isinstance(value, str) else value


def _kinds(tools: Toolset, blueprint: Blueprint) -> list[str]:
    kinds = [f"goal {goal.kind}" for goal in blueprint.goals]
    kinds += [action.tool for action in blueprint.actions if tools.every[action.tool].writes]
    return kinds + [f"not {action.tool}" for action in blueprint.untaken.values()]


def matter(blueprint: Blueprint) -> str:
    """The instruction without what tells tasks apart in nothing: who the person is, how they behave, how one asks."""
    text = blueprint.instruction.replace(blueprint.persona.description, "")
    for fact in blueprint.facts:
        text = text.replace(fact.question, "")
        if not fact.goal:
            text = text.replace(fact.say, "")
    return _SPACE.sub(" ", text).strip().casefold()


def _share(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0


def _digest(parts: list[str]) -> bytes:
    return blake2b("\0".join(parts).encode(), digest_size=16).digest()
