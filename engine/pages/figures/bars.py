"""Bars: counts by name, one below the other, and what share of the whole each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from interplay.engine.pages.figures import drawing
from interplay.engine.pages.figures.figure import Figure, drawn, nothing
from interplay.engine.pages.figures.scales import number, percent

LIMIT = 12
"""Names that are drawn, unless it is said otherwise."""
NAME, BAR, GAP = 15.0, 9.0, 7.0
"""Heights: of the line with a name, of a bar, of the room below."""


def bars(
    id: str,  # noqa: A002
    title: str,
    about: str,
    series: Mapping[str, Mapping[str, int]],
    limit: int = LIMIT,
    *,
    wholes: Mapping[str, int] | None = None,
    counted: str = "",
) -> Figure:
    """Counts by name.

    One series is drawn in counts; several, which are rarely of one size, in shares of each.

    Args:
        id: of the figure, one of its kind on a page.
        title: what is drawn.
        about: what it shows; empty: the most frequent name of each series.
        series: by name, counts by name; they are drawn in the order in which names first occur.
        limit: how many names are drawn and listed; the others are said to be so many more.
        wholes: what counts are shares of, by name of the series; the sum of all of it where it is not said. A
            whole of 0: no shares.
        counted: what the whole is: "scored conversations".
    """
    names = list(dict.fromkeys(name for each in series.values() for name in each))
    if not names or not any(sum(each.values()) for each in series.values()):
        return nothing(id, title, about)
    shown, rest = names[:limit], len(names) - limit
    whole = {name: (wholes or {}).get(name, sum(each.values())) for name, each in series.items()}
    several = len(series) > 1
    key = drawing.anchor(id)
    named, y = drawing.legend(key, series, 0)
    parts = [drawing.patterns(key, min(3, len(series))), named]
    longest = max(_length(series[each].get(name, 0), whole[each], several) for each in series for name in names)
    for name in shown:
        part, y = _one(key, name, {each: series[each].get(name, 0) for each in series}, whole, longest, y)
        parts.append(part)
    if rest > 0:
        parts.append(drawing.element("text", f"and {rest:,} more", class_="axis", x=0, y=y + 11))
        y += NAME
    if counted:
        parts.append(_footing(counted, whole, several, y + 11))
        y += NAME
    table = _table(series, shown, whole)
    return drawn(id, title, about or _said(series, whole), y + 4, parts, table)


def _one(
    key: str, name: str, counts: Mapping[str, int], whole: Mapping[str, int], longest: float, y: float
) -> tuple[Markup, float]:
    """A name with its bars, and where the next begins."""
    several = len(counts) > 1
    written = [_written(count, whole[each], several) for each, count in counts.items()]
    value = written[0] if not several else ""
    room = drawing.WIDTH - drawing.width(value) - 2 * drawing.LETTER
    parts = [drawing.label(drawing.fitted(name, room), name, 0, y + 11)]
    if value:
        parts.append(drawing.element("text", value, class_="value", x=drawing.WIDTH, y=y + 11, text_anchor="end"))
    y += NAME
    across = drawing.WIDTH - (92 if several else 0)
    for at, (each, count) in enumerate(counts.items()):
        length = across * _length(count, whole[each], several) / longest if longest else 0.0
        tip = f"{each}, {name}: {written[at]}" if several else f"{name}: {written[at]}"
        if count:
            parts.append(drawing.rectangle(0, y, max(1.5, length), BAR, drawing.series_number(at), key, tip))
        if several:
            parts.append(
                drawing.element("text", written[at], class_="tick", x=drawing.WIDTH, y=y + 8, text_anchor="end")
            )
        y += BAR + (3 if several else 0)
    return drawing.element("g", *parts), y + GAP


def _length(count: int, whole: int, several: bool) -> float:
    return (count / whole if whole else 0.0) if several else float(count)


def _written(count: int, whole: int, several: bool) -> str:
    share = percent(count / whole) if whole else ""
    if several:
        return f"{share}  ({number(count)})" if share else number(count)
    return f"{count:,}  \N{MIDDLE DOT}  {share}" if share else f"{count:,}"


def _footing(counted: str, whole: Mapping[str, int], several: bool, y: float) -> Markup:
    said = f"shares of {counted}" if several else f"shares of {counted}, {next(iter(whole.values())):,} in all"
    return drawing.label(drawing.fitted(said, drawing.WIDTH), said, 0, y, class_="axis")


def _said(series: Mapping[str, Mapping[str, int]], whole: Mapping[str, int]) -> str:
    several, parts = len(series) > 1, []
    for each, counts in series.items():
        top = max(counts, key=lambda name: (counts[name], name), default="")
        share = f" ({percent(counts[top] / whole[each])})" if top and whole[each] else ""
        told = f"most often {top}, {counts[top]:,}{share}" if top else "none"
        parts.append(f"{each}: {told}" if several else told)
    return "; ".join(parts)


def _table(
    series: Mapping[str, Mapping[str, int]], names: Sequence[str], whole: Mapping[str, int]
) -> tuple[list[str], list[list[str]]]:
    several, head = len(series) > 1, ["name"]
    for each in series:
        head += [each, f"share of {each}"] if several else ["count", "share"]
    rows = []
    for name in names:
        row = [name]
        for each, counts in series.items():
            count = counts.get(name, 0)
            row += [f"{count:,}", percent(count / whole[each]) if whole[each] else ""]
        rows.append(row)
    return head, rows
