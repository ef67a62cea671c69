"""Addresses: every page's own, from which it can be shown again; read and written.

A filter, a place in the list, an opened conversation: all stand in the address. A name in it is looked up
in the index and reaches no file. Names were written by anybody, and forms, browsers and URLs each change some
characters on their way; those are spelled out, as in JSON, and come back as they were.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.index import Query, Row

RUNS = "/runs"
LIST = "/conversations"
PLOTS = "/plots"
AFTER = "after"
"""Where a page of the list begins: what stands before it."""
MAX_CHARACTERS = 4_000
"""Of one value in an address."""
TEXT = "text"
"""What somebody typed: it stands as it is."""

_SPELLED = re.compile(r"(?:\\u[0-9a-f]{4})+")


class Asked(msgspec.Struct, frozen=True):
    """What an address asks for."""

    query: Query
    after: str = ""


def read(written: Mapping[str, str]) -> Asked:
    """What the part of an address behind the question mark asks for; empty values ask for nothing.

    Raises:
        UsageError: a value that is too long, or that the index does not know; says what it does.
    """
    given = {name: value.strip() if name == TEXT else value for name, value in written.items() if value.strip()}
    long = next((name for name, value in given.items() if len(name) + len(value) > MAX_CHARACTERS), None)
    if long is not None:
        raise UsageError(f"{long[:40]!r} has a value of more than {MAX_CHARACTERS:,} characters")
    after = given.pop(AFTER, "")
    return Asked(Query.from_params({name: _read(name, value) for name, value in given.items()}), after)


def write(path: str, query: Query, **more: str) -> str:
    """The address of a page under a query; values that are empty are left out."""
    asking = urlencode({**params(query), **{name: value for name, value in more.items() if value}})
    return f"{path}?{asking}" if asking else path


def params(query: Query) -> dict[str, str]:
    """A query's names and values, as they stand in an address and in a form."""
    return {name: value if name == TEXT else spelled(value) for name, value in query.to_params().items()}


def conversation(run: str, unit: int, trial: int, query: Query) -> str:
    """The address of a conversation that was found by a query."""
    return write(f"{LIST}/{quote(spelled(run), safe='')}/{unit}/{trial}", query)


def of_row(row: Row, query: Query) -> str:
    """The same, of a row of the list."""
    return conversation(row.run, row.unit, row.trial, query)


def spelled(name: str) -> str:
    r"""A name with every character spelled out that does not print, such as "\u001b", and every backslash."""
    if name.isprintable() and "\\" not in name:
        return name
    return "".join(char if char.isprintable() and char != "\\" else _units(char) for char in name)


def unspelled(name: str) -> str:
    """The name that was spelled so."""
    return _SPELLED.sub(lambda found: _character(found.group()), name)


def _read(name: str, value: str) -> str:
    return value if name == TEXT else unspelled(value)


def _units(char: str) -> str:
    data = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{data[at : at + 2].hex()}" for at in range(0, len(data), 2))


def _character(units: str) -> str:
    return bytes.fromhex(units.replace("\\u", "")).decode("utf-16-be", "surrogatepass")
