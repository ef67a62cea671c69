"""`interplay import`: a checkout of a public benchmark as blueprints, with an audit of its tasks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from interplay.engine.importing.world import Imported


@click.command("import", epilog="Example: interplay import tau2 ../tau2-bench --out imported --world WORLD")
@click.argument("project", type=click.Choice(["tau", "tau2"]))
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Directory to write; it must not exist.")
@click.option("--world", help="Take this world alone; DIR may then be its folder under any name.")
@click.option("--split", help="Take one split alone: a key of split_tasks.json, or the test of tasks_test.py.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
def importing(project: Any, directory: Path, out: Path, world: str | None, split: str | None, as_json: bool) -> None:
    """Make blueprints of a checkout of a public benchmark, and audit its tasks on the way.

    DIR is a checkout of PROJECT: its root, the folder that holds its worlds, or one world's folder. Nothing
    in it is executed. OUT gets, for each world, data/ (its tables), blueprints.jsonl, audit.json, and beside
    them audit.md with every finding. Findings do not change the exit code; they are what it is for.
    """
    from interplay.engine.cli.printing import print_json
    from interplay.engine.importing.checkouts import search
    from interplay.engine.importing.report import summary
    from interplay.engine.importing.world import import_world
    from interplay.engine.importing.writing import write
    from interplay.engine.whole import check_free

    check_free(out)
    searched = search(project, directory, world)
    worlds = [import_world(project, checkout, split) for checkout in searched.found]
    write(worlds, out, searched.passed_over)
    if as_json:
        print_json({"out": str(out), "passed_over": searched.passed_over, "worlds": [summary(w) for w in worlds]})
    else:
        _print(worlds, searched.passed_over, out)


def _print(worlds: Sequence[Imported], passed_over: Sequence[str], out: Path) -> None:
    from interplay.engine.cli.printing import console, print_table, table
    from interplay.engine.importing.findings import KINDS, counted
    from interplay.engine.inert import inert_line

    for imported in worlds:
        made = f"{len(imported.blueprints):,} blueprints of {imported.tasks:,} tasks with {imported.calls:,} calls"
        click.echo(f"\n{imported.world} ({imported.project}): {made}")
        if not imported.findings:
            click.echo("nothing was found")
            continue
        rows = table("found", "weight", "findings", "tasks", "for example", right=("findings", "tasks"))
        for kind, (number, tasks) in counted(imported.findings).items():
            example = next(each for each in imported.findings if each.kind == kind)
            style = "red" if KINDS[kind].weight == "wrong" else None
            said = inert_line(": ".join(filter(None, (example.task, example.where, example.text))))
            rows.add_row(kind, KINDS[kind].weight, f"{number:,}", f"{tasks:,}", said, style=style)
        print_table(console(), rows)
    for text in passed_over:
        click.echo(f"passed over: {inert_line(text)}")
    click.echo(f"\nwrote {out}; every finding, what it means and what to do is in {out / 'audit.md'}")
