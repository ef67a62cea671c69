"""`interplay stats`: what a run holds, counted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from interplay.engine.run import Run
    from interplay.engine.statistics import Report

NAMES = 30
"""Columns for the names of what is counted, at least."""


@click.command(epilog="Example: interplay stats runs/first --json")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def stats(directory: Path, as_json: bool) -> None:
    """Count what the run in DIR holds: outcomes, lengths, tools, refusals, faults, and how varied it is."""
    from interplay.engine.cli.printing import console, print_json
    from interplay.engine.run import Run

    run = Run.open(directory)
    report = _report(run)
    if as_json:
        print_json(report)
    else:
        _print(console(), run, report)


def _report(run: Run) -> Report:
    from rich.console import Console
    from rich.progress import track

    from interplay.engine.statistics import Statistics
    from interplay.engine.units import units

    statistics, to = Statistics(run.config.units), Console(stderr=True)
    found = track(units(run), "counting", run.config.units, console=to, transient=True, disable=not to.is_terminal)
    for unit in found:
        statistics.add(unit)
    return statistics.report()


def _print(out: Console, run: Run, report: Report) -> None:
    from interplay.engine.cli.printing import inert, lines

    lines(out, f"{inert(str(run.path))}: {report.done:,} of {report.units:,} units done")
    accepted = f"{report.acceptance:.1%} of {report.scored:,} scored" if report.scored else "none was scored"
    _counts(out, "outcomes", report.outcomes, of=report.done)
    lines(out, f"accepted: {accepted}", indent=2)
    _counts(out, "endings", report.endings, of=report.done)
    _spreads(out, report)
    _counts(out, "calls by tool", report.tools, of=sum(report.tools.values()))
    _counts(out, "refusals by code", report.refusals, of=sum(report.tools.values()), what="calls")
    _counts(out, "faults", report.faults, of=report.scored, what="scored")
    _counts(out, "traits", report.traits, of=report.blueprints, what="blueprints")
    _counts(out, "goals by kind", report.goals, of=sum(report.goals.values()))
    _counts(out, "candidates rejected by check", report.rejected_candidates, of=_candidates(report), what="candidates")
    lines(out, f"first try: {report.first_try:.1%} of units had a blueprint from their first candidate", indent=2)
    _variety(out, report)


def _candidates(report: Report) -> int:
    return report.blueprints + sum(report.rejected_candidates.values())


def _counts(out: Console, name: str, counts: dict[str, int], *, of: int, what: str = "") -> None:
    """One block: a heading, and a line for each name with its count and its share."""
    from rich.text import Text

    from interplay.engine.cli.printing import inert_line, lines

    _heading(out, name, f"shares of {of:,} {what}" if what and counts else "")
    if not counts:
        lines(out, Text("none", "dim"), indent=2)
    width = max(NAMES, *map(len, counts), 0) if counts else NAMES
    for each, count in counts.items():
        share = f"{count / of:>8.1%}" if of else ""
        lines(out, Text.assemble(f"{inert_line(each):<{width}} {count:>9,}", (share, "dim")), indent=2)


def _spreads(out: Console, report: Report) -> None:
    from rich.text import Text

    from interplay.engine.cli.printing import lines

    _heading(out, "lengths")
    lines(out, Text(f"{'':<{NAMES}} {'mean':>9}{'median':>8}{'p95':>8}{'min':>8}{'max':>8}", "dim"), indent=2)
    for name, each in (("turns of the human", report.turns), ("tool calls", report.calls)):
        rest = f"{each.median:>8g}{each.p95:>8,}{each.min:>8,}{each.max:>8,}"
        lines(out, f"{name:<{NAMES}} {each.mean:>9.2f}{rest}", indent=2)


def _variety(out: Console, report: Report) -> None:
    from rich.text import Text

    from interplay.engine.cli.printing import lines

    _heading(out, "variety", "distinct counts are estimates, to about 0.2 %" if report.estimated else "")
    counted = {
        "distinct tool sequences": f"{report.tool_sequences:>9,}",
        "words of the human": f"{report.words:>9,}",
        "vocabulary": f"{report.vocabulary:>9,}",
    }
    for length, grams in report.grams.items():
        counted[f"distinct-{length}"] = f"{grams.ratio:>9.4f}  {grams.distinct:,} of {grams.all:,}"
    for name, said in counted.items():
        lines(out, Text(f"{name:<{NAMES}} {said}"), indent=2)


def _heading(out: Console, name: str, about: str = "") -> None:
    from rich.text import Text

    from interplay.engine.cli.printing import lines

    out.print()
    lines(out, Text.assemble((name, "bold"), (f"  {about}".rstrip(), "dim")))
