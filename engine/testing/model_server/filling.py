"""Filling: the plainest value that fits a JSON schema, so that a double can answer where JSON is asked for.

It knows what schemas for structured output use: types, properties, items, enum, const, anyOf and its kin,
$ref within the schema, and bounds. It does not search: a schema whose parts contradict each other is filled with
something that does not fit.
"""

from __future__ import annotations

from typing import Any

_DEPTH = 32


def filled(schema: dict[str, Any]) -> Any:
    """The value: shortest arrays and strings, lowest numbers, first choices, only what is required.

    Raises:
        ValueError: a $ref leads nowhere, or the schema requires itself for ever.
    """
    return _filled(schema, schema, 0)


def _filled(schema: Any, root: dict[str, Any], depth: int) -> Any:
    if depth > _DEPTH:
        raise ValueError("the schema requires a value inside itself without end")
    if not isinstance(schema, dict):
        return ""
    if "$ref" in schema:
        return _filled(_target(schema["$ref"], root), root, depth + 1)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for word in ("anyOf", "oneOf", "allOf"):
        if schema.get(word):
            return _filled(schema[word][0], root, depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    match kind:
        case "object":
            properties = schema.get("properties", {})
            return {name: _filled(properties.get(name), root, depth + 1) for name in schema.get("required", ())}
        case "array":
            items = [_filled(each, root, depth + 1) for each in schema.get("prefixItems", ())]
            lack = schema.get("minItems", 0) - len(items)
            return items + [_filled(schema.get("items"), root, depth + 1) for _ in range(lack)]
        case "integer" | "number":
            return _number(schema)
        case "boolean":
            return False
        case "null":
            return None
        case _:
            return "x" * max(1, schema.get("minLength", 1))


def _number(schema: dict[str, Any]) -> int | float:
    """The bound that is given, else zero."""
    if "exclusiveMinimum" in schema:
        above: int | float = schema["exclusiveMinimum"] + 1
        return above
    low: int | float = schema.get("minimum", min(0, schema.get("maximum", 0)))
    return low


def _target(reference: Any, root: dict[str, Any]) -> Any:
    """What a reference such as "#/$defs/Item" points at."""
    at: Any = root
    for step in str(reference).removeprefix("#").strip("/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if name and not (isinstance(at, dict) and name in at):
            raise ValueError(f"{reference!r} points at nothing in the schema")
        at = at[name] if name else at
    return at
