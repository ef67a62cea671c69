"""Writing: an import as a directory that is there whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from interplay.engine.importing.report import document, page
from interplay.engine.importing.world import Imported
from interplay.engine.whole import whole_directory


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
