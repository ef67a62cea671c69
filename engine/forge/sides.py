"""Sides: what a proposal holds beside the agent's part, in a world where others act, too.

Who makes a call, how the world is set up, how the person sees for themselves, what has to be true at the end: read
out of a proposal, and told as one. What is wrong is said with what would have been right, for a writer to act on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from interplay.engine.blueprint import Assertion, Blueprint, Check, Goal, Setup
from interplay.engine.forge.form import (
    Asserted,
    Placed,
    Prepared,
    Proposal,
    SidedProposal,
    SidedStep,
    SidedWish,
    Sight,
    Step,
    Wish,
    is_judged,
    looks,
)
from interplay.engine.forge.notation import arguments_of, noted, wrong
from interplay.engine.messages import Caller
from interplay.engine.tools import Toolset

_OWNER = {"agent": "the employee", "human": "the person"}


def caller_of(tools: Toolset, step: Step, what: str) -> Caller:
    """Who makes a call.

    Args:
        tools: the world's.
        step: the call, as a model wrote it; where it does not say, it is who has the tool.
        what: which it is, for the error.
    Raises:
        BlueprintError: "format": nobody has such a tool, or somebody else has it.
    """
    if step.tool not in tools.every:
        raise wrong(f"{what}: there is no tool {step.tool[:80]!r}; {_tools(tools)}")
    owner: Caller = "agent" if step.tool in tools else "human"
    given = step.by if isinstance(step, SidedStep) else UNSET
    if given is not UNSET and given != owner:
        able = ", ".join(tools.of(given)) or "none"
        raise wrong(
            f"{what}: {step.tool} is a tool of {_OWNER[owner]}, so `by` has to be {owner!r}; the tools of "
            f"{_OWNER[given]} are {able}"
        )
    return owner


def check_of(tools: Toolset, wish: Wish) -> Check | None:
    """How the person sees for themselves that a wish was met; None where they do not.

    Raises:
        BlueprintError: "format": it is no look at something of theirs, or waits for nothing.
    """
    sight = wish.check if isinstance(wish, SidedWish) else UNSET
    if sight is UNSET or not sight.tool:
        return None
    what = f"the check of wish {wish.id}"
    if sight.tool not in looks(tools):
        able = ", ".join(looks(tools)) or "none"
        raise wrong(f"{what}: {sight.tool[:80]!r} is nothing that the person can look at; they can call {able}")
    if not sight.contains.strip():
        raise wrong(f"{what} has to say in `contains` what {sight.tool} answers when the wish was met")
    arguments = arguments_of(tools.human[sight.tool], sight.arguments, what)
    return Check(tool=sight.tool, contains=sight.contains, arguments=arguments)


def held(tools: Toolset, proposal: Proposal) -> dict[str, Any]:
    """What a candidate has beside the agent's part, by the names of its fields; nothing for a world of one side.

    Args:
        tools: the world's.
        proposal: as a model wrote it.
    Raises:
        BlueprintError: "format": something in it makes no sense.
    """
    if not isinstance(proposal, SidedProposal):
        return {}
    found: dict[str, Any] = {
        "rows": _rows(_given(proposal.rows)),
        "setup": tuple(_setup(tools, each, f"setup {at}") for at, each in enumerate(_given(proposal.setup))),
        "assertions": tuple(
            _assertion(tools, each, f"assertion {at}", [wish.id for wish in proposal.wishes])
            for at, each in enumerate(_given(proposal.assertions))
        ),
    }
    if proposal.judged is not UNSET:
        if proposal.judged == "none" and not found["assertions"]:
            raise wrong(
                "`judged` is 'none', so that assertions alone decide, and there are none; add some or say 'all'"
            )
        found["judged"] = proposal.judged
    return found


def told(tools: Toolset, blueprint: Blueprint, plain: Proposal) -> Proposal:
    """A proposal with what the blueprint has beside the agent's part; a part that the world does not have is unset.

    Args:
        tools: the world's.
        blueprint: what is told.
        plain: the agent's part.
    """
    parts = {name: getattr(plain, name) for name in plain.__struct_fields__}
    taken = (*blueprint.actions, *blueprint.untaken.values())
    steps = [_step(tools, each, by.by) for each, by in zip((*plain.actions, *plain.forbidden), taken, strict=True)]
    parts["actions"], parts["forbidden"] = tuple(steps[: len(plain.actions)]), tuple(steps[len(plain.actions) :])
    parts["wishes"] = tuple(_wish(tools, each, goal) for each, goal in zip(plain.wishes, blueprint.goals, strict=True))
    if tools.human_tables:
        parts["rows"] = tuple(
            Placed(table=table, key=key, row="" if row is None else msgspec.json.encode(row).decode())
            for table, rows in blueprint.rows.items()
            for key, row in rows.items()
        )
    if tools.setups:
        parts["setup"] = tuple(
            Prepared(tool=each.tool, arguments=noted(each.arguments), by=each.by) for each in blueprint.setup
        )
    if tools.assertions:
        parts["assertions"] = tuple(
            Asserted(tool=each.tool, arguments=noted(each.arguments), expected=each.expected, goal=each.goal)
            for each in blueprint.assertions
        )
    if is_judged(tools):
        parts["judged"] = blueprint.judged
    return SidedProposal(**parts)


def _tools(tools: Toolset) -> str:
    if not tools.human:
        return f"the tools are {', '.join(tools)}"
    return f"the employee's tools are {', '.join(tools)}; the person's are {', '.join(tools.human)}"


def _setup(tools: Toolset, prepared: Prepared, what: str) -> Setup:
    offered = tools.setups if prepared.by == "world" else tools.of(prepared.by)
    tool = offered.get(prepared.tool)
    if tool is None:
        able = ", ".join(name for name, each in offered.items() if prepared.by == "world" or each.writes)
        whose = "setup" if prepared.by == "world" else f"tool of {_OWNER[prepared.by]}"
        raise wrong(
            f"{what}: there is no {whose} {prepared.tool[:80]!r}; with `by` {prepared.by!r} it is one of {able}"
        )
    return Setup(tool=tool.name, arguments=arguments_of(tool, prepared.arguments, what), by=prepared.by)


def _assertion(tools: Toolset, asserted: Asserted, what: str, wishes: Iterable[str]) -> Assertion:
    tool = tools.assertions.get(asserted.tool)
    if tool is None:
        able = ", ".join(tools.assertions) or "none"
        raise wrong(f"{what}: there is no assertion {asserted.tool[:80]!r}; assertions are {able}")
    if asserted.goal not in ("", *wishes):
        raise wrong(f"{what}: there is no wish {asserted.goal[:80]!r}; wishes are {', '.join(wishes)}")
    arguments = arguments_of(tool, asserted.arguments, what)
    return Assertion(tool=tool.name, arguments=arguments, expected=asserted.expected, goal=asserted.goal)


def _rows(placed: Iterable[Placed]) -> dict[str, dict[str, dict[str, Any] | None]]:
    found: dict[str, dict[str, dict[str, Any] | None]] = {}
    for each in placed:
        try:
            row = msgspec.json.decode(each.row, type=dict[str, Any]) if each.row.strip() else None
        except msgspec.MsgspecError as error:
            raise wrong(f"the row {each.table}/{each.key} has to be a JSON object, as in the data: {error}") from None
        found.setdefault(each.table, {})[each.key] = row
    return found


def _given(part: tuple[Any, ...] | UnsetType) -> tuple[Any, ...]:
    return () if part is UNSET else part


def _wish(tools: Toolset, plain: Wish, goal: Goal) -> SidedWish:
    parts = {name: getattr(plain, name) for name in plain.__struct_fields__}
    return SidedWish(**parts, check=_sight(goal) if tools.human else UNSET)


def _step(tools: Toolset, plain: Step, by: Caller) -> SidedStep:
    return SidedStep(tool=plain.tool, arguments=plain.arguments, goal=plain.goal, by=by if tools.human else UNSET)


def _sight(goal: Goal) -> Sight:
    if goal.check is None:
        return Sight(tool="", arguments=(), contains="")
    return Sight(tool=goal.check.tool, arguments=noted(goal.check.arguments), contains=goal.check.contains)
