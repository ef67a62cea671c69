"""`interplay stats`: what a run holds, counted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from interplay.engine.run import Run
    from interplay.engine.statistics import Report


@click.command(epilog="Example: interplay stats runs/first --json")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def stats(directory: Path, as_json: bool) -> None:
    """Count what the run in DIR holds: outcomes and whose fault they were, lengths, tools, and how varied it is.

    Of several conversations a blueprint: pass^k with its interval, or how many attempts it took. Of the
    blueprints' making: the yield with and without feedback, what attempts fell at, how hard they are, and
    how far the reviewers can be relied on. Of models: tokens and cost.
    """
    from interplay.engine.cli.counts import print_report
    from interplay.engine.cli.printing import console, print_json
    from interplay.engine.run import Run

    run = Run.open(directory)
    report = _report(run)
    if as_json:
        print_json(report)
    else:
        print_report(console(), str(run.path), report)


def _report(run: Run) -> Report:
    from rich.console import Console
    from rich.progress import track

    from interplay.engine.statistics import Statistics, asked_of, bill_of
    from interplay.engine.units import units

    statistics, to = Statistics(run.config.units, asked=asked_of(run.config)), Console(stderr=True)
    found = track(units(run), "counting", run.config.units, console=to, transient=True, disable=not to.is_terminal)
    for unit in found:
        statistics.add(unit)
    return statistics.report(bill_of(run))
