"""Writing: an import as a directory that is there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.importing.report import document, page
from interplay.engine.importing.world import Imported


def check_free(out: Path) -> None:
    """Refuse a name that is taken.

    Raises:
        UsageError: something is there, or its parent is no directory.
    """
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} exists already; nothing is overwritten: name a directory that does not exist")
    if out.parent.exists() and not out.parent.is_dir():
        raise UsageError(f"cannot write {out}: {out.parent} is not a directory")


@contextmanager
def whole_directory(out: Path) -> Iterator[Path]:
    """A directory to fill, which gets its name when all went well and is gone when not.

    Raises:
        UsageError: the name is taken, or it cannot be written.
    """
    check_free(out)
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        yield part
        check_free(out)  # made meanwhile; a rename would take the place of an empty directory
        part.rename(out)
    except OSError as error:
        raise UsageError(f"cannot write {out}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write(worlds: Sequence[Imported], out: Path, passed_over: Sequence[str] = ()) -> None:
    """Write WORLD/data, WORLD/blueprints.jsonl and WORLD/audit.json for each world, and audit.md.

    Args:
        worlds: what was imported.
        out: a directory that does not exist.
        passed_over: what was found and not imported, for the page.

    Raises:
        UsageError: the name is taken, or it cannot be written.
    """
    with whole_directory(out) as part:
        for each in worlds:
            _write_world(each, part / each.world)
        (part / "audit.md").write_text(page(worlds, passed_over), encoding="utf-8")


def _write_world(imported: Imported, directory: Path) -> None:
    imported.base.write(directory / "data")
    lines = [msgspec.json.encode(blueprint) + b"\n" for blueprint in imported.blueprints]
    (directory / "blueprints.jsonl").write_bytes(b"".join(lines))
    audit = msgspec.json.format(msgspec.json.encode(document(imported)), indent=1)
    (directory / "audit.json").write_bytes(audit + b"\n")
