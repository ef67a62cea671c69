"""Table: what a TOML file says, read into structs, with errors for whoever wrote the file.

msgspec says that something is wrong; what a person needs is which key of which table, what may stand
there, and the known key that is nearest to a misspelt one. Text is never shown: it may be an API key that was
put into the wrong place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import msgspec
from msgspec import inspect

from interplay.engine.errors import UsageError

T = TypeVar("T")

_BOUNDS = (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below"))


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file holds.

    Raises:
        UsageError: it cannot be read, or is no TOML; says where.
    """
    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8: byte {error.start}") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from None


def decode_table(table: Mapping[str, Any], type: type[T], where: str) -> T:  # noqa: A002
    """Read a table strictly: no unknown key, no value of another type.

    Args:
        table: as `tomllib` gives it.
        type: a msgspec struct; so may be the types of its fields.
        where: what stands before each error, such as the file's name.
    Raises:
        UsageError: the first thing that is wrong: which key, where, what is allowed and what was perhaps meant.
    """
    return cast("T", _read(dict(table), type, "", where))


def _read(value: Any, type_: Any, path: str, where: str) -> Any:
    """The value as the type; inner values first, so that an error names the innermost."""
    kind = _inner(value, type_)
    origin = get_origin(kind) or kind
    if isinstance(value, dict) and isinstance(origin, type) and issubclass(origin, msgspec.Struct):
        _expect_keys(value, origin, path, where)
        for field in msgspec.structs.fields(origin):
            if field.encode_name in value:
                _read(value[field.encode_name], field.type, _join(path, field.encode_name), where)
    elif isinstance(value, dict) and origin is dict:
        for key, each in value.items():
            _read(each, get_args(kind)[1], _join(path, key), where)
    elif isinstance(value, list) and origin in (list, tuple, Sequence):
        for index, each in enumerate(value):
            _read(each, get_args(kind)[0], f"{path}[{index}]", where)
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}: {path or 'the top level'} {_complaint(value, type_, error)}") from None


def _inner(value: Any, type_: Any) -> Any:
    """Of a type with alternatives, the one that has the value's shape; without its annotations."""
    if get_origin(type_) is Annotated:
        return _inner(value, get_args(type_)[0])
    if get_origin(type_) not in (Union, UnionType):
        return type_
    for option in (_inner(value, each) for each in get_args(type_)):
        origin = get_origin(option) or option
        if isinstance(value, list) and origin in (list, tuple, Sequence):
            return option
        if isinstance(value, dict) and (origin is dict or issubclass(origin, msgspec.Struct)):
            return option
    return NoneType


def _expect_keys(value: dict[str, Any], struct: type[msgspec.Struct], path: str, where: str) -> None:
    fields = {field.encode_name: field.required for field in msgspec.structs.fields(struct)}
    place = f"[{path}]" if path else "the top level"
    for key in value:
        if key not in fields:
            near = get_close_matches(key, fields, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else _quotes(value[key], path, key)
            raise UsageError(f"{where}: {key!r} is no key of {place}{hint} It takes {', '.join(fields)}")
    lacking = [name for name, required in fields.items() if required and name not in value]
    if lacking:
        raise UsageError(f"{where}: {place} lacks {', '.join(lacking)}")


def _quotes(value: Any, path: str, key: str) -> str:
    """The hint for a table whose name has a dot, such as [prices.gpt-4.1], which TOML reads as a table in a table."""
    parent, _, name = path.rpartition(".")
    if not isinstance(value, dict) or not parent or name.endswith('"'):
        return "."
    return f'; a name that has a dot needs quotes: [{parent}."{name}.{key}"].'


def _complaint(value: Any, type_: Any, error: msgspec.ValidationError) -> str:
    """What is wrong, without the value."""
    text = str(error).partition(" - at `$")[0]
    allowed = _allowed(inspect.type_info(type_))
    if not text.startswith(("Expected", "Invalid")):
        return f"is wrong: {text}"
    return f"is {_kind(value)}; it takes {allowed}"


def _kind(value: Any) -> str:
    """What stands there; a number is shown, for no key is one."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case str():
            return "text"
        case dict():
            return "a table"
        case list():
            return "a list"
        case _:
            return "a date or time"


def _allowed(info: inspect.Type) -> str:
    match info:
        case inspect.Metadata(type=inner):
            return _allowed(inner)
        case inspect.UnionType(types=types):
            return " or ".join(_allowed(each) for each in types if not isinstance(each, inspect.NoneType))
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return _bounded("a whole number", info)
        case inspect.FloatType():
            return _bounded("a number", info)
        case inspect.StrType(min_length=least):
            return "text" if not least else "text that is not empty"
        case inspect.LiteralType(values=values):
            return "one of " + ", ".join(repr(value) for value in values)
        case inspect.StructType(fields=fields):
            return f"a table of {', '.join(field.encode_name for field in fields)}"
        case inspect.DictType(value_type=inner):
            return f"a table, each entry {_allowed(inner)}"
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner):
            return f"a list, each entry {_allowed(inner)}"
        case _:
            return "another kind of value"


def _bounded(name: str, info: inspect.IntType | inspect.FloatType) -> str:
    bounds = [f"{word} {getattr(info, bound):g}" for bound, word in _BOUNDS if getattr(info, bound) is not None]
    return ", ".join([name, *bounds])


def _join(path: str, key: str) -> str:
    plain = key.replace("-", "").replace("_", "").isalnum() and key.isascii()
    quoted = key if plain else msgspec.json.encode(key).decode()
    return f"{path}.{quoted}" if path else quoted
