"""Kit: a set of objects as a world's state, and their methods run on it.

A row holds what an object's state is, as a document, and beside it, hidden, the live object. That is never
changed: a call copies it, together with every object that shares a part with it, runs the method on the
copy, and puts new rows when that left anything different. So a fork, a rollback, a diff and a comparison
of two ends are what they are for any world, and a method that raises has touched nothing.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, TypeAlias

import msgspec
import structlog

from interplay.engine.database import Database, Table
from interplay.engine.errors import DataError, DomainError, Refusal, ToolkitError
from interplay.engine.toolkit.document import Describer, StatelessError, attributes_of, unlike
from interplay.engine.toolkit.guard import Guard, guarded
from interplay.engine.toolkit.making import Factory, check_name, made
from interplay.engine.toolkit.methods import Method
from interplay.engine.toolkit.results import as_json

Objects: TypeAlias = Mapping[str, object]
"""Live objects by name."""

log = structlog.get_logger("interplay.toolkit")

_encoder = msgspec.json.Encoder()


class ObjectRow(msgspec.Struct, frozen=True, dict=True):
    """One object's state."""

    attributes: dict[str, Any]
    """Its public attributes, as a document."""
    private: dict[str, Any] = {}
    """Those whose names begin with an underscore."""


class _Live:
    """What a row hides.

    Args:
        objects: those that share parts with each other, the row's own among them.
        image: the row as JSON, to see whether a call left it as it was.
    """

    __slots__ = ("frozen", "image", "objects")

    def __init__(self, objects: Objects, image: bytes) -> None:
        self.objects = objects
        self.image = image
        self.frozen: bytes | None = None
        """The objects as bytes, once they were copied; empty where they have to be copied part by part."""


class ToolkitDatabase(Database):
    """The state of a toolkit: one row an object."""

    objects: Table[str, ObjectRow]
    made_by: ClassVar[Callable[[], Kit]]
    """Gives the kit whose objects the rows are."""

    @classmethod
    def restored(cls, tables: Mapping[str, dict[Any, Any]]) -> Mapping[str, dict[Any, Any]]:
        """Rows with live objects in them: those that were read get the objects that the factories make.

        Raises:
            DataError: the factories make objects in another state.
        """
        rows = tables["objects"]
        if all(_live(row) is not None for row in rows.values()):
            return tables
        now = cls.made_by().rows()
        for name in rows.keys() | now.keys():
            if name not in rows or name not in now:
                raise DataError(
                    f"object {name!r} is {'not made' if name in rows else 'made and was not kept'}; "
                    f"objects made are {', '.join(now)}"
                )
            paths = list(unlike(_document(rows[name]), _document(now[name]), name))
            if paths:
                raise DataError(
                    f"objects are made again by their factories, and these now begin in another state than the one "
                    f"that was kept; it differs at {', '.join(paths[:5])}. Use the version of the classes that the "
                    "data was written with"
                )
        return {"objects": {name: now[name] for name in rows}}


class Kit:
    """Objects, by the factories that make them, and how their methods are run.

    Args:
        factories: by name; or one function that makes all of them, by name, where they share parts.
        refusals: what a method raises to say no; anything else is a defect.
        renders: what a caller reads of a result.
        ignores: patterns of attributes' names that are state and yet not compared: a cache, the time of a change.
    """

    def __init__(
        self,
        factories: Mapping[str, Factory] | Callable[[], Objects],
        *,
        refusals: tuple[type[Exception], ...],
        renders: Callable[[Any], str],
        ignores: Sequence[str] = (),
    ) -> None:
        self._ignores = tuple(ignores)
        self._freezes = False
        self._factories = factories
        self._refusals = refusals
        self._renders = renders
        self.tells_json = renders is as_json
        """Whether a result is told as JSON of what a method's annotation says."""
        self.watched: Callable[[str, Guard], object] | None = None
        """Told of each run of a method, where somebody watches what methods read."""

    def make(self) -> dict[str, object]:
        """The objects, made anew.

        Raises:
            DomainError: a factory raised, or did what no tool may.
        """
        with guarded("the factory"):
            if callable(self._factories):
                found = dict(made("the set of objects", self._factories))
            else:
                found = {name: made(name, factory) for name, factory in self._factories.items()}
        return {check_name(name): target for name, target in found.items()}

    def rows(self) -> dict[str, ObjectRow]:
        """Rows of objects that are made anew.

        Raises:
            DomainError: an object cannot be made, copied or compared; says where in it and what to do.
        """
        objects = self.make()
        try:
            rows = self._rows(objects)
            again = self._rows(_copied(objects))
            frozen = _frozen(objects)
            self._freezes = bool(frozen) and _documents(self._rows(_thawed(frozen))) == _documents(again)
        except StatelessError as error:
            raise DomainError(f"{error}. State is copied for each call and compared at the end") from None
        for name, row in rows.items():
            paths = list(unlike(_document(row), _document(again[name]), name))
            if paths:
                raise DomainError(
                    f"a copy of {name} is in another state than the object: they differ at {', '.join(paths[:5])}; "
                    "let its class copy all of its attributes (__deepcopy__, __getstate__ or __reduce__ leave some out)"
                )
        return rows

    def call(self, db: ToolkitDatabase, method: Method, arguments: Mapping[str, Any]) -> str:
        """Run a method on a copy, and put what it left.

        Raises:
            Refusal: the method raised one of the refusals; nothing has changed.
            ToolkitError: it did what no tool may, or left or returned what has no value.
        """
        label = method.label
        objects = self._opened(_open(db, method.owner), label)
        positional, named = method.placed(copy.deepcopy(dict(arguments)))
        with self._running(label):
            result = getattr(objects[method.owner], method.name)(*positional, **named)
        try:
            text = self._renders(result)
        except ToolkitError as error:
            raise ToolkitError(f"{label} returned {error}") from None
        self._keep(db, objects, label)
        return text

    def change(
        self, db: ToolkitDatabase, label: str, function: Callable[..., object], arguments: Mapping[str, Any]
    ) -> None:
        """Run a function on copies of all objects, which may change them or put others in their place.

        Raises:
            Refusal: the function raised one of the refusals; nothing has changed.
            ToolkitError: it did what no tool may, or left what has no value.
        """
        objects: dict[str, object] = {}
        for name in db.objects:
            if name not in objects:
                objects |= self._opened(_open(db, name), label)
        with self._running(label):
            function(objects, **copy.deepcopy(dict(arguments)))
        self._keep(db, objects, label)

    @contextmanager
    def _running(self, label: str) -> Iterator[None]:
        """Under guard, and what is raised turned into what a tool raises."""
        guard: Guard | None = None
        try:
            with guarded(label, watch=self.watched is not None) as guard:
                yield
        except (Refusal, ToolkitError, KeyboardInterrupt):
            raise
        except self._refusals as error:
            text = _said(error) or f"{label} raised {type(error).__name__}"
            raise Refusal(text, code=f"raised:{type(error).__name__}") from error
        except Exception:
            raise
        except BaseException as error:
            raise ToolkitError(f"{label} raised {error!r}, which would end the process") from error
        finally:
            if guard is not None:
                self._tell(label, guard)

    def _tell(self, label: str, guard: Guard) -> None:
        if self.watched is not None:
            self.watched(label, guard)
        if guard.printed and structlog.is_configured():  # unconfigured, it would print to the terminal
            log.debug("toolkit_printed", method=label, text=guard.printed)

    def _opened(self, hidden: _Live, label: str) -> dict[str, object]:
        """A copy of objects, for a method to work on; as bytes and back where that gives the same, which is faster."""
        if hidden.frozen is None:
            hidden.frozen = _frozen(hidden.objects) if self._freezes else b""
        if hidden.frozen:
            return _thawed(hidden.frozen)
        try:
            return _copied(hidden.objects)
        except StatelessError as error:
            raise ToolkitError(f"before {label}: {error}") from None

    def _keep(self, db: ToolkitDatabase, objects: Objects, label: str) -> None:
        """Put the rows of objects, all of them, for they hold parts of each other; unless nothing has changed."""
        try:
            rows = self._rows(objects)
        except StatelessError as error:
            raise ToolkitError(f"{label} left state that cannot be copied or compared: {error}") from None
        if self._ignores or any(row.__dict__["live"].image != _open(db, name).image for name, row in rows.items()):
            for name, row in rows.items():
                db.objects.put(name, row)

    def _rows(self, objects: Objects) -> dict[str, ObjectRow]:
        """The rows of some objects; those that share parts hide each other."""
        describer = Describer(self._ignores)
        for name, target in objects.items():
            describer.meet(name, target)
        try:
            documents = {name: describer.attributes(name, target) for name, target in objects.items()}
        except RecursionError:
            raise StatelessError(", ".join(objects), "is nested too deeply to be compared") from None
        groups = _groups(objects, describer.links)
        rows = {}
        for name, document in documents.items():
            public = {key: value for key, value in document.items() if key[:1] != "_"}
            private = {key: value for key, value in document.items() if key[:1] == "_"}
            row = rows[name] = ObjectRow(public, private)
            image = b"" if self._ignores else _encoder.encode(row)
            row.__dict__["live"] = _Live({each: objects[each] for each in groups[name]}, image)
        return rows


def _said(error: Exception) -> str:
    """What an exception says; nothing where it cannot, or not in characters that can be written."""
    try:
        text = str(error)
        text.encode()
    except Exception:
        return ""
    return text


def _copied(objects: Objects) -> dict[str, object]:
    try:
        return copy.deepcopy(dict(objects))
    except Exception as error:
        where = next(_uncopied(objects), ", ".join(objects))
        raise StatelessError(where, f"cannot be copied: {type(error).__name__}: {error}") from None


def _frozen(objects: Objects) -> bytes:
    """Objects as bytes; none where they cannot be written so, as those of a class that is local to a function."""
    try:
        return pickle.dumps(dict(objects), pickle.HIGHEST_PROTOCOL)
    except Exception:
        return b""


def _thawed(frozen: bytes) -> dict[str, object]:
    found: dict[str, object] = pickle.loads(frozen)  # noqa: S301  (this process wrote it)
    return found


def _documents(rows: Mapping[str, ObjectRow]) -> list[dict[str, Any]]:
    return [_document(row) for row in rows.values()]


def _uncopied(objects: Objects) -> Iterator[str]:
    for name, target in objects.items():
        for attribute, value in attributes_of(target).items():
            try:
                copy.deepcopy(value)
            except Exception:
                yield f"{name}/{attribute}"


def _groups(names: Objects, links: set[tuple[str, str]]) -> dict[str, list[str]]:
    """For each object those that share parts with it, over others too, in order; it is one of them."""
    group = {name: {name} for name in names}
    for one, other in sorted(links):
        if group[one] is not group[other]:
            group[one] |= group[other]
            for name in group[one]:
                group[name] = group[one]
    return {name: [each for each in names if each in group[name]] for name in names}


def live(row: ObjectRow) -> Objects:
    """The objects behind a row that share parts with each other, to be looked at and left as they are."""
    hidden = _live(row)
    return {} if hidden is None else hidden.objects


def _live(row: ObjectRow) -> _Live | None:
    found: _Live | None = row.__dict__.get("live")
    return found


def _open(db: ToolkitDatabase, name: str) -> _Live:
    row = db.objects.get(name)
    live = None if row is None else _live(row)
    if live is None:
        raise ToolkitError(
            f"{name}'s state was written as data, and only what methods did to the objects can be worked with; "
            "begin with a setup that calls methods in place of rows"
        )
    return live


def _document(row: ObjectRow) -> dict[str, Any]:
    return row.private | row.attributes
