"""Row groups: structs as typed columns of a Parquet file.

The columns' types are those of the struct's fields, so that what a row is stands in one place. Values go in column by
column, lists and records flattened, which is several times as fast as a dictionary a row; after some rows they are
written and forgotten. Importing this module needs pyarrow.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import inspect

from interplay.engine.export.shards import Out

GROUP_ROWS = 500
"""Rows of a group: all that is held in memory of a file, whatever its length."""

_SCALARS: dict[type[inspect.Type], pa.DataType] = {
    inspect.StrType: pa.string(),
    inspect.BoolType: pa.bool_(),
    inspect.IntType: pa.int64(),
    inspect.FloatType: pa.float64(),
}


class RowGroups:
    """Rows as a Parquet file, compressed with zstd.

    Args:
        out: where its bytes go.
        row: type of the rows: a struct of str, int, float, bool, lists and structs of them, or None. Text whose
            metadata says `json` becomes a column of JSON.
    """

    suffix = ".parquet"

    def __init__(self, out: Out, row: type[msgspec.Struct]) -> None:
        self._fields = _fields(inspect.type_info(row))
        self._schema = pa.schema([(each.name, _arrow(each.type)) for each in self._fields])
        self._writer = pq.ParquetWriter(_Sink(out), self._schema, compression="zstd")
        self._held: list[Any] = []

    def write(self, rows: Sequence[Any]) -> None:
        """Take rows; they are written by the group."""
        self._held += rows
        while len(self._held) >= GROUP_ROWS:
            self._spill(self._held[:GROUP_ROWS])
            del self._held[:GROUP_ROWS]

    def close(self) -> None:
        """Write what is left, and the file's end."""
        if self._held:
            self._spill(self._held)
        self._held = []
        self._writer.close()

    def _spill(self, rows: list[Any]) -> None:
        columns = [_array(each.type, [getattr(row, each.name) for row in rows]) for each in self._fields]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema), len(rows))


class _Sink(io.RawIOBase):
    """A file, for a writer that asks more of it than that it takes bytes."""

    def __init__(self, out: Out) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._out.write(bytes(data))


def _fields(row: inspect.Type) -> tuple[inspect.Field, ...]:
    if not isinstance(row, inspect.StructType):
        raise TypeError(f"{row} is no struct")
    return row.fields


def _inner(type_: inspect.Type) -> inspect.Type:
    """The type of what is there, where nothing may be; an array holds nulls whatever its type."""
    if isinstance(type_, inspect.UnionType):
        return next(each for each in type_.types if not isinstance(each, inspect.NoneType))
    return type_


def _arrow(type_: inspect.Type) -> pa.DataType:
    match _inner(type_):
        case inspect.Metadata(extra={"json": True}):
            return pa.json_()
        case inspect.ListType(item_type=item):
            return pa.list_(_arrow(item))
        case inspect.StructType(fields=fields):
            return pa.struct([(each.name, _arrow(each.type)) for each in fields])
        case scalar:
            return _SCALARS[type(scalar)]


def _array(type_: inspect.Type, values: list[Any]) -> pa.Array:
    match _inner(type_):
        case inspect.Metadata():
            return pa.ExtensionArray.from_storage(pa.json_(), pa.array(values, pa.string()))
        case inspect.ListType(item_type=item):
            flat = list(chain.from_iterable(each for each in values if each))
            ends = accumulate((len(each or ()) for each in values), initial=0)
            offsets = pa.array(ends, pa.int32())
            return pa.ListArray.from_arrays(offsets, _array(item, flat), mask=_absent(values))
        case inspect.StructType(fields=fields):
            columns = [_array(each.type, [getattr(value, each.name, None) for value in values]) for each in fields]
            named = [pa.field(each.name, _arrow(each.type)) for each in fields]
            return pa.StructArray.from_arrays(columns, fields=named, mask=_absent(values))
        case scalar:
            return pa.array(values, _SCALARS[type(scalar)])


def _absent(values: Iterable[Any]) -> pa.Array:
    return pa.array([value is None for value in values], pa.bool_())
