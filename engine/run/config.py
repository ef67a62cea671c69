"""Run config: what a run is, fixed when it is made.

It stands in `run.json`, which is written last: where it is, the run was made completely.
"""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import msgspec

from interplay.engine.errors import RunError
from interplay.engine.run.appending import sync

FORMAT = 2
"""Version of the layout that this Interplay writes and reads."""
RUN_FILE = "run.json"

_LIBRARIES = ("interplay", "msgspec", "anyio")


def versions() -> dict[str, str]:
    """Versions of what decides a run's bytes: Python, Interplay and the libraries under it."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


class RunConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a run is."""

    format: Annotated[int, msgspec.Meta(ge=1)] = FORMAT
    domain: str
    seed: int
    units: Annotated[int, msgspec.Meta(ge=0)]
    """Every unit has one record in each log, numbered from 0."""
    data_digest: str = ""
    """Base.digest of the data; `Run.create` fills it in."""
    versions: dict[str, str] = msgspec.field(default_factory=versions)
    settings: dict[str, Any] = {}
    """Whatever else the caller keeps: trials, actors, limits, where the data came from."""


class _Format(msgspec.Struct):
    format: int
    versions: dict[str, str] = {}


def write_config(directory: Path, data: bytes) -> None:
    """Write `run.json`, whole or not at all.

    Raises:
        OSError: the directory cannot be written.
    """
    new = directory / f"{RUN_FILE}.new"
    new.write_bytes(data)
    sync(new)
    new.replace(directory / RUN_FILE)
    sync(directory)


def encode_config(config: RunConfig) -> bytes:
    """The bytes of `run.json`.

    Raises:
        RunError: a value that JSON cannot hold, or out of range.
    """
    try:
        data = msgspec.json.encode(config)
        msgspec.json.decode(data, type=RunConfig)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise RunError(f"this run's settings cannot be kept: {error}") from None
    return msgspec.json.format(data, indent=2) + b"\n"


def read_config(directory: Path) -> RunConfig:
    """Read `run.json`.

    Raises:
        RunError: there is none, it is damaged, or another format's; says which and what to do.
    """
    path = directory / RUN_FILE
    data = _read(path)
    try:
        text = data.decode()
        written = msgspec.json.decode(text, type=_Format)
        if written.format != FORMAT:
            raise RunError(_other_format(path, written))
        return msgspec.json.decode(text, type=RunConfig)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RunError(f"{path} is damaged: {error}") from None


def _read(path: Path) -> bytes:
    directory = path.parent
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if not directory.exists():
            raise RunError(f"there is no run at {directory}: no such directory") from None
        raise RunError(
            f"{directory} is not a run: it has no {RUN_FILE}, which is written last when a run is made"
        ) from None
    except NotADirectoryError:
        raise RunError(f"{directory} is not a run: it is a file; a run is a directory with a {RUN_FILE}") from None
    except OSError as error:
        raise RunError(f"cannot read {path}: {error.strerror}") from None


def _other_format(path: Path, written: _Format) -> str:
    from_version = written.versions.get("interplay", "of an unknown version")
    return (
        f"{path} has format {written.format}, written by Interplay {from_version}; "
        f"this is Interplay {versions()['interplay']}, which reads format {FORMAT}. Use the one that wrote it"
    )
