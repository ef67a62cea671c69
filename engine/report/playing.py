"""Playing: the sections about conversations: what became of them, how long, how often well, what was wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from interplay.engine.pages.figures import Figure, bars, histogram, shares
from interplay.engine.pages.figures.scales import percent
from interplay.engine.report import saying
from interplay.engine.report.gathering import Gathered
from interplay.engine.report.grouping import Range, range_name, ranges, together, within
from interplay.engine.report.picking import wrong
from interplay.engine.report.section import Cell, Section, Table, anchor, sentence
from interplay.engine.statistics.passing import Estimate, share_estimate
from interplay.engine.statistics.report import Report, Share

RULES = 20
"""Broken rules that are listed."""

_DIMENSIONS = {
    "reads": "actions that look something up",
    "writes": "actions that change something",
    "depth": "the longest chain of actions that need each other",
    "entities": "different things that the actions name",
    "rules": "rules of the policy that judge it",
    "hidden": "facts that the person tells only when asked",
}


def outcomes(sides: Sequence[Gathered]) -> Section:
    """What became of conversations: played, scored, verified."""
    stages = {side.name: _stages(side.report) for side in sides}
    figures = [
        bars(
            "played",
            "From conversations to verified ones",
            "what was left after each stage",
            stages,
            wholes={name: each["begun"] for name, each in stages.items()},
            counted="conversations",
        ),
        bars("kinds", "What became of them", "", {side.name: side.report.outcomes for side in sides}),
        bars("endings", "How they ended", "", {side.name: side.report.endings for side in sides}),
    ]
    passing = {
        side.name: [(f"k = {each.k}", each.all) for each in side.report.passed.passing]
        for side in sides
        if side.report.passed is not None and side.report.passed.passing
    }
    if passing:
        figures.append(shares("passing", "pass^k: all of k trials of a blueprint succeed", "", passing))
    attempts = {side.name: side.report.attempts for side in sides if side.report.attempts}
    if attempts:
        figures.append(bars("attempts", "Attempts until one was verified", "", attempts, counted="units"))
    return Section("outcomes", "What became of the conversations", _said(sides, saying.outcome), tuple(figures))


def lengths(sides: Sequence[Gathered]) -> Section:
    """Turns and tool calls a conversation."""
    turns = {side.name: side.report.turn_counts for side in sides}
    calls = {side.name: side.report.call_counts for side in sides}
    figures = (
        histogram("turns", "Turns per conversation", "", turns, "messages of the human"),
        histogram("calls", "Tool calls per conversation", "", calls, "tool calls"),
    )
    return Section("lengths", "How long they are", _said(sides, saying.length), figures)


def difficulty(sides: Sequence[Gathered]) -> Section | None:
    """How success depends on how hard a blueprint is; None where nothing says how hard any was."""
    dimensions = list(dict.fromkeys(name for side in sides for name in side.report.success))
    if not dimensions:
        return None
    figures = []
    for name in dimensions:
        groups = ranges(together(side.report.success.get(name, {}) for side in sides))
        series = {side.name: _by_group(side.report.success.get(name, {}), groups) for side in sides}
        figures.append(shares(f"difficulty-{name}", f"Verified by {name}", _DIMENSIONS.get(name, ""), series))
    note = (
        "Intervals take conversations as independent; trials of one blueprint resemble each other, so they are wider."
    )
    several = any(side.observations.most > 1 for side in sides)
    return Section(
        "difficulty",
        "Difficulty against success",
        _said(sides, saying.hardest),
        tuple(figures),
        note=note if several else "",
    )


def wrongs(sides: Sequence[Gathered]) -> Section:
    """What was wrong, whose fault it was, and which rules were broken."""
    scored = {side.name: side.report.scored for side in sides}
    figures: list[Figure] = []
    if any(side.report.faults for side in sides):
        faults = {side.name: side.report.faults for side in sides}
        figures.append(bars("faults", "What was wrong", "", faults, wholes=scored, counted="scored conversations"))
    if any(side.report.blame for side in sides):
        blame = {side.name: side.report.blame for side in sides}
        figures.append(bars("blame", "Whose fault it was", "", blame, counted="conversations that were not verified"))
    tables = tuple(_broken(sides))
    return Section("wrong", "What was wrong", _said(sides, saying.wrong), tuple(figures), tables)


def tools(sides: Sequence[Gathered]) -> Section | None:
    """Which tools were called; None where none was."""
    if not any(side.report.tools for side in sides):
        return None
    figures = [
        bars("by-tool", "Calls by tool", "", {side.name: side.report.tools for side in sides}, 20, counted="calls")
    ]
    if any("human" in side.report.callers for side in sides):
        figures.append(bars("callers", "Who called", "", {side.name: side.report.callers for side in sides}))
    if any(side.report.refusals for side in sides):
        wholes = {side.name: sum(side.report.tools.values()) for side in sides}
        refused = {side.name: side.report.refusals for side in sides}
        figures.append(bars("refusals", "Refused calls by reason", "", refused, wholes=wholes, counted="calls"))
    return Section("tools", "Tools", _said(sides, saying.tools), tuple(figures))


def variety(sides: Sequence[Gathered]) -> Section | None:
    """How unlike each other conversations are; None where nobody spoke."""
    if not any(side.report.words for side in sides):
        return None
    rows: list[tuple[str | Cell, ...]] = [
        ("distinct sequences of tools", *(f"{side.report.tool_sequences:,}" for side in sides)),
        ("words of the human", *(f"{side.report.words:,}" for side in sides)),
        ("vocabulary", *(f"{side.report.vocabulary:,}" for side in sides)),
    ]
    for length in sides[0].report.grams:
        found = [side.report.grams[length] for side in sides]
        rows.append(
            (f"distinct-{length}", *(f"{each.ratio:.4f} ({each.distinct:,} of {each.all:,})" for each in found))
        )
    columns = ("", *(side.name if len(sides) > 1 else "count" for side in sides))
    estimated_too = any(side.report.estimated for side in sides)
    note = "Distinct counts are estimates, to about 0.2 %." if estimated_too else ""
    if len({side.report.words for side in sides}) > 1:
        note += " Shares of distinct words fall as texts grow: they say little of runs of different size."
    table = Table("Words and calls", columns, tuple(rows))
    traits = {side.name: side.report.making.traits for side in sides}
    wholes = {side.name: side.report.making.blueprints for side in sides}
    figures = [bars("traits", "What makes blueprints hard", "", traits, 16, wholes=wholes, counted="blueprints")]
    figures = figures if any(traits.values()) else []
    return Section("variety", "Variety", _said(sides, saying.varied), tuple(figures), (table,), note.strip())


def cost(sides: Sequence[Gathered]) -> Section | None:
    """What models were asked and what it cost; None where none was asked."""
    tables, findings = list[Table](), list[tuple[str, str]]()
    for side in sides:
        bill = side.report.bill
        if bill is None:
            continue
        rows = []
        for each in (*bill.roles, *((bill.total,) if len(bill.roles) > 1 else ())):
            free, price = each.cached + each.replayed, "unknown" if each.cost is None else f"{each.cost:.4f}"
            counts = (each.calls, each.again, each.failed, free, each.prompt, each.completion)
            rows.append((f"{each.role}  {each.model}".strip() or "all", *(f"{count:,}" for count in counts), price))
        columns = ("", "calls", "asked again", "failed", "not asked", "tokens in", "tokens out", "cost")
        tables.append(Table(f"{side.name}: models" if len(sides) > 1 else "Models", columns, tuple(rows)))
        findings.append((side.name if len(sides) > 1 else "", sentence(saying.cost(side))))
    if not findings:
        return None
    note = "Cost is in the currency of the prices that were given; what came from a cache or a record cost nothing."
    return Section("cost", "Models and cost", tuple(findings), tables=tuple(tables), note=note)


# --- parts


def _said(sides: Sequence[Gathered], say: Callable[[Gathered], str]) -> tuple[tuple[str, str], ...]:
    return tuple((side.name if len(sides) > 1 else "", sentence(say(side))) for side in sides)


def _stages(report: Report) -> dict[str, int]:
    took_place = sum(report.turn_counts.values())
    return {
        "begun": report.conversations,
        "played": took_place,
        "scored": report.scored,
        "verified": report.outcomes.get("verified", 0),
    }


def _by_group(values: Mapping[int, Share], groups: Sequence[Range]) -> list[tuple[str, Estimate]]:
    found = []
    for each in groups:
        share = within(values, each)
        if share.scored:
            found.append((range_name(each), share_estimate(share.verified, share.scored)))
    return found


def _broken(sides: Sequence[Gathered]) -> Iterator[Table]:
    """The rules most broken, with a conversation to look at."""
    for side in sides:
        rules = list(side.report.rules.items())[:RULES]
        if not rules:
            continue
        rows = tuple(
            (rule, f"{count:,}", percent(count / side.report.scored), _example(side, rule)) for rule, count in rules
        )
        title = f"{side.name}: rules most broken" if len(sides) > 1 else "Rules most broken"
        yield Table(title, ("rule", "conversations", "share of scored", "an example"), rows)


def _example(side: Gathered, rule: str) -> Cell | str:
    """Where a conversation in which a rule was broken can be read: on the page, or in the run."""
    for shown in side.shown:
        if f"policy:{rule}" in wrong(shown.trajectory):
            return Cell(f"unit {shown.unit.number}", link=anchor(side, shown))
    found = side.examples.get(f"policy:{rule}")
    return f"unit {found[0]}, trial {found[1]}" if found else ""
