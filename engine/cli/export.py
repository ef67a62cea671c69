"""`interplay export`: blueprints in the form of others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from interplay.engine.cli.options import as_json as json_option

if TYPE_CHECKING:
    from interplay.engine.export.tau2 import Export

SHOWN = 10
"""Blueprints that were left out, and are named before the rest is only counted."""


@click.group(epilog="Example: interplay export tau2 runs/first --out exported")
def export() -> None:
    """Write blueprints in the form that others' tools read; with --json each says what it did as one JSON object."""


@export.command(epilog="Example: interplay export tau2 runs/first --out exported/WORLD")
@click.argument("source", metavar="RUN_OR_BLUEPRINTS", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Directory to write; it must not exist.")
@click.option("--domain", help="Of an import of several worlds, this one.")
@click.option("--data", type=click.Path(path_type=Path), help="Directory of the data, where a file has none beside it.")
@json_option
def tau2(source: Path, out: Path, domain: str | None, data: Path | None, as_json: bool) -> None:
    """Write a run's blueprints, or imported ones, as task files of tau2.

    OUT gets tasks.json, split_tasks.json, policy.md and the data in that project's layout. A blueprint that
    would mean something else there is left out, and it is said why.
    """
    from interplay.engine.cli.printing import print_json
    from interplay.engine.errors import DataError
    from interplay.engine.export.tau2 import export as make
    from interplay.engine.export.writing import write_tau2
    from interplay.engine.grading.shelf import open_shelf
    from interplay.engine.whole import check_free

    check_free(out)
    exported = make(open_shelf(source, domain, data))
    if not exported.tasks:
        why = f"; the first: {exported.left_out[0].text}" if exported.left_out else ""
        raise DataError(f"{source} holds no blueprint that can be written as a task{why}")
    write_tau2(exported, out)
    if as_json:
        left_out = [each._asdict() for each in exported.left_out]
        print_json({"out": str(out), "tasks": len(exported.tasks), "left_out": left_out, "lost": exported.lost})
    else:
        _print(exported, out)


def _print(exported: Export, out: Path) -> None:
    from interplay.engine.cli.printing import console, inert, inert_line, lines

    to = console()
    for each in exported.left_out[:SHOWN]:
        lines(to, inert_line(f"left out {each.id}: {each.text}"))
    if len(exported.left_out) > SHOWN:
        lines(to, f"and {len(exported.left_out) - SHOWN:,} more; --json names them")
    if exported.lost:
        rows = f"{', '.join(exported.lost[:SHOWN])}{', ...' if len(exported.lost) > SHOWN else ''}"
        what = "what hangs on it may have another right answer there"
        lines(to, inert_line(f"that project's files cannot hold {rows} as it is here: {what}"))
    tasks, all_of_them = len(exported.tasks), len(exported.tasks) + len(exported.left_out)
    lines(to, inert(f"wrote {tasks:,} of {all_of_them:,} blueprints as tasks to {out}"))
