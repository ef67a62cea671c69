"""State: the end of a conversation set against the end that was expected, field by field.

A step is one leaf of the state as the engine compares it. Whoever reads wants rows and fields instead: a row
that was added is all its fields, and what should have been left alone is said to be expected as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from interplay.engine.database import Address, Changes
from interplay.engine.patch import Change, Path, plain, same

StepMark: TypeAlias = Literal["expected", "missing", "extra", "wrong"]
"""As expected; expected and not there; there and not expected; there, with another value than expected."""

_Values: TypeAlias = tuple[Any, Any, Any]
"""What was there before, what is expected, and what was found."""


class Step(NamedTuple):
    """One leaf of the state, as the conversation left it and as the blueprint leaves it."""

    found: Change | None
    expected: Change | None

    @property
    def mark(self) -> StepMark:
        """How the two compare."""
        if self.found is None:
            return "missing"
        if self.expected is None:
            return "extra"
        return "expected" if self.found == self.expected else "wrong"

    @property
    def change(self) -> Change:
        """What was found, or, where nothing was, what was expected."""
        change = self.found if self.found is not None else self.expected
        assert change is not None  # noqa: S101  (a step has one side at least)
        return change


class Field(NamedTuple):
    """One field of a row, with its three values; each is `msgspec.UNSET` where there is no such field."""

    name: str
    """Where in the row, steps joined with "/"; empty for a row that is no object."""
    before: Any
    expected: Any
    found: Any
    mark: StepMark
    message: int | None = None
    """Index of the call that made what is wrong; None where nobody did, or nothing is."""


class RowDiff(NamedTuple):
    """One row that changed or should have."""

    table: str
    key: str
    kind: Literal["added", "removed", "changed"]
    """What became of it, or should have."""
    fields: tuple[Field, ...]
    decides: bool
    """Whether its end decides the verdict; in some blueprints not every table's does."""

    @property
    def good(self) -> bool:
        """Whether every field is as expected."""
        return all(field.mark == "expected" for field in self.fields)


def steps_of(found: Sequence[Change], expected: Sequence[Change]) -> tuple[Step, ...]:
    """Two patches of one database side by side: what was found first, in its order, then what is missing.

    Args:
        found: what the conversation changed.
        expected: what the blueprint's actions change.
    """
    there, wanted = ({change.path: change for change in changes} for changes in (found, expected))
    both = [*there, *(path for path in wanted if path not in there)]
    return tuple(Step(there.get(path), wanted.get(path)) for path in both)


def rows_of(
    found: Changes, expected: Changes, makers: Mapping[str, int] | None = None, undecided: frozenset[str] | None = None
) -> tuple[RowDiff, ...]:
    """Two ends of one database, row by row and field by field; what is as it was in both is left out.

    Args:
        found: what the conversation changed.
        expected: what the blueprint's actions change, on the same data.
        makers: index of the call that made what is wrong at a JSON pointer, where one is known.
        undecided: tables whose end does not decide; None for none of them.
    """
    rows = []
    for address in dict.fromkeys((*found, *expected)):
        change = found.get(address) or expected[address]
        ends = (side[address].after if address in side else change.before for side in (expected, found))
        before, wanted, there = (msgspec.UNSET if row is None else plain(row) for row in (change.before, *ends))
        fields = _fields((), (before, wanted, there), address, makers or {})
        kind = _kind(before, (wanted, there))
        rows.append(RowDiff(*address, kind, tuple(fields), decides=address[0] not in (undecided or ())))
    return tuple(rows)


def _kind(before: Any, ends: tuple[Any, Any]) -> Literal["added", "removed", "changed"]:
    if before is msgspec.UNSET:
        return "added"
    return "removed" if msgspec.UNSET in ends else "changed"


def _fields(path: Path, values: _Values, address: Address, makers: Mapping[str, int]) -> Iterator[Field]:
    """The fields at a path: one, or, where objects or lists that differ stand there, those of each part."""
    before, expected, found = values
    alike = same(expected, found)
    if alike and same(before, found):
        return
    there = [value for value in values if value is not msgspec.UNSET]
    names: dict[str | int, None] = {}
    full = all(there)  # what is empty is not the same as nothing, and has no parts to tell that by
    if full and all(isinstance(value, dict) for value in there):
        names = dict.fromkeys(name for value in there for name in value)
    elif full and all(isinstance(value, list | tuple) for value in there) and not (alike and before is msgspec.UNSET):
        names = dict.fromkeys(range(max(map(len, there))))
    if names:
        for name in names:
            parts = (_part(before, name), _part(expected, name), _part(found, name))
            yield from _fields((*path, name), parts, address, makers)
        return
    mark: StepMark = "expected" if alike else "missing" if same(found, before) else "extra"
    if mark == "extra" and not same(expected, before):
        mark = "wrong"
    message = None if alike else _maker((*address, *path), makers)
    yield Field("/".join(str(step) for step in path), before, expected, found, mark, message)


def _part(value: Any, name: str | int) -> Any:
    """The part of this name, or that there is none."""
    try:
        return value[name]
    except (KeyError, IndexError, TypeError):
        return msgspec.UNSET


def _maker(path: Path, makers: Mapping[str, int]) -> int | None:
    """Who made what is at a path: of it, or of the nearest that holds it."""
    above = (Change(path[:length]).pointer for length in range(len(path), 0, -1))
    return next((makers[pointer] for pointer in above if pointer in makers), None)
