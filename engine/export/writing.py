"""Writing: an export as a directory that is there whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from interplay.engine.export.tau2 import Export
from interplay.engine.whole import whole_directory


def write_tau2(exported: Export, out: Path) -> None:
    """Write tasks.json, split_tasks.json, policy.md and the data in that project's layout.

    Args:
        exported: what to write.
        out: a directory that does not exist.

    Raises:
        UsageError: the name is taken, or it cannot be written.
    """
    with whole_directory(out) as directory:
        exported.edition.write(exported.base, directory)
        _write_json(directory / "tasks.json", exported.tasks)
        _write_json(directory / "split_tasks.json", exported.splits)
        (directory / "policy.md").write_text(exported.edition.domain.policy.text + "\n", encoding="utf-8")


def _write_json(path: Path, value: Any) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
