"""Descriptions: the benchmark's own words about its functions, as tool schemas."""

from __future__ import annotations

from typing import Any

import msgspec

from interplay.domains.bfcl.package import CLASSES, data
from interplay.engine.errors import DataError

_TYPES = {"dict": "object", "float": "number", "tuple": "array"}
_KEPT = ("description", "enum", "default")


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each function, by name, in the OpenAI function format.

    Raises:
        DataError: the package or one of its files is not there, or it is not what it should be.
    """
    found: dict[str, dict[str, Any]] = {}
    for module in CLASSES.values():
        path = data(f"multi_turn_func_doc/{module}.json")
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                told = msgspec.json.decode(line)
                function = {key: told[key] for key in ("name", "description")}
                function["parameters"] = _schema(told["parameters"])
            except (msgspec.DecodeError, KeyError, TypeError, AttributeError) as error:
                raise DataError(f"{path}, line {number}: no description of a function: {error!r}") from None
            found[function["name"]] = {"type": "function", "function": function}
    return found


def _schema(told: dict[str, Any]) -> dict[str, Any]:
    """A type in the benchmark's words as JSON schema."""
    kind = told["type"]
    schema: dict[str, Any] = {} if kind == "any" else {"type": _TYPES.get(kind, kind)}
    schema |= {key: told[key] for key in _KEPT if key in told}
    if "properties" in told:
        schema["properties"] = {name: _schema(each) for name, each in told["properties"].items()}
        schema["required"] = list(told.get("required", ()))
    if "items" in told:
        schema["items"] = _schema(told["items"])
    return schema
