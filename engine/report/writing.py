"""Writing: the page, made piece by piece, so that a long one takes no more memory than its longest part."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from shlex import quote
from typing import IO, NamedTuple

from markupsafe import Markup

from interplay.engine.inspection import Inspection, inspect, world_of
from interplay.engine.messages import HumanMessage
from interplay.engine.pages import environment, stylesheet
from interplay.engine.pages.figures.scales import percent
from interplay.engine.report import making, playing, saying, versus
from interplay.engine.report.gathering import Gathered
from interplay.engine.report.picking import Shown
from interplay.engine.report.section import Section, anchor, counted, sentence
from interplay.engine.run.config import versions
from interplay.engine.statistics.contrast import Contrast, contrast
from interplay.engine.statistics.spread import Spread

OPENING = 120
"""Characters of what the human said first, in the line of a folded conversation."""
STYLES = ("style.css", "figures.css")
PIECES = 64
"""Pieces of the page that are written at once."""


class Tile(NamedTuple):
    """A number at the top of the page."""

    name: str
    value: str
    note: str = ""


class Reading(NamedTuple):
    """A conversation on the page."""

    id: str
    why: str
    good: bool
    which: str
    opening: str
    command: str
    """Which shows the same on a terminal."""
    inspection: Inspection


def write_report(sides: Sequence[Gathered], file: IO[bytes]) -> None:
    """Write the page about a run, or about two side by side.

    Args:
        sides: one run or two.
        file: where.

    Raises:
        OSError: it cannot be written.
    """
    style = "\n".join(
        [*map(stylesheet, STYLES), files(__package__).joinpath("static", "report.css").read_text("utf-8")]
    )
    assert "</" not in style  # noqa: S101  (nothing but our own sheets)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    several = len(sides) > 1
    found = contrast(sides[0].side, sides[1].side) if several else None
    template = environment(report="interplay.engine.report").get_template("report/report.html")
    stream = template.stream(
        style=Markup(style),  # noqa: S704
        style_hash=f"sha256-{digest}",
        title=" against ".join(side.name for side in sides),
        lead=_lead(sides, found),
        tiles=_compared_tiles(sides) if several else _tiles(sides[0]),
        sections=_sections(sides, found),
        count=sum(len(side.shown) for side in sides),
        picked=_picked(sides),
        readings=_readings(sides),
        footing=f"Made by Interplay {versions()['interplay']}. This page needs no network and runs no script.",
    )
    stream.enable_buffering(PIECES)
    stream.dump(file, encoding="utf-8", errors="backslashreplace")


def _sections(sides: Sequence[Gathered], contrasted: Contrast | None) -> list[Section]:
    before = []
    if contrasted is not None:
        first, second = sides
        before = [versus.settings(first, second), versus.differences(first, second, contrasted)]
    found = (
        making.made(sides),
        making.yields(sides),
        playing.outcomes(sides),
        playing.lengths(sides),
        playing.difficulty(sides),
        playing.wrongs(sides),
        playing.tools(sides),
        making.committee(sides),
        playing.variety(sides),
        playing.cost(sides),
    )
    return [*before, *(each for each in found if each is not None)]


def _lead(sides: Sequence[Gathered], contrasted: Contrast | None) -> str:
    if contrasted is not None:
        first, second = sides
        return versus.verdict(first, second, contrasted)
    said = making.state(sides[0])
    return f"{said} {sentence(saying.outcome(sides[0]))}" if sides[0].report.conversations else said


def _tiles(side: Gathered) -> list[Tile]:
    """The numbers that decide; what there is nothing to say of is left out."""
    report = side.report
    tiles = [
        Tile(
            "verified", f"{report.outcomes.get('verified', 0):,}", f"of {counted(report.conversations, 'conversation')}"
        )
    ]
    passed = report.passed
    if passed is not None and passed.passing:
        ends = (passed.passing[0], *passed.passing[1:][-1:])
        tiles += [
            Tile(f"pass^{each.k}", percent(each.all.value), _between(each.all.low, each.all.high)) for each in ends
        ]
    else:
        chance = saying.verified_chance(side)
        tiles += [Tile("chance to verify", percent(chance.value), _between(chance.low, chance.high))] if chance else []
    made = report.making
    if made.counts.tasks:
        share = made.any_attempt
        tiles.append(Tile("tasks to blueprints", percent(share.value), _between(share.low, share.high)))
        share = made.first_attempt
        tiles.append(Tile("at the first attempt", percent(share.value), _between(share.low, share.high)))
    if report.turn_counts:
        tiles.append(Tile("turns", f"{report.turns.median:g}", _up_to(report.turns)))
        tiles.append(Tile("tool calls", f"{report.calls.median:g}", _up_to(report.calls)))
    if report.bill is not None:
        cost = report.bill.cost
        tiles.append(
            Tile("cost", "unknown" if cost is None else f"{cost:,.2f}", counted(report.bill.total.calls, "call"))
        )
    return tiles


def _compared_tiles(sides: Sequence[Gathered]) -> list[Tile]:
    tiles = []
    for side in sides:
        chance = saying.verified_chance(side)
        note = f"{side.report.outcomes.get('verified', 0):,} of {counted(side.report.conversations, 'conversation')}"
        tiles.append(Tile(f"{side.name}: verified", percent(chance.value) if chance else "none", note))
    return tiles


def _between(low: float, high: float) -> str:
    return f"{100 * low:.1f} to {100 * high:.1f} %"


def _up_to(spread: Spread) -> str:
    return f"median; {spread.min:,} to {spread.max:,}"


def _picked(sides: Sequence[Gathered]) -> str:
    shown = [each for side in sides for each in side.shown]
    good = sum(each.trajectory.accepted for each in shown)
    parts = [counted(good, "verified one")] if good else []
    if len(shown) > good:
        parts.append(f"{len(shown) - good:,} with what was most often wrong, one for each kind")
    told = " and ".join(parts)
    return sentence(
        f"a sample that the run's seed decides: {told}. Open one to read it, with its blueprint and its end"
    )


def _readings(sides: Sequence[Gathered]) -> Iterator[Reading]:
    for side in sides:
        if not side.shown:
            continue
        world, trouble = world_of(side.run)
        for shown in side.shown:
            unit, trajectory = shown.unit, shown.trajectory
            yield Reading(
                id=anchor(side, shown),
                why=shown.why,
                good=trajectory.accepted,
                which=(f"{side.name}, " if len(sides) > 1 else "") + _which(side, shown),
                opening=_opening(shown),
                command=f"interplay show {quote(str(side.run.path))} {unit.number}"
                + (f" --trial {trajectory.trial}" if len(unit.played) > 1 else ""),
                inspection=inspect(unit, trajectory, world, trouble),
            )


def _which(side: Gathered, shown: Shown) -> str:
    trial = f", trial {shown.trajectory.trial}" if side.observations.most > 1 else ""
    return f"unit {shown.unit.number}{trial}"


def _opening(shown: Shown) -> str:
    said = next((each.text for each in shown.trajectory.messages if isinstance(each, HumanMessage)), "")
    return said if len(said) <= OPENING else f"{said[:OPENING].rstrip()}\N{HORIZONTAL ELLIPSIS}"
