"""Database: a world's state as an immutable base and cheap forks.

The base is loaded once a process: typed tables of frozen rows. A fork is a database of its own that
stores only the rows written in it, so forking, reading the diff, comparing two ends, rolling back and
throwing away cost what changed and not what there is. Rows are frozen structs: a write puts a new row,
and every earlier row stays valid for whoever still holds it.

A world declares its tables by annotation:

    class ShopDatabase(Database):
        orders: Table[OrderId, Order]
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from pathlib import Path as FilePath
from typing import Any, ClassVar, Generic, NamedTuple, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from interplay.engine.errors import DataError, PatchError
from interplay.engine.patch import Change, Patch, plain, value_diff

K = TypeVar("K", bound=str)
R = TypeVar("R", bound=msgspec.Struct)
D = TypeVar("D", bound="Database")

Address: TypeAlias = tuple[str, str]
"""Where a row lives: table name, row key."""


class RowChange(NamedTuple):
    """One row that differs: what it was and what it is; None where there is no row."""

    before: msgspec.Struct | None
    after: msgspec.Struct | None


Changes: TypeAlias = Mapping[Address, RowChange]
"""Rows that differ, by address. Two ends of one base are equal when these are equal."""

_UNTOUCHED: Any = object()  # in a fork's log: the row had not been written before


class Index(Generic[R]):
    """A way to find rows by something other than their key.

    Args:
        of: the row's value under this index, hashable; None leaves the row out.
    """

    __slots__ = ("of",)

    def __init__(self, of: Callable[[R], object]) -> None:
        self.of = of


class _Rows(Generic[K, R]):
    """One table of the base, with the indexes that were asked of it."""

    __slots__ = ("_indexes", "rows")

    def __init__(self, rows: dict[K, R]) -> None:
        self.rows = rows
        self._indexes: dict[Index[R], dict[object, list[K]]] = {}

    def index(self, index: Index[R]) -> dict[object, list[K]]:
        found = self._indexes.get(index)
        if found is None:
            found = self._indexes[index] = {}
            for key, row in self.rows.items():
                value = index.of(row)
                if value is not None:
                    found.setdefault(value, []).append(key)
        return found


class Table(Generic[K, R]):
    """One table of a fork: the base's rows under the fork's own."""

    __slots__ = ("_base", "_log", "_own", "name")

    def __init__(self, name: str, base: _Rows[K, R], log: list[tuple[Table[Any, Any], str, Any]]) -> None:
        self.name = name
        self._base = base
        self._own: dict[K, R | None] = {}
        self._log = log

    def get(self, key: K) -> R | None:
        """The row, or None where there is none."""
        row = self._own.get(key, _UNTOUCHED) if self._own else _UNTOUCHED
        return self._base.rows.get(key) if row is _UNTOUCHED else row

    def __getitem__(self, key: K) -> R:
        row = self.get(key)
        if row is None:
            raise KeyError(f"{self.name} has no row {key!r}")
        return row

    def __contains__(self, key: K) -> bool:
        return self.get(key) is not None

    def __iter__(self) -> Iterator[K]:
        if not self._own:
            yield from self._base.rows
            return
        for key in self._base.rows:
            if self._own.get(key, _UNTOUCHED) is not None:
                yield key
        for key, row in self._own.items():
            if row is not None and key not in self._base.rows:
                yield key

    def __len__(self) -> int:
        return len(self._base.rows) + sum(
            (row is not None) - (key in self._base.rows) for key, row in self._own.items()
        )

    def items(self) -> Iterator[tuple[K, R]]:
        """Keys and rows, the base's order first."""
        return ((key, self[key]) for key in self)

    def values(self) -> Iterator[R]:
        """Rows, the base's order first."""
        return (self[key] for key in self)

    def put(self, key: K, row: R) -> R:
        """Write a row, new or in place of the one there; returns it."""
        self._set(key, row)
        return row

    def remove(self, key: K) -> None:
        """Take a row away.

        Raises:
            KeyError: there is no such row.
        """
        if key not in self:
            raise KeyError(f"{self.name} has no row {key!r}")
        self._set(key, None)

    def find(self, index: Index[R], value: object) -> list[K]:
        """Keys of the rows with this value under an index, the base's order first; costs the answer, not the table."""
        if value is None:
            return []
        found = list(self._base.index(index).get(value, ()))
        if not self._own:
            return found
        own = [key for key, row in self._own.items() if row is not None and index.of(row) == value]
        here, there = set(own), set(found)
        found = [key for key in found if key in here or key not in self._own]
        return found + [key for key in own if key not in there]

    def _set(self, key: K, row: R | None) -> None:
        self._log.append((self, key, self._own.get(key, _UNTOUCHED)))
        self._own[key] = row

    def _was(self, key: K, logged: Any) -> R | None:
        return self._base.rows.get(key) if logged is _UNTOUCHED else logged


class Database:
    """A fork. Subclasses declare tables by annotation; `Base.fork` makes the instances."""

    _row_types: ClassVar[Mapping[str, type[msgspec.Struct]]]
    defaults: ClassVar[Mapping[str, Mapping[Any, msgspec.Struct]]] = {}
    """Rows of a table whose file is absent in a directory that is read, by table and key: the world's clock."""

    def __init__(self, base: Base[Any]) -> None:
        self._base = base
        self._log: list[tuple[Table[Any, Any], str, Any]] = []
        self._origin = 0

    def __getattr__(self, name: str) -> Table[Any, Any]:
        """A table, made when it is first asked for: a fork costs the same however many its world has."""
        if name.startswith("_") or name not in self._base.tables:
            raise AttributeError(f"{type(self).__name__} has no {name!r}; its tables are {', '.join(self.row_types())}")
        table = Table(name, self._base.tables[name], self._log)
        setattr(self, name, table)
        return table

    def table(self, name: str) -> Table[Any, Any]:
        """The table of this name.

        Raises:
            AttributeError: there is none.
        """
        found: Table[Any, Any] = getattr(self, name)
        return found

    def settle(self) -> None:
        """Make the present state the origin: what changed is counted from here, and nothing rolls back beyond."""
        self._origin = len(self._log)

    def mark(self) -> int:
        """A point to roll back to, or to ask what changed since."""
        return len(self._log)

    def rollback(self, mark: int | None = None) -> None:
        """Take back every write since the mark; by default all since the origin."""
        log = self._log
        start = self._origin if mark is None else mark
        while len(log) > start:
            table, key, was = log.pop()
            if was is _UNTOUCHED:
                del table._own[key]
            else:
                table._own[key] = was

    @contextmanager
    def atomically(self) -> Iterator[None]:
        """All writes inside stand, or, when anything is raised, none does."""
        mark = self.mark()
        try:
            yield
        except BaseException:
            self.rollback(mark)
            raise

    def changes(self, since: int | None = None) -> dict[Address, RowChange]:
        """Rows that differ from what they were at the mark; by default from the origin, where the fork began."""
        found: dict[Address, RowChange] = {}
        for table, key, logged in self._log[self._origin if since is None else since :]:
            address = (table.name, key)
            if address not in found:
                found[address] = RowChange(table._was(key, logged), table.get(key))
        return {at: change for at, change in found.items() if change.before != change.after}

    def write(self, changes: Changes) -> None:
        """Put the rows that these changes end with, whatever is there now."""
        for (table, key), change in changes.items():
            self.table(table)._set(key, change.after)

    def patch(self) -> Patch:
        """What differs from the origin, leaf by leaf."""
        return to_patch(self.changes())

    def apply(self, patch: Patch) -> None:
        """Write what a patch says, all of it or nothing.

        Raises:
            PatchError: a row does not hold what the patch expects, or its result is no valid row.
        """
        types = type(self).row_types()
        rows: dict[str, dict[str, Any]] = {}
        for change in patch:
            table, key = _address(change, types)
            if key not in rows.setdefault(table, {}):
                row = self.table(table).get(key)
                if row is not None:
                    rows[table][key] = plain(row)
        after = patch.apply(rows)
        with self.atomically():
            for address in dict.fromkeys(_address(change, types) for change in patch):
                table, key = address
                document = after[table].get(key)
                try:
                    row = None if document is None else msgspec.convert(document, types[table], str_keys=True)
                except msgspec.ValidationError as error:
                    raise PatchError(f"{table}/{key} would not be a valid row: {error}") from None
                self.table(table)._set(key, row)

    @classmethod
    def restored(cls, tables: Mapping[str, dict[Any, Any]]) -> Mapping[str, dict[Any, Any]]:
        """Rows as a base holds them, from rows that may have been read; a world whose rows hold more than JSON says.

        Raises:
            DataError: the rows are none that this world can work with.
        """
        return tables

    @classmethod
    def files(cls) -> list[str]:
        """Names of the files that a directory of this data has to hold; a table with defaults needs none."""
        return [f"{name}.json" for name in cls.row_types() if name not in cls.defaults]

    @classmethod
    def row_types(cls) -> Mapping[str, type[msgspec.Struct]]:
        """The row type of each table, by table name."""
        found: Mapping[str, type[msgspec.Struct]] | None = cls.__dict__.get("_row_types")
        if found is None:
            hints = get_type_hints(cls)
            found = {name: get_args(hint)[1] for name, hint in hints.items() if get_origin(hint) is Table}
            cls._row_types = found
        return found


class Base(Generic[D]):
    """A database's rows, loaded once and never changed; gives out forks.

    Args:
        kind: the world's Database subclass.
        tables: rows by key for each declared table.
    """

    def __init__(self, kind: type[D], tables: Mapping[str, Mapping[Any, Any]]) -> None:
        missing = set(kind.row_types()) ^ set(tables)
        if missing:
            raise DataError(f"{kind.__name__} has the tables {', '.join(kind.row_types())}; check {missing}")
        self.kind = kind
        rows = kind.restored({name: dict(tables[name]) for name in kind.row_types()})
        self.tables: dict[str, _Rows[Any, Any]] = {name: _Rows(rows[name]) for name in kind.row_types()}
        self.beginning: Changes = {}
        """What forks begin with, beside these rows."""

    def fork(self) -> D:
        """A database that shares these rows and keeps its own writes."""
        db = self.kind(self)
        if self.beginning:
            db.write(self.beginning)
            db.settle()
        return db

    def begun(self, changes: Changes) -> Base[D]:
        """The same rows, whose forks begin with these changes made; nothing is copied."""
        if not changes:
            return self
        base = copy(self)
        base.beginning = {**self.beginning, **changes}
        return base

    def digest(self) -> str:
        """SHA-256 of all rows, hexadecimal: bases with equal digests hold the same, whatever forks begin with."""
        found = hashlib.sha256()
        for name, table in self.tables.items():
            found.update(name.encode() + b"\0" + msgspec.json.encode(list(table.rows)))
            found.update(msgspec.json.encode(table.rows, order="deterministic"))  # a set has no order of its own
        return found.hexdigest()

    def write(self, directory: FilePath) -> None:
        """Save as one JSON file a table, in the layout that `read` reads."""
        directory.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            (directory / f"{name}.json").write_bytes(msgspec.json.encode(table.rows) + b"\n")

    @classmethod
    def read(cls, kind: type[D], directory: FilePath) -> Base[D]:
        """Load `TABLE.json` for each table: an object from row key to row.

        A table that has defaults and no file holds those.

        Raises:
            DataError: a file is missing, not JSON, or holds a row that breaks the schema.
        """
        if not directory.is_dir():
            raise DataError(f"{directory} is not a directory; it should hold {_files(kind)}")
        return cls(kind, {name: _read(directory / f"{name}.json", kind, name) for name in kind.row_types()})


def to_patch(changes: Changes) -> Patch:
    """Row changes, leaf by leaf."""
    leaves: list[Change] = []
    for (table, key), change in changes.items():
        path = (table, key)
        if change.before is None:
            leaves.append(Change(path, after=plain(change.after)))
        elif change.after is None:
            leaves.append(Change(path, plain(change.before)))
        else:
            leaves.extend(value_diff(change.before, change.after, path))
    return Patch(tuple(leaves))


def _address(change: Change, types: Mapping[str, object]) -> Address:
    table, key = change.path[:2] if len(change.path) >= 2 else (None, None)
    if not isinstance(table, str) or not isinstance(key, str) or table not in types:
        raise PatchError(f"{change.pointer or '/'} names no row; tables are {', '.join(types)}")
    return table, key


def _files(kind: type[Database]) -> str:
    return ", ".join(kind.files())


def _read(path: FilePath, kind: type[Database], name: str) -> dict[str, Any]:
    row_type = kind.row_types()[name]
    if name in kind.defaults and not path.exists():
        return dict(kind.defaults[name])
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; the directory should hold {_files(kind)}") from None
    try:
        return msgspec.json.decode(data, type=dict[str, row_type])  # type: ignore[valid-type]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(_locate(path, data, row_type, error)) from None


def _locate(path: FilePath, data: bytes, row_type: type, error: Exception) -> str:
    """Name the row that broke a load; slow, and only walked when one did."""
    try:
        rows = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as whole:
        return f"{path}: expected one JSON object from row key to row: {whole}"
    for key, raw in rows.items():
        try:
            msgspec.json.decode(raw, type=row_type)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as broken:
            return f"{path}, row {key!r}: {broken} (rows here are {row_type.__name__})"
    return f"{path}: {error}"
