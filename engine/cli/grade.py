"""`interplay grade`: verdicts for conversations that were recorded elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interplay.engine.cli.options import as_json as json_option

if TYPE_CHECKING:
    from interplay.engine.grading.judging import Grade
    from interplay.engine.grading.marks import Agreement, Marks
    from interplay.engine.grading.shelf import Shelf


@click.command(epilog="Example: interplay grade results.json --domain NAME --data DIR")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--domain", help="The world, where the blueprints do not say.")
@click.option("--data", type=click.Path(path_type=Path), help="Directory of the data that they began with.")
@click.option(
    "--blueprints",
    type=click.Path(path_type=Path),
    help="A run, an imported directory or a file of blueprints.  [default: the tasks that FILE holds]",
)
@json_option
@click.option("--out", type=click.Path(path_type=Path), help="Write every grade, one JSON object a line, to this file.")
@click.option("--limit", default=40, show_default=True, type=click.IntRange(min=0), help="Conversations to list.")
@click.pass_context
def grade(
    context: click.Context,
    file: Path,
    domain: str | None,
    data: Path | None,
    blueprints: Path | None,
    as_json: bool,
    out: Path | None,
    limit: int,
) -> None:
    """Judge the conversations in FILE, each against its blueprint.

    FILE holds one JSON object a line, {"messages": [...], "blueprint": id} with OpenAI's messages; or a list
    of results with task_id and traj; or one object with simulations and tasks. The calls run again on the
    data, and our verifier judges the end, what was told, duties and policy; the reward that the benchmark
    gave, and what its own rule gives here, stand beside it. Exits with 1 when a conversation could not be judged.
    """
    import msgspec

    from interplay.engine.cli.printing import print_json
    from interplay.engine.errors import DataError
    from interplay.engine.grading.judging import Judge
    from interplay.engine.grading.marks import Marks
    from interplay.engine.grading.recorded import EXPECTED, read_recorded
    from interplay.engine.whole import replacing

    shelf = _shelf(domain, data, blueprints)
    judge = Judge(shelf)
    grades: list[Grade] = []
    with replacing(out) as lines:
        for recorded in read_recorded(file):
            grades.append(judge.grade(recorded))
            if lines is not None:
                lines.write(msgspec.json.encode(grades[-1]) + b"\n")
        if not grades:
            raise DataError(f"{file} holds no conversations; {EXPECTED}")
    marks = Marks(grades)
    if as_json:
        print_json(_report(marks))
    else:
        _print(marks, limit, shelf.domain.name)
    context.exit(1 if marks.ungraded else 0)


def _shelf(domain: str | None, data: Path | None, blueprints: Path | None) -> Shelf:
    from interplay.engine.domain import load_domain
    from interplay.engine.errors import UsageError
    from interplay.engine.grading.shelf import Shelf, open_shelf
    from interplay.engine.replaying.stage import Stage

    if blueprints is not None:
        return open_shelf(blueprints, domain, data)
    if domain is None or data is None:
        raise UsageError(
            "grade needs --blueprints PATH (a run, an imported directory, a file), or --domain NAME and --data DIR "
            "for the tasks that FILE itself holds"
        )
    stage = Stage(load_domain(domain), data)
    return Shelf(stage.edition, stage.base, ())


def _report(marks: Marks) -> dict[str, Any]:
    return {
        "conversations": len(marks.grades),
        "graded": len(marks.graded),
        "accepted": marks.accepted,
        "faults": dict(marks.faults.most_common()),
        "wrong": dict(marks.wrong.most_common()),
        "ungraded": dict(marks.ungraded.most_common()),
        "results_unlike": marks.unlike,
        "verdict_as_recorded": marks.verdict_agreement._asdict(),
        "rule_as_recorded": marks.rule_agreement._asdict(),
        "grades": marks.grades,
    }


def _print(marks: Marks, limit: int, world: str) -> None:
    from interplay.engine.cli.printing import console, lines, print_table, table
    from interplay.engine.inert import inert_line

    out = console()
    rows = table("task", "trial", "theirs", "their rule", "ours", "parts", "fault", "message", "why")
    for each in marks.grades[:limit]:
        style = None if _is_good(each) else "red"
        rows.add_row(
            inert_line(each.task or f"({each.name})"),
            f"{each.trial}",
            _number(each.recorded_reward),
            *_cells(each),
            style=style,
        )
    print_table(out, rows)
    if len(marks.grades) > limit:
        lines(out, f"and {len(marks.grades) - limit:,} more; --limit lists them, --out writes them all")
    lines(out, f"\n{marks.accepted:,} of {len(marks.graded):,} conversations that could be judged are accepted")
    _print_counts("fault of", marks.faults)
    _print_counts("wrong", marks.wrong)
    _print_counts("not judged", marks.ungraded)
    if marks.unlike:
        lines(out, f"{marks.unlike:,} conversations have a result that is not as recorded; --out writes which and how")
    lines(out, _agreement("the benchmark's own rule gives", marks.rule_agreement))
    lines(out, _agreement("our verdict, which judges more, is", marks.verdict_agreement))
    lines(
        out,
        inert_line(f"policy: the rules of our world (interplay policy {world}), which these agents may not have read"),
    )


def _print_counts(label: str, counts: Any) -> None:
    from interplay.engine.cli.printing import console, lines
    from interplay.engine.inert import inert_line

    if counts:
        counted = ", ".join(f"{count:,} {name}" for name, count in counts.most_common())
        lines(console(), inert_line(f"{label}: {counted}"))


def _agreement(what: str, found: Agreement) -> str:
    return f"{what} the recorded reward in {found.same:,} of {found.of:,}" if found.of else "no rewards were recorded"


def _is_good(grade: Grade) -> bool:
    from interplay.engine.grading.judging import Graded

    return isinstance(grade, Graded) and grade.verdict.accepted


def _cells(grade: Grade) -> tuple[str, ...]:
    """The columns that only a grade fills."""
    from interplay.engine.grading.judging import Ungraded
    from interplay.engine.inert import inert_line

    if isinstance(grade, Ungraded):
        return "", "", inert_line(grade.cause), "", "", inert_line(grade.text)
    verdict = grade.verdict
    parts = {
        "state": verdict.state,
        "assertions": verdict.assertions,
        "outputs": verdict.outputs,
        "duties": verdict.duties,
        "policy": verdict.policy,
        "claims": not verdict.false_claims,
        "expectation": verdict.expectation,
    }
    wrong = ", ".join(f"not {name}" for name, good in parts.items() if not good) or "all"
    message, why = "" if grade.message is None else f"{grade.message}", inert_line(grade.reason)
    return _number(grade.rule_reward), _number(verdict.reward), wrong, grade.fault or "", message, why


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
