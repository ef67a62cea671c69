"""Identities: which ids a world's data holds, and what its ids look like.

A `NewType` in a row or a signature names an entity. All values of all entities in the data are collected
once; an id in a call is absent when its entity has no such value, and a word in a text is taken for an id
when it is written as ids of the world are.
"""

from __future__ import annotations

import collections.abc
import re
import types
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, NewType, Union, get_args, get_origin, get_type_hints

import msgspec

from interplay.engine.database import Base, Database
from interplay.engine.tools import Arithmetic, Prose, Tool, entities

SHORTEST = 5
"""Letters that a word has at least to be taken for an id."""
ID_DIGITS = 4
"""Digits of the ids of an entity that is no table's key."""
SHARE = 0.9
"""Share of an entity's values that look like ids when it is one."""

_WORD = re.compile(r"#?\w[\w@.-]*\w")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T.*)?")
_LOWER, _UPPER, _DIGIT = re.compile(r"[a-z]+"), re.compile(r"[A-Z]"), re.compile(r"\d")


class Identities:
    """The ids of a world's data.

    Args:
        base: the data; walked once.
    """

    def __init__(self, base: Base[Any]) -> None:
        self._keys = key_types(base.kind)
        """What the keys of each table are."""
        self._values: dict[Any, set[str]] = {}
        for name, row_type in base.kind.row_types().items():
            rows = base.tables[name].rows
            key = self._keys[name]
            if isinstance(key, NewType):
                self._values.setdefault(key, set()).update(rows)
            for row in rows.values():
                for entity, value in identified(row_type, row):
                    self._values.setdefault(entity, set()).add(value)
        tables = {key for key in self._keys.values() if isinstance(key, NewType)}
        self._ids = {entity for entity, held in self._values.items() if entity in tables or _are_ids(held)}
        self._every = {value.lstrip("#").casefold() for held in self._values.values() for value in held}
        self._looks = {look(value) for entity in self._ids for value in self._values[entity]}

    def absent_in(
        self, tool: Tool[..., Any], arguments: Mapping[str, Any], db: Database, returned: str, shown: str = ""
    ) -> Iterator[str]:
        """Ids in a call that the data lacks: what there is not, in words.

        Args:
            tool: what is called.
            arguments: as sent; values of other types are passed over.
            db: the state before the conversation, whose rows count, too.
            returned: what earlier calls returned; an id that they made is there.
            shown: what this call returned; an id of something else that a lookup shows was one that it takes.
        """
        for parameter in tool.parameters:
            for entity, value in identified(parameter.annotation, arguments.get(parameter.name)):
                if entity not in self._ids or value in self._values[entity] or self._in_rows(entity, value, db):
                    continue
                other = [each.__name__ for each, held in self._values.items() if value in held]
                if other and not tool.writes and value in shown:
                    continue
                if other:
                    yield f"there is no {entity.__name__} {value!r}; it is the {' and '.join(other)} of something else"
                elif value not in returned:
                    yield f"there is no {entity.__name__} {value!r}"

    def absent_from(self, text: str, db: Database) -> Iterator[str]:
        """Words of a text that look like the world's ids and are none."""
        for word in dict.fromkeys(_WORD.findall(text)):
            if len(word) < SHORTEST or not _DIGIT.search(word) or look(word) not in self._looks:
                continue
            if word.lstrip("#").casefold() not in self._every and not self._is_key(word, db):
                yield word

    def _in_rows(self, entity: Any, value: str, db: Database) -> bool:
        return any(value in db.table(name) for name, key in self._keys.items() if key is entity)

    def _is_key(self, value: str, db: Database) -> bool:
        return any(value in db.table(name) for name in self._keys)


def identified(annotation: Any, value: Any) -> Iterator[tuple[Any, str]]:
    """Every text in a value whose type is a NewType, with that type; values that do not fit yield nothing.

    Args:
        annotation: what the value is declared as.
        value: rows as structs, or JSON values.
    """
    if isinstance(annotation, NewType):
        if isinstance(value, str) and annotation not in (Prose, Arithmetic):
            yield annotation, value
        return
    if not _names_entities(annotation):
        return
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from identified(parts[0], value)
    elif origin in (Union, types.UnionType):
        for part in parts:
            yield from identified(part, value)
    elif isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield from _identified_fields(annotation, value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from identified(parts[0], key)
            yield from identified(parts[-1], item)
    elif isinstance(value, collections.abc.Collection) and not isinstance(value, str):
        for item in value:
            yield from identified(parts[0], item)


def look(value: str) -> str:
    """How an id is written: letters and digits by their kind, runs of small letters as one."""
    return _DIGIT.sub("9", _UPPER.sub("A", _LOWER.sub("a", value)))


def _identified_fields(kind: type[msgspec.Struct], value: Any) -> Iterator[tuple[Any, str]]:
    for name, encoded, hint in _fields(kind):
        if isinstance(value, kind):
            yield from identified(hint, getattr(value, name))
        elif isinstance(value, Mapping) and encoded in value:
            yield from identified(hint, value[encoded])


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, str, Any], ...]:
    """Fields of a struct that name entities: name, name in JSON, annotation."""
    hints = get_type_hints(kind, include_extras=True)
    both = zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True)
    return tuple((name, encoded, hints[name]) for name, encoded in both if _names_entities(hints[name]))


@cache
def _names_entities(annotation: Any) -> bool:
    return next(entities(annotation), None) is not None


def key_types(kind: Any) -> Mapping[str, Any]:
    """What the keys of each table of a database class are, by table name."""
    return _key_types(kind)


@cache
def _key_types(kind: type[Any]) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {name: get_args(hints[name])[0] for name in kind.row_types()}


def _are_ids(values: set[str]) -> bool:
    """Whether an entity's values are ids, by how most of them are written."""
    return sum(map(_is_id, values)) >= SHARE * len(values)


def _is_id(value: str) -> bool:
    if " " in value or "@" in value or _DATE.fullmatch(value):
        return False
    return len(value) > ID_DIGITS + 1 and len(_DIGIT.findall(value)) >= ID_DIGITS
