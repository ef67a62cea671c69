"""Notation: a call's arguments as pairs of texts, which is how a model writes them and is shown them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from interplay.engine.errors import BlueprintError
from interplay.engine.forge.form import Argument
from interplay.engine.tools import Tool

_SUCH = {"array": '["a", "b"]', "integer": "3", "number": "2.5", "boolean": "true"}


def noted(arguments: Mapping[str, Any]) -> tuple[Argument, ...]:
    """Arguments as a model would write them: a text as it is, anything else as JSON.

    Args:
        arguments: of a call.
    """
    return tuple(
        Argument(name=name, value=value if isinstance(value, str) else msgspec.json.encode(value).decode())
        for name, value in arguments.items()
    )


def arguments_of(tool: Tool[..., Any], given: Iterable[Argument], what: str) -> dict[str, Any]:
    """Arguments as a tool's schema means them.

    Args:
        tool: that takes them.
        given: as a model wrote them.
        what: which call it is, for the error.
    Raises:
        BlueprintError: "format": the tool has no such argument, or a text is not what it takes.
    """
    arguments: dict[str, Any] = {}
    for each in given:
        if each.name in arguments:
            raise wrong(f"{what} ({tool.name}): the argument {each.name!r} is given twice")
        arguments[each.name] = _value(tool, each, f"{what} ({tool.name})")
    return arguments


def wrong(text: str) -> BlueprintError:
    """Something in a proposal makes no sense; the text is for the writer."""
    return BlueprintError("format", text)


def _value(tool: Tool[..., Any], given: Argument, what: str) -> Any:
    schemas = {parameter.name: parameter.schema for parameter in tool.parameters}
    if given.name not in schemas:
        raise wrong(f"{what}: there is no argument {given.name[:80]!r}; it takes {', '.join(schemas) or 'none'}")
    if schemas[given.name].get("type") == "string":
        return given.value
    try:
        return msgspec.json.decode(given.value)
    except msgspec.DecodeError:
        if "type" in schemas[given.name]:
            kind = schemas[given.name]["type"]
            raise wrong(f"{what}: {given.name} has to be a JSON {kind} such as {_SUCH.get(kind, '{}')}") from None
        return given.value
