"""`interplay replay`: recorded sessions against a world's tools, with a table of what agrees."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from interplay.engine.domain import Domain
    from interplay.engine.replay import Disagreement, Tally

SHOWN = {"skip": "not compared"}


@click.command(epilog="Example: interplay replay retail sessions.jsonl --data DIR")
@click.argument("domain")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), help="Directory of the data that the sessions began with.")
@click.option("--out", type=click.Path(path_type=Path), help="Write what ours did, in the same format, to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
@click.option("--first", default=10, show_default=True, type=click.IntRange(min=0), help="Disagreements to print.")
@click.pass_context
def replay(
    context: click.Context,
    domain: str,
    files: tuple[Path, ...],
    data: Path | None,
    out: Path | None,
    as_json: bool,
    first: int,
) -> None:
    """Run recorded sessions on DOMAIN's tools and compare.

    Each FILE holds one session a line: calls in order with what each answered, and what the session
    changed. Exits with 1 when any session disagrees.

    A line looks like {"session": 1, "calls": [{"name": "calculate", "arguments": {"expression": "1 + 1"},
    "compare": "value", "observation": "2.0"}], "diff": []}; `compare` may also be "refused" or "skip".
    """
    import time

    from interplay.engine.domain import load_domain
    from interplay.engine.errors import UsageError

    world = load_domain(domain)
    if data is None:
        raise UsageError(
            "replay needs --data DIR: recorded sessions speak about the rows they began with, and generated data "
            f"has others. DIR should hold {', '.join(f'{name}.json' for name in world.database.row_types())}"
        )
    began = time.perf_counter()
    tally = _run(world, files, data, out, first)
    seconds = time.perf_counter() - began
    if as_json:
        click.echo(_json(tally, seconds))
    else:
        _print(tally, seconds)
    context.exit(0 if tally.agrees else 1)


def _run(world: Domain[Any], files: tuple[Path, ...], data: Path, out: Path | None, first: int) -> Tally:
    import msgspec

    from interplay.engine.errors import DataError
    from interplay.engine.replay import Tally, read_sessions
    from interplay.engine.replay import replay as run

    base, tally = world.read(data), Tally(first)
    with _replacing(out) as lines:
        for session in read_sessions(files):
            replayed = run(world.tools, base, session)
            tally.add(world.tools, replayed)
            if lines is not None:
                lines.write(msgspec.json.encode(replayed.record()) + b"\n")
        if not tally.sessions:
            raise DataError(f"no sessions in {', '.join(map(str, files))}; one JSON object a line was expected")
    return tally


@contextmanager
def _replacing(path: Path | None) -> Iterator[IO[bytes] | None]:
    """A file that takes the place of the one at the path when all went well, and is gone when not."""
    from interplay.engine.errors import UsageError

    if path is None:
        yield None
        return
    if path.exists() and not path.is_file():
        raise UsageError(f"cannot write {path}: it is there already and is not a plain file")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        file = part.open("wb")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
    try:
        with file:
            yield file
        part.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)


def _json(tally: Tally, seconds: float) -> str:
    import msgspec

    report = {
        "sessions": tally.sessions,
        "agreeing": tally.agreeing,
        "sessions_per_second": round(tally.sessions / seconds, 1),
        "outcomes": [
            {"tool": tool, "outcome": outcome, "agree": agree, "of": of} for tool, outcome, agree, of in tally.rows()
        ],
        "disagreements": [found._asdict() for found in tally.disagreements],
    }
    return msgspec.json.encode(report).decode()


def _print(tally: Tally, seconds: float) -> None:
    _print_table(tally)
    for found in tally.disagreements:
        click.echo(_told(found))
    if tally.disagreed > len(tally.disagreements):
        click.echo(f"\n{tally.disagreed - len(tally.disagreements):,} more disagreements; --first shows more.")
    agree, compared = tally.compared
    rate = tally.sessions / seconds
    click.echo(f"\n{agree:,} of {compared:,} compared calls agree")
    click.echo(f"{tally.agreeing:,} of {tally.sessions:,} sessions agree ({rate:,.0f} sessions/s)")


def _print_table(tally: Tally) -> None:
    from interplay.engine.cli.printing import console, print_table, table

    rows = table("tool", "recorded as", "agree", "of", right=("agree", "of"))
    for tool, outcome, agree, of in tally.rows():
        rows.add_row(tool, SHOWN.get(outcome, outcome), f"{agree:,}", f"{of:,}", style=None if agree == of else "red")
    print_table(console(), rows)


def _told(found: Disagreement) -> str:
    import msgspec

    from interplay.engine.cli.printing import inert

    where = "" if found.at is None else f" call {found.at}"
    arguments = "" if found.at is None else msgspec.json.encode(found.arguments).decode()
    text = found.text.replace("\n", "\n    ")
    return inert(f"\nsession {found.session}{where}: {found.tool} {arguments}\n    {text}")
