"""`interplay report`: a run as one page, or two runs side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from interplay.engine.run import Run
    from interplay.engine.units import Unit


@click.command(
    epilog="Example: interplay report runs/first -o first.html; two agents side by side: "
    "interplay report runs/first --compare runs/second -o both.html"
)
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="The HTML file to write.")
@click.option("--compare", metavar="DIR", type=click.Path(path_type=Path), help="Another run, set beside this one.")
@click.option("--sample", type=click.IntRange(0, 200), default=6, show_default=True, help="Conversations to show.")
@click.option("--force", is_flag=True, help="Take the place of a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def report(directory: Path, out: Path, compare: Path | None, sample: int, force: bool, as_json: bool) -> None:
    """Write what the run in DIR made as one HTML file that opens from disk with no network.

    The yield of each stage, lengths, success and difficulty, what was wrong and which rules were broken, what
    models cost, and some conversations with their diffs. With --compare, every number of both runs with its
    interval, and which differences are more than noise.
    """
    from interplay.engine.cli.printing import print_json
    from interplay.engine.report import gather, write_report
    from interplay.engine.report.versus import named
    from interplay.engine.run import Run
    from interplay.engine.whole import check_free, fresh, replacing

    if not force:
        check_free(out, "file")
    runs = [Run.open(each) for each in (directory, compare) if each is not None]
    names = named([str(run.path.resolve()) for run in runs])
    sides = [
        gather(run, name, key=key, sample=sample, compared=len(runs) > 1, watched=_watched(run))
        for run, name, key in zip(runs, names, ("a-", "b-"), strict=False)
    ]
    with replacing(out) if force else fresh(out) as file:
        assert file is not None  # noqa: S101  (there is a path)
        write_report(sides, file)
    size = out.stat().st_size
    shown = sum(len(side.shown) for side in sides)
    conversations = sum(side.report.conversations for side in sides)
    if as_json:
        print_json({"out": str(out), "bytes": size, "conversations": conversations, "shown": shown})
    else:
        click.echo(f"{out}: {conversations:,} conversations counted, {shown} shown, {size / 1e6:.1f} MB")


def _watched(run: Run) -> Callable[[Iterable[Unit]], Iterable[Unit]]:
    """Show on a terminal how far the reading has come."""
    from rich.console import Console
    from rich.progress import track

    to, total = Console(stderr=True), run.config.units
    return lambda found: track(found, "counting", total, console=to, transient=True, disable=not to.is_terminal)
