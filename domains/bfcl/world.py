"""World: the benchmark's eight classes as one toolkit, made when it is first needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, overload

from interplay.domains.bfcl.descriptions import schemas
from interplay.domains.bfcl.package import classes
from interplay.engine.database import Base
from interplay.engine.seeds import Seed
from interplay.engine.toolkit.kit import Kit
from interplay.engine.toolkit.world import database_of, setup_of, tools_of
from interplay.engine.tools import Tool


class World(NamedTuple):
    """What the package's classes come to."""

    kit: Kit
    tools: tuple[Tool[..., Any], ...]
    setups: tuple[Tool[..., Any], ...]


@cache
def world() -> World:
    """The classes as objects and tools; the same ones each time.

    Raises:
        DataError: the package is not there.
    """
    found = classes()
    kit = Kit(dict(found), refusals=(Exception,), renders=told, ignores=("_*",))
    shown = schemas()
    return World(kit, tools_of(kit, found, schemas=shown), (setup_of(kit, begin),))


def begin(objects: dict[str, Any], configs: dict[str, dict[str, Any]], long_context: bool) -> None:
    """Fill the objects that a conversation is about.

    Args:
        objects: all of them, by class.
        configs: by class, what its object begins with.
        long_context: fill it with much that is beside the point.
    """
    for name, config in configs.items():
        load = getattr(objects[name], "_load_scenario", None)
        if load is not None:  # an object without state has nothing to load
            load(config, long_context=long_context)


def told(result: Any) -> str:
    """A result as the benchmark's recordings tell it: an object as JSON where it can be, all else as Python does."""
    if isinstance(result, dict):
        try:
            return json.dumps(result)
        except (TypeError, ValueError):
            return str(result)
    return str(result)


BfclDatabase = database_of("bfcl", lambda: world().kit)


@cache
def base() -> Base[Any]:
    """The objects before anything is loaded.

    Raises:
        DataError: the package is not there.
    """
    return Base(BfclDatabase, {"objects": world().kit.rows()})


def generate(seed: Seed, persons: int) -> Base[Any]:  # noqa: ARG001  (the classes decide what there is)
    """The objects before anything is loaded; the same whatever is asked for.

    Raises:
        DataError: the package is not there.
    """
    return base()


class Later(Sequence[Tool[..., Any]]):
    """Tools that are made when somebody looks at them, so that the world can be imported without its package.

    Args:
        make: makes them.
    """

    def __init__(self, make: Callable[[], Sequence[Tool[..., Any]]]) -> None:
        self._make = make

    @overload
    def __getitem__(self, index: int) -> Tool[..., Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Tool[..., Any]]: ...
    def __getitem__(self, index: int | slice) -> Tool[..., Any] | Sequence[Tool[..., Any]]:
        return self._make()[index]

    def __len__(self) -> int:
        return len(self._make())
