"""`interplay verify`: every stored conversation, of a run or of an export, played back and judged again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from interplay.engine.export.returning import Audit, FileRow, Place
    from interplay.engine.reverify import Difference, Tally
    from interplay.engine.run import Run

REPLAYED = ("recorded", "replayed")


@click.command(epilog="Example: interplay verify runs/first, or interplay verify exported --run runs/first")
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option(
    "--run",
    "runs",
    metavar="DIR",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Of an export: a run that it was made of, or a directory of runs; by default they are looked for around it.",
)
@click.option(
    "--format", metavar="NAME", default="", help="Of a file of rows: its format, where its first row does not tell."
)
@click.option(
    "--tokenizer",
    type=click.Path(path_type=Path),
    help="Of an export with tokens: the tokenizer, to make them again; else their file's digest has to do.",
)
@click.option("--first", default=10, show_default=True, type=click.IntRange(min=0), help="Differences to print.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.pass_context
def verify(context: click.Context, /, path: Path, first: int, as_json: bool, **reading: Any) -> None:
    """Play back every conversation in PATH, a run or what was exported of it, and compare with what was recorded.

    Each conversation's tool calls run again on the run's data, and the verdict and whose fault it was are
    found again, with no actor and no model. Of an export, a directory or a file of rows, each row is read back
    from its format first; what differs is told with file and line. That a row is missing is found in a directory
    with its export.json, and not in a file alone. Exits with 1 when anything differs or was
    lost; a run that is not complete yet is verified as far as it is.
    """
    agrees = _verify_export if _is_export(path) else _verify_run
    context.exit(0 if agrees(path, reading, first, as_json=as_json) else 1)


def _is_export(path: Path) -> bool:
    from interplay.engine.export.manifest import FILE

    return path.is_file() or (path / FILE).is_file()


def _verify_run(path: Path, reading: dict[str, Any], first: int, *, as_json: bool) -> bool:
    """Whether a run agrees with what comes of it again."""
    from interplay.engine.cli.printing import print_json
    from interplay.engine.run import Run

    _check_run(path)
    run = Run.open(path)
    given = [name for name, value in reading.items() if value]
    if given:
        raise click.UsageError(f"--{given[0].removesuffix('s')} is for exports, and {path} is a run")
    tally = _tally(run, first)
    if as_json:
        print_json(_report(run, tally))
    else:
        _print(run, tally)
    return tally.agrees


def _check_run(path: Path) -> None:
    """Say of a directory that is no run what it is instead, where that can be seen.

    Raises:
        UsageError: it holds runs, or files of rows.
    """
    from interplay.engine.errors import UsageError
    from interplay.engine.export.returning.recognising import SUFFIXES
    from interplay.engine.run.config import RUN_FILE

    if not path.is_dir() or (path / RUN_FILE).exists():
        return
    inside = sorted(each for each in path.iterdir() if not each.name.startswith("."))
    runs = [each for each in inside if (each / RUN_FILE).is_file()]
    files = [each for each in inside if each.suffix in SUFFIXES and each.is_file()]
    if runs:
        holds = "a run" if len(runs) == 1 else f"{len(runs):,} runs"
        raise UsageError(f"{path} is no run and holds {holds}; say one: interplay verify {runs[0]}")
    if files:
        holds = "a file" if len(files) == 1 else f"{len(files):,} files"
        raise UsageError(
            f"{path} is no run, and no export with its export.json; it holds {holds} of rows, which can be verified "
            f"each alone: interplay verify {files[0]} --run DIR"
        )


def _verify_export(path: Path, reading: dict[str, Any], first: int, *, as_json: bool) -> bool:
    """Whether an export agrees with its runs."""
    from interplay.engine.cli.printing import print_json
    from interplay.engine.export.returning import audit

    found = audit(path, **reading, first=first, track=_tracked)
    if as_json:
        print_json(_report_export(found))
    else:
        _print_export(found)
    return found.agrees


def _tracked(rows: Iterator[FileRow], expected: int) -> Iterable[FileRow]:
    from rich.console import Console
    from rich.progress import track

    to = Console(stderr=True)
    return track(rows, "verifying", expected or None, console=to, transient=True, disable=not to.is_terminal)


def _tally(run: Run, first: int) -> Tally:
    from rich.console import Console
    from rich.progress import track

    from interplay.engine.domain import load_domain
    from interplay.engine.reverify import Reverifier, Tally
    from interplay.engine.statistics import asked_of
    from interplay.engine.units import is_open, units

    world = load_domain(run.config.domain)
    reverifier = Reverifier(world, run.base(world), asked_of(run.config).trials)
    tally = Tally(run.config.units, is_open=is_open(run), first=first)
    to = Console(stderr=True)
    found = track(units(run), "verifying", run.config.units, console=to, transient=True, disable=not to.is_terminal)
    for unit in found:
        tally.add(unit, reverifier)
    return tally


def _report(run: Run, tally: Tally) -> dict[str, Any]:
    return {
        "run": str(run.path),
        "units": tally.units,
        "replayed_units": tally.replayed_units,
        "replayed": tally.replayed,
        "same": tally.same,
        "different": tally.different,
        "unfinished": tally.unfinished,
        "lost": tally.lost,
        "kinds": dict(sorted(tally.kinds.items())),
        "differences_in_all": tally.differed,
        "differences": [_as_json(found) for found in tally.differences],
    }


def _as_json(found: Difference) -> dict[str, Any]:
    from interplay.engine.cli.differing import leaves_as_json

    leaves = leaves_as_json(found.leaves, REPLAYED)
    return {"unit": found.unit, "trial": found.trial, "what": found.what, "message": found.message, "leaves": leaves}


def _report_export(found: Audit) -> dict[str, Any]:
    return {
        "export": str(found.path),
        "format": found.format,
        "runs": sorted(found.runs),
        "files": found.files,
        "rows": found.rows,
        "same": found.same,
        "different": found.different,
        "lost": found.lost,
        "kinds": dict(sorted(found.kinds.items())),
        "differences_in_all": found.differed,
        "differences": [_place_as_json(place) for place in found.differences],
    }


def _place_as_json(found: Place) -> dict[str, Any]:
    from interplay.engine.cli.differing import leaves_as_json

    where = {"file": found.file, "row": found.row, "id": found.id, "what": found.what, "message": found.message}
    return {**where, "leaves": leaves_as_json(found.leaves, found.sides)}


def _print(run: Run, tally: Tally) -> None:
    from rich.text import Text

    from interplay.engine.cli.differing import counts, print_rest
    from interplay.engine.cli.printing import console, lines
    from interplay.engine.inert import inert

    out = console()
    for found in tally.differences:
        _print_difference(out, found, several=tally.several)
    print_rest(out, len(tally.differences), tally.differed)
    kinds = ", ".join(f"{count:,} {name}" for name, count in sorted(tally.kinds.items())) or "none"
    of = f" conversations of {tally.replayed_units:,} units" if tally.several else ""
    replayed = f"{inert(str(run.path))}: {tally.replayed:,}{of} replayed, "
    lines(out, Text.assemble(replayed, *counts(tally.same, tally.different)))
    lines(out, f"recorded as {kinds}")
    if tally.lost:
        lost = f"lost: {tally.lost:,} of {tally.units:,} units lack a record that should be there"
        lines(out, Text(lost, "bold red"))
    if tally.unfinished:
        state = f"incomplete: {tally.unfinished:,} of {tally.units:,} units are not done yet"
        lines(out, Text(f"{state}; `interplay resume {inert(str(run.path))}` does them", "yellow"))
    if tally.differed:
        _print_versions(run)


def _print_difference(out: Any, found: Difference, *, several: bool) -> None:
    from rich.text import Text

    from interplay.engine.cli.differing import print_leaves
    from interplay.engine.cli.printing import lines
    from interplay.engine.inert import inert_line

    where = f", trial {found.trial}" if several and found.trial is not None else ""
    where += "" if found.message is None else f", message {found.message}"
    lines(out, Text(f"unit {found.unit}{where}: {inert_line(found.what)} differs", "bold"))
    print_leaves(out, found.leaves, REPLAYED)


def _print_export(found: Audit) -> None:
    from rich.text import Text

    from interplay.engine.cli.differing import counts, print_leaves, print_rest
    from interplay.engine.cli.printing import console, lines
    from interplay.engine.inert import inert, inert_line

    out = console()
    for place in found.differences:
        kind = "row" if place.file.endswith(".parquet") else "line"
        where = f", {kind} {place.row}" if place.row is not None else ""
        where += f" ({place.id})" if place.id else ""
        where += "" if place.message is None else f", message {place.message}"
        lines(out, Text(inert_line(f"{place.file}{where}: {place.what} differs"), "bold"))
        print_leaves(out, place.leaves, place.sides)
    print_rest(out, len(found.differences), found.differed)
    of = f" of {found.files:,} files" if found.files != 1 else ""
    verified = f"{inert(str(found.path))}: {found.rows:,} rows{of} ({found.format}) replayed, "
    lines(out, Text.assemble(verified, *counts(found.same, found.different)))
    kinds = ", ".join(f"{count:,} {name}" for name, count in sorted(found.kinds.items())) or "none"
    lines(out, inert_line(f"of {', '.join(sorted(found.runs)) or 'no run'}, recorded there as {kinds}"))
    if found.lost:
        lines(out, Text(f"lost: {found.lost:,} rows that should be there are not", "bold red"))


def _print_versions(run: Run) -> None:
    """Say it when the run was made by something else than what replays it: that may be the whole reason."""
    from interplay.engine.cli.printing import console, lines
    from interplay.engine.inert import inert_line
    from interplay.engine.run.config import versions

    now = versions()
    for name, was in run.config.versions.items():
        if now.get(name) != was:
            lines(console(), inert_line(f"the run was made with {name} {was}; this is {now.get(name, 'without it')}"))
