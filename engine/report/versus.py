"""Versus: what differs between two runs, and which differences are noise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from interplay.engine.pages.figures import shares
from interplay.engine.pages.figures.scales import percent
from interplay.engine.report.gathering import Gathered
from interplay.engine.report.making import flat
from interplay.engine.report.section import Cell, Section, Table, counted, listed, sentence
from interplay.engine.statistics.contrast import Contrast, Measure
from interplay.engine.statistics.passing import Estimate

DEFAULT = "the default"
SETTINGS = {
    "data.generated": "persons in the data",
    "forge.feedback": "feedback to the writer",
    "forge.threshold": "the committee's threshold",
    "play.attempts": "attempts",
    "play.limits.calls": "tool calls at most",
    "play.limits.errors": "refused calls in a row at most",
    "play.limits.seconds": "seconds at most",
    "play.limits.turns": "messages of the human at most",
    "play.trials": "trials",
}
"""Words for settings that have some, by where they stand."""
_ROLE = re.compile(r"roles\.(\w+)\.(actor|model)")
NAMED = 4
"""Differences that are named in the sentence at the top."""


def settings(first: Gathered, second: Gathered) -> Section:
    """In what the two runs were asked for differently."""
    one, two = flat(first.run.config), flat(second.run.config)
    differing = [name for name in dict.fromkeys((*one, *two)) if one.get(name) != two.get(name)]
    rows = tuple((setting(name), one.get(name, DEFAULT), two.get(name, DEFAULT)) for name in differing)
    if not differing:
        text = "both runs were asked for the same: same world, data, seed, settings and versions"
    else:
        text = f"they differ in {listed([setting(name) for name in differing[:NAMED]])}"
        text += f" and {counted(len(differing) - NAMED, 'more setting')}" if len(differing) > NAMED else ""
    if first.run.config.domain != second.run.config.domain:
        text += (
            ". They are of different worlds: how often things succeed and how long they take can be compared, but a "
            "difference may be the world's and not the agent's; tools and rules of one are none of the other's"
        )
    tables = (Table("Settings that differ", ("", first.name, second.name), rows, prose=True),) if rows else ()
    return Section("settings", "What differs in how they were made", (("", sentence(text)),), tables=tables)


def setting(name: str) -> str:
    """What a setting is called: "agent" of "roles.agent.actor"; where there are no words for it, as it is written."""
    role = _ROLE.fullmatch(name)
    if role is None:
        return SETTINGS.get(name, name)
    return role[1] if role[2] == "actor" else f"the {role[1]}'s model"


def differences(first: Gathered, second: Gathered, found: Contrast) -> Section:
    """Every headline number of both, and what is to be said of the difference."""
    columns = ("", f"from {first.name} to {second.name}", first.name, second.name, "p, adjusted")
    rows = tuple(_row(each) for each in found.measures)
    successes = [each for each in found.measures if each.kind == "share" and each.first and each.second]
    series = {
        side.name: [(each.name, part) for each in successes if (part := (each.first, each.second)[at]) is not None]
        for at, side in enumerate((first, second))
    }
    figures = (
        shares("measures", "Both runs, with their 95 % intervals", "shares of all that the table lists", series),
    )
    return Section(
        "differences",
        "Which differences are real",
        (("", verdict(first, second, found)),),
        figures if successes else (),
        (Table("Measures", columns, rows, stacked=True),),
        _note(found),
    )


def verdict(first: Gathered, second: Gathered, found: Contrast) -> str:
    """The whole comparison in a few sentences."""
    few = sum(each.word == "few" for each in found.measures)
    if not found.compared:
        return "There is nothing to compare: in one of the runs nothing was played or scored."
    if few == len(found.measures):
        return f"Too little was played to tell any of {counted(found.compared, 'difference')} from chance."
    if not found.real:
        text = f"None of {counted(found.compared, 'difference')} is real: {_agreed(found)}."
    else:
        named = [f"{each.name} {_points(each)}" for each in found.real[:NAMED]]
        more = len(found.real) - len(named)
        are = "is" if len(found.real) == 1 else "are"
        text = f"{len(found.real):,} of {counted(found.compared, 'difference')} {are} real"
        text += f", seen from {first.name} to {second.name}: {listed(named)}"
        text += f", and {more:,} more." if more else "."
    return text + (f" {counted(few, 'measure')} rest{'s' if few == 1 else ''} on too little to tell." if few else "")


def _agreed(found: Contrast) -> str:
    """What is to be said where no difference is real; what one run does not say is no agreement."""
    if any(each.difference is not None and each.difference.value for each in found.measures):
        return "what differs is no more than chance may bring"
    whole = found.compared == len(found.measures)
    return "the two runs agree in every number" if whole else "the two runs agree in what both of them say"


def said(measure: Measure) -> str:
    """What is to be said of a difference: "real: +12.1 points (7.9 to 16.2)"."""
    if measure.difference is None:
        return "too few to tell: one side does not say it"
    if not (measure.difference.value or measure.difference.low or measure.difference.high):
        return "no difference"
    alone = measure.difference.low > 0 or measure.difference.high < 0
    noise = "noise among so many" if alone else "noise"
    word = {"real": "real", "noise": noise, "few": "too few to tell"}[measure.word]
    return f"{word}: {_points(measure)}"


def _points(measure: Measure) -> str:
    found = measure.difference
    if found is None:
        return ""
    if measure.kind == "share":
        value, low, high = (100 * each for each in (found.value, found.low, found.high))
        return f"{_signed(value, 1)} points ({_signed(low, 1, plus='')} to {_signed(high, 1, plus='')})"
    return f"{_signed(found.value, 2)} ({_signed(found.low, 2, plus='')} to {_signed(found.high, 2, plus='')})"


def _signed(value: float, digits: int, plus: str = "+") -> str:
    """A number with its sign; nothing is less than nothing."""
    rounded = round(value, digits) + 0.0
    sign = "\N{MINUS SIGN}" if rounded < 0 else plus if rounded > 0 else ""
    return f"{sign}{abs(rounded):,.{digits}f}"


def _row(measure: Measure) -> tuple[str | Cell, ...]:
    paired = " (same blueprints)" if measure.paired else ""
    sides = [_side(measure, each) for each in (measure.first, measure.second)]
    p = "" if measure.difference is None else _chance(measure.adjusted)
    return (measure.name + paired, Cell(said(measure), look=measure.word), *sides, p)


def _side(measure: Measure, estimate: Estimate | None) -> str:
    if estimate is None:
        return "not said"
    if measure.kind == "share":
        return f"{percent(estimate.value)} ({100 * estimate.low:.1f} to {100 * estimate.high:.1f})"
    value, low, high = (_signed(each, 2, plus="") for each in (estimate.value, estimate.low, estimate.high))
    return f"{value} ({low} to {high})"


def _chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _note(found: Contrast) -> str:
    parts = list(_notes(found))
    return " ".join(sentence(each) for each in parts)


def _notes(found: Contrast) -> Iterator[str]:
    yield (
        "a difference is called real when chance alone would bring one so large less than once in twenty comparisons "
        f"like this one, all {found.compared} measures taken together (Holm); p is that chance, so adjusted"
    )
    if found.paired:
        yield f"where it says so, the {found.shared:,} blueprints that both runs played are each set against themselves"
    elif found.shared:
        yield f"the runs share {counted(found.shared, 'blueprint')}, too few to set them against themselves"
    else:
        yield "the runs played different blueprints"
    yield "trials of one blueprint count as one observation, their average, as they resemble each other"


def named(paths: Sequence[str]) -> tuple[str, ...]:
    """What runs are called on the page: the last parts of their paths, or more where those are equal."""
    last = tuple(path.rstrip("/").rsplit("/", 1)[-1] for path in paths)
    if len(set(last)) == len(last):
        return last
    if len(set(paths)) == len(paths):
        return tuple(paths)
    return tuple(f"{name} ({place})" for name, place in zip(last, ("first", "second"), strict=False))
