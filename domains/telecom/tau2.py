"""Tau2: this world as the public benchmark of two sides lays it out.

The company's side is one TOML file whose tables are lists, and changes there name a row by its place; the
phone's side is another, with one row and its surroundings. Days come from the world, not from the files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from interplay.domains.telecom.integrity import check
from interplay.domains.telecom.rows import HUMAN_TABLES, MINE, Surroundings, TelecomDatabase
from interplay.engine.database import Base
from interplay.engine.errors import DataError
from interplay.engine.patch import Change, Patch
from interplay.engine.worldkit.integrity import checked

KEYS: Mapping[str, str] = {
    "plans": "plan_id",
    "devices": "device_id",
    "lines": "line_id",
    "customers": "customer_id",
    "bills": "bill_id",
}
"""The tables of the company's file, in its order, with the field that is each row's key."""
COMPANY, PHONE = "db.toml", "user_db.toml"


def read(directory: Path) -> Base[TelecomDatabase]:
    """Load `db.toml` and `user_db.toml`.

    Raises:
        DataError: a file is missing, is no TOML, or holds rows that break the schema or do not fit together.
    """
    types = TelecomDatabase.row_types()
    company, phone = _toml(directory / COMPANY), _toml(directory / PHONE)
    _only(directory / COMPANY, company, KEYS)
    _only(directory / PHONE, phone, HUMAN_TABLES)
    tables: dict[str, dict[Any, Any]] = {}
    for table, key in KEYS.items():
        rows = _rows(directory / COMPANY, company.get(table, []), list[types[table]], table)  # type: ignore[valid-type]
        tables[table] = {getattr(row, key): row for row in rows}
    tables["device"] = {MINE: _rows(directory / PHONE, phone.get("device", {}), types["device"], "device")}
    around = phone.get("surroundings", {})
    tables["surroundings"] = {MINE: _rows(directory / PHONE, around, types["surroundings"], "surroundings")}
    return checked(Base(TelecomDatabase, {**TelecomDatabase.defaults, **tables}), check, directory)


def write(base: Base[TelecomDatabase], directory: Path) -> None:
    """Save as `db.toml` and `user_db.toml`; of the surroundings, what is not as usual."""
    directory.mkdir(parents=True, exist_ok=True)
    db = base.fork()
    company = {table: list(db.table(table).values()) for table in KEYS}
    phone = {table: msgspec.to_builtins(db.table(table)[MINE]) for table in sorted(HUMAN_TABLES)}
    usual = msgspec.to_builtins(Surroundings())
    phone["surroundings"] = {key: value for key, value in phone["surroundings"].items() if value != usual[key]}
    (directory / COMPANY).write_text(_document(msgspec.to_builtins(company)), encoding="utf-8")
    (directory / PHONE).write_text(_document(phone), encoding="utf-8")


def recorded(base: Base[TelecomDatabase], patch: Patch) -> dict[str, Sequence[Change]]:
    """Changes from a state as that project's recordings write them, by side."""
    db = base.fork()
    found: dict[str, list[Change]] = {"agent": [], "user": []}
    places: dict[str, dict[str, int]] = {}
    for change in patch:
        table, key, *rest = change.path
        if table in HUMAN_TABLES:
            found["user"].append(msgspec.structs.replace(change, path=(table, *rest)))
            continue
        at = places.get(str(table))
        if at is None:
            at = places[str(table)] = {each: index for index, each in enumerate(db.table(str(table)))}
        place = at.setdefault(str(key), len(at))
        found["agent"].append(msgspec.structs.replace(change, path=(table, place, *rest)))
    return {side: tuple(changes) for side, changes in found.items()}


def rows(side: str, data: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """A task's initial data of one side, as rows of ours by table and key.

    Raises:
        ValueError: a table is unknown, or a row of the company's has no id.
    """
    if side == "user":
        return {table: {MINE: row} for table, row in data.items()}
    found: dict[str, dict[str, Any]] = {}
    for table, listed in data.items():
        if table not in KEYS:
            raise ValueError(f"initial data names the table {table!r}; the company's are {', '.join(KEYS)}")
        key = KEYS[table]
        if not isinstance(listed, list) or not all(isinstance(row, dict) and key in row for row in listed):
            raise ValueError(f"initial data of {table}: expected a list of rows, each with its {key}")
        found[table] = {row[key]: row for row in listed}
    return found


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; the directory should hold {COMPANY}, {PHONE}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: expected TOML: {error}") from None


def _only(path: Path, data: Mapping[str, Any], known: Any) -> None:
    for table in data:
        if table not in known:
            raise DataError(f"{path}: there is a table {table!r}; expected {', '.join(sorted(known))}")


def _rows(path: Path, data: Any, kind: Any, table: str) -> Any:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise DataError(f"{path}, {table}: {error}") from None


def _document(tables: Mapping[str, Any]) -> str:
    """A TOML document: a section a row, whatever is inside a row on its own line."""
    sections: list[str] = []
    for table, held in tables.items():
        if not held:
            continue
        head, each = (f"[[{table}]]", held) if isinstance(held, list) else (f"[{table}]", [held])
        sections.extend("\n".join((head, *_lines(row))) for row in each)
    return "\n\n".join(sections) + "\n"


def _lines(row: Mapping[str, Any]) -> Iterator[str]:
    """A row's fields; one that is null is left out, for TOML has no null."""
    return (f"{key} = {_value(value)}" for key, value in row.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(_lines({_value(key): held for key, held in value.items()}))} }}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return msgspec.json.encode(value).decode()  # texts, numbers and truth values are written alike in both
