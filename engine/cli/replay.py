"""`interplay replay`: what others recorded, run again on a world's tools, with a table of what agrees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interplay.engine.cli.options import as_json as json_option

if TYPE_CHECKING:
    from interplay.engine.domain import Domain
    from interplay.engine.replaying.checks import Disagreement, Tally
    from interplay.engine.replaying.collection import Counted

SHOWN = {"skip": "not compared"}


@click.command(epilog="Example: interplay replay retail sessions.jsonl --data DIR; interplay replay --recordings DIR")
@click.argument("domain", required=False)
@click.argument("files", metavar="FILE...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), help="Directory of the data that the recordings began with.")
@click.option("--recordings", type=click.Path(path_type=Path), help="Replay all that this directory holds instead.")
@click.option("--out", type=click.Path(path_type=Path), help="Write what ours did, in the same form, to this file.")
@json_option
@click.option("--first", default=10, show_default=True, type=click.IntRange(min=0), help="Disagreements to print.")
@click.pass_context
def replay(
    context: click.Context,
    domain: str | None,
    files: tuple[Path, ...],
    data: Path | None,
    recordings: Path | None,
    out: Path | None,
    as_json: bool,
    first: int,
) -> None:
    """Run recordings on DOMAIN's tools and compare.

    Each FILE holds one recording a line, of one of four forms, told apart by content: sessions (calls with
    what each answered, and what they changed), tasks (how the world is made ready, the reference's calls by
    agent and user, assertions, rewards), conversations with a reward, and scripts of toolkits that are
    objects. DIR holds the data in either benchmark's layout; for tasks, tasks.json beside them.

    --recordings takes a directory with golden/, fuzz/ and recorded/, and the data in taubench/WORLD and
    tau2/WORLD; it replays every file in one process and prints the rate. Exits with 1 when anything disagrees.
    """
    from interplay.engine.errors import UsageError

    if recordings is not None:
        if domain is not None or data is not None or out is not None:
            raise UsageError("--recordings replays a whole directory; it takes no DOMAIN, FILE, --data or --out")
        context.exit(0 if _replay_all(recordings, first, as_json=as_json) else 1)
    if domain is None or not files:
        raise UsageError("replay needs DOMAIN and at least one FILE, or --recordings DIR")
    tally = _replay_files(domain, files, data, out, first, as_json=as_json)
    context.exit(0 if tally.agrees else 1)


def _replay_files(
    domain: str, files: tuple[Path, ...], data: Path | None, out: Path | None, first: int, *, as_json: bool
) -> Tally:
    import time

    from interplay.engine.cli.printing import print_json
    from interplay.engine.domain import load_domain

    world = load_domain(domain)
    began = time.perf_counter()
    tally, noun = _run(world, files, data, out, first)
    seconds = time.perf_counter() - began
    if as_json:
        print_json(_report(tally, noun, seconds))
    else:
        _print(tally, noun, seconds)
    return tally


def _run(
    world: Domain[Any], files: tuple[Path, ...], data: Path | None, out: Path | None, first: int
) -> tuple[Tally, str]:
    import msgspec

    from interplay.engine.errors import DataError
    from interplay.engine.replaying.checks import Tally
    from interplay.engine.replaying.forms import EXPECTED, read_lines, try_line
    from interplay.engine.replaying.stage import Stage
    from interplay.engine.whole import replacing

    stage = Stage(world, data)
    stage.load()
    tally, nouns = Tally(first), dict[str, None]()
    with replacing(out) as lines:
        for line in (line for file in files for line in read_lines(file)):
            replayed = try_line(stage, line, tally)
            nouns[line.form.NOUN] = None
            if lines is not None:
                record = {"broken": line.number} if replayed is None else replayed.record
                lines.write(msgspec.json.encode(record) + b"\n")
        if not tally.recordings:
            raise DataError(f"no recordings in {', '.join(map(str, files))}; {EXPECTED}")
    return tally, " and ".join(nouns)


def _report(tally: Tally, noun: str, seconds: float) -> dict[str, Any]:
    agree, compared = tally.compared
    return {
        "form": noun,
        "recordings": tally.recordings,
        "agreeing": tally.agreeing,
        "calls": tally.calls,
        "calls_compared": compared,
        "calls_agreeing": agree,
        "recordings_per_second": round(tally.recordings / seconds, 1),
        "calls_per_second": round(tally.calls / seconds, 1),
        "outcomes": [
            {"part": part, "outcome": outcome, "agree": agree, "of": of} for part, outcome, agree, of in tally.rows()
        ],
        "disagreements": [{"recording": found.name, **found.check._asdict()} for found in tally.disagreements],
    }


def _print(tally: Tally, noun: str, seconds: float) -> None:
    from interplay.engine.cli.printing import console, print_table, table

    rows = table("part", "recorded as", "agree", "of", right=("agree", "of"))
    for part, outcome, agree, of in tally.rows():
        rows.add_row(part, SHOWN.get(outcome, outcome), f"{agree:,}", f"{of:,}", style=None if agree == of else "red")
    print_table(console(), rows)
    _print_disagreements(tally, noun.removesuffix("s"))
    agree, compared = tally.compared
    click.echo(f"\n{agree:,} of {compared:,} compared calls agree")
    click.echo(f"{tally.agreeing:,} of {tally.recordings:,} {noun} agree ({tally.recordings / seconds:,.0f} {noun}/s)")


def _print_disagreements(tally: Tally, noun: str) -> None:
    for found in tally.disagreements:
        click.echo(_told(found, noun))
    if tally.disagreed > len(tally.disagreements):
        click.echo(f"\n{tally.disagreed - len(tally.disagreements):,} more disagreements; --first shows more.")


def _told(found: Disagreement, noun: str) -> str:
    import msgspec

    from interplay.engine.inert import inert

    check = found.check
    where = "" if check.at is None else f" call {check.at}"
    arguments = "" if check.at is None else msgspec.json.encode(check.arguments).decode()
    text = (check.disagreement or "").replace("\n", "\n    ")
    return inert(f"\n{noun} {found.name}{where}: {check.part} {arguments}\n    {text}")


def _replay_all(directory: Path, first: int, *, as_json: bool) -> bool:
    """Replay a collection; whether all of it agrees."""
    from interplay.engine.cli.printing import print_json
    from interplay.engine.replaying.collection import replay_all

    counted = list(replay_all(directory, first))
    if as_json:
        print_json(_report_all(directory, counted))
    else:
        _print_all(directory, counted)
    return all(each.tally.agrees for each in counted)


def _totals(counted: list[Counted]) -> tuple[int, int, int, float]:
    """Recordings that agree, recordings, calls, and a time that is never zero."""
    tallies = [each.tally for each in counted]
    seconds = sum(each.seconds for each in counted) or 1e-9
    return sum(t.agreeing for t in tallies), sum(t.recordings for t in tallies), sum(t.calls for t in tallies), seconds


def _report_all(directory: Path, counted: list[Counted]) -> dict[str, Any]:
    agreeing, recordings, calls, seconds = _totals(counted)
    files = [
        {
            "file": str(each.found.path.relative_to(directory)),
            "world": each.found.world,
            **_report(each.tally, each.noun, each.seconds or 1e-9),
        }
        for each in counted
    ]
    return {
        "agreeing": agreeing,
        "recordings": recordings,
        "calls": calls,
        "seconds": round(seconds, 3),
        "recordings_per_second": round(recordings / seconds, 1),
        "calls_per_second": round(calls / seconds, 1),
        "files": files,
    }


def _print_all(directory: Path, counted: list[Counted]) -> None:
    from interplay.engine.cli.printing import console, print_table, table
    from interplay.engine.inert import inert_line

    right = ("agree", "of", "calls agree", "compared", "calls", "per second")
    rows = table("file", "world", "form", *right, right=right)
    for tally, each in ((each.tally, each) for each in counted):
        agree, compared = tally.compared
        name = inert_line(str(each.found.path.relative_to(directory)))
        numbers = (tally.agreeing, tally.recordings, agree, compared, tally.calls)
        rate = f"{tally.recordings / (each.seconds or 1e-9):,.0f}"
        style = None if tally.agrees else "red"
        rows.add_row(name, each.found.world, each.noun, *(f"{number:,}" for number in numbers), rate, style=style)
    print_table(console(), rows)
    for each in counted:
        if each.tally.disagreements:
            click.echo(f"\n{inert_line(str(each.found.path.relative_to(directory)))}:")
            _print_disagreements(each.tally, each.noun.removesuffix("s"))
    agreeing, recordings, calls, seconds = _totals(counted)
    click.echo(f"\n{agreeing:,} of {recordings:,} recordings agree, with {calls:,} calls in {seconds:,.1f} s")
    click.echo(f"{recordings / seconds:,.0f} recordings/s, {calls / seconds:,.0f} calls/s, loading included")
