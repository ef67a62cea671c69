"""Integrity: how a world reports rows that do not fit together.

def check(base: Base[ShopDatabase]) -> None:
    db = base.fork()
    inspect("orders", db.orders, partial(_wrong_order, db))

def _wrong_order(db: ShopDatabase, key: OrderId, order: Order) -> Iterator[str]:
    if order.order_id != key:
        yield f"order_id is {order.order_id!r}; expected the row's key"
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from interplay.engine.database import Base, Database, Table
from interplay.engine.errors import DataError

K = TypeVar("K", bound=str)
R = TypeVar("R", bound=msgspec.Struct)
D = TypeVar("D", bound=Database)


def inspect(name: str, table: Table[K, R], wrong: Callable[[K, R], Iterable[str]]) -> None:
    """Go through a table once, and stop at the first row with something wrong.

    Args:
        name: the table's.
        table: its rows.
        wrong: yields what is wrong with a row: what it holds and what was expected.
    Raises:
        DataError: names the table's file, the row, and what was expected.
    """
    for key, row in table.items():
        for text in wrong(key, row):
            raise DataError(f"{name}.json, row {key!r}: {text}")


def other_key(key: str, **field: Any) -> Iterator[str]:
    """What is wrong where a field that repeats its row's key holds something else; unset is nothing.

    Args:
        key: the row's.
        field: the field's value, by its name.
    """
    for name, value in field.items():
        if value not in (key, msgspec.UNSET):
            yield f"{name} is {value!r}; expected the row's key"


def other_keys(noun: str, parts: Mapping[K, Any], field: str) -> Iterator[str]:
    """What is wrong where parts of a row stand under another key than the one that they hold.

    Args:
        noun: what a part is called: "payment method".
        parts: by key.
        field: the part's field that repeats its key.
    """
    for key, part in parts.items():
        held = getattr(part, field)
        if held != key:
            yield f"{noun} {key!r} has {field} {held!r}; expected its key"


def no_row(table: Table[Any, Any], **field: str) -> Iterator[str]:
    """What is wrong where a field names a row that is not there.

    Args:
        table: where the row should be.
        field: the key that the field holds, by its name.
    """
    for name, key in field.items():
        if key not in table:
            yield f"{name} is {key!r}; expected a row of {table.name}.json"


def not_theirs(
    key: str, noun: str, listed: Iterable[K], table: Table[K, R], owner: Callable[[R], str]
) -> Iterator[str]:
    """What is wrong where a row lists rows that are not there, or that are somebody else's.

    Args:
        key: of the row that lists.
        noun: what a listed row is called: "order".
        listed: their keys.
        table: where they are.
        owner: the key of whose a listed row is.
    """
    for each in listed:
        row = table.get(each)
        if row is None:
            yield f"lists {noun} {each!r}; expected a row of {table.name}.json"
        elif owner(row) != key:
            yield f"lists {noun} {each!r}, which is of {owner(row)!r}; expected one of {key!r}"


def checked(base: Base[D], check: Callable[[Base[D]], None], where: object) -> Base[D]:
    """Data that were just loaded, once their rows were found to fit together.

    Args:
        base: the data.
        check: a world's.
        where: what they were loaded from.
    Raises:
        DataError: they do not; names where, and what the check says.
    """
    try:
        check(base)
    except DataError as error:
        raise DataError(f"{where}: {error}") from None
    return base
