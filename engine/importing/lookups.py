"""Lookups: what an honest agent could have looked up before it did what a reference does.

References often hold only the calls that change something. What they leave out is made up here: from the
ids in their calls to the rows behind these, to what those rows name, and every reading call that can be
made with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import Any

from interplay.engine.environment import Environment
from interplay.engine.importing.cases import CALLERS
from interplay.engine.importing.identities import identified, key_types
from interplay.engine.importing.rehearsal import Rehearsal
from interplay.engine.messages import AnyMessage, ToolCall
from interplay.engine.tools import Arithmetic, Prose, Tool, Toolset

STEPS = 3
"""How far rows are followed to rows: an order, its customer, what they own."""
MOST = 50
"""Values of one kind that are followed, and calls of one tool that are made."""


def lookups(tools: Toolset, rehearsal: Rehearsal) -> list[AnyMessage]:
    """Calls that read, with their results, on the state before the reference; those that are refused are left out.

    Args:
        tools: the world's; the agent's are called.
        rehearsal: the reference, run.
    """
    known = _known(tools, rehearsal)
    environment = Environment(tools, rehearsal.start.fork())
    messages: list[AnyMessage] = []
    for tool in tools.values():
        if tool.writes or tool.hands_over:
            continue
        for number, arguments in enumerate(_arguments(tool, known)):
            call = ToolCall(call_id=f"lookup-{tool.name}-{number}", tool=tool.name, arguments=arguments)
            messages += _answered(environment, call)
    return messages


def _answered(environment: Environment, call: ToolCall) -> tuple[AnyMessage, ...]:
    """A call and its result; nothing where it was refused, or broke, which no reference can be blamed for."""
    try:
        result = environment.apply(call)
    except Exception:
        return ()
    return (call, result) if result.refusal is None else ()


def _known(tools: Toolset, rehearsal: Rehearsal) -> dict[Any, dict[str, None]]:
    """Values by entity: those in the reference's calls, and those in the rows that they lead to."""
    known: dict[Any, dict[str, None]] = {}
    for each in rehearsal.done:
        if each.carried_out:
            tool = tools.of(CALLERS[each.step.side])[each.step.name]
            for parameter in tool.parameters:
                for entity, value in identified(parameter.annotation, each.step.arguments.get(parameter.name)):
                    known.setdefault(entity, {})[value] = None
    db = rehearsal.start.fork()
    keys = key_types(type(db))
    for _ in range(STEPS):
        for name, row_type in db.row_types().items():
            for key in list(islice(known.get(keys[name], ()), MOST)):
                for entity, value in identified(row_type, db.table(name).get(key)):
                    known.setdefault(entity, {})[value] = None
    return known


def _arguments(tool: Tool[..., Any], known: dict[Any, dict[str, None]]) -> Iterator[dict[str, Any]]:
    """What a tool can be called with, if all that it needs is known."""
    needed = [parameter for parameter in tool.parameters if parameter.required]
    if any(parameter.entity in (None, Prose, Arithmetic) for parameter in needed):
        return
    choices = [known.get(parameter.entity, ()) for parameter in needed]
    for values in islice(product(*choices), MOST):
        yield {parameter.name: value for parameter, value in zip(needed, values, strict=True)}
