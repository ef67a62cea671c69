"""Extras: fields of a record beyond those that its type declares, kept as they came.

A schema that does not forbid more fields than it names allows them, and some benchmarks keep what they were
sent. An argument that is `Open` brings its extras along; `extended` makes a row that has them, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from interplay.engine.errors import Refusal

S = TypeVar("S", bound=msgspec.Struct)

KINDS = 1024
"""Types of records with extras that are remembered; two records are equal only while theirs is."""


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """Base of an argument that may have more fields than it declares."""


def extras(record: msgspec.Struct) -> dict[str, Any]:
    """The fields that a record was extended with, by name."""
    kind = type(record)
    names = dict(zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True))
    return {name: getattr(record, names[name]) for name in getattr(kind, "extra_names", ())}


def extended(record: S, more: Mapping[str, Any]) -> S:
    """The record with more fields, which stand in its JSON beside its own; its own fields stay as they are.

    Raises:
        Refusal: a name that no field can have.
    """
    known = type(record).__struct_encode_fields__
    found = {name: value for name, value in sorted(more.items()) if name not in known}
    if not found:
        return record
    try:
        kind = _extended(type(record), tuple(found))
    except ValueError:
        raise Refusal(
            "The name of a field may not hold quotation marks, backslashes or control characters.",
            code="bad_arguments",
        ) from None
    own = {name: getattr(record, name) for name in type(record).__struct_fields__}
    return kind(**own, **{f"extra_{at}": value for at, value in enumerate(found.values())})  # type: ignore[return-value]


def kept(value: Any, sent: Any) -> Any:
    """An argument as a function takes it, with the extras of what was sent where it is open, alone or in a list."""
    if isinstance(value, Open):
        return extended(value, sent)
    if isinstance(value, list) and value and isinstance(value[0], Open):
        return [kept(each, document) for each, document in zip(value, sent, strict=True)]
    return value


@lru_cache(maxsize=KINDS)
def _extended(kind: type[msgspec.Struct], names: tuple[str, ...]) -> type[msgspec.Struct]:
    fields = [(f"extra_{at}", Any) for at in range(len(names))]
    renamed = {f"extra_{at}": name for at, name in enumerate(names)}
    return msgspec.defstruct(
        kind.__name__,
        fields,
        bases=(kind,),
        namespace={"extra_names": names},
        frozen=True,
        kw_only=True,
        rename=renamed,
    )
