"""Package: where the benchmark's own package is, and its parts that are needed here.

The package is the user's; nothing of it is ours to ship. It pins many libraries that only its models need,
so it is installed without them, or read from a copy that is installed elsewhere. Only the modules of the
eight classes are imported, from where their files are, so that none of those libraries is missed.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from interplay.engine.errors import AbsentError, DataError

PACKAGE = "bfcl_eval"
VERSION = "2026.3.23"
VARIABLE = "INTERPLAY_BFCL"
CLASSES: dict[str, str] = {
    "GorillaFileSystem": "gorilla_file_system",
    "MathAPI": "math_api",
    "MessageAPI": "message_api",
    "TwitterAPI": "posting_api",
    "TicketAPI": "ticket_api",
    "TradingBot": "trading_bot",
    "TravelAPI": "travel_booking",
    "VehicleControlAPI": "vehicle_control",
}
"""The classes whose methods are tools, by name, and the name of the module and of the file of descriptions."""

_SOURCES = "eval_checker.multi_turn_eval.func_source_code"
_HOW = (
    f"Install it without what it pins (pip install --no-deps bfcl-eval=={VERSION} mpmath), or set {VARIABLE} to a "
    "directory that holds an installed copy, such as the site-packages of another environment"
)


def installed() -> bool:
    """Whether the package is there; nothing is imported."""
    try:
        root()
    except DataError:
        return False
    return True


def root() -> Path:
    """The package's directory.

    Raises:
        AbsentError: it is not installed; says how to.
        DataError: what was named is not it.
    """
    named = os.environ.get(VARIABLE)
    return _named(Path(named)) if named else _found()


def data(name: str) -> Path:
    """A data file of the package.

    Raises:
        DataError: the package or the file is not there.
    """
    path = root() / "data" / name
    if not path.is_file():
        raise DataError(
            f"{root()} has no data/{name}; another version of the package may lay its data out otherwise. {_HOW}"
        )
    return path


@cache
def classes() -> dict[str, type]:
    """The eight classes, imported when they are first asked for.

    Raises:
        DataError: the package is not there, or a module of it cannot be imported.
    """
    return {name: _class(module, name) for name, module in CLASSES.items()}


def _found() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    if not places:
        raise AbsentError(
            f"the package bfcl-eval, whose classes and data this world is made of, is not installed. {_HOW}"
        )
    return Path(places[0])


def _named(directory: Path) -> Path:
    for each in (directory, directory / PACKAGE):
        if (each / "data").is_dir() and each.joinpath(*_SOURCES.split(".")).is_dir():
            return each
    raise DataError(f"{VARIABLE} names {directory}, which holds no {PACKAGE} with data and classes. {_HOW}")


def _class(module: str, name: str) -> type:
    try:
        _enter()
        with _neighbours():
            found: Any = importlib.import_module(f"{PACKAGE}.{_SOURCES}.{module}")
        kind: type = getattr(found, name)
    except DataError:
        raise
    except Exception as error:  # a copy that is damaged, or another version, may fail in any way
        raise DataError(f"{root()} cannot be used: {name} of {module}.py: {error!r}. {_HOW}") from error
    return kind


def _enter() -> None:
    """Have the package itself imported from where it was found, whatever else has its name."""
    place = root()
    loaded = sys.modules.get(PACKAGE)
    if loaded is not None and str(place) in list(getattr(loaded, "__path__", ())):
        return
    spec = importlib.util.spec_from_file_location(
        PACKAGE, place / "__init__.py", submodule_search_locations=[str(place)]
    )
    if spec is None or spec.loader is None:
        raise DataError(f"{place} cannot be imported. {_HOW}")
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


@contextmanager
def _neighbours() -> Iterator[None]:
    """What stands beside the package can be imported too, after everything that is installed here."""
    beside = str(root().parent)
    sys.path.append(beside)
    try:
        yield
    finally:
        sys.path.reverse()
        sys.path.remove(beside)
        sys.path.reverse()
