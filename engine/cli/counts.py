"""Counts: a report on the terminal, block by block; what there is nothing to say of is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from interplay.engine.cli.printing import lines
from interplay.engine.forge.probing import Standing
from interplay.engine.inert import inert, inert_line
from interplay.engine.models.bill import Bill, RoleBill
from interplay.engine.statistics.making import Agreed, Making, Reviewing
from interplay.engine.statistics.passing import Estimate, Passed
from interplay.engine.statistics.report import Report
from interplay.engine.statistics.spread import Spread

NAMES = 30
"""Columns for the names of what is counted, at least."""
LEAST = 9
"""Columns for a cell of a table, at least."""


def print_report(out: Console, path: str, report: Report) -> None:
    """Print everything that was counted of a run.

    Args:
        out: where.
        path: of the run.
        report: what was counted.
    """
    lines(out, f"{inert(path)}: {report.done:,} of {report.units:,} units done, {report.verified:,} verified")
    _outcomes(out, report)
    _counts(out, "attempts until verified", report.attempts, what="units")
    if report.passed is not None:
        _passed(out, report.passed)
    _counts(out, "endings", report.endings, of=report.conversations)
    _spreads(out, "lengths", {"turns of the human": report.turns, "tool calls": report.calls})
    _counts(out, "calls by tool", report.tools)
    if "human" in report.callers:
        _counts(out, "calls by who made them", report.callers)
    _counts(out, "refusals by code", report.refusals, of=sum(report.tools.values()), what="calls")
    _counts(out, "faults", report.faults, of=report.scored, what="scored")
    _making(out, report.making)
    _variety(out, report)
    if report.bill is not None:
        _bill(out, report.bill)


def _outcomes(out: Console, report: Report) -> None:
    _counts(out, "outcomes", report.outcomes, of=report.conversations, what="conversations")
    accepted = f"{report.acceptance:.1%} of {report.scored:,} scored" if report.scored else "none was scored"
    lines(out, f"accepted: {accepted}", indent=2)
    _counts(out, "whose fault it was", report.blame)


def _passed(out: Console, passed: Passed) -> None:
    about = f"{passed.blueprints:,} blueprints, {passed.trials} trials each"
    left = f"; {passed.left_out:,} left out, with a trial that says nothing of the agent" if passed.left_out else ""
    _heading(out, "passing", about + left)
    if not passed.passing:
        return
    rows = [(str(each.k), *_estimate(each.all), *_estimate(each.any)) for each in passed.passing]
    _table(out, ("k", "pass^k", "95 % interval", "pass@k", "95 % interval"), rows)


def _making(out: Console, making: Making) -> None:
    counts = making.counts
    if counts.tasks:
        _heading(out, "yield", f"of {counts.tasks:,} tasks, how many became blueprints")
        told = "with feedback" if making.feedback else "each begun anew"
        rows = (
            ("first attempt (without feedback)", f"{counts.first:,}", *_estimate(making.first_attempt)),
            (f"any attempt ({told})", f"{counts.accepted:,}", *_estimate(making.any_attempt)),
        )
        _table(out, ("", "blueprints", "share", "95 % interval"), rows)
    if counts.joined:
        lines(out, f"{counts.joined:,} more blueprints were joined from others", indent=2)
    if len(making.attempts) > 1:
        _counts(out, "attempt that was accepted", making.attempts, what="tasks")
    _counts(out, "attempts that fell", counts.fallen, what="attempts")
    _counts(out, "traits", making.traits, of=making.blueprints, what="blueprints")
    _counts(out, "goals by kind", making.goals)
    _spreads(out, "difficulty", making.difficulty)
    if making.reviewing is not None:
        _reviewing(out, making.reviewing)


def _reviewing(out: Console, reviewing: Reviewing) -> None:
    if reviewing.reviewers:
        _heading(out, "reviewers", "blueprints spoilt on purpose that each caught, accepted ones that it passed")
        _table(out, ("", "caught", "passed", "abstained"), [_standing(each) for each in reviewing.reviewers])
        for name in reviewing.unreliable:
            below = f"{inert_line(name)} caught less than {reviewing.floor:.0%}: do not rely on it"
            lines(out, Text(below, "bold red"), indent=2)
    if reviewing.agreement:
        _heading(out, "agreement", "Fleiss' kappa of the reviewers' votes; votes that agree, in pairs")
        rows = [(name, _kappa(agreed), f"{agreed.observed:.1%}") for name, agreed in reviewing.agreement.items()]
        _table(out, ("", "kappa", "agreeing"), rows)


def _variety(out: Console, report: Report) -> None:
    if not report.words and not report.tools:
        return
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


def _bill(out: Console, bill: Bill) -> None:
    budget = f"the budget is {bill.budget:g}" if bill.budget is not None else ""
    _heading(out, "models", budget)
    rows = [(f"{each.role}  {each.model}", *_billed(each)) for each in bill.roles]
    if len(bill.roles) > 1:
        rows.append(("all", *_billed(bill.total)))
    _table(out, ("", "calls", "asked again", "failed", "not asked", "tokens in", "tokens out", "cost"), rows)
    if any(each.cached or each.replayed for each in bill.roles):
        lines(out, Text("not asked: replies from the cache or from a record, which cost nothing", "dim"), indent=2)


def _billed(each: RoleBill) -> tuple[str, ...]:
    cost = "unknown" if each.cost is None else f"{each.cost:.4f}"
    counts = (each.calls, each.again, each.failed, each.cached + each.replayed, each.prompt, each.completion)
    return (*(f"{count:,}" for count in counts), cost)


# --- blocks


def _counts(out: Console, name: str, counts: dict[str, int], *, of: int | None = None, what: str = "") -> None:
    """One block: a heading, and a line for each name with its count and its share of `of`, or of them all."""
    if not counts:
        return
    whole = sum(counts.values()) if of is None else of
    _heading(out, name, f"shares of {whole:,} {what}" if what else "")
    width = max(NAMES, *(len(inert_line(each)) for each in counts))
    for each, count in counts.items():
        share = f"{count / whole:>8.1%}" if whole else ""
        lines(out, Text.assemble(f"{inert_line(each):<{width}} {count:>9,}", (share, "dim")), indent=2)


def _spreads(out: Console, name: str, spreads: dict[str, Spread]) -> None:
    if not any(each.max for each in spreads.values()):
        return
    _heading(out, name)
    lines(out, Text(f"{'':<{NAMES}} {'mean':>9}{'median':>8}{'p95':>8}{'min':>8}{'max':>8}", "dim"), indent=2)
    for what, each in spreads.items():
        rest = f"{each.median:>8g}{each.p95:>8,}{each.min:>8,}{each.max:>8,}"
        lines(out, f"{what:<{NAMES}} {each.mean:>9.2f}{rest}", indent=2)


def _table(out: Console, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Lines with a name and some cells each, under the names of the columns."""
    inside = [[inert_line(cell) for cell in row] for row in rows]
    wide = max(NAMES, *(len(row[0]) for row in inside))
    cells = max(LEAST, *(len(cell) + 2 for row in (columns, *inside) for cell in row[1:]))
    for number, (name, *rest) in enumerate((columns, *inside)):
        line = f"{name:<{wide}}" + "".join(f"{cell:>{cells}}" for cell in rest)
        lines(out, Text(line, "" if number else "dim"), indent=2)


def _standing(each: Standing) -> tuple[str, ...]:
    caught, passed = _part(each.caught, each.shown), _part(each.passed, each.good)
    return each.reviewer, caught, passed, f"{each.abstained:,}"


def _kappa(agreed: Agreed) -> str:
    return "undefined" if agreed.kappa is None else f"{agreed.kappa:.2f}"


def _estimate(estimate: Estimate) -> tuple[str, str]:
    """A share and its interval."""
    return f"{estimate.value:.1%}", f"{100 * estimate.low:.1f} to {100 * estimate.high:.1f}"


def _part(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}" if whole else "none shown"


def _heading(out: Console, name: str, about: str = "") -> None:
    out.print()
    lines(out, Text.assemble((name, "bold"), (f"  {about}".rstrip(), "dim")))
