"""Section: a part of the page, which says what it found in a sentence before it shows the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from interplay.engine.pages.figures import Figure
from interplay.engine.pages.figures.scales import percent
from interplay.engine.report.gathering import Gathered
from interplay.engine.report.picking import Shown
from interplay.engine.statistics.passing import Estimate


class Cell(NamedTuple):
    """A cell of a table that is more than a text."""

    text: str
    link: str = ""
    """Id of what it leads to on the page."""
    look: str = ""
    """A class: "real", "noise", "few"."""


class Table(NamedTuple):
    """Numbers in words and columns."""

    title: str
    columns: tuple[str, ...]
    """Names; where all are empty there is no line for them."""
    rows: tuple[tuple[str | Cell, ...], ...]
    prose: bool = False
    """Whether cells hold sentences, which may break."""
    stacked: bool = False
    """Whether cells stand below each other, each with its column's name, where there is no room beside."""


class Section(NamedTuple):
    """A part of the page."""

    id: str
    title: str
    findings: tuple[tuple[str, str], ...]
    """What was found: the run's name, empty where there is one, and a sentence or two."""
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    note: str = ""
    """How the numbers are to be read."""


def estimated(estimate: Estimate) -> str:
    """A share with its interval, in a sentence: "96.9 % (95 % interval 94.3 to 98.4)"."""
    return f"{percent(estimate.value)} (95 % interval {100 * estimate.low:.1f} to {100 * estimate.high:.1f})"


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its word: "1 call", "2,000 calls"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def part(count: int, whole: int, what: str) -> str:
    """Some of a whole: "none of 12 calls", "all 12 calls", "3 of 12 calls (25.0 %)"; `what` is in the plural."""
    if not count:
        return f"none of {whole:,} {what}" if whole > 1 else f"none of the {what}"
    if count == whole:
        return {1: f"the only one of the {what}", 2: f"both {what}"}.get(whole, f"all {whole:,} {what}")
    return f"{count:,} of {whole:,} {what} ({percent(count / whole)})"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def anchor(side: Gathered, shown: Shown) -> str:
    """The id under which a conversation stands on the page."""
    return f"{side.key}u{shown.unit.number}-{shown.trajectory.trial}"


def sentence(text: str) -> str:
    """A text with a capital at its beginning and a stop at its end."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")
