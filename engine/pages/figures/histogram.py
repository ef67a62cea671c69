"""Histogram: how often each whole number occurred, as columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from interplay.engine.pages.figures.drawing import (
    WIDTH,
    anchor,
    element,
    fitted,
    label,
    legend,
    patterns,
    rectangle,
    series_number,
)
from interplay.engine.pages.figures.figure import Figure, drawn, nothing
from interplay.engine.pages.figures.scales import Bin, bins, median, number, percent, ticks

LEFT, RIGHT = 40.0, WIDTH - 6.0
HEIGHT = 150.0
"""Of the columns' ground."""
LABELS = 8
"""Numbers under the columns at most."""


def histogram(
    id: str,  # noqa: A002
    title: str,
    about: str,
    series: Mapping[str, Mapping[int, int]],
    axis: str,
    *,
    counted: str = "conversations",
) -> Figure:
    """How often each number occurred.

    One series is drawn in counts; several, which are rarely of one size, in shares of each, side by side.

    Args:
        id: of the figure, one of its kind on a page.
        title: what is drawn.
        about: what it shows; empty: the median of each series and how far it goes.
        series: by name, how often each number occurred.
        axis: what the numbers are: "turns of the human".
        counted: what has these numbers.
    """
    counts = {name: Counter({at: n for at, n in each.items() if n > 0}) for name, each in series.items()}
    together: Counter[int] = Counter()
    for each in counts.values():
        together.update(each)
    if not together:
        return nothing(id, title, about)
    columns = bins(together)
    found = {name: _binned(each, columns) for name, each in counts.items()}
    totals = {name: each.total() for name, each in counts.items()}
    several = len(counts) > 1
    heights = {name: [n / (totals[name] or 1) if several else float(n) for n in each] for name, each in found.items()}
    key = anchor(id)
    named, above = legend(key, counts, 0)
    scale = ticks(max(map(max, heights.values())), 4, whole=not several)
    parts = [patterns(key, min(3, len(counts))), named, _ground(scale, above, several, counted)]
    tips = {name: _tips(name, each, totals[name], columns, axis, counted, several) for name, each in found.items()}
    parts += [_columns(key, heights, tips, scale[-1], above), _numbers(columns, above + HEIGHT + 14)]
    parts.append(_medians(counts, columns, above))
    below = above + HEIGHT + (42 if columns[-1].beyond else 31)
    parts.append(label(fitted(axis, WIDTH), axis, (LEFT + RIGHT) / 2, below, class_="axis", anchor="middle"))
    table = _table(axis, columns, found, totals, several)
    return drawn(id, title, about or said(counts), below + 6, parts, table)


def said(counts: Mapping[str, Counter[int]]) -> str:
    """What histograms show, in words: "median 7, up to 29"."""
    several = len(counts) > 1
    return "; ".join(
        (f"{name}: " if several else "") + (f"median {median(each):g}, up to {max(each):,}" if each else "none")
        for name, each in counts.items()
    )


def _binned(counts: Counter[int], columns: Sequence[Bin]) -> list[int]:
    found = [0] * len(columns)
    width = columns[0].last - columns[0].first + 1
    for value, often in counts.items():
        found[min((value - columns[0].first) // width, len(columns) - 1)] += often
    return found


def _ground(scale: Sequence[float], above: float, several: bool, counted: str) -> Markup:
    """Lines to read heights from, with their numbers."""
    parts = []
    top = above + 16
    for value in scale:
        y = round(above + HEIGHT - (HEIGHT - 16) * value / scale[-1]) + 0.5
        written = percent(value, 0 if scale[1] >= 0.01 else 2) if several else number(value)
        parts.append(element("line", class_="base" if not value else "grid", x1=LEFT, x2=RIGHT, y1=y, y2=y))
        parts.append(element("text", written, class_="tick", x=LEFT - 5, y=y + 3.5, text_anchor="end"))
    said = f"share of {counted}" if several else counted
    parts.append(label(fitted(said, 200), said, 0, top - 8, class_="axis"))
    return element("g", *parts)


def _columns(
    key: str, heights: Mapping[str, Sequence[float]], tips: Mapping[str, Sequence[str]], top: float, above: float
) -> Markup:
    across = (RIGHT - LEFT) / len(next(iter(heights.values())))
    gap = 1.0 if across > 6 else 0.4
    wide = min((across - gap) / len(heights), 34.0)
    parts = []
    for at, (name, each) in enumerate(heights.items()):
        for column, height in enumerate(each):
            if not height:
                continue
            tall = max(1.0, (HEIGHT - 16) * height / top)
            x = LEFT + across * (column + 0.5) + wide * (at - len(heights) / 2)
            between = 0.5 if wide > 3 else 0.0
            tip = tips[name][column]
            parts.append(rectangle(x, above + HEIGHT - tall, wide - between, tall, series_number(at), key, tip))
    return element("g", *parts)


def _numbers(columns: Sequence[Bin], y: float) -> Markup:
    """Numbers under the columns, as many as have room."""
    across = (RIGHT - LEFT) / len(columns)
    body = [each for each in columns if not each.beyond]
    width = body[0].last - body[0].first + 1
    every = max(1, round(ticks(len(body), LABELS)[1]))
    parts = []
    for at, each in enumerate(body):
        if (each.first // width) % every:
            continue
        written = number(each.first) if width == 1 else f"{number(each.first)}\N{EN DASH}{number(each.last)}"
        if width > 1 and len(written) * 6 > across * every:
            written = number(each.first) + "+"
        parts.append(element("text", written, class_="tick", x=LEFT + across * (at + 0.5), y=y, text_anchor="middle"))
    if columns[-1].beyond:
        said = f"\N{GREATER-THAN OR EQUAL TO} {number(columns[-1].first)}"
        parts.append(element("text", said, class_="tick", x=RIGHT, y=y + 13, text_anchor="end"))
    return element("g", *parts)


def _medians(counts: Mapping[str, Counter[int]], columns: Sequence[Bin], above: float) -> Markup:
    """Where the middle of a single series is; of several, the words below the title say it."""
    (counted,) = counts.values() if len(counts) == 1 else (Counter[int](),)
    if len(counted) < 2:
        return Markup("")
    middle, width = median(counted), columns[0].last - columns[0].first + 1
    across = (RIGHT - LEFT) / len(columns)
    place = min((middle - columns[0].first + 0.5) / width, len(columns) - 0.5)
    x = round(LEFT + across * place) + 0.5
    right = x > (LEFT + RIGHT) / 2
    return element(
        "g",
        element("line", class_="median", x1=x, x2=x, y1=above + 6, y2=above + HEIGHT),
        element(
            "text", f"median {middle:g}", class_="note", x=x - 5 if right else x + 5, y=above + 12,
            text_anchor="end" if right else "start",
        ),
    )  # fmt: skip


def _tips(
    name: str, found: Sequence[int], total: int, columns: Sequence[Bin], axis: str, counted: str, several: bool
) -> list[str]:
    before = f"{name}, " if several else ""
    return [
        f"{before}{axis}: {column.name}. {counted}: {often:,} ({percent(often / (total or 1))})"
        for column, often in zip(columns, found, strict=True)
    ]


def _table(
    axis: str, columns: Sequence[Bin], found: Mapping[str, Sequence[int]], totals: Mapping[str, int], several: bool
) -> tuple[list[str], list[list[str]]]:
    head = [axis]
    for name in found:
        head += [name, f"share of {name}"] if several else ["count", "share"]
    rows = []
    for at, column in enumerate(columns):
        row = [column.name]
        for name, each in found.items():
            row += [f"{each[at]:,}", percent(each[at] / (totals[name] or 1))]
        rows.append(row)
    return head, rows
