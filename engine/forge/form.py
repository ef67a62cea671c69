"""Form: what a model fills in to propose a task, as structs and as a JSON schema.

The schema is what the strictest servers take: every field is there, no other is allowed, nothing refers to
anything, nothing is open. A call's arguments are therefore pairs of a name and a text; the tool's own schema says
whether the text is meant as it is or as JSON.

A world of two sides has more to say of a task: what is done to it before anybody speaks, who makes each call, how the
person sees for themselves, what has to be true at the end. Each of these parts is there only where the world has what
it is about; for other worlds neither form nor schema knows of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from interplay.engine.messages import Caller
from interplay.engine.tools import Toolset

Kind = Literal["write", "read", "refuse", "hand_over"]
Side = Literal["world", "agent", "human"]
Judged = Literal["all", "agent", "none"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Part of a proposal."""


class Argument(_Part, frozen=True):
    """One argument of a call."""

    name: str
    value: str
    """A text as it is; anything else as JSON."""


class Step(_Part, frozen=True):
    """One tool call."""

    tool: str
    arguments: tuple[Argument, ...]
    goal: str
    """Id of the wish that it serves; empty for finding out who the person is."""


class Wish(_Part, frozen=True):
    """One thing that the person wants."""

    id: str
    kind: Kind
    wish: str
    """The person's first words about it."""
    revision: str
    """What they say instead of the first yes, where they change their mind; else empty."""
    insistence: str
    """What they say when they are told no; else empty."""
    statement: str
    """What the employee says who has to decline, or who hands over; else empty."""


class Known(_Part, frozen=True):
    """One thing that the person knows."""

    key: str
    goal: str
    """Id of the wish that it belongs to; empty for who the person is."""
    values: tuple[str, ...]
    say: str
    """The sentence that tells them; each value stands in it literally."""


class Told(_Part, frozen=True):
    """One thing that the employee has to tell."""

    value: str
    statement: str
    goal: str


class Proposal(_Part, frozen=True):
    """A task as a model writes it; field by field what the schema asks for, thought first."""

    thought: str
    person: str
    """Full name."""
    wishes: tuple[Wish, ...]
    knows: tuple[Known, ...]
    actions: tuple[Step, ...]
    forbidden: tuple[Step, ...]
    """For a wish that has to be declined, the call that must not be made; for one that is thought better of, the
    call that was asked for first."""
    outputs: tuple[Told, ...]
    instruction: str


class SidedStep(Step, frozen=True):
    """A call that one of two may make."""

    by: Caller | UnsetType = UNSET


class Sight(_Part, frozen=True):
    """How the person sees for themselves that a wish was met."""

    tool: str
    """One of their own that changes nothing; empty where they take the employee's word for it."""
    arguments: tuple[Argument, ...]
    contains: str
    """Stands in what the tool answers then, and not before."""


class SidedWish(Wish, frozen=True):
    """A wish of somebody who has things of their own."""

    check: Sight | UnsetType = UNSET


class Placed(_Part, frozen=True):
    """A row that the world has for this task."""

    table: str
    key: str
    row: str
    """As JSON; empty takes the row away."""


class Prepared(_Part, frozen=True):
    """Something done to the world before anybody speaks."""

    tool: str
    arguments: tuple[Argument, ...]
    by: Side
    """Whose tool it is; "world": one of the setups."""


class Asserted(_Part, frozen=True):
    """A question about the end, with its answer."""

    tool: str
    arguments: tuple[Argument, ...]
    expected: bool
    goal: str
    """Id of the wish that it is about; may be empty."""


class SidedProposal(Proposal, frozen=True, kw_only=True):
    """A task in a world of two sides; a part that the world has nothing for is unset."""

    wishes: tuple[SidedWish, ...]
    actions: tuple[SidedStep, ...]
    forbidden: tuple[SidedStep, ...]
    rows: tuple[Placed, ...] | UnsetType = UNSET
    setup: tuple[Prepared, ...] | UnsetType = UNSET
    assertions: tuple[Asserted, ...] | UnsetType = UNSET
    judged: Judged | UnsetType = UNSET
    """Which rows' end decides, beside the assertions: all, those of the employee's side, or none."""


def form_of(tools: Toolset) -> type[Proposal]:
    """What a model fills in for a task in a world.

    Args:
        tools: the world's.
    """
    return SidedProposal if is_sided(tools) else Proposal


def is_sided(tools: Toolset) -> bool:
    """Whether there is more to a task in a world than what the agent does."""
    return bool(tools.human or tools.human_tables or tools.setups or tools.assertions)


def is_judged(tools: Toolset) -> bool:
    """Whether it is for a task to say which rows' end decides."""
    return bool(tools.human_tables or tools.assertions)


def looks(tools: Toolset) -> list[str]:
    """Names of the tools with which the person sees something and changes nothing."""
    return [tool.name for tool in tools.human.values() if not tool.writes]


def schema(tools: Toolset) -> dict[str, Any]:
    """The JSON schema of a proposal in a world.

    Args:
        tools: the world's.
    """
    step = _object(tool=_enum(tools.every), arguments=_ARGUMENTS, goal=_TEXT)
    wish = _object(
        id=_TEXT,
        kind=_enum(("write", "read", "refuse", "hand_over")),
        wish=_TEXT,
        revision=_TEXT,
        insistence=_TEXT,
        statement=_TEXT,
    )
    if tools.human:
        step = _object(**step["properties"], by=_enum(("agent", "human")))
        sight = _object(tool=_enum(("", *looks(tools))), arguments=_ARGUMENTS, contains=_TEXT)
        wish = _object(**wish["properties"], check=sight)
    return _object(
        thought=_TEXT,
        person=_TEXT,
        **_before(tools),
        wishes=_list(wish),
        knows=_list(_object(key=_TEXT, goal=_TEXT, values=_list(_TEXT), say=_TEXT)),
        actions=_list(step),
        forbidden=_list(step),
        outputs=_list(_object(value=_TEXT, statement=_TEXT, goal=_TEXT)),
        instruction=_TEXT,
        **_after(tools),
    )


def _before(tools: Toolset) -> dict[str, Any]:
    """Parts about the world before anybody speaks."""
    parts: dict[str, Any] = {}
    if tools.human_tables:
        parts["rows"] = _list(_object(table=_enum(sorted(tools.human_tables)), key=_TEXT, row=_TEXT))
    if tools.setups:
        able = dict.fromkeys((*tools.setups, *(name for name, tool in tools.every.items() if tool.writes)))
        sides = ("world", "agent", "human") if tools.human else ("world", "agent")
        parts["setup"] = _list(_object(tool=_enum(able), arguments=_ARGUMENTS, by=_enum(sides)))
    return parts


def _after(tools: Toolset) -> dict[str, Any]:
    """Parts about how the world is at the end."""
    parts: dict[str, Any] = {}
    if tools.assertions:
        asserted = _object(tool=_enum(tools.assertions), arguments=_ARGUMENTS, expected={"type": "boolean"}, goal=_TEXT)
        parts["assertions"] = _list(asserted)
    if is_judged(tools):
        parts["judged"] = _enum(("all", "agent", "none") if tools.assertions else ("all", "agent"))
    return parts


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _enum(values: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


_TEXT: dict[str, Any] = {"type": "string"}
_ARGUMENTS = _list(_object(name=_TEXT, value=_TEXT))
