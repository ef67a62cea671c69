"""Calls: reference calls, which are written as Python and are read, never run.

A call is a name and literals. Anything else, an attribute, an operation, another call inside, is refused.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from typing import Any

from interplay.engine.errors import DataError


def parse_call(text: str, signatures: Mapping[str, inspect.Signature]) -> tuple[str, dict[str, Any]]:
    """The name and the arguments, by name, of a call.

    Args:
        text: as it is written: `cd(folder='temp')`, `sort('a.txt')`.
        signatures: of the functions that may be called, for the names of arguments given by position.
    Raises:
        DataError: it is no call of one of them with literals.
    """
    call = _parsed(text)
    name = call.func.id if isinstance(call.func, ast.Name) else ast.unparse(call.func)
    if name not in signatures:
        raise DataError(f"{text[:200]!r} calls {name}, which is none of {', '.join(signatures)}")
    if any(keyword.arg is None for keyword in call.keywords):
        raise DataError(f"{text[:200]!r} gives arguments by **, which are not read")
    positional = [_literal(node, text) for node in call.args]
    named = {str(keyword.arg): _literal(keyword.value, text) for keyword in call.keywords}
    try:
        return name, dict(signatures[name].bind(*positional, **named).arguments)
    except TypeError as error:
        raise DataError(f"{text[:200]!r} does not fit {name}{signatures[name]}: {error}") from None


def _parsed(text: str) -> ast.Call:
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DataError(f"{text[:200]!r} is no call: {error}") from None
    if not isinstance(node, ast.Call):
        raise DataError(f"{text[:200]!r} is no call but {type(node).__name__}")
    return node


def _literal(node: ast.expr, text: str) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise DataError(f"{text[:200]!r} holds {ast.unparse(node)[:80]!r}, which is no literal") from None
