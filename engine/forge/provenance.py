"""Provenance: where each value in a blueprint comes from.

A good employee makes nothing up: every value in a call was told by the person, returned by a tool
before it was needed, or fixed by the policy. Where the person has tools of their own, what those return is
theirs to tell, and what they are to be called with the employee tells them. Tracing finds which; a value that
none of them accounts for makes the blueprint a defect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from interplay.engine.blueprint import Action, Blueprint
from interplay.engine.errors import BlueprintError
from interplay.engine.messages import ToolResult
from interplay.engine.policy import Policy
from interplay.engine.tools import Arithmetic, Parameter, Prose, Toolset
from interplay.engine.truth import Truth

_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


def trace(tools: Toolset, blueprint: Blueprint, truth: Truth, policy: Policy | None = None) -> Blueprint:
    """The blueprint with the origin of every argument value, in what is to be done and in what is not.

    Args:
        tools: the world's tools.
        blueprint: whose actions.
        truth: the actions, executed.
        policy: the world's; a number that its text states, and a word that stands there in quotation marks or
            backticks, is fixed by it.
    Raises:
        BlueprintError: a value comes from nowhere.
    """
    known = _Known(policy)
    actions = []
    for index, action in enumerate(blueprint.actions):
        actions.append(_traced(tools, blueprint, action, known, index))
        known.read(index, truth.result(index))
    untaken = {
        goal: _traced(tools, blueprint, action, known, len(actions)) for goal, action in blueprint.untaken.items()
    }
    return msgspec.structs.replace(blueprint, actions=tuple(actions), untaken=untaken)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar in a JSON value with its path: "item_ids/0"."""
    if not isinstance(value, dict | list | tuple):
        yield path, value
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        where = f"{path}/{key}" if path else str(key)
        if isinstance(inner, dict | list | tuple):
            yield from leaves(inner, where)
        else:
            yield where, inner


class _Known:
    """Scalars that tools have returned, with the first action that returned each, and what the policy fixes."""

    def __init__(self, policy: Policy | None) -> None:
        self._first: dict[Any, int] = {}
        self._policy = policy

    def is_fixed(self, value: Any) -> bool:
        """Whether the policy's text quotes a word, or states a number."""
        if self._policy is None:
            return False
        if not isinstance(value, str):
            return isinstance(value, int | float) and not isinstance(value, bool) and value in self._policy.figures
        return any(f"{mark}{value}{mark}" in self._policy.text for mark in "`'\"")

    def read(self, index: int, result: ToolResult) -> None:
        waiting = [result.document]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                for key in value:
                    self._first.setdefault(key, index)
                waiting += value.values()
            elif isinstance(value, list):
                waiting += value
            else:
                self._first.setdefault(value, index)
        self._first.setdefault(result.content, index)

    def where(self, value: Any) -> int | None:
        return self._first.get(value) if isinstance(value, str | int | float | bool) else None


def _traced(tools: Toolset, blueprint: Blueprint, action: Action, known: _Known, index: int) -> Action:
    parameters = {p.name: p for p in tools.every[action.tool].parameters}
    origins = {
        path: _origin(blueprint, action, parameters[path.split("/", 1)[0]], path, value, known, index)
        for path, value in leaves(action.arguments)
    }
    return msgspec.structs.replace(action, origins=origins)


def _origin(
    blueprint: Blueprint, action: Action, parameter: Parameter, path: str, value: Any, known: _Known, index: int
) -> str:
    if parameter.entity is Prose:
        return "composed"
    if parameter.entity is Arithmetic:
        for number in _NUMBERS.findall(str(value)):
            if (
                known.where(float(number)) is None
                and known.where(number) is None
                and not _told(blueprint, action, number)
                and not known.is_fixed(float(number))
            ):
                raise _nowhere(index, action, path, number)
        return "composed"
    told = _told(blueprint, action, value)
    if told is not None:
        return f"told:{told}"
    if not isinstance(value, str) and known.is_fixed(value):
        return "policy"  # whatever else holds this number
    read = known.where(value)
    if read is not None:
        return f"read:{read}"
    if value in parameter.schema.get("enum", ()) or known.is_fixed(value):
        return "policy"
    raise _nowhere(index, action, path, value)


def _told(blueprint: Blueprint, action: Action, value: Any) -> str | None:
    """Key of the fact with which the person tells a value: who they are, or of this very goal."""
    for fact in blueprint.facts:
        if fact.goal in ("", action.goal) and any(str(value) == known for known in fact.values):
            return fact.key
    return None


def _nowhere(index: int, action: Action, path: str, value: Any) -> BlueprintError:
    return BlueprintError(
        "provenance",
        f"action {index} ({action.tool}): {path} = {value!r} is neither told by the person, nor returned by an "
        "earlier tool, nor fixed by the policy",
    )
