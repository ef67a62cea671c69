"""Values: what a world's rows hold, by entity, so that made-up calls are about things that exist.

A row's types say what each of its values is. A value of a `NewType` is filed under that type; every
other is filed under the name of its field. Rows that name each other are neighbours: a call about an
order is likely to take the items of that order and the payment methods of whoever placed it.
"""

from __future__ import annotations

import types
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, NewType, TypeAlias, Union, get_args, get_origin, get_type_hints

import msgspec

from interplay.engine.database import Address, Base, Database, Table

Held: TypeAlias = tuple[Any, Any]
"""What a value is (its NewType, or the name of its field), and the value."""

NEIGHBOURS = 2
"""Rows of each table that are looked at for a value that is the key of none."""


class Values:
    """The values of some rows.

    Args:
        base: whose rows are taken.
    """

    def __init__(self, base: Base[Any]) -> None:
        self._known: dict[Any, dict[Any, None]] = {}
        self._rows: dict[Address, dict[Held, None]] = {}
        self._keyed: dict[Held, Address] = {}
        self._holders: dict[Held, list[Address]] = {}
        self._keys = key_types(base.kind)
        for name, table in base.tables.items():
            for key, row in table.rows.items():
                self._note((name, key), row)

    def of(self, what: Any) -> list[Any]:
        """Every value of an entity, or of the fields of a name."""
        return list(self._known.get(what, ()))

    def near(self, known: Iterable[Held], what: Any, *, wide: bool = False) -> list[Any]:
        """Values of an entity in the rows that known values are keys of, or that hold them.

        Args:
            known: the values.
            what: the entity.
            wide: look in the rows whose keys stand there, too.
        """
        rows = self._around(known)
        if wide:
            held = [each for at in rows for each in self._rows[at]]
            rows.update((self._keyed[each], None) for each in held if each in self._keyed)
        return list(dict.fromkeys(value for at in rows for kind, value in self._rows[at] if kind is what))

    def _around(self, known: Iterable[Held]) -> dict[Address, None]:
        rows: dict[Address, None] = {}
        for held in known:
            at = self._keyed.get(held)
            rows.update(dict.fromkeys([at] if at else self._holders.get(held, ())))
        return rows

    def _note(self, at: Address, row: msgspec.Struct) -> None:
        table, key = at
        held: dict[Held, None] = dict.fromkeys(holdings(key, self._keys[table], "key"))
        self._keyed.update((each, at) for each in held)
        held.update(dict.fromkeys(holdings(row, type(row), "")))
        self._rows[at] = held
        for what, value in held:
            self._known.setdefault(what, {})[value] = None
            self._hold((what, value), at)

    def _hold(self, held: Held, at: Address) -> None:
        holders = self._holders.setdefault(held, [])
        if sum(table == at[0] for table, _ in holders) < NEIGHBOURS:
            holders.append(at)


def key_types(kind: type[Database]) -> dict[str, Any]:
    """The annotation of each table's keys, by table name."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: get_args(hint)[0] for name, hint in hints.items() if get_origin(hint) is Table}


def holdings(value: Any, annotation: Any, field: str) -> Iterator[Held]:
    """Every scalar in a value with what its annotation says it is, else with the name of its field."""
    if isinstance(annotation, NewType):
        plain = msgspec.to_builtins(value, str_keys=True)
        if isinstance(plain, str | int | float):
            yield annotation, plain
        else:
            yield from holdings(value, annotation.__supertype__, field)
    elif get_origin(annotation) is Annotated:
        yield from holdings(value, get_args(annotation)[0], field)
    elif isinstance(value, msgspec.Struct):
        for name, hint in _hints(type(value)).items():
            yield from holdings(getattr(value, name), hint, name)
    elif is_union(annotation):
        yield from holdings(value, _member(value, get_args(annotation)), field)
    elif isinstance(value, Mapping):
        keys, inner = (*get_args(annotation), Any, Any)[:2]
        for key, each in value.items():
            yield from holdings(key, keys, f"{field} key")
            yield from holdings(each, inner, field)
    elif isinstance(value, str | int | float):
        yield field, value
    elif isinstance(value, Collection):
        inner = next(iter(get_args(annotation)), Any)
        for each in value:
            yield from holdings(each, inner, field)


def is_union(annotation: Any) -> bool:
    """Whether an annotation is one type or another."""
    return get_origin(annotation) in (Union, types.UnionType)


@cache
def _hints(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _member(value: Any, members: tuple[Any, ...]) -> Any:
    """The first member of a union that a value can be; a struct in it says itself what it is."""
    for member in members:
        plain = member
        while isinstance(plain, NewType):
            plain = plain.__supertype__
        plain = get_origin(plain) or plain
        if isinstance(plain, type) and isinstance(value, plain):
            return member
    return Any
