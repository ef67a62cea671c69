"""Document: an object's state as plain JSON values, so that it can be compared, shown and written.

Two objects in the same state have the same document, in any process. Attributes and dictionaries are
walked in sorted order; what a set holds is sorted; an object that is met again, in a cycle or because two
attributes share it, is a reference to where it was met first. JSON has fewer kinds of values than Python,
so the others are told apart by a key that begins with `$`:

    {"$set": [1, 2]}    {"$type": "Node", "next": ...}    {"$datetime": "2031-03-01 09:30:00"}
    {"$ref": "Shop/orders/12"}    {"$Random": "3f1c..."}

A key that is no text is written as JSON would write it, and text that could be taken for one is quoted. A
tuple is a list. What has no value that could be compared is refused, with the path that leads to it.
"""

from __future__ import annotations

import copyreg
import hashlib
import math
import random
import types
import weakref
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import cache
from pathlib import PurePath
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

Document: TypeAlias = dict[str, Any]

WORDS: tuple[type, ...] = (datetime, date, time, timedelta, tzinfo, Decimal, Fraction, UUID, PurePath, complex, range)
"""Types of values that are told by their text."""

_LARGEST = 2**63 - 1
_text = msgspec.json.Encoder(order="deterministic")
_read = msgspec.json.Decoder()


class StatelessError(Exception):
    """Something has no value that could be copied or compared.

    Args:
        path: where it is, from the object on.
        text: what it is and what to do, after the path.
    """

    def __init__(self, path: str, text: str) -> None:
        super().__init__(f"{path} {text}")
        self.path = path


class Describer:
    """Writes the documents of objects that may share parts; each part is written once.

    Args:
        ignores: patterns of attributes' names that are left out, at the objects and anywhere in them.
    """

    def __init__(self, ignores: tuple[str, ...] = ()) -> None:
        self._ignores = ignores
        self.links: set[tuple[str, str]] = set()
        """Names of two objects where the first holds a part of the second."""
        self._met: dict[int, str] = {}
        self._kept: list[object] = []
        self._at = ""

    def meet(self, name: str, target: object) -> None:
        """Say what an object is called, before any that may hold it is described."""
        self._met[id(target)] = name

    def attributes(self, name: str, target: object) -> Document:
        """The document of an object's attributes.

        Args:
            name: what the object is called in references and errors.
            target: the object.
        Raises:
            StatelessError: an attribute, or something in it, has no value.
        """
        self._at = name
        self.meet(name, target)
        return self._fields(self._seen(target), name)

    def _seen(self, target: object) -> dict[str, Any]:
        """The attributes that are not ignored."""
        found = attributes_of(target)
        if not self._ignores:
            return found
        return {name: value for name, value in found.items() if not ignored(name, self._ignores)}

    def value(self, value: Any, path: str) -> Any:
        """The document of any value.

        Raises:
            StatelessError: it has none.
        """
        if value is None or value is True or value is False:
            return value
        kind = type(value)
        if kind is str:
            return value
        if kind is int:
            return value if -_LARGEST <= value <= _LARGEST else {"$int": str(value)}
        if kind is float:
            return value if math.isfinite(value) else {"$float": repr(value)}
        if kind is tuple:
            return self._items(value, path)
        plain = _plain(value)
        if plain is not None:
            return plain
        met = self._met.get(id(value))
        if met is not None:
            self.links.add((self._at, met.partition("/")[0]))
            return {"$ref": met}
        self._met[id(value)] = path
        return self._mutable(value, path)

    def _mutable(self, value: Any, path: str) -> Any:
        kind = type(value)
        if kind is list:
            return self._items(value, path)
        if kind is dict:
            return self._fields({key_text(key, path): held for key, held in value.items()}, path)
        tag = f"${kind.__name__}"
        if isinstance(value, set | frozenset):
            return self._with(value, {"$set" if kind in (set, frozenset) else tag: self._set(value, path)}, path)
        if isinstance(value, OrderedDict):
            pairs = [[key_text(k, path), self.value(v, _under(path, key_text(k, path)))] for k, v in value.items()]
            return self._with(value, {tag: pairs}, path)
        if isinstance(value, dict):
            held = {key_text(key, path): each for key, each in value.items()}
            return self._with(value, {tag: self._fields(held, path)}, path)
        if isinstance(value, list | tuple | deque):
            return self._with(value, {tag: self._items(value, path)}, path)
        return self._object(value, path)

    def _with(self, value: object, document: Document, path: str) -> Document:
        """A collection's document, with the attributes that a class of its own may have."""
        own = self._seen(value)
        if isinstance(value, deque) and value.maxlen is not None:
            own["maxlen"] = value.maxlen
        if callable(factory := getattr(value, "default_factory", None)):
            own["default_factory"] = factory
        return document | self._fields(own, path) if own else document

    def _items(self, values: Any, path: str) -> list[Any]:
        return [self.value(each, f"{path}/{index}") for index, each in enumerate(values)]

    def _fields(self, fields: Mapping[str, object], path: str) -> Document:
        value = self.value
        names = sorted(fields, key=_private_last)
        return {name: value(fields[name], _under(path, name)) for name in names}

    def _set(self, values: Any, path: str) -> list[Any]:
        """What a set holds, sorted; each as if it were met for the first time, for a set has no order."""
        found = []
        for each in values:
            met = dict(self._met)
            found.append(self.value(each, f"{path}/$set"))
            self._met = met
        return sorted(found, key=_text.encode)

    def _object(self, value: object, path: str) -> Document:
        _refuse(value, path)
        kind = type(value)
        if isinstance(value, random.Random):
            return {f"${kind.__name__}": hashlib.sha256(repr(value.getstate()).encode()).hexdigest()[:32]}
        if isinstance(value, types.MethodType):
            return {"$method": value.__name__, "of": self.value(value.__self__, f"{path}/of")}
        if _plainly_made(kind):  # type: ignore[arg-type]  # a class is hashable, whatever its objects are
            return {"$type": kind.__name__} | self._fields(self._seen(value), path)
        try:
            parts = value.__reduce_ex__(4)
        except Exception as error:
            raise StatelessError(path, f"is a {kind.__name__}, which cannot be copied ({error}); {_ADVICE}") from None
        if isinstance(parts, str):
            return {"$global": parts}
        self._kept.append(parts)  # what it made must not be freed, or another object could have its id
        arguments, state, *rest = (*parts[1:], None, None, None, None)[:4]
        document: Document = {"$type": kind.__name__}
        given = [each for each in arguments if each is not kind]
        if given:
            document["$made_of"] = self.value(given, f"{path}/$made_of")
        if isinstance(state, dict):
            document |= self._fields({key_text(key, path): held for key, held in state.items()}, path)
        elif state is not None:
            document["$state"] = self.value(state, f"{path}/$state")
        for tag, held in zip(("$items", "$pairs"), rest, strict=True):
            if held is not None:
                document[tag] = self.value(list(held), f"{path}/{tag}")
        return document


_ADVICE = "keep it outside the object, or make it where it is used"
_UNCOPIED: tuple[tuple[type, str], ...] = (
    (types.GeneratorType, "a generator, which can be read once and not copied"),
    (types.CoroutineType, "a coroutine, which can be awaited once and not copied"),
    (types.FrameType, "a frame of running code"),
    (types.ModuleType, "a module, which is shared by everybody"),
    (weakref.ref, "a weak reference, which would point into another copy"),
    (weakref.ProxyType, "a weak reference, which would point into another copy"),
    (weakref.CallableProxyType, "a weak reference, which would point into another copy"),
)


def _refuse(value: object, path: str) -> None:
    """Refuse what can be copied in name only."""
    for kind, what in _UNCOPIED:
        if isinstance(value, kind):
            raise StatelessError(path, f"is {what}; {_ADVICE}")
    if type(value) is object:
        raise StatelessError(
            path,
            "is a bare object(), which equals nothing but itself, so its copy is another one; "
            "use None, a string or a member of an Enum in its place",
        )


def _plain(value: object) -> Any:
    """The document of a value that cannot change, or None where it is none of those."""
    kind = type(value)
    if kind is bytes:
        return {"$bytes": value.hex()}  # type: ignore[attr-defined]
    if isinstance(value, Enum):
        return {"$enum": f"{kind.__name__}.{value.name}"}
    if kind in WORDS or isinstance(value, tzinfo | PurePath):
        return {f"${kind.__name__}": str(value)}
    if isinstance(value, type):
        return {"$class": value.__qualname__}
    if isinstance(value, types.BuiltinFunctionType | types.FunctionType) and not _closed_over(value):
        return {"$function": value.__qualname__}
    return None


def _closed_over(function: Any) -> bool:
    """Whether a function carries state of its own: variables around it, or the object that it is bound to."""
    bound = getattr(function, "__self__", None)
    return bool(getattr(function, "__closure__", None)) or not (bound is None or isinstance(bound, types.ModuleType))


@cache
def _plainly_made(kind: type) -> bool:
    """Whether an object of this class is its attributes and nothing else: no part of it is made in C."""
    if kind in copyreg.dispatch_table or any(hasattr(kind, name) for name in ("__getnewargs__", "__getnewargs_ex__")):
        return False
    if any(getattr(kind, name) is not getattr(object, name) for name in ("__reduce_ex__", "__reduce__")):
        return False
    try:
        object.__new__(kind)
    except TypeError:
        return False
    return True


@cache
def ignored(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether an attribute's name is like one of some patterns."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def attributes_of(target: object) -> dict[str, Any]:
    """An object's own attributes, in its dictionary and in slots."""
    found: dict[str, Any] = {str(name): value for name, value in getattr(target, "__dict__", {}).items()}
    for kind in type(target).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            name = f"_{kind.__name__.lstrip('_')}{slot}" if slot[:2] == "__" != slot[-2:] else slot
            if name not in ("__dict__", "__weakref__") and hasattr(target, name):
                found[name] = getattr(target, name)
    return found


def key_text(key: object, path: str) -> str:
    """A dictionary's key as the key of a JSON object, such that no two keys become one.

    Raises:
        StatelessError: it has no value that could be compared.
    """
    if type(key) is str:
        return f'"{key}"' if (key[:1] in '"${[-0123456789' and key) or key in ("null", "true", "false") else key
    document = Describer().value(key, f"{path} (a key)")
    text = _text.encode(document).decode()
    return text if not isinstance(document, dict) else f"${text}"


def key_value(text: str) -> Any:
    """The key that `key_text` wrote, where it was text or a JSON scalar; else the text."""
    if text[:1] == '"':
        return text[1:-1]
    try:
        return _read.decode(text)
    except msgspec.DecodeError:
        return text


def unlike(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Paths at which two documents differ, the first of each branch."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted(one.keys() | other.keys()):
            if name not in one or name not in other:
                yield _under(path, name)
            else:
                yield from unlike(one[name], other[name], _under(path, name))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from unlike(left, right, f"{path}/{index}")
    elif one != other:
        yield path


def _private_last(name: str) -> tuple[bool, str]:
    return name[:1] == "_", name


def _under(path: str, name: str) -> str:
    return f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
