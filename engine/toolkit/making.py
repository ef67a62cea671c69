"""Making: how the objects of a toolkit are made, from what its author gives."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from interplay.engine.errors import DomainError

Factory: TypeAlias = Callable[[], object]


def factories(objects: Sequence[Any] | Mapping[str, Any]) -> dict[str, Factory]:
    """Factories by name, from classes, functions that make one object, and objects to be copied.

    Raises:
        DomainError: two have a name, one is no name, or there are none.
    """
    found: dict[str, Factory] = {}
    for name, each in objects.items() if isinstance(objects, Mapping) else _named(objects):
        if name in found:
            raise DomainError(f"two objects are named {name!r}; give them names: objects={{'one': ..., 'other': ...}}")
        found[name] = each if _makes(each) else _copying(name, each)
    if not found:
        raise DomainError("a toolkit needs an object; give it classes: objects=[Shop]")
    return found


def made(name: str, factory: Callable[[], Any]) -> Any:
    """What a factory makes.

    Raises:
        DomainError: it raised; says what to do.
    """
    try:
        return factory()
    except Exception as error:
        raise DomainError(
            f"{name} cannot be made: {type(error).__name__}: {error}. A class that needs arguments is given as a "
            "function that makes the object: objects=[lambda: Shop('Berlin')]"
        ) from error


def check_name(name: object) -> str:
    """The name of an object, as it is.

    Raises:
        DomainError: it cannot stand in a path.
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise DomainError(f"an object cannot be named {name!r}; a name is letters, digits and _")
    return name


def _named(objects: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for each in objects:
        kind = each if inspect.isclass(each) else type(made("an object", each) if _makes(each) else each)
        yield kind.__name__, each


def _makes(each: Any) -> bool:
    """Whether something makes an object; else it is one, to be copied."""
    return inspect.isclass(each) or inspect.isroutine(each) or isinstance(each, functools.partial)


def _copying(name: str, template: object) -> Factory:
    """A factory of copies of an object as it is now."""
    try:
        kept = copy.deepcopy(template)
    except Exception as error:
        raise DomainError(
            f"{name} cannot be copied: {type(error).__name__}: {error}. Each conversation works on a copy; keep what "
            "cannot be copied outside the object"
        ) from None
    return functools.partial(copy.deepcopy, kept)
