"""Patches: what changed, leaf by leaf.

A change is a path and the two values at it; a patch is an ordered list of changes. It is invertible
because it keeps what was there before, and it prints as RFC 6902 JSON Patch because other tools read
that. Values are plain JSON values, or become such; a path is table, row key, then fields and list indexes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias

import msgspec

from interplay.engine.errors import PatchError

Path: TypeAlias = tuple[str | int, ...]


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One leaf that differs.

    `before` is unset where something was added, `after` where it was removed.
    """

    path: Path
    before: Any = msgspec.UNSET
    after: Any = msgspec.UNSET

    @property
    def inverse(self) -> Change:
        """The change that takes this one back."""
        return Change(self.path, self.after, self.before)

    @property
    def pointer(self) -> str:
        """The path as an RFC 6901 JSON pointer."""
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.path)

    def operation(self) -> dict[str, Any]:
        """This change as one RFC 6902 operation: add, remove or replace."""
        if self.after is msgspec.UNSET:
            return {"op": "remove", "path": self.pointer}
        verb = "add" if self.before is msgspec.UNSET else "replace"
        return {"op": verb, "path": self.pointer, "value": self.after}


class Patch(msgspec.Struct, frozen=True):
    """Changes in an order in which they can be applied."""

    changes: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    @property
    def inverse(self) -> Patch:
        """The patch that takes this one back."""
        return Patch(tuple(change.inverse for change in reversed(self.changes)))

    def operations(self) -> list[dict[str, Any]]:
        """This patch as an RFC 6902 document."""
        return [change.operation() for change in self.changes]

    def apply(self, document: Any) -> Any:
        """The document afterwards; what is not on a path is shared with the one given.

        Raises:
            PatchError: the document does not hold what a change says was there before.
        """
        for change in self.changes:
            document = _applied(document, change, 0)
        return document


def diff(before: Any, after: Any, path: Path = ()) -> Iterator[Change]:
    """What takes one JSON value to another, as leaf changes in applicable order.

    Objects are compared by key and lists by index. Numbers compare by value: 1 and 1.0 are the same.
    """
    if before is after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in before:
            if key not in after:
                yield Change((*path, key), before[key])
        for key, value in after.items():
            if key not in before:
                yield Change((*path, key), after=value)
            else:
                yield from diff(before[key], value, (*path, key))
    elif _is_list(before) and _is_list(after):
        shared = min(len(before), len(after))
        for index in range(shared):
            yield from diff(before[index], after[index], (*path, index))
        for index in range(len(before) - 1, shared - 1, -1):  # from the end, so that indexes hold
            yield Change((*path, index), before[index])
        for index in range(shared, len(after)):
            yield Change((*path, index), after=after[index])
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield Change(path, before, after)


def value_diff(before: Any, after: Any, path: Path) -> Iterator[Change]:
    """The changes that take one value in a row to another; only what differs is turned into JSON values.

    Args:
        before: the value there: a struct, or what a struct may hold.
        after: the value to come.
        path: where both are.
    """
    if before is after or before == after:
        return
    if isinstance(before, msgspec.Struct) and type(before) is type(after):
        yield from _struct_diff(before, after, path)
    elif type(before) is tuple and type(after) is tuple:
        shared = min(len(before), len(after))
        for index in range(shared):
            yield from value_diff(before[index], after[index], (*path, index))
        for index in range(len(before) - 1, shared - 1, -1):  # from the end, so that indexes hold
            yield Change((*path, index), plain(before[index]))
        for index in range(shared, len(after)):
            yield Change((*path, index), after=plain(after[index]))
    elif before is msgspec.UNSET:
        yield Change(path, after=plain(after))
    elif after is msgspec.UNSET:
        yield Change(path, plain(before))
    else:
        yield from diff(plain(before), plain(after), path)


def plain(value: object) -> Any:
    """A row, or part of one, as plain JSON values, whose objects have text for keys."""
    return msgspec.to_builtins(value, str_keys=True)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; numbers by value, but true is not 1."""
    return next(diff(one, other), None) is None


def ordered(changes: Iterable[Change]) -> Patch:
    """A patch from changes of one document in any order, as a recording may list them.

    Replacements commute; additions to a list are applied from the front, removals from the end.
    """

    def rank(change: Change) -> tuple[int, tuple[tuple[int, int, str], ...]]:
        sign = -1 if change.after is msgspec.UNSET else 1
        steps = tuple((0, sign * s, "") if isinstance(s, int) else (1, 0, s) for s in change.path)
        return (0 if sign < 0 else 1, steps)

    return Patch(tuple(sorted(changes, key=rank)))


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _applied(document: Any, change: Change, depth: int) -> Any:
    if depth == len(change.path):
        if not same(document, change.before):
            raise PatchError(f"{change.pointer or '/'} holds {document!r}; the patch expects {change.before!r}")
        return change.after
    step = change.path[depth]
    last = depth == len(change.path) - 1
    adds, removes = change.before is msgspec.UNSET, change.after is msgspec.UNSET
    if isinstance(document, Mapping) and isinstance(step, str):
        copy: Any = dict(document)
        there = step in document
    elif _is_list(document) and isinstance(step, int):
        copy = list(document)
        there = 0 <= step < len(document)
    else:
        raise PatchError(f"{change.pointer}: nothing can hold {step!r} at step {depth}")
    if last and adds:
        if there:
            raise PatchError(f"{change.pointer} is there already; the patch would add it")
        if isinstance(step, int):
            if step != len(copy):
                raise PatchError(f"{change.pointer} is past the end of a list of {len(copy)}")
            copy.append(change.after)
        else:
            copy[step] = change.after
        return copy
    if not there:
        raise PatchError(f"{change.pointer} is not there; step {step!r} is missing")
    value = _applied(document[step], change, depth + 1)
    if last and removes:
        del copy[step]
    else:
        copy[step] = value
    return copy


def _struct_diff(before: msgspec.Struct, after: msgspec.Struct, path: Path) -> Iterator[Change]:
    kind = type(before)
    if kind.__struct_config__.omit_defaults or len(kind.__struct_fields__) < 2:
        yield from diff(plain(before), plain(after), path)  # which fields there are depends on their values
        return
    values = _getter(kind)
    for name, old, new in zip(kind.__struct_encode_fields__, values(before), values(after), strict=True):
        if old is not new:
            yield from value_diff(old, new, (*path, name))


@cache
def _getter(kind: type[msgspec.Struct]) -> Callable[[msgspec.Struct], tuple[Any, ...]]:
    """Reads all fields of a struct of two or more at once."""
    return attrgetter(*kind.__struct_fields__)
