"""Layout: a world's rows as a project keeps them that has all tables in one file and nulls where we leave fields out.

A field of ours that may be unset is there in such a project's answers and records, holding null. The layout reads
and saves the file, makes tools answer so, and says where such a project sees a change:

    LAYOUT = Layout(ShopDatabase, "db.json", check)
    TOOLS = LAYOUT.answering((cancel_order, get_order))
    LAYOUT.edition(replace(DOMAIN, tools_in_order=TOOLS))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from interplay.engine.database import Base, Database
from interplay.engine.domain import Domain
from interplay.engine.edition import Edition
from interplay.engine.errors import DataError
from interplay.engine.patch import Change, Patch
from interplay.engine.tools import Tool

D = TypeVar("D", bound=Database)


class Layout(Generic[D]):
    """One file with an object of tables, each an object from row key to row.

    Args:
        kind: the world's Database subclass.
        file: name of the file.
        check: refuses rows that do not fit together.
    """

    def __init__(self, kind: type[D], file: str, check: Callable[[Base[D]], None] | None = None) -> None:
        self._kind = kind
        self._file = file
        self._check = check

    def edition(self, domain: Domain[D]) -> Edition[D]:
        """The world in this layout.

        Args:
            domain: the world with such a project's tools, as `answering` makes them.
        """
        return Edition(domain=domain, read=self.read, recorded=self.recorded, rows=self.rows, write=self.write)

    def read(self, directory: Path) -> Base[D]:
        """Load the file.

        Raises:
            DataError: it is missing, no object of these tables, or holds a row that breaks the schema or does not fit.
        """
        path = directory / self._file
        try:
            tables = msgspec.json.decode(path.read_bytes(), type=dict[str, msgspec.Raw])
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror}; one file with all tables was expected") from None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise DataError(f"{path}: {error}; expected an object of tables, each an object of rows") from None
        types = self._kind.row_types()
        if set(tables) | set(self._kind.defaults) != set(types):
            raise DataError(f"{path} has the tables {', '.join(tables) or 'none'}; expected {', '.join(types)}")
        read = {name: self._rows(path, name, rows) for name, rows in tables.items()}
        base = Base(self._kind, {**self._kind.defaults, **read})
        if self._check is not None:
            try:
                self._check(base)
            except DataError as error:
                raise DataError(f"{path}: {error}") from None
        return base

    def write(self, base: Base[D], directory: Path) -> None:
        """Save data as `read` reads it; a table that holds only its defaults is left out."""
        directory.mkdir(parents=True, exist_ok=True)
        tables = {
            name: table.rows
            for name, table in base.tables.items()
            if name not in self._kind.defaults or table.rows != self._kind.defaults[name]
        }
        (directory / self._file).write_bytes(msgspec.json.encode(tables) + b"\n")

    def rows(self, side: str, data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:  # noqa: ARG002  (there is one)
        """A task's initial data as rows of ours, by table and key."""
        types = self._kind.row_types()
        return {
            name: {key: _without_nulls(types[name], row) for key, row in rows.items()} for name, rows in data.items()
        }

    def recorded(self, base: Base[D], patch: Patch) -> dict[str, Sequence[Change]]:  # noqa: ARG002  (not needed here)
        """Changes as such a project records them: a field that is set for the first time held null before."""
        types = self._kind.row_types()
        return {"agent": [_with_null(types, change) for change in patch]}

    @staticmethod
    def answering(tools: Sequence[Tool[..., Any]]) -> tuple[Tool[..., Any], ...]:
        """The same tools, answering with nulls where fields are unset."""
        return tuple(map(_answering, tools))

    def _rows(self, path: Path, name: str, table: msgspec.Raw) -> dict[str, msgspec.Struct]:
        kind = self._kind.row_types()[name]
        try:
            return msgspec.json.decode(table, type=dict[str, kind])  # type: ignore[valid-type]
        except msgspec.ValidationError:
            return self._rows_one_by_one(path, name, table)  # nulls of unset fields, or a row to be named

    def _rows_one_by_one(self, path: Path, name: str, table: msgspec.Raw) -> dict[str, msgspec.Struct]:
        kind = self._kind.row_types()[name]
        try:
            rows = msgspec.json.decode(table, type=dict[str, dict[str, Any]])
        except msgspec.ValidationError as error:
            raise DataError(f"{path}: {name}: {error}; expected an object of rows") from None
        found: dict[str, msgspec.Struct] = {}
        for key, row in rows.items():
            try:
                found[key] = msgspec.convert(_without_nulls(kind, row), kind)
            except msgspec.ValidationError as error:
                raise DataError(f"{path}: {name}, row {key!r}: {error}") from None
        return found


def with_nulls(value: Any) -> Any:
    """A value as plain JSON values, with null for every field that is unset, however deep."""
    match value:
        case msgspec.Struct():
            config = value.__struct_config__
            found: dict[str, Any] = {config.tag_field: config.tag} if config.tag_field else {}
            for field, name in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
                held = getattr(value, field)
                found[name] = None if held is msgspec.UNSET else with_nulls(held)
            return found
        case Mapping():
            return {key: with_nulls(each) for key, each in value.items()}
        case tuple() | list():
            return [with_nulls(each) for each in value]
    return value


def _answering(tool: Tool[..., Any]) -> Tool[..., Any]:
    @wraps(tool.function)
    def answer(*args: Any, **given: Any) -> Any:
        return with_nulls(tool.function(*args, **given))

    return Tool(answer, writes=tool.writes, hands_over=tool.hands_over, speech=tool.speech, guidance=tool.guidance)


def _without_nulls(kind: type[msgspec.Struct], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without the nulls that stand for unset fields."""
    unset = _may_be_unset(kind)
    return {name: value for name, value in row.items() if value is not None or name not in unset}


def _with_null(types: Mapping[str, type[msgspec.Struct]], change: Change) -> Change:
    unset = _may_be_unset(types[str(change.path[0])])
    if len(change.path) == 2:  # a whole row came or went
        before, after = (
            {**dict.fromkeys(sorted(unset)), **value} if isinstance(value, Mapping) else value
            for value in (change.before, change.after)
        )
        return Change(change.path, before, after)
    if len(change.path) != 3 or change.path[2] not in unset:
        return change
    before, after = (None if value is msgspec.UNSET else value for value in (change.before, change.after))
    return Change(change.path, before, after)


@cache
def _may_be_unset(kind: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(each.encode_name for each in msgspec.structs.fields(kind) if each.default is msgspec.UNSET)
