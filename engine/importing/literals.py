"""Literals: what a Python module assigns, read without running it.

Some projects keep their data as Python source. What stands there is data as long as it is written out:
constants, lists, tuples, dicts, joined strings, and calls with keywords, which name a kind of record.
Those are read from the syntax tree; nothing is imported, evaluated or called. Anything else is an error
that names the file and the line, for it would have to be run to know its value.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, NamedTuple

from interplay.engine.errors import DataError
from interplay.engine.importing.files import read_bytes


class Record(NamedTuple):
    """A call with keywords, such as `Task(user_id="a", actions=[])`: what was named, and its fields."""

    name: str
    """The last part of what is called: "Task" of `types.Task`."""
    fields: dict[str, Any]
    line: int


class Assigned(NamedTuple):
    """A name that a module assigns at its top level."""

    name: str
    value: Any
    line: int


def read_module(path: Path) -> list[Assigned]:
    """What a module assigns at its top level, in order; its imports and docstrings are passed over.

    Raises:
        DataError: the file cannot be read, is no Python, or holds anything but data.
    """
    try:
        tree = ast.parse(read_bytes(path), filename=str(path))
    except SyntaxError as error:
        raise DataError(f"{path}, line {error.lineno or 1}: not Python: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes, or nested beyond what is parsed
        raise DataError(f"{path}: cannot be read as Python: {str(error) or 'it is nested too deeply'}") from None
    found: list[Assigned] = []
    try:
        for statement in tree.body:
            found.extend(_assigned(path, statement))
    except RecursionError:
        raise DataError(f"{path}: its values are nested too deeply to be read") from None
    return found


def _assigned(path: Path, statement: ast.stmt) -> list[Assigned]:
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return []
        case ast.Assign(targets=targets, value=value) if all(isinstance(each, ast.Name) for each in targets):
            read = _value(path, value)
            return [Assigned(each.id, read, statement.lineno) for each in targets if isinstance(each, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
            return [Assigned(name, _value(path, value), statement.lineno)]
    raise _beyond(path, statement, "a module of tasks holds imports and assignments of data, nothing else")


def _value(path: Path, node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=str() | bool() | int() | float() | None as value):
            return value
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_value(path, item) for item in items]
        case ast.Dict(keys=keys, values=values):
            return {_key(path, node, key): _value(path, value) for key, value in zip(keys, values, strict=True)}
        case ast.Call():
            return _record(path, node)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)) if value is not True:
            return -value
        case ast.BinOp(op=ast.Add()):
            return _joined(path, node)
        case ast.JoinedStr(values=parts) if all(isinstance(part, ast.Constant) for part in parts):
            return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
    raise _beyond(
        path,
        node,
        "only constants, lists, tuples, dicts, joined strings and calls with keywords are read; nothing is run",
    )


def _key(path: Path, node: ast.Dict, key: ast.expr | None) -> str:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return key.value
    raise _beyond(path, key or node, "a dict's keys have to be strings, written out")


def _record(path: Path, node: ast.Call) -> Record:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            pass
        case _:
            raise _beyond(path, node, "a call has to name a record, such as Task(...)")
    if node.args:
        raise _beyond(path, node, f"{name}(...) has values without a keyword, whose meaning only its code knows")
    fields: dict[str, Any] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            raise _beyond(path, node, f"{name}(...) unpacks a mapping with **")
        if keyword.arg in fields:
            raise _beyond(path, node, f"{name}(...) says {keyword.arg} twice")
        fields[keyword.arg] = _value(path, keyword.value)
    return Record(name, fields, node.lineno)


def _joined(path: Path, node: ast.BinOp) -> str:
    """Strings added up; a loop, since there may be as many as a text has lines."""
    parts: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        parts.append(left.right)
        left = left.left
    read = [_value(path, part) for part in (left, *reversed(parts))]
    if not all(isinstance(part, str) for part in read):
        raise _beyond(path, node, "only strings are added up")
    return "".join(read)


def _beyond(path: Path, node: ast.AST, text: str) -> DataError:
    line = getattr(node, "lineno", 1)
    kind = type(node).__name__
    return DataError(f"{path}, line {line}: {kind} is not data: {text}")
