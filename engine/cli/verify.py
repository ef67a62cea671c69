"""`interplay verify`: every stored conversation, played back and judged again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from interplay.engine.reverify import Difference, Tally
    from interplay.engine.run import Run

SHOWN = 8
"""Leaves of one difference that are printed before the rest is only counted."""
NEAR = 80
"""Characters that are printed before the place where two long values part, and twice as many after it."""


@click.command(epilog="Example: interplay verify runs/first")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--first", default=10, show_default=True, type=click.IntRange(min=0), help="Differences to print.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.pass_context
def verify(context: click.Context, directory: Path, first: int, as_json: bool) -> None:
    """Play back every conversation of the run in DIR, and compare with what it recorded.

    Each conversation's tool calls run again on the run's data, and the verdict and whose fault it was are
    found again, with no actor and no model. Exits with 1 when anything differs or was lost; a run that is
    not complete yet is verified as far as it is.
    """
    from interplay.engine.cli.printing import print_json
    from interplay.engine.run import Run

    run = Run.open(directory)
    tally = _tally(run, first)
    if as_json:
        print_json(_report(run, tally))
    else:
        _print(run, tally)
    context.exit(0 if tally.agrees else 1)


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
    import msgspec

    leaves = []
    for leaf in found.leaves:
        sides = {"recorded": leaf.before, "replayed": leaf.after}
        there = {side: value for side, value in sides.items() if value is not msgspec.UNSET}
        leaves.append({"at": leaf.pointer, **there})
    return {"unit": found.unit, "trial": found.trial, "what": found.what, "message": found.message, "leaves": leaves}


def _print(run: Run, tally: Tally) -> None:
    from rich.text import Text

    from interplay.engine.cli.printing import console, inert, lines

    out = console()
    for found in tally.differences:
        _print_difference(out, found, several=tally.several)
    if tally.differed > len(tally.differences):
        left = tally.differed - len(tally.differences)
        out.print(Text(f"{left:,} more differences; --first shows more\n", "dim"))
    same, different = Text(f"{tally.same:,} same", "green"), Text(f"{tally.different:,} different")
    different.stylize("bold red" if tally.different else "")
    kinds = ", ".join(f"{count:,} {name}" for name, count in sorted(tally.kinds.items())) or "none"
    of = f" conversations of {tally.replayed_units:,} units" if tally.several else ""
    lines(out, Text.assemble(f"{inert(str(run.path))}: {tally.replayed:,}{of} replayed, ", same, ", ", different))
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

    from interplay.engine.cli.printing import inert_line, lines

    where = f", trial {found.trial}" if several and found.trial is not None else ""
    where += "" if found.message is None else f", message {found.message}"
    lines(out, Text(f"unit {found.unit}{where}: {inert_line(found.what)} differs", "bold"))
    for leaf in found.leaves[:SHOWN]:
        one, other = apart(_shown(leaf.before), _shown(leaf.after))
        at = f"{inert_line(leaf.pointer)}: " if leaf.pointer else ""
        lines(out, Text.assemble(at, "recorded ", (one, "red"), ", replayed ", (other, "green")), indent=4)
    if len(found.leaves) > SHOWN:
        lines(out, Text(f"and {len(found.leaves) - SHOWN:,} more", "dim"), indent=4)
    out.print()


def _print_versions(run: Run) -> None:
    """Say it when the run was made by something else than what replays it: that may be the whole reason."""
    from interplay.engine.cli.printing import console, inert_line, lines
    from interplay.engine.run.config import versions

    now = versions()
    for name, was in run.config.versions.items():
        if now.get(name) != was:
            lines(console(), inert_line(f"the run was made with {name} {was}; this is {now.get(name, 'without it')}"))


def _shown(value: Any) -> str:
    from interplay.engine.cli.printing import compact

    return compact(value, None)


def apart(one: str, other: str) -> tuple[str, str]:
    """Two texts, each cut to what stands around the place where they part."""
    pairs = enumerate(zip(one, other, strict=False))
    parted = next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))
    return _around(one, parted), _around(other, parted)


def _around(text: str, place: int) -> str:
    if len(text) <= 3 * NEAR:
        return text
    start = max(0, place - NEAR)
    end = start + 3 * NEAR
    ellipsis = "\N{HORIZONTAL ELLIPSIS}"
    return f"{ellipsis * (start > 0)}{text[start:end]}{ellipsis * (end < len(text))}"
